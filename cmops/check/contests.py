"""Contests: rules that are complete before anybody can take part, and posts that name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cmops.check.passages import messages
from cmops.check.rule import Case, Scene
from cmops.findings import Finding

if TYPE_CHECKING:
    from cmops.workspace.model import Event

# What the law and the networks ask for; ``start`` and ``end`` are the event's own.
_NEEDED = (
    "rules",
    "organiser",
    "start",
    "end",
    "minimum_age",
    "countries",
    "prizes",
    "data_retention",
    "disclaimer",
)
_LOOKS = re.compile(
    r"\b(?:jeu[- ]?concours|grand (?:jeu|concours)|tirage au sort|tenter de gagner|tentez de gagner"
    r"|tente de gagner|à gagner|giveaway|prize draw|sweepstakes?|enter to win|chance to win)\b"
    r"|#(?:concours|giveaway|jeuconcours)\b",
    re.IGNORECASE,
)
_MAYBE = (
    "oncours",
    "tirage",
    "gagner",
    "iveaway",
    "weepstake",
    "o win",
    "rize",
    "TIRAGE",
    "GAGNER",
)


def contests(scene: Scene) -> Iterator[Finding]:
    """What a contest lacks: a warning in its file, an error on every post that announces it."""
    incomplete = {}
    for event in scene.workspace.events.values():
        lacking = list(_lacking(event)) if event.type == "contest" else []
        if lacking:
            incomplete[event.id] = event
            if event.status != "cancelled":
                yield Finding("CM711", event.path, ("type",), _values(event, lacking))
    if not incomplete:
        return
    for post in scene.workspace.posts.values():
        if post.contest in incomplete and post.status != "idea":
            event = incomplete[post.contest]
            values = _values(event, list(_lacking(event)))
            yield Finding("CM710", post.path, ("contest",), values)


def unnamed_contest(case: Case) -> Iterator[Finding]:
    """A text that looks like a contest's, in a post that names none."""
    post = case.post
    if post.contest is not None or post.status == "idea":
        return
    for passage in messages(case):
        if not any(map(passage.text.__contains__, _MAYBE)):
            continue
        found = _LOOKS.search(passage.text)
        if found:
            yield from passage.findings("CM713", case, found.start(), text=found[0])


def _values(event: Event, lacking: list[str]) -> dict[str, object]:
    return {"name": event.id, "event": event.path, "lacking": lacking}


def _lacking(event: Event) -> Iterator[str]:
    """The names of what must be there and is not."""
    from cmops.workspace.model import Contest

    contest = event.contest or Contest()
    for name in _NEEDED:
        source = event if name in ("start", "end") else contest
        if getattr(source, name) in (None, "", ()):
            yield name
