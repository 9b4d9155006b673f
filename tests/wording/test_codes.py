"""Every code that cmops can find has a page in both languages, and a test that triggers it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from cmops.findings import Severity
from cmops.wording import LANGUAGES, Wording, codes

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"CM\d{3}")
VALUE = re.compile(r"\{(\w+)(?::[\w.]+)?\}")
SHARED = ("names.py", "slots.py", "passages.py", "run.py", "blocks.py")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def texts(folder: str) -> dict[Path, str]:
    paths = (ROOT / folder).rglob("*.py")
    return {path: path.read_text("utf-8") for path in paths if path != Path(__file__)}


@cache
def used() -> dict[str, list[Path]]:
    """The codes that stand as strings of their own in the sources, and where."""
    found: dict[str, list[Path]] = {}
    for path, text in texts("cmops").items():
        if not CODE.search(text):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)):
                found.setdefault(str(node.value), []).append(path)
    return found


@cache
def given(path: Path) -> frozenset[str]:
    """Every name that a source could give a finding's value: strings and keyword arguments."""
    tree = ast.parse(texts("cmops")[path])
    strings = {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return frozenset(
        strings
        | {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    )


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert set(used()) == set(codes.names())


@pytest.mark.parametrize("name", codes.names())
def test_a_page_says_everything_in_both_languages(name: str) -> None:
    code = codes.code(name)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", code.name)
    assert code.severity in Severity
    assert set(code.words) == set(LANGUAGES)
    french, english = code.words["fr"], code.words["en"]
    assert french.title != english.title
    assert french.message != english.message
    assert bool(french.hint) == bool(english.hint)
    for words in (french, english):
        assert words.title
        assert not words.message.endswith(".")
        assert len(words.page) > 150
        assert BLOCK.search(words.page), "a page shows an example"


@pytest.mark.parametrize("name", codes.names())
def test_the_languages_of_a_page_use_the_same_values(name: str) -> None:
    words = codes.code(name).words
    french, english = (
        set(VALUE.findall(f"{each.message} {each.hint}")) for each in (words["fr"], words["en"])
    )
    assert french == english


@pytest.mark.parametrize("name", codes.names())
def test_a_page_uses_only_values_that_some_finding_gives(name: str) -> None:
    words = codes.code(name).words["en"]
    wanted = set(VALUE.findall(f"{words.message} {words.hint}"))
    names = {each for path in used()[name] for each in given(path)}
    for path in texts("cmops"):
        # Values that several rules share are made in one place and called from the others.
        if path.name in SHARED:
            names |= given(path)
    assert wanted <= names


@pytest.mark.parametrize("name", codes.names())
def test_a_code_has_a_test_that_triggers_it(name: str) -> None:
    assert any(name in text for text in texts("tests").values())


def test_names_of_codes_are_unique() -> None:
    names = Counter(codes.code(each).name for each in codes.names())
    assert [name for name, times in names.items() if times > 1] == []


def test_yaml_examples_can_be_read() -> None:
    import yaml

    for name in codes.names():
        for words in codes.code(name).words.values():
            for language, text in BLOCK.findall(words.page)[1::2]:
                if language == "yaml":
                    yaml.safe_load(text)


def test_a_hint_without_its_value_is_left_out() -> None:
    values = {"name": "x", "suggestion": "", "known": ("a",)}
    message, hint = codes.code("CM210").said(values, Wording("en"))
    assert "x" in message
    assert hint == ""


@pytest.mark.parametrize("name", ["CM999", "../CM101", "CM1", ""])
def test_a_code_that_is_none_is_said_so(name: str) -> None:
    with pytest.raises(codes.UnknownCode):
        codes.code(name)
