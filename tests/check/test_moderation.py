"""Moderation rules that prove themselves, guidelines that are numbered, replies that fit."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Files, Finds

RULES = "playbooks/moderation/regles.yml"
GUIDE = "playbooks/guidelines/charte.md"
REPLY = "content/replies/retard.md"
CHARTER = """\
---
title: Charte
rules:
  - {number: 1, id: respect, title: Respect, text: Soyez aimables.}
  - {number: 2, id: insultes, title: Insultes, text: Pas d’insultes.}
---
"""


def rule(
    match: str = "terms: [arnaque]",
    yes: str = "[une arnaque]",
    no: str = "[un bon conseil]",
    more: str = "",
    id: str = "insultes",
) -> str:
    return (
        f"  - id: {id}\n    title: Une règle\n    match: {{{match}}}\n    action: note\n"
        f"    examples:\n      must_match: {yes}\n      must_not_match: {no}\n{more}"
    )


def rules(*each: str) -> Files:
    return {RULES: "rules:\n" + "".join(each), GUIDE: CHARTER}


def test_a_rule_that_proves_itself_is_fine(check: Check) -> None:
    assert check(rules(rule(more="    guideline: insultes\n"))).codes == set()


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("CM801", rule(yes="[une arnaque, ⟦une escroquerie]")),
        ("CM802", rule("terms: [con*]", yes="[con]", no="[un ami, ⟦un bon conseil]")),
        ("CM803", rule("terms: [arnaque], patterns: [⟦'(gratuit']")),
        ("CM803", rule("patterns: [⟦'(a)\\1', 'arnaque']")),
        ("CM803", rule("terms: [arnaque], patterns: [⟦'x*']")),
        ("CM233", rule(more="    guideline: ⟦insulte\n")),
        ("CM234", rule(more="    reply: ⟦retard\n")),
        ("CM235", rule(more="    playbook: ⟦bad-buzz\n")),
        ("CM210", rule(more="    channels: [⟦masto]\n")),
    ],
)
def test_a_rule_that_fails_is_found_at_its_place(code: str, given: str, finds: Finds) -> None:
    finds(code, rules(given))


def test_a_pattern_that_would_take_for_ever_is_harmless(check: Check) -> None:
    given = rule("patterns: ['(a+)+$']", yes=f"[{'a' * 40}]", no=f"[{'a' * 40}b]")
    assert check(rules(given)).codes == set()


def test_what_was_found_in_an_innocent_message_is_said(finds: Finds) -> None:
    given = rule("terms: [con*]", yes="[con]", no="[⟦un bon conseil]")
    (found,) = finds("CM802", rules(given))
    assert "« conseil »" in found.message.replace("\u00a0", " ")


def test_a_rule_that_another_covers_is_found(finds: Finds) -> None:
    wide = rule("terms: [idiot, arnaque]", yes="[arnaque]", id="large")
    narrow = rule(id="etroite").replace("match: {", "match: ⟦{")
    finds("CM804", rules(wide, narrow))


@pytest.mark.parametrize(
    "narrow",
    [
        rule("terms: [arnaque], case: true", id="etroite"),
        rule("terms: [arnaque, voleur]", id="etroite"),
    ],
)
def test_a_rule_that_sees_otherwise_or_more_is_not_covered(narrow: str, check: Check) -> None:
    wide = rule("terms: [idiot, arnaque]", yes="[arnaque]", id="large")
    assert "CM804" not in check(rules(wide, narrow)).codes


def test_a_rule_for_one_channel_does_not_cover_one_for_all(check: Check) -> None:
    one = rule(more="    channels: [mastodon]\n", id="une")
    assert "CM804" not in check(rules(one, rule(id="toutes"))).codes
    assert "CM804" in check(rules(rule(id="toutes"), one)).codes


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("CM805", "number: 2", "number: ⟦1"),
        ("CM814", "id: insultes", "id: ⟦respect"),
    ],
)
def test_guidelines_are_numbered_and_named_once(
    code: str, old: str, new: str, finds: Finds
) -> None:
    finds(code, {GUIDE: CHARTER.replace(old, new)})


def test_guidelines_name_channels_that_exist(finds: Finds) -> None:
    finds("CM210", {GUIDE: CHARTER.replace("rules:", "channels: [⟦masto]\nrules:")})


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("CM210", "channels: [⟦masto]"),
        ("CM211", "brand: ⟦ateliers"),
        ("CM233", "guideline: ⟦insulte"),
    ],
)
def test_a_reply_that_points_nowhere_is_found(code: str, line: str, finds: Finds) -> None:
    reply = f"---\ntitle: Retard\nwhen: Un colis tarde\n{line}\n---\nBonjour.\n"
    finds(code, {REPLY: reply, GUIDE: CHARTER})
