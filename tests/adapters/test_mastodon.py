"""Mastodon: what each status says of itself, and what its servers would change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cmops.adapters.contract import Describes, Edition, Media
from cmops.adapters.mastodon import Mastodon
from cmops.adapters.mastodon.account import Account
from cmops.compose import compose

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]


def test_visibility_and_language_are_said_of_every_status(edition: MakeEdition) -> None:
    for asked, said in ((None, "public"), ("unlisted", "unlisted")):
        made = Mastodon.compose(edition("mastodon", "Un", "Deux", visibility=asked))
        assert [each.fields["visibility"] for each in made] == [said, said]
        assert [each.fields["language"] for each in made] == ["fr", "fr"]


@pytest.mark.parametrize("parts", [(), ("",)])
def test_a_warning_without_a_text_would_warn_of_nothing(
    parts: tuple[str, ...], edition: MakeEdition, media: MakeMedia
) -> None:
    [problem] = compose(edition("mastodon", *parts, media=(media(),), spoiler="Araignée")).problems
    assert (problem.code, problem.at) == ("CM531", ("spoiler",))


def test_a_warning_with_a_text_is_fine(edition: MakeEdition) -> None:
    assert compose(edition("mastodon", "La voici", spoiler="Araignée")).problems == ()


def test_a_film_that_is_elsewhere_cannot_be_sent(edition: MakeEdition, media: MakeMedia) -> None:
    away = replace(media("media/a.mp4", type="video/mp4"), url="https://example.org/a.mp4")
    [problem] = compose(edition("mastodon", "Un", media=(away,))).problems
    assert problem.code == "CM524"


def test_it_can_say_what_its_server_takes() -> None:
    assert issubclass(Account, Describes)
