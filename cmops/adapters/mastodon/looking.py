"""Looking for a status among the account's own: its source text, its parent, its time.

The HTML that a status is shown as is lossy, so candidates are asked for their source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from cmops.adapters.contract import Absent, Answer, Found, Message, Sending, Unknown
from cmops.adapters.mastodon.api import Api, Source, Status
from cmops.adapters.reading import moment
from cmops.failures import NotSent
from cmops.ledger.clock import MAX_SKEW
from cmops.ledger.entries import Receipt

PAGES = 100
"""Pages of 40 that are read at most; an account that wrote more since cannot be read back."""

_SPACE = " \t\n\v\f\r\0"
"""What Mastodon takes off both ends of a text."""

Keep = Callable[[Status, datetime], Receipt]


def for_status(
    api: Api, message: Message, parent: str | None, sending: Sending, keep: Keep
) -> Answer:
    """The status with this text below this parent, if there is exactly one.

    Two are Unknown, and so is one whose files or poll differ: it may be this message, or another
    that happens to read like it. Without any, one that was edited may have read otherwise.
    """
    earlier = {each.id for each in sending.before}
    alike: list[Status] = []
    rivals = edited = False
    for status in _since(api, sending.since - MAX_SKEW, exclude_reblogs=True):
        if status.get("reblog") or status["id"] in earlier or _parent(status) != parent:
            continue
        source = api.source(status)
        if source is None or (_same(source, message) and not _looks(status, message)):
            rivals = True
        elif _same(source, message):
            alike.append(status)
        else:
            edited = edited or bool(status.get("edited_at"))
    if len(alike) == 1 and not rivals:
        return Found(keep(alike[0], sending.since))
    return Unknown() if alike or rivals or edited else Absent()


def for_boost(api: Api, boosted: Status, sending: Sending, keep: Keep) -> Answer:
    """The account's boost of a status; it can have one only, whenever that was made."""
    if boosted.get("reblogged") is False:
        return Absent()
    for status in _since(api, None, exclude_reblogs=False):
        inner = status.get("reblog")
        if isinstance(inner, dict) and inner.get("id") == boosted["id"]:
            return Found(keep(status, sending.since))
    return Unknown() if boosted.get("reblogged") else Absent()


def says(api: Api, status: Status, message: Message) -> bool:
    """Whether a status is the message to the letter, as far as its server tells."""
    source = api.source(status)
    return source is not None and _same(source, message) and _looks(status, message)


def _since(api: Api, since: datetime | None, *, exclude_reblogs: bool) -> Iterator[Status]:
    """The account's statuses, newest first, page after page until one is older than ``since``.

    Raises NotSent when the pages do not come to an end: then nothing is proven.
    """
    asked = {"limit": "40", "exclude_reblogs": str(exclude_reblogs).lower()}
    path, last = f"/api/v1/accounts/{api.id}/statuses", ""
    for _ in range(PAGES):
        answer = api.read("GET", path, params={**asked, **({"max_id": last} if last else {})})
        page = answer.data
        if not isinstance(page, list):
            raise answer.rubbish()
        # A page may be short of what was asked for and not be the last one.
        if not page:
            return
        for position, status in enumerate(page):
            made = moment(status.get("created_at"))
            answer.text(position, "id")
            if made is None:
                raise answer.rubbish()
            if since is not None and made < since:
                return
            yield status
        if page[-1]["id"] == last:
            break
        last = page[-1]["id"]
    raise NotSent("too_many_pages")


def _parent(status: Status) -> str | None:
    found = status.get("in_reply_to_id")
    return str(found) if found is not None else None


def _same(source: Source, message: Message) -> bool:
    """Whether text and warning are the message's."""
    wanted = (message.text, message.fields.get("spoiler") or "")
    return tuple(map(_bare, source)) == tuple(map(_bare, wanted))


def _looks(status: Status, message: Message) -> bool:
    """Whether files, their alt texts and the poll are the message's."""
    alts = [each.get("description") or "" for each in status.get("media_attachments") or ()]
    options = [each.get("title") for each in (status.get("poll") or {}).get("options") or ()]
    wanted = (message.fields.get("poll") or {}).get("options", [])
    same_files = [_bare(each) for each in alts] == [_bare(each.alt) for each in message.media]
    return same_files and options == wanted


def _bare(text: str) -> str:
    return text.strip(_SPACE)
