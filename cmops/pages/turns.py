"""How deliveries stand, on the cards of a page: when, what became of them, why, on whose word.

A full site has tens of thousands of these, so they are written here and not drawn by a template:
a template takes eight times as long for it. Everything that is returned is escaped already.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from markupsafe import escape

from cmops.compose import Composition
from cmops.ledger.entries import Kind
from cmops.ledger.record import Record
from cmops.ledger.settled import went_well
from cmops.pages.links import safe
from cmops.pages.stops import SUSPENDED, is_suspended, why
from cmops.publish.plan import Delivery, State
from cmops.review.approval_words import given

if TYPE_CHECKING:
    from cmops.pages.site import Site

_TOLD = (Kind.PUBLISHED, Kind.REJECTED, Kind.UNCLEAR, Kind.RETRACTED, Kind.HANDED)
"""What the ledger says that people want to know: outcomes, not claims."""

_MINUTE = timedelta(minutes=1)

_Outcome = tuple[Kind | str, datetime, int | None, str, str | None]
"""What the ledger says, when, of which message (from 0), an address or nothing, and a code."""


class Turns:
    """The deliveries of one page."""

    def __init__(self, site: Site, path: str) -> None:
        self._site = site
        self._path = path
        self._zone: tzinfo = site.workspace.zone
        self._history = site.facts.history
        self._asks = bool(site.settings.approvals.rules)
        self._days: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def html(self, each: Delivery, record: Record, *, many: bool) -> str:
        """A delivery's line, and what is to be told of it below; ``many`` says of what message.

        ``record`` is the delivery's own: whoever draws it has looked it up.
        """
        numbers = self._site.counted.words(each.subject.key) if record.published else ()
        got = f' <span class="cmops-got">{escape(" · ".join(numbers))}</span>' if numbers else ""
        return (
            f'<p class="cmops-turn">{self.when(each.subject.at)} {self._pill(each)}{got}'
            f"{self.reason(each)}</p>\n{self._approvals(each, record) if self._asks else ''}"
            f"{self._became(each, record, many=many)}"
        )

    def when(self, at: datetime | None) -> str:
        """Its time, or that it has none."""
        if at is None:
            return self.say("pages.no-time")
        iso = at.isoformat()
        return f'<time datetime="{iso}">{self._day(iso, at)} {iso[11:16]}</time>'

    def reason(self, each: Delivery) -> str:
        """What keeps it from going out, if anything does."""
        if each.reason is None:
            return ""
        return f' <span class="cmops-reason">{why(self._site, self._path, each.reason)}</span>'

    def say(self, phrase: str) -> str:
        """A phrase without values, escaped."""
        said = self._said.get(phrase)
        if said is None:
            said = self._said[phrase] = str(escape(self._site.say(phrase)))
        return said

    def _pill(self, each: Delivery) -> str:
        return self._site.pill(SUSPENDED if is_suspended(each) else str(each.state))

    def _day(self, iso: str, at: datetime) -> str:
        day = self._days.get(iso[:10])
        if day is None:
            day = self._days[iso[:10]] = str(escape(self._site.draw.short_day(at)))
        return day

    def _approvals(self, each: Delivery, record: Record) -> str:
        """By which roles it was approved, and how; whose word is missing where nothing holds it.

        A rehearsal holds nothing: there it is said whose approval it would lack.
        """
        standing = self._site.facts.approved_by(each)
        if standing is None:
            return ""
        words = dict.fromkeys(given(one, self._site.wording) for one in standing.given)
        said = "".join(f'<p class="cmops-approved">{escape(each)}</p>\n' for each in words)
        coming = self._site.facts.sandbox and not record.published
        if not (coming and standing.missing):
            return said
        asked = self._site.say("approvals.plan.needs", missing=standing.missing)
        return f'{said}<p class="cmops-asked">{escape(asked)}</p>'

    def _became(self, each: Delivery, record: Record, *, many: bool) -> str:
        """What the ledger says of it, where that is more than that all went as planned."""
        if each.state is State.PUBLISHED and self._is_plain(record):
            outcomes = _receipts(record)
            if _as_planned(each, outcomes):
                return ""
        else:
            outcomes = list(self._outcomes(each, record))
        if not outcomes:
            return ""
        lines = "".join([self._told(outcome, many=many) for outcome in outcomes])
        return f'<ul class="cmops-told" aria-label="{self.say("pages.history")}">\n{lines}</ul>\n'

    def _told(self, outcome: _Outcome, *, many: bool) -> str:
        kind, at, message, url, code = outcome
        when = at.astimezone(self._zone)
        iso = when.isoformat()
        of = self._message(message) if many and message is not None else ""
        see = (
            f' · <a href="{escape(url)}" rel="noopener noreferrer">{self.say("pages.see")}</a>'
            if url
            else ""
        )
        return (
            f'<li>{self.say(f"pages.entry.{kind}")}{of} <time datetime="{iso}">'
            f"{self._day(iso, when)} {iso[11:19]}</time>{see}"
            f"{f' · {escape(code)}' if code else ''}</li>\n"
        )

    def _message(self, place: int) -> str:
        return f" {escape(self._site.say('pages.message-n', number=place + 1))}"

    def _outcomes(self, each: Delivery, record: Record) -> Iterator[_Outcome]:
        """What became of one of which there is more to tell than its receipts."""
        entries = {entry.id: entry for entry in self._history.entries(record.key or each.key)}
        for entry in sorted(entries.values(), key=lambda entry: (entry.at, entry.message or 0)):
            if entry.kind in _TOLD:
                receipt = entry.receipt
                at, url = (receipt.at, receipt.url) if receipt else (entry.at, None)
                yield entry.kind, at, entry.message, safe(url), entry.code

    def _is_plain(self, record: Record) -> bool:
        """Whether its receipts are all that there is to tell; that it had to wait is nothing."""
        if record.round or record.answer is not None or len(record.live) != len(record.receipts):
            return False
        if record.refusals or record.doubts or record.corrections or record.tombstone:
            return False
        if len(record.claims) == 1:
            return True
        group = self._history.settled(record.key)
        return group is not None and went_well(group)


def is_changed(each: Delivery, record: Record, made: Composition) -> bool:
    """Whether something else is live than what its file says now."""
    # Settings may say since how else it would go out: the file has not changed by that.
    said = record.said
    if said is None or (said.source is not None and said.source == each.subject.source):
        return False
    return record.published and said.digest != made.digest


def _receipts(record: Record) -> list[_Outcome]:
    live = [(item.message, item.receipt) for item in record.live]
    return [(Kind.PUBLISHED, sent.at, place, safe(sent.url), None) for place, sent in live]


def _as_planned(each: Delivery, receipts: list[_Outcome]) -> bool:
    """Whether it went out in its minute and is to be seen nowhere: nothing else is to be told."""
    at = each.subject.at
    return at is not None and all(
        not url and abs(sent - at) < _MINUTE for _, sent, _, url, _ in receipts
    )
