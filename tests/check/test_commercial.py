"""Commercial content: its mention in sight, and nothing that looks like it undeclared."""

from __future__ import annotations

import pytest

from cmops.check.commercial import FOLDS, MENTIONS
from cmops.workspace.schema import schema
from tests.check.checking import Check, Finds, post, settings

PATH = "content/posts/a.md"
LONG = "Un texte qui prend son temps avant d’en venir au fait. " * 8


def front(type: str = "partnership", more: str = "") -> str:
    return f"commercial: {{partner: Une marque, type: {type}{more}}}"


def test_a_post_without_its_mention_is_found(finds: Finds) -> None:
    text = "commercial: ⟦{partner: Une marque, type: partnership}"
    (found,) = finds("CM701", {PATH: post(text, "Notre établi est là.\n")})
    assert "collaboration commerciale" in found.message


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("partnership", "COLLABORATION COMMERCIALE. Notre établi."),
        ("partnership", "Notre établi. #CollaborationCommerciale"),
        ("advertising", "Publicite : notre établi."),
        ("gift", "(Produit offert) Notre établi."),
        ("affiliate", "Lien affilié : notre établi."),
        (
            "partnership, mention: En équipe avec Une marque",
            "En équipe avec une marque : l’établi.",
        ),
    ],
)
def test_the_mention_counts_however_it_is_typed(type: str, text: str, check: Check) -> None:
    found = check({PATH: post(front(type), f"{text}\n")})
    assert not found.codes & {"CM701", "CM702"}


@pytest.mark.parametrize("text", ["Notre publicitaire.", "Collaboration non commerciale."])
def test_half_a_mention_is_none(text: str, check: Check) -> None:
    assert "CM701" in check({PATH: post(front(), f"{text}\n")}).codes


def test_an_own_mention_replaces_the_usual_ones(check: Check) -> None:
    more = ", mention: En équipe"
    assert "CM701" in check({PATH: post(front(more=more), "Collaboration commerciale\n")}).codes


def test_english_posts_say_it_in_english(check: Check) -> None:
    text = post(f"language: en\n{front()}", "Paid partnership: our workbench.\n")
    assert "CM701" not in check({PATH: text}).codes


def test_in_the_second_message_of_a_thread_it_is_too_late(finds: Finds) -> None:
    finds("CM702", {PATH: post(front(), "⟦Un.\n\n---\n\nCollaboration commerciale.\n")})


def test_below_a_content_warning_it_is_hidden(finds: Finds) -> None:
    text = post(f"{front()}\nspoiler: Outils", "⟦Collaboration commerciale.\n")
    finds("CM702", {PATH: text})


def test_in_the_content_warning_itself_it_shows(check: Check) -> None:
    text = post(f"{front()}\nspoiler: Collaboration commerciale", "Notre établi.\n")
    assert not check({PATH: text}).codes & {"CM701", "CM702"}


def test_on_x_it_must_stand_within_what_is_shown(check: Check) -> None:
    channel = "  x: {platform: x, account: a, limits: {text: 4000}}\n"
    late = {
        "cmops.yml": settings(channel),
        PATH: post(f"to: [x]\n{front()}", f"{LONG}\n\nCollaboration commerciale\n"),
    }
    assert "CM702" in check(late).codes
    early = {**late, PATH: post(f"to: [x]\n{front()}", f"Collaboration commerciale\n\n{LONG}\n")}
    assert "CM702" not in check(early).codes


@pytest.mark.parametrize(
    "text",
    [
        "Merci à eux ⟦#ad",
        "Article ⟦#sponsorisé",
        "Un atelier ⟦en collaboration commerciale avec Une marque",
        "⟦Code promo ATELIER10",
        "Un atelier ⟦en partenariat avec Une marque",
        "Created ⟦in partnership with A Brand",
    ],
)
def test_what_looks_like_a_partnership_is_asked_about(text: str, finds: Finds) -> None:
    finds("CM703", {PATH: post("", f"{text}\n")})


@pytest.mark.parametrize(
    "text",
    [
        "Nous cherchons des sponsors.",
        "Nos partenaires nous soutiennent.",
        "#Adhésion #publicservice",
        "La promo 2026 est diplômée.",
    ],
)
def test_what_is_no_advertisement_is_left_alone(text: str, check: Check) -> None:
    assert "CM703" not in check({PATH: post("", f"{text}\n")}).codes


def test_every_type_has_words_in_every_language() -> None:
    types = set(schema("post")["properties"]["commercial"]["properties"]["type"]["enum"])
    assert all(set(words) == types for words in MENTIONS.values())


def test_every_fold_says_where_it_comes_from() -> None:
    assert all(fold.source and fold.checked for fold in FOLDS.values())
