from __future__ import annotations

from tests.cli.conftest import GOOD, NOW, ONE_MISTAKE, Cmops, post
from tests.conftest import MakeWorkspace


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_json_is_the_contract_word_for_word(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post("Bonjour", to="mastodon")})
    said = cmops("plan", "--format", "json", "--sandbox", "--at", NOW, at=root)
    assert (said.code, said.err) == (0, "")
    assert said.json["version"] == 1
    assert said.json["at"] == "2026-11-24T10:00:00+01:00"
    (found,) = said.json["deliveries"]
    assert found.pop("digest").startswith("sha256:")
    assert found.pop("code") is None
    assert found == {
        "key": "bon~mastodon~ateliers@mastodon.example",
        "post": "bon",
        "path": GOOD,
        "channel": "mastodon",
        "platform": "mastodon",
        "action": "publish",
        "at": "2026-11-24T09:30:00+01:00",
        "state": "due",
        "reason": None,
        "messages": [{"text": "Bonjour", "length": 7, "limit": 500, "media": []}],
    }


def test_ideas_and_drafts_have_no_deliveries(cmops: Cmops, workspace: MakeWorkspace) -> None:
    files = {
        f"content/posts/{status}.md": post().replace("ready", status)
        for status in ("idea", "draft")
    }
    said = cmops("plan", "--format", "json", "--at", NOW, at=workspace(files))
    assert said.json["deliveries"] == []
    assert "ready" in cmops("plan", "--at", NOW).err


def test_the_text_shows_each_day_its_deliveries_and_why(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("plan", "--at", NOW, at=workspace(ONE_MISTAKE))
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "mardi 24 novembre 2026"
    assert lines[1] == "  09:30  bon@archive  à envoyer"
    assert "faux@nulle-part  retenu" in said.out
    assert "content/posts/faux.md:4:15: error CM210" in said.out
    assert plain(said.err).startswith("programmé : 1, à envoyer : 1, retenu : 1")


def test_what_cannot_be_read_at_all_is_still_told(cmops: Cmops, workspace: MakeWorkspace) -> None:
    files = {GOOD: post(), "content/posts/latin.md": "---\ntitle: é\n---\n".encode("latin-1")}
    said = cmops("plan", "--at", NOW, at=workspace(files))
    assert "bon@archive  à envoyer" in said.out
    assert "content/posts/latin.md:2:8: error CM001" in said.err
    assert "1 fichier ne peut pas être lu" in said.err


def test_what_is_settled_is_shown_when_asked_for(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post()})
    cmops("publish", "--sandbox", "--at", NOW, at=root)
    assert "bon@archive" not in cmops("plan", "--sandbox", "--at", NOW).out
    assert "bon@archive  publié" in cmops("plan", "--sandbox", "--at", NOW, "--all").out
    assert "bon@archive" in cmops("plan", "--sandbox", "--at", NOW, "--state", "published").out
    assert cmops("plan", "--sandbox", "--at", NOW, "--state", "due").out == ""


def test_one_channel_can_be_chosen_and_must_exist(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post(to="archive, bluesky")})
    said = cmops("plan", "--channel", "bluesky", "--at", NOW, "--sandbox", at=root)
    assert "bon@bluesky" in said.out
    assert "bon@archive" not in said.out
    said = cmops("plan", "--channel", "blue")
    assert said.code == 2
    assert "mastodon, bluesky, archive" in said.err


def test_outside_a_workspace_there_is_nothing_to_plan(cmops: Cmops) -> None:
    said = cmops("plan")
    assert said.code == 2
    assert "cmops init" in said.err
