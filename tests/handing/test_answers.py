"""What a comment answers, in French and English, and what it does not."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.handing.answers import Answer, What, answer, closing

PARIS = ZoneInfo("Europe/Paris")
URL = "https://www.instagram.com/p/Cx1/?img_index=1"
PUBLISHED = Answer(What.PUBLISHED, url=URL)
CANCELLED = Answer(What.CANCELLED)
THEN = Answer(What.MOVED, to=datetime(2026, 12, 2, 18, 0, tzinfo=PARIS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (URL, PUBLISHED),
        (f"  {URL}\n", PUBLISHED),
        (f"publié {URL}", PUBLISHED),
        (f"Publiée : {URL}.", PUBLISHED),
        (f"/cmops published {URL}", PUBLISHED),
        (f"published at {URL}", PUBLISHED),
        ("déplacé 2026-12-02 18:00", THEN),
        ("`déplacé 2026-12-02 18:00`", THEN),
        ("Deplacee au 2026-12-02 18:00", THEN),
        ("/cmops moved to 2026-12-02 18:00", THEN),
        ("annulé", CANCELLED),
        ("Annulée.", CANCELLED),
        ("cancelled\n\nNous n’avons pas la photo.", CANCELLED),
        ("canceled (no picture)", CANCELLED),
    ],
)
def test_an_answer_is_read(text: str, expected: Answer) -> None:
    assert answer(text, PARIS) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Vu !",
        f"Est-ce que c’est comme sur {URL} ?",
        f"{URL}\nUn modèle à suivre ?",
        f"> {URL}",
        "> annulé",
        "publié",
        "publié hier",
        "annulé par erreur, on le garde",
        "déplacé demain",
        "moved 2026-03-29 02:30",  # does not exist in Paris
        "published javascript:alert(1)",
        "https://marie:secret@example.org/1",
        "https:///1",
        f"https://example.org/{'x' * 1000}",
    ],
)
def test_what_is_no_answer_settles_nothing(text: str) -> None:
    assert answer(text, PARIS) is None


def test_whoever_closes_answers_with_the_only_address_of_their_last_words() -> None:
    assert closing(["Je m’en occupe", f"C’est fait : {URL} !"], PARIS, planned=True) == PUBLISHED
    assert closing([URL, "Merci à toutes"], PARIS, planned=True) == PUBLISHED
    two = f"{URL} et https://example.org/2"
    assert closing([two], PARIS, planned=True) is None
    assert closing([], PARIS, planned=True) is None
    assert closing(["annulé", URL], PARIS, planned=True) == PUBLISHED


def test_closed_as_not_planned_gives_it_up_unless_it_was_answered() -> None:
    assert closing(["Pas de photo"], PARIS, planned=False) == CANCELLED
    assert closing([f"Voir {URL}"], PARIS, planned=False) == CANCELLED
    assert closing([URL], PARIS, planned=False) == PUBLISHED


@given(st.text(max_size=300))
def test_no_text_makes_it_fail_or_answer_with_anything_but_an_address(text: str) -> None:
    for found in (answer(text, PARIS), closing([text], PARIS, planned=True)):
        if found is not None and found.what is What.PUBLISHED:
            assert found.url is not None
            assert found.url.startswith(("http://", "https://"))
            assert not any(each.isspace() for each in found.url)
