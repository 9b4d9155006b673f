"""Bluesky's card, and the two ways in which it counts."""

from __future__ import annotations

from collections.abc import Callable

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
