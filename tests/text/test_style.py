from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.style import address, capitals, exclamations, fold, invisible, is_camel_case


@pytest.mark.parametrize(
    ("text", "tu", "vous"),
    [
        ("Tu viens ? Prends ton sac, tes amis et ta bonne humeur.", ["Tu", "ton", "tes", "ta"], []),
        ("T’es prêt ? On t'attend, viens-tu ? Amuse-toi !", ["T’", "t'", "tu", "toi"], []),
        ("Venez avec vos amis, votre place vous attend", [], ["vos", "votre", "vous"]),
        ("Rendez-vous samedi : un rendez vous à ne pas manquer", [], []),
        ("Le ton monte, sur un ton badin, de bon ton", [], []),
        ("Donne ton avis, on a besoin de ton aide", ["ton", "ton"], []),
        ("Va-t-il venir ? Y a-t’il une date ? Tutoriel, tournevis, tous", [], []),
        ("#TonAvis @toi https://example.org/tu/vous", [], []),
        ("Inscrivez-vous !", [], ["vous"]),
    ],
)
def test_the_form_of_address_is_read_off_its_words(
    text: str, tu: list[str], vous: list[str]
) -> None:
    found = address(text)
    assert [word for word, _ in found.tu] == tu
    assert [word for word, _ in found.vous] == vous
    assert all(text[at : at + len(word)] == word for word, at in (*found.tu, *found.vous))


def test_other_languages_have_no_french_form_of_address() -> None:
    assert not address("You and tu and vous", language="en").tu


@pytest.mark.parametrize(
    ("hashtag", "readable"),
    [
        ("#AtelierHiver", True),
        ("#atelier", True),
        ("#environnement", True),
        ("#developpementdurable", False),
        ("#Developpementdurable", False),
        ("#ATELIERHIVER", False),
        ("#COVID19", True),
        ("#SNCF", True),
        ("#atelier_hiver_2026_decembre", True),
        ("#東京オリンピックパラリンピック競技大会", True),
        ("#ÉtéALaMer", True),
    ],
)
def test_long_hashtags_need_capitals_inside(hashtag: str, readable: bool) -> None:
    assert is_camel_case(hashtag) is readable


def test_capitals_are_a_share_of_the_letters_of_words() -> None:
    assert capitals("VENEZ TOUS DEMAIN") == 1.0
    assert capitals("Venez tous demain") == pytest.approx(1 / 15)
    assert capitals("OK") == 0.0
    assert capitals("venez tous demain #ATELIER @SNCF https://example.org/ABC") == 0.0


def test_exclamations_are_found_with_french_spaces() -> None:
    found = exclamations("Bravo ! Merci !!! Quoi ?! Non ! ! Fin.")
    assert [run for run, _ in found] == ["!", "!!!", "?!", "! !"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour\nà\ttous 👨‍👩‍👧 🏴\U000e0067\U000e0062\U000e007f", []),
        ("a\u200bb\u00adc\ufeff", ["\u200b", "\u00ad", "\ufeff"]),
        ("a\u202eb\u2066c\u2028d", ["\u202e", "\u2066", "\u2028"]),
        ("\ue000 \x07", ["\ue000", "\x07"]),
        ("می\u200cخواهم क्\u200dष", []),
        ("mo\u200ct", ["\u200c"]),
        ("insécable\u00a0: fine\u202f!", []),
    ],
)
def test_what_nobody_sees_is_found(text: str, expected: list[str]) -> None:
    assert [char for char, _ in invisible(text)] == expected


@pytest.mark.parametrize(
    ("text", "most", "lines", "expected"),
    [
        ("Bonjour à tous", 100, None, "Bonjour à tous"),
        ("Bonjour à tous", 9, None, "Bonjour à"),
        ("Bonjour à tous", 11, None, "Bonjour à"),
        ("Bonjour", 3, None, "Bon"),
        ("Un\nDeux\nTrois\nQuatre", 100, 3, "Un\nDeux\nTrois"),
        ("👨‍👩‍👧 👨‍👩‍👧 fin", 3, None, "👨‍👩‍👧 👨‍👩‍👧"),
        ("Bonjour", 0, None, ""),
    ],
)
def test_the_fold_keeps_whole_words(text: str, most: int, lines: int | None, expected: str) -> None:
    assert fold(text, most, lines) == expected


@given(st.text(), st.integers(0, 50), st.none() | st.integers(1, 3))
def test_what_is_before_the_fold_begins_the_text_and_fits(
    text: str, most: int, lines: int | None
) -> None:
    shown = fold(text, most, lines)
    assert text.startswith(shown)
    assert len(regex.findall(r"\X", shown)) <= most
    assert lines is None or shown.count("\n") < lines
