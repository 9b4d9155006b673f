"""A film that is too long or a picture with too many pixels is an error where that is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from cmops.adapters.contract import Edition, Media
from cmops.compose import compose
from cmops.wording import Wording, codes

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]


@pytest.fixture
def film(media: MakeMedia) -> Media:
    return media("media/visite.mp4", "Une visite", "video/mp4")


def found(edition: Edition) -> list[tuple[str, str]]:
    return [
        (each.code, codes.code(each.code).said({"channel": "c", **each.values}, Wording("en"))[0])
        for each in compose(edition).problems
    ]


def test_a_film_that_is_a_moment_too_long_is_an_error(edition: MakeEdition, film: Media) -> None:
    long = dataclasses.replace(film, duration=140.04)
    said = "media/visite.mp4 lasts 2m21s; X takes 2m20s at the most"
    assert found(edition("x", "Visite", media=(long,))) == [("CM540", said)]


def test_a_film_that_is_a_moment_too_short_is_an_error(edition: MakeEdition, film: Media) -> None:
    short = dataclasses.replace(film, duration=2.96, alt="")
    said = "media/visite.mp4 lasts 2s; LinkedIn asks for at least 3s"
    assert found(edition("linkedin", "Visite", media=(short,))) == [("CM542", said)]
    just = dataclasses.replace(film, duration=3.0, alt="")
    assert found(edition("linkedin", "Visite", media=(just,))) == []


def test_a_limit_known_at_second_hand_only_warns(edition: MakeEdition, film: Media) -> None:
    long = dataclasses.replace(film, duration=181.0)
    said = "181 seconds of video for Bluesky, where the limit is said to be 180; "
    [(code, message)] = found(edition("bluesky", "Visite", media=(long,)))
    assert code == "CM518"
    assert message.startswith(said)


def test_a_film_that_does_not_say_how_long_it_is_is_let_through(
    edition: MakeEdition, film: Media
) -> None:
    assert found(edition("x", "Visite", media=(film,))) == []


def test_a_picture_with_too_many_pixels_is_an_error(edition: MakeEdition, media: MakeMedia) -> None:
    wide = dataclasses.replace(media(), width=9504, height=6336)
    [(code, message)] = found(edition("mastodon", "Fresque", media=(wide,)))
    assert code == "CM541"
    assert "60,217,344 pixels; Mastodon takes 33,177,600" in message


def test_how_long_a_film_is_does_not_change_what_was_reviewed(
    edition: MakeEdition, film: Media
) -> None:
    one = compose(edition("x", "Visite", media=(film,)))
    other = compose(edition("x", "Visite", media=(dataclasses.replace(film, duration=3.0),)))
    assert one.digest == other.digest
