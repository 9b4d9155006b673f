"""A delivery as the person needs it who publishes it: where, when, what, who, and what to mind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from cmops.adapters.contract import Message
from cmops.adapters.registry import adapter
from cmops.github.people import is_team
from cmops.ledger.history import History
from cmops.publish.naming import name_of
from cmops.publish.plan import Delivery, State
from cmops.publish.relations import addressed
from cmops.values import dataclass
from cmops.workspace.model import Channel, Workspace


@dataclass(frozen=True, slots=True)
class Sheet:
    """One delivery to publish by hand.

    ``name`` is how people call it; ``place`` what it is published to. ``at`` is when, also where
    somebody moved it. ``messages`` are those that are not live yet, ``first`` the place of the
    first of them in their thread of ``count``. ``roles`` are the titles of whoever is asked,
    ``logins`` the people of GitHub behind them.
    """

    name: str
    title: str
    path: str
    channel: Channel
    place: str
    at: datetime | None
    late: bool
    messages: tuple[Message, ...]
    first: int = 0
    count: int = 1
    roles: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()


def sheets(
    deliveries: Iterable[Delivery], workspace: Workspace, history: History, now: datetime
) -> Iterator[Sheet]:
    """What people were given and have not answered for, in the order of the plan."""
    for each in deliveries:
        if each.state is State.HANDED:
            found = sheet(each, workspace, history, now)
            if found is not None:
                yield found


def sheet(
    delivery: Delivery, workspace: Workspace, history: History, now: datetime
) -> Sheet | None:
    """One delivery's; None when its channel or its text cannot be had any more."""
    subject, record = delivery.subject, delivery.record
    channel = workspace.settings.channels.get(subject.channel)
    composition = subject.composition
    if channel is None or composition is None:
        return None
    at = record.moved.astimezone(workspace.zone) if record.moved else subject.at
    known = workspace.posts.get(subject.post)
    first = record.next_message
    given = tuple(_addressed(each, channel, history) for each in composition.messages[first:])
    asked = channel.handoff.asks if channel.handoff else ()
    return Sheet(
        name=str(name_of(delivery)),
        title=known.title if known else subject.post,
        path=subject.path,
        channel=channel,
        place=place_of(channel),
        at=at,
        late=at is not None and at < now,
        messages=given,
        first=first,
        count=len(composition.messages),
        roles=tuple(_roles(asked, workspace)),
        logins=tuple(dict.fromkeys(_logins(asked, workspace))),
        checklist=channel.handoff.checklist if channel.handoff else (),
    )


def place_of(channel: Channel) -> str:
    """What a channel publishes to: its network, or what a hand-off is for."""
    return str(channel.settings.get("for") or adapter(channel.platform).platform.title)


def _addressed(message: Message, channel: Channel, history: History) -> Message:
    return addressed(message, channel, history) or message


def _roles(asked: Iterable[str], workspace: Workspace) -> Iterator[str]:
    for each in asked:
        if not each.startswith("@"):
            yield workspace.settings.approvals.title(each)


def _logins(asked: Iterable[str], workspace: Workspace) -> Iterator[str]:
    roles = workspace.settings.approvals.roles
    for each in asked:
        people = (each,) if each.startswith("@") else roles[each].people if each in roles else ()
        yield from (person.removeprefix("@") for person in people if not is_team(person))
