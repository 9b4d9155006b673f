"""What keeps posts from going out, in words that lead on: to the incident that stops them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from cmops.pages.links import Here
from cmops.publish.plan import Delivery, State
from cmops.publish.reasons import Reason
from cmops.values import dataclass

if TYPE_CHECKING:
    from cmops.pages.programme import Slot
    from cmops.pages.site import Site
    from cmops.workspace.model import Incident

SUSPENDED = "suspended"
"""How a post is called, whose time has not come, that people have stopped."""

_INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why some deliveries of a post do not go out; no channels where that is all of them."""

    reason: Reason
    channels: tuple[str, ...]


def stops(slot: Slot) -> tuple[Stop, ...]:
    """What holds a post, and what would hold it if its time had come."""
    found: dict[str, tuple[Reason, list[str]]] = {}
    for each in slot.deliveries:
        reason = each.reason
        if reason is not None and each.state in (State.HELD, State.WAITING):
            told = f"{reason.code} {sorted(reason.values.items(), key=str)!r}"
            found.setdefault(told, (reason, []))[1].append(each.subject.channel)
    everywhere = len(slot.deliveries)
    return tuple(
        Stop(reason, () if len(channels) == everywhere else tuple(channels))
        for reason, channels in found.values()
    )


def all_stopped(slot: Slot) -> bool:
    """Whether nothing of a post goes out as things stand."""
    held = (each.state is State.HELD or is_suspended(each) for each in slot.deliveries)
    return bool(slot.deliveries) and all(held)


def is_suspended(delivery: Delivery) -> bool:
    """Whether it would not go out if its time had come."""
    return delivery.state is State.WAITING and delivery.reason is not None


def shown_state(slot: Slot) -> str:
    """What is said of a post in one word: whose time has not come is suspended if all of it is."""
    stopped = slot.deliveries and all(map(is_suspended, slot.deliveries))
    return SUSPENDED if stopped else slot.state


def said(site: Site, phrase: str, values: Mapping[str, object]) -> str:
    """A reason in words for people who never see the files; without what the site leaves out."""
    if phrase != f"reason.{_INCIDENT}":
        return site.say(phrase, **values)
    known = _incident(site, values)
    return site.say("pages.why.incident" if known else "reason.suspended", **values)


def why(site: Site, path: str, reason: Reason) -> Markup:
    """The reason on the page at ``path``, linked to the incident if it is one that is shown."""
    words = said(site, reason.phrase, reason.values)
    known = _incident(site, reason.values) if reason.code == _INCIDENT else None
    if known is None:
        return escape(words)
    address = Here(path, site.address).link(f"incidents/{known.id}.md")
    return Markup('<a href="{}">{}</a>').format(address, words)


def held_by(site: Site, incident: Incident) -> tuple[Slot, ...]:
    """The posts that an open incident holds, and those that it will hold soon."""
    return tuple(
        slot
        for slot in site.programme.slots
        if any(
            each.reason.code == _INCIDENT and each.reason.values["incident"] == incident.id
            for each in stops(slot)
        )
    )


def _incident(site: Site, values: Mapping[str, object]) -> Incident | None:
    return site.workspace.incidents.get(str(values.get("incident")))
