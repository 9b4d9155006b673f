"""Moderation rules prove themselves by their examples; guidelines are numbered; replies fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cmops.check.names import Names
from cmops.check.rule import Scene
from cmops.findings import Finding
from cmops.text.matching import Matcher, Term

if TYPE_CHECKING:
    from cmops.workspace.model import Guidelines, ModerationRule


def moderation(scene: Scene) -> Iterator[Finding]:
    """Rules that fail their examples or can never act, and names that point nowhere."""
    names = Names(scene.workspace)
    for guidelines in scene.workspace.guidelines.values():
        yield from names.all("channel", guidelines.channels, guidelines.path, ("channels",))
        yield from _numbers(guidelines)
    for reply in scene.workspace.replies.values():
        yield from names.all("channel", reply.channels, reply.path, ("channels",))
        yield from names.one("brand", reply.brand, reply.path, ("brand",))
        yield from names.one("guideline", reply.guideline, reply.path, ("guideline",))
    earlier: list[ModerationRule] = []
    for rule in scene.workspace.moderation.values():
        yield from _names(rule, names)
        yield from _examples(rule)
        yield from _never(rule, earlier)
        earlier.append(rule)


def terms(rule: ModerationRule) -> tuple[Term, ...]:
    """What a rule looks for: its terms, then its patterns."""
    match = rule.match
    words = [(text, False) for text in match.terms] + [(text, True) for text in match.patterns]
    return tuple(
        Term(text, pattern, match.case, match.accents, match.normalise) for text, pattern in words
    )


def _names(rule: ModerationRule, names: Names) -> Iterator[Finding]:
    for kind in ("guideline", "reply", "playbook"):
        yield from names.one(kind, getattr(rule, kind), rule.path, (*rule.pointer, kind))
    yield from names.all("channel", rule.channels, rule.path, (*rule.pointer, "channels"))


def _examples(rule: ModerationRule) -> Iterator[Finding]:
    matcher = Matcher(terms(rule))
    for index, problem in sorted(matcher.problems.items()):
        patterns = index - len(rule.match.terms)
        where = ("patterns", patterns) if patterns >= 0 else ("terms", index)
        values = {"rule": rule.id, "text": matcher.terms[index].text, "problem": problem}
        yield Finding("CM803", rule.path, (*rule.pointer, "match", *where), values)
    at = (*rule.pointer, "examples")
    for index, text in enumerate(rule.examples.must_match):
        if not matcher.find(text):
            values = {"rule": rule.id, "text": _short(text)}
            yield Finding("CM801", rule.path, (*at, "must_match", index), values)
    for index, text in enumerate(rule.examples.must_not_match):
        found = matcher.find(text)
        if found:
            values = {"rule": rule.id, "text": _short(text), "found": found[0].text}
            yield Finding("CM802", rule.path, (*at, "must_not_match", index), values)


def _never(rule: ModerationRule, earlier: list[ModerationRule]) -> Iterator[Finding]:
    """A rule all of whose words an earlier one looks for in at least the same places."""
    for other in earlier:
        if {*terms(rule)} <= {*terms(other)} and _covers(other, rule):
            values = {"rule": rule.id, "other": other.id, "path": other.path}
            yield Finding("CM804", rule.path, (*rule.pointer, "match"), values)
            return


def _covers(other: ModerationRule, rule: ModerationRule) -> bool:
    return all(
        not theirs or (own and {*own} <= {*theirs})
        for theirs, own in ((other.channels, rule.channels), (other.languages, rule.languages))
    )


def _numbers(guidelines: Guidelines) -> Iterator[Finding]:
    """People quote rules by number: each once, in their order."""
    before = 0
    ids: set[str] = set()
    for index, rule in enumerate(guidelines.rules):
        if rule.number <= before:
            values = {"number": rule.number, "before": before}
            yield Finding("CM805", guidelines.path, ("rules", index, "number"), values)
        if rule.id in ids:
            at = ("rules", index, "id")
            yield Finding("CM814", guidelines.path, at, {"id": rule.id})
        before = max(before, rule.number)
        ids.add(rule.id)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
