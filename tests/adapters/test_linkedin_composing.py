"""LinkedIn: little text, mentions, addresses, and what it would refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cmops.adapters.contract import (
    Edition,
    Media,
)
from cmops.adapters.linkedin import DURATIONS, little
from cmops.adapters.linkedin.addresses import post_urn
from cmops.compose import compose
from cmops.workspace.model import LinkCard, Poll
from tests.adapters.linkedin_author import QUOTED, SHARE

MakeEdition = Callable[..., Edition]


MakeMedia = Callable[..., Media]


@pytest.mark.parametrize("character", "\\|{}@[]()<>#*_~")
def test_every_reserved_character_is_escaped_and_read_back(character: str) -> None:
    text = f"4 % {character} fin"
    assert little.written(text) == f"4 % \\{character} fin"
    assert little.plain(little.written(text)) == text


def test_hashtags_and_mentions_are_templates_and_the_rest_is_text() -> None:
    text = "Merci à Ville (Exemple) ! #Atelier_2 https://example.org/a_b#c"
    mentions = [{"at": 8, "length": 15, "urn": "urn:li:organization:1234"}]
    written = little.written(text, mentions)
    assert written == (
        r"Merci à @[Ville \(Exemple\)](urn:li:organization:1234) ! "
        r"{hashtag|\#|Atelier\_2} https://example.org/a\_b\#c"
    )
    assert little.plain(written) == text
    # As the documentation writes it.
    assert little.plain("future of {hashtag|#|Technology} and") == "future of #Technology and"
    assert little.plain("Hello @[Acme Corp] (urn:li:organization:1234)") == "Hello Acme Corp"


@pytest.mark.parametrize(
    ("address", "urn"),
    [
        (f"https://www.linkedin.com/feed/update/{SHARE}/", SHARE),
        (f"https://www.linkedin.com/feed/update/{QUOTED}?x=1", SHARE),
        (f"https://www.linkedin.com/embed/feed/update/{SHARE}", SHARE),
        ("https://fr.linkedin.com/posts/a_b-ugcPost-12-Xy_z", "urn:li:ugcPost:12"),
        ("https://www.linkedin.com/posts/a_b-activity-12-Xy?utm=1", "urn:li:activity:12"),
        ("https://www.linkedin.com/company/exemple/", None),
        ("https://example.org/feed/update/urn:li:share:12", None),
        ("https://linkedin.com.example.org/feed/update/urn:li:share:12", None),
    ],
)
def test_addresses_of_posts_are_known_in_every_form(address: str, urn: str | None) -> None:
    assert post_urn(address) == urn


NAMED = {"@ville": "urn:li:organization:1234 Ville d’Exemple"}


def test_a_mention_shows_the_name_that_linkedin_knows(edition: MakeEdition) -> None:
    made = compose(edition("linkedin", "Merci @ville, @villette !", mentions=NAMED))
    assert made.problems == ()
    [message] = made.messages
    assert message.text == "Merci Ville d’Exemple, @villette !"
    place = {"at": 6, "length": 15, "urn": "urn:li:organization:1234"}
    assert message.fields == {"mentions": [place]}
    assert little.written(message.text, message.fields["mentions"]) == (
        r"Merci @[Ville d’Exemple](urn:li:organization:1234), \@villette !"
    )


ACTIVITY = "https://www.linkedin.com/feed/update/urn:li:activity:12/"


def codes(made: Edition) -> list[str]:
    return [each.code for each in compose(made).problems]


@pytest.mark.parametrize(
    ("parts", "fields", "found"),
    [
        (["Un"], {"quote": "https://example.org/a"}, ["CM523"]),
        (["Un"], {"quote": ACTIVITY}, ["CM576"]),
        ([], {"repost": ACTIVITY}, ["CM576"]),
        (["Un"], {"reply_to": ACTIVITY}, []),
        (["Un"], {"quote": "ouverture"}, []),
        (["Un @ville"], {"mentions": {"@ville": "Ville"}}, ["CM579"]),
        (["Un"], {"mentions": {"@ville": "Ville"}}, []),
        (["Un"], {"poll": Poll(("oui", "non"), timedelta(days=2))}, ["CM578"]),
        (["a" * 141], {"poll": Poll(("oui", "non"), timedelta(days=3))}, ["CM570"]),
        (
            ["a" * 141],
            {"poll": Poll(("oui", "non"), timedelta(days=3)), "options": {"question": "?"}},
            [],
        ),
        (["Un"], {"first_comment": "a" * 1_250}, []),
        (["Un"], {"first_comment": "a" * 1_251}, ["CM518"]),
        (["a" * 1_251], {"reply_to": ACTIVITY}, ["CM518"]),
    ],
)
def test_what_linkedin_would_refuse_is_a_problem(
    parts: list[str], fields: dict[str, Any], found: list[str], edition: MakeEdition
) -> None:
    assert codes(edition("linkedin", *parts, **fields)) == found


def test_every_duration_that_is_offered_is_taken(edition: MakeEdition) -> None:
    for days in DURATIONS:
        poll = Poll(("oui", "non"), timedelta(days=days))
        assert codes(edition("linkedin", "Un", poll=poll)) == []


def test_a_document_goes_alone_and_a_carousel_is_one(
    edition: MakeEdition, media: MakeMedia
) -> None:
    pdf, picture = media("media/a.pdf", "Le programme", "application/pdf"), media()
    made = edition("linkedin", "Un", media=(pdf,), format="carousel")
    assert codes(made) == []
    assert compose(made).messages[0].fields["document_title"] == "Le programme"
    titled = edition("linkedin", "Un", media=(pdf,), options={"document_title": "L’hiver"})
    assert compose(titled).messages[0].fields["document_title"] == "L’hiver"
    for files, format in (((pdf, picture), "post"), ((picture,), "carousel"), ((), "document")):
        assert codes(edition("linkedin", "Un", media=files, format=format)) == ["CM577"]
    heavy = replace(pdf, size=100_000_001)
    assert codes(edition("linkedin", "Un", media=(heavy,))) == ["CM511"]
    elsewhere = replace(pdf, url="https://example.org/a.pdf")
    assert codes(edition("linkedin", "Un", media=(elsewhere,))) == ["CM524"]
    film = media("media/a.mp4", "Une visite", "video/mp4")
    assert codes(edition("linkedin", "Un", media=(film,))) == ["CM514"]


def test_a_link_is_a_card_where_it_has_one(edition: MakeEdition, media: MakeMedia) -> None:
    link = "https://example.org/a"
    card = LinkCard("Nos ateliers", "L’hiver")
    made = edition("linkedin", "Un", link=link, card=card, card_image=media())
    [message] = compose(made).messages
    assert message.text == "Un"
    assert message.fields["card"]["url"] == link
    assert codes(replace(made, media=(media(),))) == ["CM510"]
