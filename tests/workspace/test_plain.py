"""What is read at a glance is what the parser reads, and nothing that the parser minds."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cmops.workspace.dialect import Parsed, parsed
from cmops.workspace.plain import fields

POST = """\
title: L’atelier d'hiver (3e édition), c’est 12:15 !
publish_at: 2026-12-01 12:15
to: [mastodon, bluesky,x]
link: https://example.org/a?b=c&d=e
hashtags: [Réparation, +saison, vélo cargo, 2026]
media: [media/atelier-2.jpg]
card: "« Atelier » : #3, [complet]"
repeat: true
pull: 12
share: 0.5
nothing: null
tags: []
status: ready
"""


def test_a_post_as_most_are_is_read_at_a_glance() -> None:
    found = fields(POST)
    assert found is not None
    assert Parsed(found) == parsed(POST)
    assert found["card"] == "« Atelier » : #3, [complet]"
    assert [found[name] for name in ("repeat", "pull", "share", "nothing")] == [True, 12, 0.5, None]
    assert found["hashtags"] == ["Réparation", "+saison", "vélo cargo", 2026]


@pytest.mark.parametrize(
    "line",
    [
        "title: Atelier : la reprise",
        "title: Atelier #3",
        "title: Atelier#3",
        "title: Atelier:",
        "title: Atelier ",
        "title:  Atelier",
        "title: - Atelier",
        "title: @atelier",
        "title: l\tatelier",
        "title: l\u2028atelier",
        "title: l\x85atelier",
        'title: "a\\tb"',
        'title: "a" b',
        "title: 'a'",
        "to: [a, b",
        "to: [a: b]",
        "to: [#a]",
        "to: [a, ]",
        "to: [[a]]",
        "to: {a: b}",
        "title:",
        "title: a\n  b",
        "title: a\n\n",
        "title: a\ntitle: b",
        "# a\ntitle: a",
        "title: &a b",
        "title: a\n---",
        "Title: a",
        "",
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(line: str) -> None:
    assert fields(f"{line}\n") is None
    assert fields(line) is None


_RISKY = "ab1 -:,.;!?#&*%@'\"()[]{}|>=+/~é\u00a0\u202f’«»…–\t\n\\0tfn_"
_LINES = st.tuples(
    st.sampled_from(["a", "b_c", "true", "version", "date"]), st.text(_RISKY, max_size=12)
).map(": ".join)


@given(st.lists(_LINES, min_size=1, max_size=4).map("\n".join))
@settings(max_examples=400)
@example("a: b\x00")
@example("a: -1")
@example("a: n")
@example("a: [1.5, -a, 0]")
@example("a: [a b, c]")
def test_the_parser_reads_the_same_and_finds_nothing_wrong(text: str) -> None:
    found = fields(f"{text}\n")
    if found is not None:
        assert Parsed(found) == parsed(f"{text}\n")


@given(st.text(max_size=20), st.sampled_from(["{}", '"{}"', "[{}]", "[a, {}]"]))
def test_no_character_of_any_script_is_read_otherwise(text: str, form: str) -> None:
    found = fields(f"a: {form.format(text)}\n")
    if found is not None:
        assert Parsed(found) == parsed(f"a: {form.format(text)}\n")


def test_every_letter_there_is_is_one_to_the_parser_too() -> None:
    letters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    known = [each for each in letters if fields(f"a: {each}b{each}c\n") is not None]
    assert len(known) > 100_000
    text = "".join(f"{_name(n)}: {each}b{each}c\n" for n, each in enumerate(known))
    found = fields(text)
    assert found is not None
    assert Parsed(found) == parsed(text)


def _name(number: int) -> str:
    """A key for each number, of letters."""
    return "".join(chr(97 + int(digit)) for digit in str(number))
