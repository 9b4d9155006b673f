from __future__ import annotations

from datetime import date, timedelta

import pytest

from cmops.pages.drawing import Draw, lively
from cmops.pages.links import as_folders
from cmops.pages.page import Heading, Html
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace


@pytest.fixture
def draw(project: Project) -> Draw:
    return Draw(project, as_folders)


def test_addresses_in_a_text_are_links_and_the_text_stays_the_same() -> None:
    made = lively('Voir https://example.org/a?b=1&c="x", #Atelier et @ville <b>')
    assert 'href="https://example.org/a?b=1&amp;c="' in made
    assert '<span class="cmops-tag">#Atelier</span>' in made
    assert made.striptags() == 'Voir https://example.org/a?b=1&c="x", #Atelier et @ville <b>'


def test_an_address_does_not_take_the_full_stop_behind_it() -> None:
    assert lively("https://example.org/a.").endswith("</a>.")


def test_prose_becomes_headings_and_html_without_pictures_of_others(draw: Draw) -> None:
    found = list(draw.prose("Avant\n\n# Un *titre*\n\n> # cité\n\n![x](https://example.org/p.png)"))
    assert [part for part in found if isinstance(part, Heading)] == [Heading(2, "Un titre")]
    text = "".join(part.text for part in found if isinstance(part, Html))
    assert "<img" not in text
    assert 'href="https://example.org/p.png"' in text
    assert "<h1>cité</h1>" in text


@pytest.mark.parametrize(
    ("language", "held"),
    [("fr", "Pour qui\u202f? Règle\u00a0: oui"), ("en", "Pour qui ? Règle : oui")],
)
def test_french_prose_is_not_broken_before_its_marks(
    language: str, held: str, workspace: MakeWorkspace
) -> None:
    root = workspace({"cmops.yml": CMOPS_YML.replace("language: fr", f"language: {language}")})
    [part] = Draw(Project(root), as_folders).prose("Pour qui ? Règle : oui")
    assert isinstance(part, Html)
    assert held in part.text


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=30), "30 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(minutes=90), "90 min"),
        (timedelta(days=1), "1 jour"),
        (timedelta(weeks=2), "2 semaines"),
    ],
)
def test_a_span_is_said_in_its_largest_whole_unit(draw: Draw, length: timedelta, said: str) -> None:
    assert draw.span(length).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("value", "said"), [(3.0, "3"), (97.46, "97,5"), (1204, "1\u202f204"), (-0.5, "-0,5")]
)
def test_a_figure_has_a_decimal_only_where_it_needs_one(
    draw: Draw, value: float, said: str
) -> None:
    assert draw.figure(value) == said


def test_the_first_of_a_month_is_written_as_the_language_does(draw: Draw) -> None:
    assert draw.short_day(date(2026, 12, 1)) == "mar. 1er déc."
    assert draw.date(date(2027, 1, 31)) == "31 janv. 2027"
