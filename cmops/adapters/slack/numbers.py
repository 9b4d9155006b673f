"""What Slack counts of a message and of a channel."""

from __future__ import annotations

from cmops.adapters.contract import Metric
from cmops.adapters.counts import added, one
from cmops.adapters.slack.api import Api
from cmops.ledger.entries import Receipt

_GONE = frozenset({"thread_not_found", "message_not_found"})


def of_message(api: Api, channel: str, receipt: Receipt) -> dict[Metric, int] | None:
    """Reactions, and the replies below it if it heads a thread; None for one that is gone."""
    kept = dict(receipt.extra)
    head = kept.get("thread") or receipt.id
    asked = {"oldest": receipt.id, "latest": receipt.id, "inclusive": "true", "limit": "2"}
    where = {"channel": kept.get("channel") or channel, "ts": head}
    answer = api.ask("conversations.replies", _GONE, **where, **asked)
    for live in (answer.look("messages") or ()) if answer.look("ok") else ():
        if live.get("ts") == receipt.id:
            found = {Metric.LIKES: added(live.get("reactions"))}
            if head == receipt.id:
                found[Metric.COMMENTS] = int(live.get("reply_count") or 0)
            return found
    return None


def of_channel(api: Api, channel: str) -> dict[Metric, int]:
    """Members; nothing where the token may not ask."""
    asked = {"channel": channel, "include_num_members": "true"}
    answer = api.ask("conversations.info", {"missing_scope"}, **asked)
    return one(Metric.MEMBERS, answer.look("channel", "num_members"))
