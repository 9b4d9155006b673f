"""Secrets that end: said in time, and exchanged without anybody seeing them.

The real command, with a platform that a package adds, through a real server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.doctor import Level
from cmops.doctor.tokens import lifetime
from cmops.failures import NotSent
from cmops.wording import LANGUAGES
from tests.conftest import MakeWorkspace
from tests.doctor.lasting import ENTRY_POINTS, Issuer, issuer

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CHANNEL = """\
  {name}:
    platform: lasting
    url: {url}
    account: nous
    secrets: {{token: {variable}}}
"""


@dataclass(frozen=True)
class Said:
    """What a command said, and what it wrote to its descriptor 3."""

    code: int
    out: str
    err: str
    kept: str

    @property
    def codes(self) -> dict[str, str]:
        """Level by channel and code; of a command that was asked for JSON."""
        return {
            f"{each['about']} {each['code']}": each["level"]
            for each in json.loads(self.out)["checks"]
        }


Doctor = Callable[..., Said]


@pytest.fixture
def doctor(workspace: MakeWorkspace, tmp_path: Path) -> Doctor:
    """``doctor(issuer, {"a": "old"}, "--refresh")``: channels and their tokens."""
    added = tmp_path / "added" / "lasting-1.dist-info"
    added.mkdir(parents=True)
    (added / "METADATA").write_text("Metadata-Version: 2.1\nName: lasting\nVersion: 1\n")
    (added / "entry_points.txt").write_text(ENTRY_POINTS)

    def call(
        server: Issuer,
        tokens: dict[str, str],
        *arguments: str,
        to: str | None = None,
        first: str = "",
        language: str = "en",
    ) -> Said:
        settings = f"version: 1\nname: N\nlanguage: {language}\ntimezone: UTC\nchannels:\n"
        settings += "  archive: {platform: outbox, path: outbox/archive}\n"
        for name in tokens:
            settings += CHANNEL.format(name=name, url=server.url, variable=f"TOKEN_{name.upper()}")
        root = workspace({"cmops.yml": settings})
        environment = {
            **os.environ,
            "PYTHONPATH": f"{added.parent}{os.pathsep}{ROOT}",
            **{f"TOKEN_{name.upper()}": token for name, token in tokens.items()},
        }
        kept = tmp_path / "kept"
        # The shell opens the descriptor, as people have it.
        line = f'{first} exec "$0" -m cmops doctor "$@" {f"3>{to or kept}" if to != "" else ""}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable, *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        written = kept.read_text() if kept.exists() else ""
        for token in filter(None, (*tokens.values(), *server.tokens)):
            assert token not in done.stdout + done.stderr
        return Said(done.returncode, done.stdout, done.stderr, written)

    return call


@pytest.mark.parametrize(
    ("left", "level", "phrase"),
    [
        (timedelta(days=14, seconds=1), Level.FINE, "token-valid"),
        (timedelta(days=14), Level.NOTE, "token-ends"),
        (timedelta(seconds=1), Level.NOTE, "token-ends"),
        (timedelta(0), Level.WRONG, "token-over"),
        (timedelta(days=-3), Level.WRONG, "token-over"),
    ],
)
def test_an_end_is_worth_a_word_a_fortnight_before(
    left: timedelta, level: Level, phrase: str
) -> None:
    found = lifetime(lambda: NOW + left, NOW)
    assert (found.level, found.phrase, found.ends) == (level, phrase, NOW + left)


def test_no_end_is_fine_and_no_answer_is_only_said() -> None:
    def silent() -> datetime:
        raise NotSent("unreachable")

    assert lifetime(lambda: None, NOW).level is Level.FINE
    assert (lifetime(silent, NOW).level, lifetime(silent, NOW).code) == (Level.NOTE, "unreachable")


def test_doctor_says_how_long_each_secret_lasts(doctor: Doctor) -> None:
    tokens = {"long": "tok-1", "soon": "tok-2", "over": "tok-3", "ever": "tok-4"}
    with issuer(**{"tok-1": 60, "tok-2": 7.5, "tok-3": -1, "tok-4": None}) as server:
        said = doctor(server, tokens, *tokens, "--format", "json")
    assert said.code == 1
    assert said.codes == {
        **{f"{name} secrets": "fine" for name in tokens},
        **{f"{name} opens": "fine" for name in tokens},
        "long token-valid": "fine",
        "soon token-ends-refresh": "note",
        "over token-over": "wrong",
        "ever token-lasting": "fine",
        **{key: "fine" for key in said.codes if key.startswith("clock")},
    }
    ends = json.loads(said.out)["ends"]
    assert set(ends) == {"long", "soon", "over"}
    for end in ends.values():
        assert datetime.fromisoformat(end).utcoffset() == timedelta(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_secret_that_ends_soon_is_said_with_what_to_do(doctor: Doctor, language: str) -> None:
    with issuer(**{"tok-1": 1.5}) as server:
        said = doctor(server, {"a": "tok-1"}, "a", language=language)
    assert said.code == 0
    assert "(1 day)" in said.out if language == "en" else "(1 jour)" in said.out
    assert "cmops doctor a --refresh --refresh-fd 3" in said.out


def test_secrets_are_exchanged_and_handed_over_and_the_old_ones_are_void(doctor: Doctor) -> None:
    with issuer(**{"tok-1": 5, "tok-2": 5}) as server:
        said = doctor(server, {"a": "tok-1", "b": "tok-2"}, "--refresh", "--refresh-fd", "3")
        assert (said.code, said.kept) == (0, "TOKEN_A=tok-1-new\nTOKEN_B=tok-2-new\n")
        assert set(server.tokens) == {"tok-1-new", "tok-2-new"}
        again = doctor(server, {"a": "tok-1-new", "b": "tok-2-new"}, "a", "b", "--format", "json")
    assert again.code == 0
    assert "TOKEN_A" in said.out
    # A folder of this workspace has no secret to exchange, and nobody asked about it.
    assert "archive" not in said.out


def test_the_channel_that_fails_is_said_and_the_others_go_on(doctor: Doctor) -> None:
    with issuer(**{"tok-1": 5, "tok-3": 5}) as server:
        tokens = {"a": "tok-1", "b": "revoked-2", "c": "tok-3"}
        said = doctor(server, tokens, "--refresh", "--refresh-fd", "3", "--format", "json")
    assert said.code == 1
    assert said.codes == {
        "a refreshed": "fine",
        "b failed-unauthorised": "wrong",
        "c refreshed": "fine",
    }
    lines = [json.loads(line) for line in said.kept.splitlines()]
    assert lines == [
        {"channel": "a", "name": "TOKEN_A", "value": "tok-1-new"},
        {"channel": "c", "name": "TOKEN_C", "value": "tok-3-new"},
    ]


@pytest.mark.parametrize(
    ("arguments", "to", "words"),
    [
        (["--refresh"], None, "never shown"),
        (["--refresh", "--refresh-fd", "1"], None, "never is"),
        (["--refresh", "--refresh-fd", "2"], None, "never is"),
        (["--refresh", "--refresh-fd", "3"], "&1", "never is"),
        (["--refresh", "--refresh-fd", "3"], "", "not open for writing"),
        (["--refresh", "--refresh-fd", "-4"], None, "not open for writing"),
        (["--refresh", "--refresh-fd", "3"], "/dev/full", "not open for writing"),
        (["--refresh-fd", "3"], None, "only goes with --refresh"),
    ],
)
def test_without_a_safe_place_no_secret_is_exchanged(
    doctor: Doctor, arguments: list[str], to: str | None, words: str
) -> None:
    with issuer(**{"tok-1": 5}) as server:
        said = doctor(server, {"a": "tok-1"}, *arguments, to=to)
        assert set(server.tokens) == {"tok-1"}
    assert said.code == 2
    assert words in said.err
    assert said.kept == ""


def test_a_place_that_fills_up_is_said_and_no_other_secret_is_risked(doctor: Doctor) -> None:
    with issuer(**{"tok-1": 5, "tok-2": 5}) as server:
        arguments = ("--refresh", "--refresh-fd", "3", "--format", "json")
        said = doctor(server, {"a": "tok-1", "b": "tok-2"}, *arguments, first="ulimit -f 0;")
        assert set(server.tokens) == {"tok-1-new", "tok-2"}
    assert (said.code, said.codes) == (1, {"a refresh-lost": "wrong"})


def test_a_secret_that_a_line_cannot_hold_is_put_in_quotation_marks(doctor: Doctor) -> None:
    with issuer(**{"tok-1": 5}) as server:
        server.suffix = ' "two"\nlines'
        said = doctor(server, {"a": "tok-1"}, "--refresh", "--refresh-fd", "3")
    assert said.kept == 'TOKEN_A="tok-1 \\"two\\"\\nlines"\n'


def test_what_is_asked_for_by_name_must_be_there_to_exchange(doctor: Doctor) -> None:
    arguments = ("--refresh", "--refresh-fd", "3", "--format", "json")
    with issuer() as server:
        named = doctor(server, {"a": ""}, "archive", "a", *arguments)
        unnamed = doctor(server, {"a": ""}, *arguments)
    assert (named.code, named.codes) == (1, {"archive no-refresh": "wrong", "a secret": "wrong"})
    assert (unnamed.code, unnamed.codes) == (1, {"a secret": "wrong"})
