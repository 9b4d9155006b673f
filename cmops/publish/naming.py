"""The delivery that a person means: ``post@channel``, with its day if it repeats, or its URL."""

from __future__ import annotations

from collections.abc import Iterable

from cmops.errors import UsageError
from cmops.publish.keys import Name, parse_name
from cmops.publish.plan import Delivery


def named(deliveries: Iterable[Delivery], text: str) -> Delivery:
    """The publication that ``text`` names; raises UsageError for none, and for several."""
    publications = [each for each in deliveries if each.subject.action == "publish"]
    if text.startswith(("https://", "http://")):
        found = [each for each in publications if _shown_at(each, text)]
    else:
        wanted = parse_name(text)
        found = [each for each in publications if _is(each, wanted)]
    if not found:
        raise UsageError("publish.no-such-delivery", name=text)
    if len(found) > 1:
        raise UsageError("publish.which-day", name=text, example=name_of(found[0]))
    return found[0]


def name_of(delivery: Delivery) -> Name:
    """What people call a delivery."""
    subject = delivery.subject
    return Name(subject.post, subject.channel, subject.day)


def _is(delivery: Delivery, wanted: Name) -> bool:
    subject = delivery.subject
    same = (subject.post, subject.channel) == (wanted.post, wanted.channel)
    return same and wanted.day in (None, subject.day)


def _shown_at(delivery: Delivery, url: str) -> bool:
    return any(item.receipt.url == url for item in delivery.record.live)
