from __future__ import annotations

from tests.cli.conftest import GOOD, ONE_MISTAKE, WRONG, Cmops, post
from tests.conftest import MakeWorkspace


def test_it_shows_exactly_what_each_network_gets_with_its_count(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post("Un.\n\n---\n\nDeux.", to="mastodon, archive")})
    said = cmops("preview", "bon", at=root)
    assert said.code == 0
    assert "│  Un.\n" in said.out
    assert "1/2  3 / 500" in said.out
    assert "2/2  5 / 500" in said.out
    assert "2/2  5 / ∞" in said.out


def test_a_post_is_named_by_its_id_its_file_or_its_name(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    named = post().replace("title:", "id: autre-nom\ntitle:")
    root = workspace({GOOD: named})
    expected = cmops("preview", "autre-nom", at=root).out
    assert expected
    assert cmops("preview", GOOD).out == expected
    assert cmops("preview", "bon").out == expected
    assert cmops("preview", "bon.md", at=root / "content/posts").out == expected


def test_an_error_is_shown_below_and_gives_one(cmops: Cmops, workspace: MakeWorkspace) -> None:
    said = cmops("preview", "faux", at=workspace(ONE_MISTAKE))
    assert said.code == 1
    assert f"{WRONG}:4:15: error CM210" in said.out
    assert "Demain, autre chose." in said.out


def test_a_post_that_cannot_be_read_gets_its_located_message_beside_the_others(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post(), "content/posts/2026/casse.md": "---\ntitle: [\n---\n"})
    said = cmops("preview", "casse", "bon", at=root)
    assert said.code == 1
    assert "content/posts/2026/casse.md:2:8: error CM" in said.out
    assert "Bonjour à toutes" in said.out


def test_json_has_the_messages_of_each_channel(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post("Un.", to="mastodon, archive")})
    said = cmops("preview", "bon", "--format", "json", at=root)
    shown = {each["channel"]: each for each in said.json["previews"]}
    assert set(shown) == {"mastodon", "archive"}
    assert shown["mastodon"]["messages"][0]["text"] == "Un."
    assert shown["mastodon"]["messages"][0]["limit"] == 500
    assert shown["archive"]["at"] == "2026-11-24T09:30:00+01:00"


def test_one_channel_can_be_chosen(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post(to="mastodon, archive")})
    assert "(outbox)" not in cmops("preview", "bon", "--channel", "mastodon", at=root).out
    said = cmops("preview", "bon", "--channel", "bluesky")
    assert said.code == 2
    assert "mastodon, archive" in said.err


def test_a_post_that_is_not_there_is_wrong_usage(cmops: Cmops, workspace: MakeWorkspace) -> None:
    assert cmops("preview", "rien", at=workspace()).code == 2
    assert cmops("preview", "/etc/hostname").code == 2
