"""A letter has a subject, a page that can be read, and nothing that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cmops.adapters.contract import Edition, Media
from cmops.adapters.newsletter import Newsletter
from cmops.compose import compose

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

SETTINGS = {
    "account": "lettre@listes.example.org",
    "host": "smtp.example.org",
    "from": "Les Ateliers <lettre@example.org>",
}


def test_the_title_is_the_subject_unless_another_one_is_given(edition: MakeEdition) -> None:
    [message] = Newsletter.compose(edition("email", "Bonjour", kind="article"))
    assert message.fields["title"] == "Ouverture"
    [message] = Newsletter.compose(edition("email", "Bonjour", options={"subject": "Ça ouvre"}))
    assert message.fields["title"] == "Ça ouvre"


def test_a_subject_is_one_line(edition: MakeEdition) -> None:
    [message] = Newsletter.compose(
        edition("email", "Bonjour", title="Un\r\nBcc: a@b\t\u2028deux\n")
    )
    assert message.fields["title"] == "Un Bcc: a@b deux"


def test_the_page_holds_cover_text_link_and_pictures_in_this_order(
    edition: MakeEdition, media: MakeMedia
) -> None:
    cover, picture = media("media/c.jpg", "Dehors"), media("media/p.jpg", "Dedans")
    [message] = Newsletter.compose(
        edition("email", "Du *bois*.", link="https://e.org", cover=cover, media=(picture,))
    )
    page = message.fields["html"]
    places = [page.index(each) for each in ("Dehors", "<em>bois</em>", "https://e.org", "Dedans")]
    assert places == sorted(places)


def test_who_writes_and_who_is_answered_are_part_of_what_is_reviewed(edition: MakeEdition) -> None:
    asked = edition("email", "Bonjour")
    channel = replace(asked.channel, settings={**SETTINGS, "reply_to": "accueil@example.org"})
    [message] = compose(replace(asked, channel=channel)).messages
    assert message.fields["from"] == SETTINGS["from"]
    assert message.fields["answers_to"] == "accueil@example.org"
    other = replace(asked, channel=replace(channel, settings=SETTINGS))
    assert compose(other).digest != compose(replace(asked, channel=channel)).digest


@pytest.mark.parametrize("text", ["[le programme](programme.md)", "![L’atelier](media/a.jpg)"])
def test_an_address_that_leads_nowhere_in_a_mailbox_is_a_problem(
    text: str, edition: MakeEdition
) -> None:
    [problem] = compose(edition("email", f"Voir {text}.")).problems
    assert (problem.code, problem.values["snippet"]) == ("CM519", text)


def test_a_file_that_is_not_here_cannot_go_with_a_letter(
    edition: MakeEdition, media: MakeMedia
) -> None:
    away = replace(media(), url="https://example.org/a.jpg")
    [problem] = compose(edition("email", "Bonjour", media=(away,))).problems
    assert problem.code == "CM524"


def accepts(**changed: Any) -> bool:
    schema = Draft202012Validator(Newsletter.platform.settings)
    return bool(schema.is_valid({**SETTINGS, **changed}))


def test_settings_that_make_a_letter_are_accepted() -> None:
    assert accepts()
    assert accepts(port=465, security="tls", reply_to="L’été <été@example.org>", list_id="l.e.org")
    assert accepts(**{"from": "lettre@example.org"})


@pytest.mark.parametrize(
    "changed",
    [
        {"account": "lettre"},
        {"account": "a@e.org, b@e.org"},
        {"account": "Liste <a@e.org>"},
        {"from": "A <a@e.org>\r\nBcc: b@e.org"},
        {"from": "A <a@e.org>, B <b@e.org>"},
        {"from": "Sans adresse"},
        {"host": "https://smtp.example.org"},
        {"host": "smtp.example.org:587"},
        {"port": 0},
        {"port": "587"},
        {"security": "none"},
        {"list_id": "<a@b>"},
    ],
)
def test_settings_that_do_not_are_refused(changed: dict[str, Any]) -> None:
    assert not accepts(**changed)


@pytest.mark.parametrize("missing", ["account", "host", "from"])
def test_nothing_that_is_needed_may_be_missing(missing: str) -> None:
    given = {name: value for name, value in SETTINGS.items() if name != missing}
    assert not Draft202012Validator(Newsletter.platform.settings).is_valid(given)
