"""``approvals`` of ``cmops.yml``: roles that exist and can be heard, rules that can be met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmops.check.names import Names, unknown
from cmops.check.rule import Scene
from cmops.findings import Finding, Pointer
from cmops.workspace.model import Approvals, Ask, Matter

_PATH = "cmops.yml"
_AT: Pointer = ("approvals",)


def approvals(scene: Scene) -> Iterator[Finding]:
    """What the schema cannot say of who approves what."""
    policy = scene.workspace.settings.approvals
    names = Names(scene.workspace)
    yield from _roles(policy)
    for index, rule in enumerate(policy.rules):
        at = (*_AT, "rules", index)
        yield from _matter(rule.for_, names, (*at, "for"))
        yield from _ask(rule.by, policy, (*at, "by"))
        if rule.minor is not None:
            yield from _ask(rule.minor, policy, (*at, "minor"))
    if policy.emergency is not None:
        at = (*_AT, "emergency")
        yield from _known(policy.emergency.of, policy, (*at, "of"))
        yield from _enough(policy.emergency.at_least, policy.emergency.of, policy, at)


def _roles(policy: Approvals) -> Iterator[Finding]:
    reminded = {role for rule in policy.rules if rule.remind for role in rule.by.roles}
    for id, role in policy.roles.items():
        at = (*_AT, "roles", id)
        if not role.people and not role.email:
            yield Finding("CM252", _PATH, at, {"role": id}, on_key=True)
        if role.deputy is None:
            continue
        yield from _known((role.deputy,), policy, (*at, "deputy"))
        if role.deputy == id or id not in reminded:
            values = {"role": id, "deputy": role.deputy}
            yield Finding("CM254", _PATH, (*at, "deputy"), values)


def _matter(matter: Matter, names: Names, at: Pointer) -> Iterator[Finding]:
    for kind in ("brand", "channel", "pillar", "campaign"):
        for name in getattr(matter, kind):
            yield from names.one(kind, name, _PATH, (*at, kind))


def _ask(ask: Ask, policy: Approvals, at: Pointer) -> Iterator[Finding]:
    said = [name for name in ("any", "all", "of") if getattr(ask, name)]
    if len(said) != 1:
        yield Finding("CM251", _PATH, at, {"given": tuple(said) or "–"}, on_key=True)
    for name in said:
        yield from _known(getattr(ask, name), policy, (*at, name))
    if said == ["of"]:
        yield from _enough(ask.at_least, ask.of, policy, at)


def _known(roles: Iterable[str], policy: Approvals, at: Pointer) -> Iterator[Finding]:
    for name in roles:
        if name not in policy.roles:
            yield unknown("CM250", name, policy.roles, _PATH, at)


def _enough(wanted: int, roles: Iterable[str], policy: Approvals, at: Pointer) -> Iterator[Finding]:
    """Teams may have any number of members, so that only lists of logins can be too short."""
    asked = [policy.roles[name] for name in roles if name in policy.roles]
    people = {each.lower().removeprefix("@") for role in asked for each in role.people}
    written = sum(role.email for role in asked)
    if not any("/" in each for each in people) and len(people) + written < wanted:
        values = {"wanted": wanted, "count": len(people) + written}
        yield Finding("CM253", _PATH, (*at, "at_least"), values)
