"""The programme as iCalendar (RFC 5545).

Written here rather than by a library: a large calendar has thousands of events, and icalendar
takes half a millisecond for each. The tests read it back with icalendar.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from cmops.ledger.entries import Receipt
from cmops.pages import filters
from cmops.pages.agenda import Mark, marks
from cmops.pages.links import safe
from cmops.pages.programme import Slot
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import Event, Quiet

BACK = timedelta(days=92)
AHEAD = timedelta(days=366)
MOST = 2_000
"""How many posts a calendar has at most, the nearest to now: more is too much for a telephone."""

_POST = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
_LINE = 75
_FIRST_BITS, _WITHIN_LETTER = 0b1100_0000, 0b1000_0000
"""How UTF-8 marks the octets of a letter after its first."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NOTHING = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE"),
)
"""What an empty calendar has, since one without any component is none (RFC 5545, 3.6)."""

_STATUS = {
    "draft": "TENTATIVE",
    "idea": "TENTATIVE",
    "expired": "CANCELLED",
    "retracted": "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Dated:
    """One VEVENT: its kind (``post``, ``event``, …), what it is to the filters, and its lines."""

    kind: str
    told: str
    text: str


def dates(site: Site) -> tuple[Dated, ...]:
    """Everything of the programme that has a time, from three months ago on."""
    first, last = site.today - BACK, site.today + AHEAD
    slots = [slot for slot in site.programme.slots if slot.day and first <= slot.day <= last]
    near = sorted(slots, key=lambda slot: abs(slot.at - site.now) if slot.at else AHEAD)[:MOST]
    kept = {id(slot) for slot in near}
    posts = (_post(site, slot) for slot in slots if id(slot) in kept)
    events = (_event(site, each) for each in site.workspace.events.values() if each.start)
    days = (
        _day(site, mark) for mark in marks(site, first, last) if mark.kind not in ("event", "quiet")
    )
    return (*posts, *events, *days, *_silences(site))


def calendar(site: Site, title: str, colour: str, held: Iterable[Dated]) -> str:
    """The file: a calendar of this name with these.

    It has no METHOD: that would make it a message about meetings, each with an ORGANIZER
    (RFC 5546, 3.2.1).
    """
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//cmops//cmops//" + site.wording.language.upper(),
        "CALSCALE:GREGORIAN",
        *(_line(name, _title(title)) for name in ("NAME", "X-WR-CALNAME")),
        _line("X-WR-TIMEZONE", _text(site.settings.timezone)),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    if colour:
        head.append(_line("X-APPLE-CALENDAR-COLOR", _text(colour)))
    found = [each.text for each in held]
    return "\r\n".join([*head, *(found or _NOTHING), "END:VCALENDAR", ""])


def _post(site: Site, slot: Slot) -> Dated:
    at = slot.at or site.now
    urls = [url for each in slot.deliveries for url in _urls(each.record.receipts.values())]
    state = filters.state_name(site, slot.state)
    ready = slot.state not in filters.UNREADY
    said = [
        ", ".join(site.channel_names(slot.channels)),
        f"{site.say('pages.state')}{site.say('pages.colon')}{state}",
        *urls,
    ]
    settled = [receipt.at for each in slot.deliveries for receipt in each.record.receipts.values()]
    done = slot.state == "published" and settled
    return Dated(
        "post",
        site.rows.told(slot),
        _vevent(
            site,
            _uid(site, "post", *identity(slot)),
            (_moment("DTSTART", at), _moment("DTEND", at + _POST)),
            summary=slot.title if ready else f"{slot.title} ({state})",
            about="\n".join(said),
            category=site.say("calendar.post"),
            status=_STATUS.get(slot.state, "CONFIRMED"),
            url=urls[0] if urls else None,
            changed=max(settled) if done else None,
        ),
    )


def identity(slot: Slot) -> tuple[str, ...]:
    """What a post at one time is known by, whatever its time becomes.

    The channel is part of it because a post may go to its channels at different times, and the
    day because it may repeat.
    """
    days = {str(each.subject.day) for each in slot.deliveries if each.subject.day}
    return (slot.id, *sorted(slot.channels)[:1], *sorted(days)[:1])


def _event(site: Site, each: Event) -> Dated:
    start = each.start or site.now
    end = each.end if each.end and each.end > start else start + _HOUR
    kind = site.say(f"pages.event.{each.type}")
    said = (kind, site.say(f"pages.status.{each.status}"), each.registration or "")
    status = {"planned": "TENTATIVE", "cancelled": "CANCELLED"}.get(each.status, "CONFIRMED")
    return Dated(
        "event",
        filters.of_event(site, each),
        _vevent(
            site,
            _uid(site, "event", each.id),
            (_moment("DTSTART", start), _moment("DTEND", end)),
            summary=each.name,
            about="\n".join(filter(None, said)),
            category=kind,
            status=status,
            url=safe(each.url),
            place=each.place,
            busy=True,
        ),
    )


def _day(site: Site, mark: Mark) -> Dated:
    """A campaign or a key date: whole days, the last one inside."""
    named = mark.place[0] if mark.place else f"{mark.id}-{mark.first:%Y%m%d}"
    after = mark.last + timedelta(days=1)
    return Dated(
        mark.kind,
        mark.told,
        _vevent(
            site,
            _uid(site, mark.kind, named),
            (_whole("DTSTART", mark.first), _whole("DTEND", after)),
            summary=mark.name,
            about=mark.what,
            category=mark.what.partition(",")[0],
        ),
    )


def _silences(site: Site) -> Iterator[Dated]:
    """The quiet periods; those of one reason and day, as of two brands, are told apart by order."""
    names: Counter[str] = Counter()
    for each in site.workspace.windows.quiet:
        if each.start:
            name = f"{each.reason}-{each.start:%Y%m%d}"
            names[name] += 1
            yield _quiet(site, each, name if names[name] == 1 else f"{name}-{names[name]}")


def _quiet(site: Site, each: Quiet, name: str) -> Dated:
    start, end = each.start or site.now, each.end or site.now
    kind = site.say("pages.quiet")
    return Dated(
        "quiet",
        filters.of_scope(site, each.scope),
        _vevent(
            site,
            _uid(site, "quiet", name),
            (_moment("DTSTART", start), _moment("DTEND", end)),
            summary=f"{kind}{site.say('pages.colon')}{each.reason}",
            about=each.reason,
            category=kind,
        ),
    )


def _vevent(  # noqa: PLR0913 - one parameter a property
    site: Site,
    uid: str,
    when: tuple[str, str],
    *,
    summary: str,
    about: str,
    category: str,
    status: str = "CONFIRMED",
    url: str | None = None,
    place: str | None = None,
    busy: bool = False,
    changed: datetime | None = None,
) -> str:
    """The lines of an event.

    When a file was last changed is not known here. So each build says that everything that may
    still change was revised by it: a program that has an older revision takes the new one.
    """
    revised = changed or site.now
    lines = [
        "BEGIN:VEVENT",
        _line("UID", uid),
        _moment("DTSTAMP", site.now),
        _moment("LAST-MODIFIED", revised),
        f"SEQUENCE:{int(revised.timestamp()) // 60}",
        *when,
        _line("SUMMARY", _title(summary)),
        _line("DESCRIPTION", _text(about)),
        _line("CATEGORIES", _text(category)),
        f"STATUS:{status}",
        f"TRANSP:{'OPAQUE' if busy else 'TRANSPARENT'}",
    ]
    if place:
        lines.append(_line("LOCATION", _title(place)))
    if url:
        lines.append(_line("URL", url))
    return "\r\n".join([*lines, "END:VEVENT"])


def _uid(site: Site, *names: str) -> str:
    """The same in every build, and another workspace's never."""
    told = hashlib.sha256("\0".join((site.settings.name, *names)).encode()).hexdigest()
    return f"{names[0]}-{told[:32]}@cmops"


def _urls(receipts: Iterable[Receipt]) -> Iterator[str]:
    return (url for each in receipts if (url := safe(each.url)))


def _moment(name: str, at: datetime) -> str:
    return f"{name}:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _whole(name: str, day: date) -> str:
    return f"{name};VALUE=DATE:{day:%Y%m%d}"


def _text(text: str) -> str:
    """Text as a value: what has a meaning there is escaped, what no file may hold is left out."""
    clean = _CONTROL.sub("", "\n".join(text.splitlines()))
    for special, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        clean = clean.replace(special, escaped)
    return clean


def _title(text: str) -> str:
    """A name as a value: programs show one line of it, and calcurse refuses two."""
    return _text(" ".join(text.splitlines()))


def _line(name: str, value: str) -> str:
    """A line folded so that none is longer than 75 bytes, and no letter is cut."""
    whole = f"{name}:{value}"
    if len(whole) * 4 <= _LINE or len(whole.encode()) <= _LINE:
        return whole
    octets, lines, begin, room = whole.encode(), [], 0, _LINE
    while len(octets) - begin > room:
        end = begin + room
        while octets[end] & _FIRST_BITS == _WITHIN_LETTER:
            end -= 1
        lines.append(octets[begin:end])
        begin, room = end, _LINE - 1
    return b"\r\n ".join((*lines, octets[begin:])).decode()
