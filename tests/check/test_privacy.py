"""No personal data in playbooks, guidelines, incidents and replies."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds

REPLY = "content/replies/aide.md"
CHARTER = """\
---
title: Charte
rules:
  - number: 1
    id: respect
    title: Respect
    text: {text}
---
{body}
"""


def reply(body: str) -> str:
    return f"---\ntitle: Aide\nwhen: On demande de l’aide\n---\n{body}\n"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("CM830", "Écrivez à ⟦prenom.nom@example.org vite."),
        ("CM831", "Appelez le ⟦06 00 00 00 00."),
        ("CM831", "Appelez le ⟦01.00.00.00.00"),
        ("CM831", "Appelez le ⟦+33 6 00 00 00 00"),
        ("CM831", "Ring ⟦+44 20 7946 0000"),
    ],
)
def test_what_belongs_to_a_person_is_found(code: str, text: str, finds: Finds) -> None:
    finds(code, {REPLY: reply(text)})


@pytest.mark.parametrize(
    "text",
    [
        "Écrivez à contact@example.org ou support-boutique@example.org.",
        "Le 17, le 112 et le 3018 répondent jour et nuit.",
        "Le numéro vert 0 800 00 00 00 est gratuit.",
        "Commande 2026-12-01-0612345678 du 01/12/2026 12:30:00",
        "Merci à @partenaire@mastodon.example",
        "Voir https://mastodon.example/@partenaire",
    ],
)
def test_services_and_other_numbers_are_left_alone(text: str, check: Check) -> None:
    assert not check({REPLY: reply(text)}).codes & {"CM830", "CM831"}


def test_every_field_is_read_and_located(finds: Finds) -> None:
    text = CHARTER.format(text="⟦Écrivez à prenom.nom@example.org", body="Rien.")
    finds("CM830", {"playbooks/guidelines/charte.md": text})


def test_the_message_does_not_spread_it_further(check: Check) -> None:
    (found,) = check({REPLY: reply("prenom.nom@example.org")}).of("CM830")
    assert "nom@" not in str(found)


def test_the_editorial_line_is_read_too(finds: Finds) -> None:
    finds("CM831", {"playbooks/editorial.md": "---\ntone: [clair]\n---\nAu ⟦06 00 00 00 00.\n"})
