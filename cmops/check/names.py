"""Names that documents refer to: which there are, and the finding for one that nothing has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice

from cmops.findings import Finding, Pointer
from cmops.workspace.model import Workspace

CODES: Mapping[str, str] = {
    "channel": "CM210",
    "brand": "CM211",
    "campaign": "CM212",
    "pillar": "CM213",
    "audience": "CM214",
    "objective": "CM215",
    "event": "CM216",
    "post": "CM220",
    "style": "CM226",
    "guideline": "CM233",
    "reply": "CM234",
    "playbook": "CM235",
}
_SHOWN = 6
_COMPARED = 500
_NOTHING = "–"


class Names:
    """Everything in a workspace that another document may name, by what it is."""

    def __init__(self, workspace: Workspace) -> None:
        settings = workspace.settings
        guidelines = workspace.guidelines.values()
        self.known: Mapping[str, Collection[str]] = {
            "channel": settings.channels,
            "brand": settings.brands,
            "campaign": workspace.campaigns,
            "pillar": settings.pillars,
            "audience": settings.audiences,
            "objective": workspace.objectives,
            "event": workspace.events,
            # A post that cannot be read is there all the same.
            "post": {*workspace.posts, *(broken.id for broken in workspace.broken)},
            "style": settings.styles,
            "guideline": {rule.id: None for each in guidelines for rule in each.rules},
            "reply": workspace.replies,
            "playbook": workspace.crises,
        }

    def one(self, kind: str, name: str | None, path: str, at: Pointer) -> Iterator[Finding]:
        """A finding if something is named that is not there."""
        if name is not None and name not in self.known[kind]:
            yield unknown(CODES[kind], name, self.known[kind], path, at)

    def all(self, kind: str, names: Iterable[str], path: str, at: Pointer) -> Iterator[Finding]:
        """A finding for each name of a list that is not there."""
        known = self.known[kind]
        for index, name in enumerate(names):
            if name not in known:
                yield unknown(CODES[kind], name, known, path, (*at, index))


def unknown(
    code: str, name: str, known: Collection[str], path: str, at: Pointer, **values: object
) -> Finding:
    """The finding for a name that nothing has: the nearest that exists, and some of the others.

    Gives the values ``name``, ``suggestion`` (empty when nothing is near) and ``known``.
    """
    given = {"name": name, "suggestion": nearest(name, known), "known": listed(known), **values}
    return Finding(code, path, at, given)


def nearest(name: str, known: Collection[str]) -> str:
    """The existing name that was probably meant; empty when there is none."""
    if name.casefold() in known:
        return name.casefold()
    # Among thousands of posts only those that begin alike are worth the time.
    names = known if len(known) <= _COMPARED else (each for each in known if each[:3] == name[:3])
    close = get_close_matches(name, list(islice(names, _COMPARED)), n=1)
    return close[0] if close else ""


def listed(known: Collection[str]) -> object:
    """The first names, for a message: a long list helps nobody."""
    if not known:
        return _NOTHING
    first = tuple(islice(known, _SHOWN))
    return (*first, "…") if len(known) > _SHOWN else first
