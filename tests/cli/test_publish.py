from __future__ import annotations

import json
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.conftest import GOOD, NOW, ONE_MISTAKE, Cmops, post
from tests.conftest import CMOPS_YML, MakeWorkspace

PARIS = ZoneInfo("Europe/Paris")


def now(minutes: int) -> str:
    return f"{datetime.now(PARIS) + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted((root / "outbox").rglob("*.json"))
        if ".sandbox" not in path.parts
    }


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def test_json_is_the_contract_word_for_word(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post("Bonjour", to="mastodon")})
    said = cmops("publish", "--sandbox", "--at", NOW, "--format", "json", at=root)
    assert said.code == 0
    report = said.json
    assert re.fullmatch(r"[0-9a-z]{20,}", report.pop("run"))
    assert report["deliveries"][0].pop("id")
    assert report == {
        "version": 1,
        "counts": {
            "published": 1,
            "rejected": 0,
            "throttled": 0,
            "unclear": 0,
            "held": 0,
            "missed": 0,
        },
        "deliveries": [
            {
                "key": "bon~mastodon~ateliers@mastodon.example",
                "post": "bon",
                "channel": "mastodon",
                "outcome": "published",
                "url": None,
                "error": None,
            }
        ],
    }


def test_an_outbox_file_is_the_contract_word_for_word(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post("Bonjour\n\n---\n\nLa suite", to="mastodon")})
    assert cmops("publish", "--sandbox", "--at", NOW, at=root).code == 0
    ((path, raw),) = files(root).items()
    assert path == "outbox/mastodon/bon~mastodon~ateliers@mastodon.example.json"
    written = json.loads(raw)
    assert set(written) >= {"key", "post", "channel", "platform", "at", "messages"}
    assert written["key"] == "bon~mastodon~ateliers@mastodon.example"
    assert [each["text"] for each in written["messages"]] == ["Bonjour", "La suite"]
    assert (written["post"], written["channel"], written["platform"]) == (
        "bon",
        "mastodon",
        "mastodon",
    )
    assert datetime.fromisoformat(written["at"]) == datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)


def test_again_publishes_nothing_again(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post()})
    assert "bon@archive  publié" in cmops("publish", "--sandbox", "--at", NOW, at=root).out
    before = files(root)
    said = cmops("publish", "--sandbox", "--at", NOW)
    assert (said.code, said.out) == (0, "")
    assert "Rien à envoyer." in said.err
    assert files(root) == before


def test_what_has_an_error_is_held_with_its_place_and_the_others_go_out(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("publish", "--sandbox", "--at", "2026-11-25 10:00", at=workspace(ONE_MISTAKE))
    assert said.code == 1
    assert "faux@nulle-part  retenu\n    content/posts/faux.md:4:15: error CM210" in said.out


def test_what_cannot_be_read_is_told_and_gives_one(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post(), "content/posts/vide.md": ""})
    said = cmops("publish", "--sandbox", "--at", NOW, at=root)
    assert said.code == 1
    assert "bon@archive  publié" in said.out
    assert "content/posts/vide.md:1:1: error CM005" in said.err


def test_a_month_is_rehearsed_moment_by_moment(cmops: Cmops, workspace: MakeWorkspace) -> None:
    texts = {f"content/posts/j{day}.md": post(at=f"2026-11-{day} 09:30") for day in (3, 10, 17)}
    root = workspace({path: text.replace("-3 ", "-03 ") for path, text in texts.items()})
    said = cmops("publish", "--sandbox", "--from", "2026-11-01 00:00", "--at", NOW, at=root)
    assert said.out.count("publié") == 3, said.out
    assert said.code == 0
    assert cmops("publish", "--sandbox", "--from", "2026-11-01 00:00", "--at", NOW).out == ""


def test_one_delivery_can_be_named(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post(to="archive, bluesky")})
    said = cmops("publish", "bon@bluesky", "--sandbox", "--at", NOW, at=root)
    assert "bon@bluesky  publié" in said.out
    assert "archive" not in said.out
    assert cmops("publish", "bonn@bluesky", "--sandbox").code == 2
    assert cmops("publish", "bonn", "--sandbox").code == 2


@pytest.mark.parametrize("option", [["--at", NOW], ["--from", NOW]])
def test_the_time_is_only_chosen_in_the_sandbox(
    option: list[str], cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post()})
    assert cmops("publish", *option, at=root).code == 2
    assert files(root) == {}


def test_a_clock_that_was_set_does_not_publish_for_real(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_AT", NOW)
    root = workspace({GOOD: post()})
    said = cmops("publish", at=root)
    assert said.code == 2
    assert "CMOPS_AT" in said.err
    assert cmops("publish", "--sandbox").code == 0


def genesis(said: str) -> str:
    found = re.search(r"^ledger:\n  genesis: (\S+)$", said, re.MULTILINE)
    assert found, said
    return found[1]


@pytest.mark.parametrize("place", ["no git", "git", "git with a remote"])
def test_the_first_publish_makes_the_ledger_and_reminds_until_it_is_named(
    place: str, cmops: Cmops, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = workspace({GOOD: post(at=now(-5))})
    if place != "no git":
        git(root, "init", "--quiet", "--initial-branch", "main")
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", "Début")
    if place == "git with a remote":
        git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "remote.git")
        git(root, "remote", "add", "origin", "../remote.git")
        git(root, "push", "--quiet", "origin", "main")

    first = cmops("publish", at=root)
    # It was due before the ledger began: an old post that is imported must not go out by itself.
    assert first.code == 1
    assert "bon@archive  retenu" in first.out
    id = genesis(first.err)
    assert genesis(cmops("publish").err) == id
    assert files(root) == {}

    assert "bon@archive  publié" in cmops("publish", "bon@archive").out
    assert list(files(root)) == ["outbox/archive/bon~outbox~outbox%2Farchive.json"]

    (root / "cmops.yml").write_text(f"{CMOPS_YML}ledger:\n  genesis: {id}\n")
    named = cmops("publish")
    assert (named.code, named.out) == (0, "")
    assert "genesis" not in named.err

    (root / "cmops.yml").write_text(f"{CMOPS_YML}ledger:\n  genesis: {id[::-1]}\n")
    other = cmops("publish")
    assert other.code == 1
    assert id in other.err


def test_json_of_a_real_run_is_not_disturbed_by_the_reminder(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("publish", "--format", "json", at=workspace())
    assert said.json["deliveries"] == []
    assert genesis(said.err)


def test_what_is_to_come_is_waited_for(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({GOOD: post(at=now(60))})
    said = cmops("publish", "--until", "x", at=root)
    assert said.code == 2
    assert not (root / ".cmops/kept").exists(), "wrong usage made a ledger"


def test_a_missing_secret_holds_and_names_its_variable(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({GOOD: post(to="bluesky", at=now(30))})
    cmops("publish", at=root)
    (root / GOOD).write_text(post(to="bluesky", at=now(0)))
    said = cmops("publish", "bon@bluesky", at=root)
    assert said.code == 1
    assert re.search("BLUESKY_PASSWORD|bac à sable", said.out)
