"""What a reader can filter the calendar by, and how each thing on it says what it is.

An element's ``data-cmops-is`` holds tokens such as ``channel:blog``. What says nothing about a
channel concerns all of them, and stays when one is chosen; a post without a pillar says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cmops.pages.programme import Slot
from cmops.pages.stops import SUSPENDED, is_suspended, shown_state
from cmops.values import dataclass
from cmops.workspace.model import Event, Scope

if TYPE_CHECKING:
    from cmops.pages.site import Site

NONE = "-"
"""The value of what has none."""

UNREADY = ("draft", "idea")

Kind = tuple[tuple[str, ...], str, str, tuple[str, ...]]
"""A post's channels, pillar, campaign and states: many posts have the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to filter by, and its values with what people call them."""

    name: str
    values: tuple[tuple[str, str], ...]


def choices(site: Site) -> tuple[Choice, ...]:
    """All that there is to filter by; what has only one value is no choice."""
    settings, say = site.settings, site.say
    pillars = [(id, each.name) for id, each in settings.pillars.items()]
    campaigns = [(id, each.name) for id, each in site.workspace.campaigns.items()]
    states = sorted(site.rows.states())
    found = (
        Choice("brand", tuple((id, each.name) for id, each in settings.brands.items())),
        Choice("channel", tuple(channels(site).items())),
        Choice("pillar", _or_none(pillars, say("pages.without.pillar"))),
        Choice("campaign", _or_none(campaigns, say("pages.without.campaign"))),
        Choice("state", tuple((id, state_name(site, id)) for id in states)),
    )
    return tuple(each for each in found if len(each.values) > 1)


def channels(site: Site) -> dict[str, str]:
    """What channels are called, with their platform where several are called the same."""
    known = site.settings.channels
    names = Counter(each.name for each in known.values())
    return {
        id: each.name if names[each.name] == 1 else f"{each.name} ({site.platform(id)})"
        for id, each in known.items()
    }


def state_name(site: Site, state: str) -> str:
    """What people call a state, of a delivery or of a post that is not ready."""
    ours = state in UNREADY or state == SUSPENDED
    return site.say(f"pages.state.{state}" if ours else f"state.{state}")


def kind(slot: Slot) -> Kind:
    """All that the filters look at of a post."""
    post = slot.post
    own = (post.pillar or NONE, post.campaign or NONE) if post else (NONE, NONE)
    return (slot.channels, *own, _states(slot))


def of_kind(site: Site, kind: Kind) -> str:
    """What posts of this kind are."""
    channels, pillar, campaign, states = kind
    return " ".join(
        (
            *_tokens("brand", brands(site, channels)),
            *_tokens("channel", channels),
            f"pillar:{pillar}",
            f"campaign:{campaign}",
            *_tokens("state", states),
        )
    )


def of_event(site: Site, event: Event) -> str:
    """What an event is; one that names no channel concerns its brand's."""
    own = (event.brand,) if event.brand else brands(site, event.channels)
    tokens = (*_tokens("brand", own), *_tokens("channel", event.channels))
    return " ".join((*tokens, f"campaign:{event.campaign or NONE}", f"event:{event.id}"))


def of_scope(site: Site, scope: Scope) -> str:
    """What a quiet period is about."""
    if scope.everything:
        return ""
    covered = [
        id for id, each in site.settings.channels.items() if scope.covers(id, each.brand, None)
    ]
    tokens = (*_tokens("brand", brands(site, covered)), *_tokens("channel", covered))
    return " ".join((*tokens, *_tokens("campaign", scope.campaigns)))


def of(brand: Iterable[str] = (), channel: Iterable[str] = (), campaign: Iterable[str] = ()) -> str:
    """What something is that only says these."""
    names = ("brand", brand), ("channel", channel), ("campaign", campaign)
    return " ".join(token for name, values in names for token in _tokens(name, values))


def brands(site: Site, channels: Iterable[str]) -> tuple[str, ...]:
    """The brands of these channels, each once."""
    known = site.settings.channels
    return tuple(dict.fromkeys(known[id].brand for id in channels if id in known))


def _states(slot: Slot) -> tuple[str, ...]:
    """Its own, and those of its channels where they differ."""
    own = [SUSPENDED if is_suspended(each) else str(each.state) for each in slot.deliveries]
    return tuple(dict.fromkeys((shown_state(slot), *own)))


def _tokens(name: str, values: Iterable[str]) -> Iterator[str]:
    return (f"{name}:{value}" for value in values)


def _or_none(found: list[tuple[str, str]], without: str) -> tuple[tuple[str, str], ...]:
    return (*found, (NONE, without)) if found else ()
