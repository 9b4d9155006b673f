"""Contests: complete before anybody can take part."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, post

PATH = "content/posts/a.md"
EVENT = "calendar/events/jeu.md"
COMPLETE = {
    "rules": "{url: https://example.org/reglement}",
    "organiser": "Les Ateliers",
    "minimum_age": "18",
    "countries": "[FR]",
    "prizes": "[{what: Un vélo révisé}]",
    "data_retention": "Effacées un mois après",
    "disclaimer": "Sans lien avec les réseaux",
}
TIMES = {"start": "2026-12-01 09:00", "end": "2026-12-15 18:00"}


def event(without: str = "", mark: str = "", status: str = "confirmed") -> str:
    times = [f"{key}: {value}" for key, value in TIMES.items() if key != without]
    fields = [f"  {key}: {value}" for key, value in COMPLETE.items() if key != without]
    lines = ["---", "name: Jeu", f"type: {mark}contest", f"status: {status}", *times, "contest:"]
    return "\n".join([*lines, *fields, "---", "Règlement.\n"])


@pytest.mark.parametrize("name", [*COMPLETE, *TIMES])
def test_whatever_a_contest_lacks_holds_the_posts_that_name_it(name: str, finds: Finds) -> None:
    text = "contest: ⟦jeu\npublish_at: 2026-12-02 12:00"
    (found,) = finds("CM710", {PATH: post(text), EVENT: event(name)})
    assert name in found.message
    assert EVENT in found.hint


def test_the_contest_itself_is_warned_about(finds: Finds) -> None:
    finds("CM711", {EVENT: event("disclaimer", mark="⟦")})


def test_an_age_of_nought_is_an_age(check: Check) -> None:
    files = {EVENT: event().replace("minimum_age: 18", "minimum_age: 0")}
    assert "CM711" not in check(files).codes


def test_a_complete_contest_is_fine(check: Check) -> None:
    found = check({PATH: post("contest: jeu"), EVENT: event()})
    assert not {code for code in found.codes if code.startswith("CM7")}


def test_a_cancelled_contest_needs_nothing_more(check: Check) -> None:
    assert "CM711" not in check({EVENT: event("rules", status="cancelled")}).codes


@pytest.mark.parametrize(
    "text",
    [
        "Un ⟦tirage au sort désignera trois gagnants.",
        "⟦Jeu-concours de Noël",
        "Trois vélos ⟦à gagner !",
        "Our winter ⟦giveaway is on.",
        "Venez ! ⟦#concours",
    ],
)
def test_what_looks_like_a_contest_is_asked_about(text: str, finds: Finds) -> None:
    finds("CM713", {PATH: post("", f"{text}\n")})


@pytest.mark.parametrize(
    "text", ["Le concours de la fonction publique.", "Elle a gagné la course.", "Un prix juste"]
)
def test_other_words_are_left_alone(text: str, check: Check) -> None:
    assert "CM713" not in check({PATH: post("", f"{text}\n")}).codes
