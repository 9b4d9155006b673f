from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.markdown import Body, _breaks, _parsed_breaks, raw_markup, render, split

TWEETS = Path(__file__).parents[2].parent / "shared" / "data"

LINES = ["", "  ", "Bonjour", "été  ", "---", "***", "- - -", "::: x", ":::", "::: linkedin", "```"]
LINES += ["- item", "  ---", "> ---", "    ---", "Titre\n---", "~~~ py", "\u00a0", "a | b", "::::"]
bodies = st.lists(st.sampled_from(LINES)).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(lines))
)


def texts(body: Body) -> list[str]:
    return [part.text for part in body.common]


def kinds(body: Body) -> list[tuple[str, int]]:
    return [(problem.kind, problem.offset) for problem in body.problems]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        (" \n\t\n", []),
        ("Bonjour", ["Bonjour"]),
        ("\n\n  Bonjour  \nà tous \n\n", ["  Bonjour  \nà tous "]),
        ("Un\n\n---\n\nDeux\n\n***\nTrois\n_ _ _\nQuatre", ["Un", "Deux", "Trois", "Quatre"]),
        ("Un\n- - -\nDeux", ["Un", "Deux"]),
        ("```\nUn\n\n---\n```", ["```\nUn\n\n---\n```"]),
        ("> Un\n>\n> ---\n> Deux", ["> Un\n>\n> ---\n> Deux"]),
        ("- Un\n\n  ---\n\n  Deux", ["- Un\n\n  ---\n\n  Deux"]),
        ("Un\n\n    ---", ["Un\n\n    ---"]),
        ("Un -- deux --- trois\n--", ["Un -- deux --- trois\n--"]),
        ("Un\r\n\r\n---\r\n\r\nDeux\r\n", ["Un", "Deux"]),
        ("Un\u2028---\u2028Deux", ["Un\u2028---\u2028Deux"]),
    ],
)
def test_a_thematic_break_starts_the_next_message(body: str, expected: list[str]) -> None:
    result = split(body)
    assert texts(result) == expected
    assert not result.problems


def test_a_line_under_text_is_a_heading_and_said_to_be_one() -> None:
    result = split("Bonjour\n---\nà tous")
    assert texts(result) == ["Bonjour\n---\nà tous"]
    assert kinds(result) == [("setext", 8)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("---", [("empty", 0)]),
        ("---\n\nUn", [("empty", 0)]),
        ("Un\n\n---\n\n***\n\nDeux\n\n---", [("empty", 4), ("empty", 20)]),
        ("::: x\n:::", [("empty", 0)]),
        ("::: x\nUn", [("unclosed", 0)]),
        ("::: x\nUn\n::: y\nDeux\n:::", [("nested", 9)]),
        ("::: x\nUn\n:::\n::: x\nDeux\n:::", [("duplicate", 13)]),
        ("Un\n:::", [("stray", 3)]),
        (":::\nUn\n:::", [("unnamed", 0)]),
    ],
)
def test_what_is_wrong_with_breaks_and_blocks_is_said(
    body: str, expected: list[tuple[str, int]]
) -> None:
    assert kinds(split(body)) == expected


def test_blocks_hold_the_text_for_one_network() -> None:
    body = "Pour tous\n\n::: linkedin\nUn\n\n---\n\nDeux\n:::\n\n:::x\n\nTrois\n\n:::\n\nSuite\n"
    result = split(body)
    assert texts(result) == ["Pour tous\n\nSuite"]
    assert {name: [part.text for part in parts] for name, parts in result.variants.items()} == {
        "linkedin": ["Un", "Deux"],
        "x": ["Trois"],
    }
    assert result.blocks == {"linkedin": body.index(":::"), "x": body.index(":::x")}
    assert not result.problems


def test_marks_in_code_open_no_block() -> None:
    body = "```\n::: x\n```\n\n    ::: y\n\n::: z\n~~~\n:::\n~~~\n:::"
    result = split(body)
    assert texts(result) == ["```\n::: x\n```\n\n    ::: y"]
    assert [part.text for part in result.variants["z"]] == ["~~~\n:::\n~~~"]


