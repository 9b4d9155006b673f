from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmops.review.quoting import JOINER, code, in_html, inline, quoted
from tests.review.reading import read

NASTY = st.text(st.sampled_from("aA9é \t\n*_`~#>-+=.!|[](){}<>&;:/\\\"'@$%^,?🙂fF0"), max_size=60)
HOSTILE = [
    "![suivi](https://evil.example/t.gif)",
    '<img src="https://evil.example/t.gif">',
    "<!-- cmops:preview -->",
    "@everyone @org/team a@b.example",
    "#12 GH-12 octo/repo#3 JIRA-4",
    "/cmops publish",
    "[x]: https://evil.example",
    "[clic](javascript:alert(1))",
    "&#64;octocat &lt;b>",
    "```\n</details><h1>Approuvé</h1>\n```",
    "a\n===\nb\n---\n\n***",
    "| a |\n|---|\n| b |",
    "1. un\n2. deux\n- [x] fait",
    "\\<b>\\\\<i>",
    "https://github.com/octo/repo/pull/1 www.evil.example",
    ":tada: $x$ $$y$$",
    "\u202eecnad",
]


def shown(text: str) -> str:
    """The text as it is to be read: without what shows nothing, its indentation as spaces."""
    lines = [line.replace("\t", " ").rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def as_read(markdown: str) -> str:
    return shown(read(markdown).text.replace(JOINER, "").replace("\xa0", " "))


@given(NASTY)
@example("a\\")
@example("    code\n\tcode")
def test_a_quotation_shows_exactly_the_text_and_nothing_else(text: str) -> None:
    found = read(quoted(text))
    assert set(found.tags) <= {"blockquote", "p", "br"}
    assert as_read(quoted(text)) == shown("\n".join(map(indented, text.split("\n"))))


def indented(line: str) -> str:
    """Tabs in front stand for four columns; in a text they are one blank as anywhere."""
    rest = line.lstrip(" \t")
    lead = line[: len(line) - len(rest)].expandtabs(4)
    return lead + rest if rest else ""


@given(NASTY)
def test_one_line_shows_exactly_the_text(text: str) -> None:
    found = read(f"x {inline(text)}")
    assert set(found.tags) <= {"p"}
    assert found.text.replace(JOINER, "").strip() == f"x {' '.join(text.split())}".strip()


@given(NASTY)
def test_code_shows_exactly_the_text(text: str) -> None:
    found = read(f"x {code(text)} y")
    assert set(found.tags) == {"p", "code"}
    plain = " ".join(text.split()).replace("|", "¦")
    assert " ".join(found.text.split()) == f"x {plain} y".replace("  ", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_out_of_a_quotation(text: str) -> None:
    for markdown in (quoted(text), f"- {inline(text)}", f"<b>{in_html(text)}</b>"):
        found = read(markdown)
        assert set(found.tags) <= {"blockquote", "p", "br", "ul", "li", "b"}
        assert not found.addresses
        assert not found.comments
        # GitHub looks for these in the finished text, where escaping does not count any more.
        assert not re.search(r"[@#$]\w|GH-\d|JIRA-\d|https?://|www\.|:tada:", found.text)
        assert not re.search(r"^[ \t>-]*/", markdown, re.MULTILINE)
        assert "\u202e" not in found.text
