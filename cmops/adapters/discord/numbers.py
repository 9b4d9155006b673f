"""What Discord counts of a message and of a server."""

from __future__ import annotations

from cmops.adapters.contract import Metric
from cmops.http import Answer


def of_message(answer: Answer) -> dict[Metric, int]:
    """Reactions, the messages of the thread below it where it has one, and a poll's votes.

    Discord leaves reactions out where there are none.
    """
    found = {Metric.LIKES: _sum(answer.look("reactions"))}
    replies = answer.look("thread", "message_count")
    if isinstance(replies, int):
        found[Metric.COMMENTS] = replies
    if isinstance(answer.look("poll", "results"), dict):
        found[Metric.VOTES] = _sum(answer.look("poll", "results", "answer_counts"))
    return found


def of_guild(answer: Answer) -> dict[Metric, int]:
    """Members, about."""
    members = answer.look("approximate_member_count")
    return {Metric.MEMBERS: members} if isinstance(members, int) else {}


def _sum(each: object) -> int:
    rows = each if isinstance(each, list) else []
    counts = (row.get("count") for row in rows if isinstance(row, dict))
    return sum(count for count in counts if isinstance(count, int))