@given(bodies)
def test_every_character_of_a_message_is_found_again_in_the_body(body: str) -> None:
    result = split(body)
    for part in [*result.common, *(part for parts in result.variants.values() for part in parts)]:
        assert [body[part.at(place)] for place in range(len(part.text))] == list(part.text)
        assert part.text.strip()
    assert all(0 <= problem.offset <= len(body) for problem in result.problems)


def without_blank_lines_around(text: str) -> str:
    lines = text.split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    return "\n".join(lines)


@given(st.text(st.characters(exclude_characters="-*_:\r")))
def test_text_without_marks_is_kept_byte_for_byte(text: str) -> None:
    expected = without_blank_lines_around(text)
    assert texts(split(text)) == ([expected] if expected else [])


@given(st.text(st.sampled_from("-*_: \t\r\n`~>a#[](|)<é")))
def test_no_body_is_too_strange(text: str) -> None:
    split(text)
    list(raw_markup(text))
    render(text)


@pytest.mark.skipif(not TWEETS.is_dir(), reason="the real tweets are not on this machine")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_real_tweets_are_one_message_each_and_hardly_ever_markdown(language: str) -> None:
    lines = (TWEETS / f"tweets.{language}.tsv").read_text("utf-8").split("\n")
    tweets = [line.split("\t", 1)[1] for line in lines if line]
    assert len(tweets) == 2163
    assert all(texts(split(tweet)) == [tweet] for tweet in tweets)
    assert sum(any(raw_markup(tweet)) for tweet in tweets) <= 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Titre\nvoir [le site](https://example.org)", [("heading", 0), ("link", 13)]),
        ("Un **mot** et __deux mots__", [("bold", 3), ("bold", 14)]),
        ("![alt](image.png) ~~non~~ <br> <b>x</b>", None),
        ("Code :\n```py\nprint()\n```", [("code", 7)]),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", [("table", 0)]),
        ("<a href='https://example.org'>x", [("html", 0)]),
        ("* un\n- deux\n1. trois\n> citation", []),
        ("3 * 4 * 5, a*b, f**k, y**, **** et *soupir*", []),
        ("#hashtag #1 snake_case __x obj.__init__() _ _", []),
        (":-) <3 >:( ^_^ \\o/ ¯\\_(ツ)_/¯ a < b > c", []),
        ("[Vidéo] (à voir) [1](sic) x[i](y)", []),
        ("~~~~~\nmerci\n~~~~~ ---|", []),
    ],
)
def test_markdown_is_told_from_what_people_type(
    text: str, expected: list[tuple[str, int]] | None
) -> None:
    found = list(raw_markup(text))
    if expected is None:
        assert [kind for kind, _, _ in found] == ["image", "strikethrough", "html", "html", "html"]
    else:
        assert [(kind, offset) for kind, offset, _ in found] == expected
    assert all(text[offset:].lstrip().startswith(snippet) for _, offset, snippet in found)


def test_rendered_text_is_safe() -> None:
    html = render(
        "**gras** <script>alert(1)</script> [x](javascript:alert(1)) ![y](data:image/png;base64,z)"
        " [z](mailto:a@example.org) www.example.org\n\n| a |\n|---|\n| b |"
    )
    assert "<strong>gras</strong>" in html
    assert "<table>" in html
    assert 'href="mailto:a@example.org"' in html
    assert html.count("href=") == 1
    assert "<script" not in html
    assert "<img" not in html


_LINES = [
    "---",
    "- - -",
    "***",
    "___  ",
    " ---",
    "----------",
    "- a",
    "1. b",
    "> c",
    "texte",
    "é --",
]


@given(
    st.lists(
        st.sampled_from([*_LINES, "", "", "   ", "    x", "[a]: /b", "# T", "a\\"]), max_size=12
    )
)
def test_breaks_that_are_seen_at_a_glance_are_those_of_the_parser(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert _breaks(text) == _parsed_breaks(text)


@pytest.mark.parametrize(
    "kept", ["```\n\n---\n\n```", "<!--\n\n---\n\n-->", "a\n---", "- a\n\n ---"]
)
def test_a_line_in_code_or_below_a_text_is_left_to_the_parser(kept: str) -> None:
    assert _breaks(kept) == _parsed_breaks(kept)
