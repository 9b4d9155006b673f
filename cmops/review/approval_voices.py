"""Whether the people who were heard are those whom a rule asks for.

The ledger knows nobody's name: it counts people by the roles that they have together, so that
somebody with two roles is one person. What it cannot tell apart counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from cmops.ledger.entries import Entry
from cmops.values import dataclass
from cmops.workspace.model import Approvals, Ask

TOGETHER = "+"
"""Between the roles of one person, which are sorted by name."""

EMAIL, EMERGENCY, REVIEW, SOLO = "email", "emergency", "review", "solo"


@dataclass(frozen=True, slots=True)
class Voice:
    """How many people with exactly these roles an approval has; ``source`` tells approvals."""

    roles: frozenset[str]
    count: int
    source: int


def voices(entries: Iterable[Entry], policy: Approvals) -> tuple[Voice, ...]:
    """Everybody who was heard, as far as the policy lets their way of speaking count."""
    found = []
    for source, entry in enumerate(entries):
        for name, count in (entry.voices or {}).items():
            roles = frozenset(name.split(TOGETHER))
            if entry.means == EMAIL:
                roles = frozenset(each for each in roles if _by_email(each, policy))
            if roles and entry.means in (REVIEW, EMAIL):
                found.append(Voice(roles, count, source))
    return tuple(found)


def _by_email(role: str, policy: Approvals) -> bool:
    known = policy.roles.get(role)
    return known is not None and known.email


def together(people: Iterable[frozenset[str]]) -> dict[str, int]:
    """People by their roles, as an entry has them; whoever has none does not count."""
    found: dict[str, int] = {}
    for roles in people:
        if roles:
            name = TOGETHER.join(sorted(roles))
            found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who speaks for whom now: ``deputies`` says whether time is short enough for them."""

    policy: Approvals
    deputies: bool = False

    def missing(self, ask: Ask, heard: Sequence[Voice]) -> tuple[tuple[str, ...], ...]:
        """Whose word is still wanted: of each group one; none when the rule is satisfied."""
        if ask.any:
            return () if any(self._speaks(each, ask.any) for each in heard) else (ask.any,)
        if ask.all:
            silent = (role for role in ask.all if not any(self._speaks(v, (role,)) for v in heard))
            return tuple((role,) for role in silent)
        lacking = ask.at_least - distinct([each for each in heard if self._speaks(each, ask.of)])
        return (ask.of,) * max(lacking, 0)

    def stand_ins(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The deputies of these roles, once their word counts."""
        known = (self.policy.roles.get(role) for role in roles) if self.deputies else ()
        return tuple(each.deputy for each in known if each and each.deputy)

    def _speaks(self, voice: Voice, roles: Iterable[str]) -> bool:
        return any(role in voice.roles or self._stands_in(voice, role) for role in roles)

    def _stands_in(self, voice: Voice, role: str) -> bool:
        known = self.policy.roles.get(role)
        deputy = known.deputy if known else None
        return self.deputies and deputy is not None and deputy in voice.roles


def distinct(heard: Sequence[Voice]) -> int:
    """How many different people these are for certain.

    Within one approval everybody was counted once. Of several, those with a role in common may be
    the same person.
    """
    by_source: dict[int, list[Voice]] = {}
    for each in heard:
        by_source.setdefault(each.source, []).append(each)
    ordered = sorted(by_source.values(), key=_people, reverse=True)
    total, known = 0, frozenset[str]()
    for own in ordered:
        total += _people([voice for voice in own if not voice.roles & known])
        known = known.union(*(voice.roles for voice in own))
    return total


def _people(heard: Sequence[Voice]) -> int:
    return sum(each.count for each in heard)


def emergency(entry: Entry, policy: Approvals) -> bool:
    """Whether an emergency was declared by as many people as the policy wants."""
    wanted = policy.emergency
    if wanted is None or entry.means != EMERGENCY:
        return False
    return enough(entry.voices or {}, wanted.of, wanted.at_least)


def enough(voices: Mapping[str, int], roles: Iterable[str], least: int) -> bool:
    """Whether at least so many people with one of these roles are among the voices."""
    known = frozenset(roles)
    return sum(n for name, n in voices.items() if known & {*name.split(TOGETHER)}) >= least


Titles = Callable[[str], str]


def said(groups: Iterable[Sequence[str]], title: Titles) -> tuple[str, ...]:
    """Whose word is wanted, in words: ``Direction``, ``Direction / Relecture``, ``2 × …``."""
    counted: dict[tuple[str, ...], int] = {}
    for group in groups:
        counted[tuple(group)] = counted.get(tuple(group), 0) + 1
    found = []
    for group, count in counted.items():
        names = " / ".join(map(title, group))
        found.append(f"{count} × ({names})" if count > 1 else names)
    return tuple(dict.fromkeys(found))
