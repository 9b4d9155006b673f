"""Mastodon: what each status says of itself, and what its servers would change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cmops.adapters.contract import Describes, Edition, Media, Message
from cmops.adapters.mastodon import Mastodon, editing
from cmops.adapters.mastodon.account import Account
from cmops.compose import compose
from cmops.failures import Rejected
from cmops.ledger.entries import Receipt

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


POLL = {"options": ["lundi", "mardi"], "multiple": False, "duration_seconds": 86_400}
MADE = datetime(2026, 12, 1, 12, tzinfo=UTC)
LIVE_POLL = {
    "options": [{"title": "lundi"}, {"title": "mardi"}],
    "multiple": False,
    "expired": False,
    "expires_at": "2026-12-02T12:00:00.000Z",
}
STATUS = {"visibility": "public", "created_at": "2026-12-01T12:00:00.000Z", "poll": LIVE_POLL}


def test_a_correction_says_everything_again_and_leaves_the_polls_end_where_it_is() -> None:
    message = Message("Quel jour ?", fields={"language": "fr", "poll": POLL})
    editing.refuse(STATUS, message, "public", MADE + timedelta(hours=1))
    assert editing.body(STATUS, message, (), MADE + timedelta(hours=1)) == {
        "status": "Quel jour ?",
        "spoiler_text": "",
        "sensitive": False,
        "language": "fr",
        "poll": {"options": ["lundi", "mardi"], "multiple": False, "expires_in": 23 * 3600},
    }


def test_new_words_for_a_picture_go_with_the_file_that_is_there() -> None:
    picture = Media("media/a.png", "Un établi", "image/png", 3, "ab" * 32)
    said = editing.body({}, Message("Un", (picture,)), [(picture, "7")], MADE)
    assert said["media_ids"] == ["7"]
    assert said["media_attributes"] == [{"id": "7", "description": "Un établi"}]
    [(name, words)] = editing.named([(picture, "7")])
    kept = Receipt("1", MADE, extra=((name, words),))
    assert editing.attached(kept, {"media_attachments": [{"id": "7"}]}) == {"ab" * 8: "7"}
    assert editing.attached(kept, {"media_attachments": []}) == {}


@pytest.mark.parametrize("later", [timedelta(hours=24), timedelta(hours=23, minutes=57)])
def test_a_post_with_a_poll_that_has_ended_stays_as_it_is(later: timedelta) -> None:
    message = Message("Quel jour ?", fields={"poll": POLL})
    with pytest.raises(Rejected) as caught:
        editing.refuse(STATUS, message, "public", MADE + later)
    assert caught.value.code == "poll_ended"
