from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.workspace.dialect import DEEPEST, MOST_MISTAKES, parse
from cmops.workspace.traps import Mistake


def data(text: str) -> Any:
    parsed = parse(text)
    assert parsed.mistakes == ()
    return parsed.data


def mistake(text: str) -> tuple[str, int, int]:
    """Code, line and column of the one mistake in a text."""
    (found,) = parse(text).mistakes
    return placed(text, found)


def placed(text: str, found: Mistake) -> tuple[str, int, int]:
    before = text[: found.index]
    return found.code, before.count("\n") + 1, found.index - before.rfind("\n")


LOOK_LIKE_VALUES = """
2026-12-01 2026-12-01T12:15:00+01:00 12:15 9:30 NO no Yes yes on off True TRUE False Null NULL
1_000 0o7 017 0123 0x1F 0b11 1e3 1.5e3 .5 5. +1 -01 .inf .nan --1 1.2.3 00 = << 1234567890123456 ٣
"""


@pytest.mark.parametrize("text", LOOK_LIKE_VALUES.split())
def test_what_yaml_would_turn_into_something_else_stays_text(text: str) -> None:
    assert data(f"a: {text}") == {"a": text}
    assert data(f"a: [{text}]") == {"a": [text]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-0", 0),
        ("42", 42),
        ("-7", -7),
        ("999999999999999", 999999999999999),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("1.10", 1.1),
    ],
)
def test_plain_numbers_truths_and_nothing_have_types(text: str, value: object) -> None:
    found = data(f"a: {text}")["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["42", "true", "null", "~", "1.5", ""])
def test_whatever_is_quoted_is_text(text: str) -> None:
    assert data(f'a: "{text}"') == {"a": text}
    assert data(f"a: '{text}'") == {"a": text}
    assert data(f"a: |-\n  {text}\n") == {"a": text}


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_integers_come_back(number: int) -> None:
    assert data(f"a: {number}") == {"a": number}


@given(st.from_regex(re.compile(r"\A[0-9+\-.,_exob:]{1,12}\Z", re.ASCII)))
def test_anything_that_looks_like_a_number_is_a_number_or_its_own_text(text: str) -> None:
    parsed = parse(f"a: {text}")
    if parsed.data is not None:
        value = parsed.data["a"]
        if isinstance(value, str):
            assert value == text
        elif isinstance(value, (int, float)):
            assert re.fullmatch(r"-?\d+(\.\d+)?", text)


def test_keys_are_always_text() -> None:
    keys = "12: a\ntrue: b\n2026-12-01: c\n1.5: d\nnull: e\n~: f\n"
    assert list(data(keys)) == ["12", "true", "2026-12-01", "1.5", "null", "~"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", ("CM025", 3, 1)),
        ("x:\n  a: 1\n  'a': 3\n", ("CM025", 3, 3)),
        ("x: {a: 1, a: 2}\n", ("CM025", 1, 11)),
        ("1: a\n'1': b\n", ("CM025", 2, 1)),
        ("a: &x [b]\nc: *x\n", ("CM022", 1, 4)),
        ("a: 1\n<<: {b: c}\n", ("CM023", 2, 1)),
        ("a: !!str 12\n", ("CM024", 1, 4)),
        ("a: !secret b\n", ("CM024", 1, 4)),
        ("a: !!python/object/apply:os.system [x]\n", ("CM024", 1, 4)),
        ("b: 1\nc: !<tag:x> d\n", ("CM024", 2, 4)),
        ("a: 1\n---\nb: 2\n", ("CM020", 2, 1)),
        ("a: 1\n...\nb: 2\n", ("CM020", 3, 1)),
        ("%YAML 1.2\n---\na: 1\n", ("CM021", 1, 1)),
        ("# x\n%TAG ! tag:x:\n---\na: 1\n", ("CM021", 2, 1)),
        ("a: 1\n: b\n", ("CM026", 2, 1)),
        ("[a, b]: c\n", ("CM026", 1, 1)),
        ("? {a: b}\n: c\n", ("CM026", 1, 3)),
    ],
)
def test_every_departure_from_the_dialect_is_located(
    text: str, expected: tuple[str, int, int]
) -> None:
    assert mistake(text) == expected


def test_the_first_of_two_equal_keys_is_kept_so_that_the_rest_can_be_checked() -> None:
    assert parse("a: 1\nb: 2\na: 3\n").data == {"a": 1, "b": 2}


def test_a_quoted_merge_key_is_a_key() -> None:
    assert data("'<<': a") == {"<<": "a"}


def test_marks_of_yaml_inside_text_are_text() -> None:
    text = "a: Q&A & co\nb: 5 * 3\nc: Bonjour !\nd: 'un !'\ne: \"&x *x !y\"\nf: |\n  &x *x !y\n"
    assert set(data(text)) == set("abcdef")


def test_an_alias_bomb_costs_nothing_and_is_one_mistake() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for one, next_one in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True):
        bomb += f"{next_one}: &{next_one} [{', '.join([f'*{one}'] * 9)}]\n"
    assert mistake(bomb) == ("CM022", 1, 4)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 10_000,
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a: " + "{b: " * 10_000,
        "- " * 10_000 + "a",
        "? " * 10_000 + "a",
        "".join(" " * depth + "a:\n" for depth in range(1_000)),
        "".join(f"{' ' * depth}a:\n{' ' * depth}- b:\n" for depth in range(0, 300, 3)),
    ],
)
def test_nesting_without_end_is_one_mistake_and_no_crash(text: str) -> None:
    (found,) = parse(text).mistakes
    assert found.code == "CM027"


def test_nesting_is_allowed_up_to_the_limit_and_not_beyond() -> None:
    deepest = DEEPEST - 1
    assert parse("a: " + "[" * deepest + "]" * deepest).mistakes == ()
    assert mistake("a: " + "[" * DEEPEST + "]" * DEEPEST) == ("CM027", 1, 3 + DEEPEST)
    wide = "a:\n" + "".join(f"  - [{n}]\n" for n in range(200))
    assert parse(wide).mistakes == ()


def test_lists_of_lists_and_long_block_texts_are_fine() -> None:
    text = "a: |\n" + "  " + "[{" * 100 + "\n  - - - - - - - - - -\n"
    assert data(text)["a"].startswith("[{[{")


def test_a_document_full_of_mistakes_tells_the_first_ones() -> None:
    found = parse("a: b #c\n" * 1000).mistakes
    assert len(found) == MOST_MISTAKES
    assert found[0].index == 5
