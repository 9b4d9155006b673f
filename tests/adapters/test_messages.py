"""What goes with which message of a thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from cmops.adapters.contract import Edition, Media
from cmops.adapters.mastodon import Mastodon
from cmops.adapters.messages import message_data
from cmops.adapters.outbox import Outbox
from cmops.adapters.x import X
from cmops.workspace.model import LinkCard, Poll

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]


def test_media_and_relations_go_with_the_first_message_of_a_thread(
    edition: MakeEdition, media: MakeMedia
) -> None:
    first, second = X.compose(edition("x", "Un", "Deux", media=(media(),), reply_to="1"))
    assert (first.media, first.fields["reply_to"]) == ((media(),), "1")
    assert (second.media, second.fields) == ((), {"language": "fr"})


def test_the_content_warning_covers_every_message_and_the_comment(edition: MakeEdition) -> None:
    sent = Mastodon.compose(
        edition("mastodon", "Un", "Deux", spoiler="Araignées", first_comment="Trois")
    )
    assert [each.text for each in sent] == ["Un", "Deux", "Trois"]
    assert {each.fields["spoiler"] for each in sent} == {"Araignées"}
    assert [each.fields.get("role") for each in sent] == [None, None, "first_comment"]


def test_mastodon_always_says_visibility_and_language(edition: MakeEdition) -> None:
    sent = Mastodon.compose(edition("mastodon", "Un", "Deux"))
    assert [dict(each.fields) for each in sent] == [{"visibility": "public", "language": "fr"}] * 2
    [quiet] = Mastodon.compose(edition("mastodon", "Un", visibility="unlisted", language="en"))
    assert quiet.fields == {"visibility": "unlisted", "language": "en"}


def test_a_repost_has_no_language_of_its_own(edition: MakeEdition) -> None:
    [message] = X.compose(edition("x", repost="https://x.example/1"))
    assert (message.text, dict(message.fields)) == ("", {"repost": "https://x.example/1"})


def test_only_what_is_set_is_in_the_message(edition: MakeEdition) -> None:
    [message] = X.compose(edition("x", "Un", language="", visibility=None, format="post"))
    assert message.fields == {}


def test_a_poll_is_plain_data(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non"), timedelta(days=2), multiple=True)
    [message] = Outbox.compose(edition("outbox", "Un", poll=poll))
    assert message.fields["poll"] == {
        "options": ["oui", "non"],
        "duration_seconds": 172_800,
        "multiple": True,
    }


def test_a_card_carries_its_picture_with_its_hash(edition: MakeEdition, media: MakeMedia) -> None:
    card = LinkCard("Titre", "Description", "media/atelier.jpg")
    [message] = Outbox.compose(
        edition("outbox", "Un", card=card, card_image=media(), link="https://example.org")
    )
    assert message.fields["card"]["description"] == "Description"
    assert message.fields["card"]["url"] == "https://example.org"
    assert message.fields["card"]["image"]["sha256"] == media().sha256


def test_a_message_as_data_names_its_media_and_leaves_out_what_does_not_apply(
    edition: MakeEdition, media: MakeMedia
) -> None:
    [message] = Outbox.compose(edition("outbox", "Un", media=(media(),)))
    data = message_data(message)
    assert (data["text"], data["media"][0]["path"]) == ("Un", "media/atelier.jpg")
    assert "url" not in data["media"][0]
