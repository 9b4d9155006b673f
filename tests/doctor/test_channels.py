"""What is said of a channel before anything is asked of a network, and when none answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.adapters import registry
from cmops.adapters.contract import Platform
from cmops.doctor import Level
from cmops.doctor.channels import Examined, clock, examine
from cmops.wording import LANGUAGES, Wording
from cmops.workspace.model import Channel
from tests.servers.proxy import nobody

SECRET = "s3cr3t-never-to-be-seen"


class Unbuilt:
    """An adapter that cannot publish yet."""

    platform = Platform("unbuilt", "Unbuilt", limits={}, can={})


@pytest.fixture(autouse=True)
def one_that_cannot_publish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.BUILT_IN, "unbuilt", f"{__name__}:Unbuilt")


def channel(platform: str, url: str = "https://mastodon.example") -> Channel:
    secrets = {"mastodon": {"token": "TOKEN"}, "unbuilt": {"api_key": "KEY"}}.get(platform, {})
    settings = {"path": "outbox/archive", "url": url}
    return Channel("compte", platform, "nous", "b", "N", "fr", secrets, settings=settings)


def only(made: Channel, root: Path, **environ: str) -> Examined:
    [found] = examine([made], root, environ)
    return found


def said(found: Examined) -> list[tuple[str, str]]:
    return [(str(each.level), each.phrase) for each in found.checks]


def test_a_secret_that_is_not_set_is_named_and_nothing_is_asked(tmp_path: Path) -> None:
    found = only(channel("mastodon"), tmp_path, TOKEN="  ")
    assert said(found) == [("wrong", "doctor.secret")]
    assert "TOKEN" in found.checks[0].said(Wording("fr"))[0]


def test_a_platform_that_cannot_be_published_to_needs_no_secret(tmp_path: Path) -> None:
    assert said(only(channel("unbuilt"), tmp_path)) == [("note", "doctor.sandbox-only")]


def test_a_platform_that_does_not_exist_is_wrong(tmp_path: Path) -> None:
    assert said(only(channel("myspace"), tmp_path)) == [("wrong", "doctor.no-platform")]


def test_a_folder_that_can_be_written_to_is_fine(tmp_path: Path) -> None:
    assert said(only(channel("outbox"), tmp_path)) == [("fine", "doctor.folder")]


def test_a_folder_outside_of_the_workspace_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "outbox").symlink_to("/")
    assert said(only(channel("outbox"), tmp_path)) == [("wrong", "CM520")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_that_is_not_there_is_said_with_what_to_do(tmp_path: Path, language: str) -> None:
    with nobody() as url:
        found = only(channel("mastodon", url), tmp_path, TOKEN=SECRET)
    assert said(found)[1:] == [("wrong", "doctor.failed-unreachable")]
    what, how = found.checks[1].said(Wording(language))
    assert what
    assert how
    assert SECRET not in repr(found)


def test_a_secret_is_not_sent_without_encryption(tmp_path: Path) -> None:
    found = only(channel("mastodon", "http://mastodon.example"), tmp_path, TOKEN=SECRET)
    assert said(found)[1:] == [("wrong", "doctor.failed-not-encrypted")]


def test_channels_are_said_in_their_order(tmp_path: Path) -> None:
    wanted = ["outbox", "unbuilt", "mastodon", "outbox", "myspace"] * 4
    found = examine(map(channel, wanted), tmp_path, {})
    assert [each.checks[0].phrase for each in found] == [
        {
            "outbox": "doctor.folder",
            "unbuilt": "doctor.sandbox-only",
            "mastodon": "doctor.secret",
            "myspace": "doctor.no-platform",
        }[each]
        for each in wanted
    ]


def test_a_clock_that_is_wrong_is_said_with_the_server_it_differs_from() -> None:
    near = Examined("a", (), (), timedelta(seconds=3), "near.example")
    far = Examined("b", (), (), timedelta(minutes=5), "far.example")
    unasked = Examined("c", ())
    [right] = clock([near, unasked])
    [wrong] = clock([near, far, unasked])
    assert (right.level, wrong.level) == (Level.FINE, Level.WRONG)
    assert "far.example" in wrong.said(Wording("fr"))[0]
    assert wrong.said(Wording("fr"))[1]
    assert not list(clock([unasked]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_worded_in_full(language: str) -> None:
    import json
    from importlib import resources

    file = resources.files("cmops.wording") / "phrases" / "doctor.json"
    values = {
        "name": "text",
        "until": datetime(2026, 12, 1, tzinfo=UTC),
        **dict.fromkeys(
            ("count", "said", "ours", "done", "of", "line", "seconds", "descriptor"), 2
        ),
        **dict.fromkeys(("variables", "kinds", "geneses"), ("A", "B")),
        **dict.fromkeys(("platform", "account", "code", "detail", "channel", "limits"), "x"),
        **dict.fromkeys(
            ("folder", "branch", "remote", "path", "host", "genesis", "since", "day"), "y"
        ),
    }
    wording = Wording(language)
    for phrase in json.loads(file.read_text("utf-8")):
        spoken = wording.say(phrase, **values)
        literal = spoken.replace("{x: ", "").replace("{genesis: y}", "")
        assert "{" not in literal, phrase
