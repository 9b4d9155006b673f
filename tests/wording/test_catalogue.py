from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cmops.errors import CmopsError
from cmops.wording import LANGUAGES, Wording

ROOMS = sorted((Path(__file__).parents[2] / "cmops/wording/phrases").glob("*.json"))
PHRASES = [
    pytest.param(room.stem, phrase, words, id=phrase)
    for room in ROOMS
    for phrase, words in json.loads(room.read_text("utf-8")).items()
]
VALUE = re.compile(r"(?<!\{)\{(\w+)(?::[\w.]+)?\}(?!\})")


@pytest.mark.parametrize(("room", "phrase", "words"), PHRASES)
def test_every_phrase_stands_in_its_room_in_every_language_with_the_same_values(
    room: str, phrase: str, words: dict[str, str]
) -> None:
    assert phrase.startswith(f"{room}.")
    assert words.keys() == set(LANGUAGES)
    assert set(VALUE.findall(words["fr"])) == set(VALUE.findall(words["en"]))


def test_a_phrase_in_the_plural_has_its_singular() -> None:
    for room in ROOMS:
        phrases = json.loads(room.read_text("utf-8"))
        for phrase in phrases:
            if phrase.endswith(".other"):
                assert f"{phrase.removesuffix('other')}one" in phrases


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("fr", 0, "0 erreur"),
        ("fr", 1, "1 erreur"),
        ("fr", 1.5, "1.5 erreur"),
        ("fr", 2, "2 erreurs"),
        ("en", 0, "0 errors"),
        ("en", 1, "1 error"),
        ("en", 2, "2 errors"),
    ],
)
def test_french_says_zero_in_the_singular(language: str, count: float, expected: str) -> None:
    assert Wording(language).say("cli.validate.errors", count=count) == expected


@pytest.mark.parametrize(
    ("asked", "spoken"), [("fr", "fr"), ("fr-CA", "fr"), ("FR", "fr"), ("de", "en"), ("", "en")]
)
def test_a_language_there_are_no_words_for_is_english(asked: str, spoken: str) -> None:
    assert Wording(asked).language == spoken


def test_values_are_shown_as_people_read_them() -> None:
    french, english = Wording("fr"), Wording("en")
    assert french.show(["a", True, None]) == "a, oui, None"
    assert english.show(False) == "no"
    assert french.show(datetime(2026, 12, 1, 12, 15, 30, tzinfo=UTC)) == "2026-12-01 12:15"
    assert french.show(date(2026, 12, 1)) == "2026-12-01"
    assert french.show({"fr": "Titre", "en": "Title"}) == "Titre"
    assert french.number(1234567) == "1\u202f234\u202f567"
    assert english.number(1234567) == "1,234,567"


def test_days_are_said_with_their_weekday() -> None:
    first = datetime(2026, 12, 1, 9, 5, tzinfo=UTC)
    assert Wording("fr").day_and_time(first) == "mardi 1er décembre 2026, 09:05"
    assert Wording("en").day_and_time(first) == "Tuesday 1 December 2026, 09:05"


def test_a_value_with_braces_is_not_read_as_a_template() -> None:
    said = Wording("en").say("cli.not-a-time", time="{time} {x.__class__} %s")
    assert said == '"{time} {x.__class__} %s" is not a time'


def test_an_error_is_said_with_how_to_mend_it() -> None:
    error = CmopsError("cli.not-a-time", time="x")
    assert Wording("en").error(error) == '"x" is not a time (write "2026-12-01 12:15")'


def test_a_phrase_that_there_is_not_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Wording("fr").say("cli.nonsense")
