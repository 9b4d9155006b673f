"""Bluesky's card, and the two ways in which it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cmops.adapters.bluesky import Bluesky
from cmops.adapters.contract import Edition, Media
from cmops.compose import compose
from cmops.workspace.model import LinkCard

MakeEdition = Callable[..., Edition]


def test_a_card_takes_the_link(edition: MakeEdition) -> None:
    [message] = Bluesky.compose(
        edition("bluesky", "Un", card=LinkCard("Titre"), link="https://example.org")
    )
    assert message.fields["card"] == {"title": "Titre", "url": "https://example.org"}


def test_a_card_does_not_go_with_a_picture(
    edition: MakeEdition, media: Callable[..., Media]
) -> None:
    both = edition("bluesky", "Un", card=LinkCard("T"), link="https://e.org", media=(media(),))
    assert [problem.code for problem in compose(both).problems] == ["CM510"]


def test_families_count_one_in_graphemes_and_eighteen_in_bytes(edition: MakeEdition) -> None:
    family = "👩‍👩‍👧"
    made = compose(edition("bluesky", family * 166))
    assert made.counts == ((166, 300),)
    assert made.problems == ()
    [problem] = compose(edition("bluesky", family * 167)).problems
    assert (problem.code, problem.values["name"]) == ("CM501", "text_bytes")
    assert (problem.values["length"], problem.values["limit"]) == (3006, 3000)


DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"


def test_a_mention_of_known_identity_is_part_of_what_is_reviewed(edition: MakeEdition) -> None:
    known = {"@ville.example": DID, "@autre.example": "did:web:autre.example"}
    made = compose(edition("bluesky", "Avec @ville.example.", "Et après", mentions=known))
    assert made.problems == ()
    assert [each.fields.get("mentions") for each in made.messages] == [
        {"@ville.example": DID},
        None,
    ]
    moved = {**known, "@ville.example": "did:plc:ewvi7nxzyoun6zhxrhs64oij"}
    other = compose(edition("bluesky", "Avec @ville.example.", "Et après", mentions=moved))
    assert other.digest != made.digest


@pytest.mark.parametrize("identity", ["", "ville", "did:", "https://ville.example"])
def test_a_mention_without_identity_is_said_to_stay_plain(
    identity: str, edition: MakeEdition
) -> None:
    made = compose(
        edition("bluesky", "Un", "@ville.example", mentions={"@ville.example": identity})
    )
    [problem] = made.problems
    assert (problem.code, problem.values["mention"]) == ("CM522", "@ville.example")
    assert "mentions" not in made.messages[1].fields


@pytest.mark.parametrize(
    "text", ["@quelqu_un", "nous@ville.example", "https://a.example/@b.example"]
)
def test_what_is_no_handle_is_no_mention(text: str, edition: MakeEdition) -> None:
    assert compose(edition("bluesky", text)).problems == ()


@pytest.mark.parametrize("name", ["reply_to", "quote", "repost"])
@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/1",
        "https://bsky.app/profile/ville.example",
        "https://bsky.app/profile/ville/post/3lcabcdefgh22",
        "https://bsky.app.example/profile/ville.example/post/3lcabcdefgh22",
        "https://bsky.app/profile/../post/3lcabcdefgh22",
        "at://ville.example/app.bsky.feed.like/3lcabcdefgh22",
    ],
)
def test_an_address_that_is_no_post_is_a_problem_before_it_is_sent(
    name: str, address: str, edition: MakeEdition
) -> None:
    text = () if name == "repost" else ("Un",)
    [problem] = compose(edition("bluesky", *text, **{name: address})).problems
    assert (problem.code, problem.at) == ("CM523", (name,))


@pytest.mark.parametrize(
    "address",
    [
        "https://bsky.app/profile/ville.example/post/3lcabcdefgh22",
        f"https://bsky.app/profile/{DID}/post/3lcabcdefgh22",
        f"at://{DID}/app.bsky.feed.post/3lcabcdefgh22",
    ],
)
def test_a_post_may_be_called_by_address_or_by_uri(address: str, edition: MakeEdition) -> None:
    assert compose(edition("bluesky", "Un", quote=address)).problems == ()


def test_a_film_that_is_elsewhere_is_a_problem(
    edition: MakeEdition, media: Callable[..., Media]
) -> None:
    film = replace(media("media/a.mp4", "", "video/mp4"), url="https://videos.example/a.mp4")
    found = [each.code for each in compose(edition("bluesky", "Un", media=(film,))).problems]
    assert found == ["CM524"]
