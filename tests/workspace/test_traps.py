from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cmops.wording
from cmops.workspace.dialect import parse
from cmops.workspace.source import read
from cmops.workspace.traps import MOST_SHOWN, quoted
from tests.workspace.test_dialect import data, mistake

CODES = Path(cmops.wording.__file__).parent / "codes"


@pytest.mark.parametrize(
    ("text", "place", "whole"),
    [
        ("title: Atelier #3 complet\n", (1, 16), '"Atelier #3 complet"'),
        ("to: x\ntitle: Écoutez ça #podcast\n", (2, 19), '"Écoutez ça #podcast"'),
        ("title: #atelier\n", (1, 8), '"#atelier"'),
        ("hashtags:\n  - #atelier\n  - hiver\n", (2, 5), '"#atelier"'),
        ("hashtags:\n  - hiver #atelier\n", (2, 11), '"hiver #atelier"'),
        ("title: Merci\t#équipe\n", (1, 14), '"Merci\t#équipe"'),
        ('title: Il dit #oui et "non"\n', (1, 15), "'Il dit #oui et \"non\"'"),
    ],
)
def test_a_hash_glued_to_a_word_is_never_silently_a_comment(
    text: str, place: tuple[int, int], whole: str
) -> None:
    (found,) = parse(text).mistakes
    assert mistake(text) == ("CM040", *place)
    assert found.values["quoted"] == whole


@pytest.mark.parametrize(
    "text",
    [
        "status: ready   # pour relecture\n",
        "status: ready # pour #relecture\n",
        "#title: ancien\nstatus: ready\n",
        "variants:\n  #instagram: x\n  bluesky: y\n",
        "variants: #les variantes\n  bluesky: y\n",
        'title: "Atelier #3"\n',
        "title: 'Atelier #3' #relu\n",
        "to: [a, b] #relu\n",
        "title: C#, a#b et F#\n",
        "text: |\n  Bonjour #atelier\n  #hiver\n",
        "text: > # note\n  Bonjour #atelier\n",
        "title: 'deux\n  lignes #une'\n",
        "link: https://example.org/#ancre\n",
    ],
)
def test_real_comments_and_hashes_inside_text_do_not_annoy(text: str) -> None:
    assert parse(text).mistakes == ()


def test_each_line_with_a_trap_is_told_once() -> None:
    found = parse("a: x #1 #2\nb: y #3\n").mistakes
    assert [(each.code, each.index) for each in found] == [("CM040", 5), ("CM040", 16)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: Atelier : la reprise\n", (1, 16)),
        ("title: Atelier\u00a0: la reprise\n", (1, 16)),
        ("title: Atelier\u202f: la reprise\n", (1, 16)),
        ("title: Atelier: la reprise\n", (1, 15)),
        ("to: a\n# x\ntitle: Atelier : a : b\n", (3, 16)),
        ("x:\n  - title: a : b\n", (2, 14)),
        ("x: [Un atelier : la reprise, b]\n", (1, 16)),
        ("x:\n  - Un atelier : la reprise\n", (2, 16)),
        ("title: Suite\n  de l'atelier : fin\n", (2, 16)),
    ],
)
def test_a_colon_inside_a_value_is_located(text: str, place: tuple[int, int]) -> None:
    assert mistake(text) == ("CM041", *place)


def test_a_very_long_value_is_shortened_in_the_message() -> None:
    (found,) = parse(f"title: Atelier : {'très ' * 500}long\n").mistakes
    assert len(str(found.values["quoted"])) <= MOST_SHOWN + 2


def test_the_value_with_a_colon_is_shown_between_quotes() -> None:
    (found,) = parse("title: L'atelier : la reprise\n").mistakes
    assert found.values["quoted"] == '"L\'atelier : la reprise"'
    (found,) = parse("x: [Un atelier : la reprise, b]\n").mistakes
    assert found.values["quoted"] == '"Un atelier : la reprise"'


@pytest.mark.parametrize(
    "sign", ["@", "*", "&", "%", "`", "! ", ",", "]", "}", "| ", "> ", "- ", "? "]
)
def test_a_leading_sign_of_yaml_is_named_with_the_value_to_quote(sign: str) -> None:
    (found,) = parse(f"to: x\ntitle: {sign}atelier d'été\n").mistakes
    assert mistake(f"to: x\ntitle: {sign}atelier d'été\n") == ("CM042", 2, 8)
    assert found.values["character"] == sign[0]
    assert found.values["quoted"] == f'"{sign}atelier d\'été"'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("to: [@atelier, b]\n", (1, 6)),
        ("to:\n  - @atelier\n", (2, 5)),
        ("to: [a, *gras*]\n", (1, 9)),
        ("@atelier: x\n", (1, 1)),
    ],
)
def test_a_leading_sign_is_found_in_lists_and_keys(text: str, place: tuple[int, int]) -> None:
    assert mistake(text) == ("CM042", *place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hashtags: [#atelier]\n", (1, 12)),
        ("hashtags: [#atelier, #hiver]\nto: a\n", (1, 12)),
        ("hashtags: [hiver, #atelier]\n", (1, 19)),
        ("hashtags: [hiver,#atelier]\n", (1, 18)),
        ("hashtags: [hiver, #atelier\n  , neige]\n", (1, 19)),
    ],
)
def test_a_hash_in_a_list_is_located(text: str, place: tuple[int, int]) -> None:
    (found,) = parse(text).mistakes
    assert mistake(text) == ("CM043", *place)
    assert found.values == {"value": "#atelier", "quoted": '"#atelier"'}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("title: “Atelier”\n", "“Atelier”"),
        ("title: « Atelier »\n", "« Atelier »"),
        ("title: ‘Atelier’ d’été\n", "‘Atelier’ d’été"),
    ],
)
def test_typographic_quotes_are_text(text: str, value: str) -> None:
    assert data(text) == {"title": value}


@pytest.mark.parametrize(
    "title", ["“Atelier : la reprise”", "« Atelier : la reprise »", "‘Atelier: la reprise’"]
)
def test_typographic_quotes_that_should_protect_a_colon_are_named(title: str) -> None:
    text = f"title: {title}\n"
    (found,) = parse(text).mistakes
    assert mistake(text) == ("CM046", 1, 8)
    assert found.values["quoted"] == quoted(title[1:-1].strip())


def test_a_no_break_space_in_a_field_name_is_located() -> None:
    assert mistake("title\u00a0: Atelier\n") == ("CM006", 1, 6)
    assert mistake("to: a\n\u00a0title: Atelier\n") == ("CM006", 2, 1)
    assert data("title: Atelier\u00a0!\n") == {"title": "Atelier\u00a0!"}


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_the_quotes_that_are_proposed_hold_any_value(value: str) -> None:
    assert data(f"a: {quoted(value)}") == {"a": value}


def examples(code: str) -> list[tuple[str, str]]:
    """The code blocks of a code's page with their languages, wrong and right in turn."""
    parts = (CODES / f"{code}.md").read_text("utf-8").split("```")[1::2]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


@pytest.mark.parametrize("code", sorted(path.stem for path in CODES.glob("CM0*.md")))
def test_the_wrong_example_of_a_page_has_its_finding_and_the_right_one_has_none(code: str) -> None:
    found = examples(code)
    assert found
    for index, (language, text) in enumerate(found):
        if language == "text":
            continue
        path = "a.md" if language == "markdown" else "a.yml"
        _, findings = read(path, text.encode(), "post")
        is_wrong = index % 2 == 0 and len(found) % 4 == 0
        assert [finding.code for finding in findings[:1]] == ([code] if is_wrong else [])
