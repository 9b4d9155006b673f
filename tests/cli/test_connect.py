"""``cmops connect`` as a person uses it: a terminal, a browser, and a platform that answers."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from cmops.cli.connecting import Connecting, Wish
from cmops.connect.ways import APIS
from cmops.http import Secret
from cmops.project import Project
from tests.cli.conftest import Cmops
from tests.conftest import MakeWorkspace
from tests.connect.provider import PASSWORD, TOKEN, Provider, serving

CMOPS_YML = """\
version: 1
name: Les Ateliers
language: fr
timezone: Europe/Paris
channels:
  archive: {platform: outbox, path: outbox/archive}   # ne pas toucher
"""
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/oauth/authorize\S+")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as made:
        host = made.url.removeprefix("http://")
        me = {"id": "1", "username": "ateliers", "acct": "ateliers", "display_name": "Les A"}
        made.answers = {
            "/api/v1/accounts/verify_credentials": me,
            "/api/v2/instance": {"domain": host},
            "/api/v1/apps/verify_credentials": {"scopes": ["read", "write"]},
            "/wp-json/": {"namespaces": ["wp/v2"], "routes": {}},
            "/wp-json/wp/v2/users/me": {
                "id": 1,
                "username": "redaction",
                "capabilities": {"publish_posts": True, "upload_files": True},
            },
        }
        yield made


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"cmops.yml": CMOPS_YML})


@dataclass
class Terminal:
    """A program at a terminal: what it shows, and what is typed into it."""

    arguments: Sequence[str]
    root: Path
    shown: str = ""
    code: int | None = None
    _threads: list[threading.Thread] = field(default_factory=list)

    def run(self, answers: Sequence[tuple[str, str]] = (), *, browser: bool = False) -> Terminal:
        """Types each answer when its question stands there; the browser says yes."""
        command = [sys.executable, "-m", "cmops", "-C", str(self.root), *self.arguments]
        main, side = pty.openpty()
        process = subprocess.Popen(
            command, stdin=side, stdout=side, stderr=side, env=os.environ | {"TERM": "dumb"},
            start_new_session=True,
        )  # fmt: skip
        os.close(side)
        waiting, opened, end = list(answers), False, time.monotonic() + 60
        seen = 0
        while time.monotonic() < end:
            if select.select([main], [], [], 0.2)[0]:
                try:
                    piece = os.read(main, 4096)
                except OSError:
                    break
                self.shown += piece.decode(errors="replace")
            if waiting and waiting[0][0] in self.shown[seen:]:
                seen = len(self.shown)
                os.write(main, f"{waiting.pop(0)[1]}\n".encode())
            address = _ADDRESS.search(self.shown)
            if browser and address and not opened and self.shown[address.end() :].strip(" ") != "":
                opened = True
                thread = threading.Thread(target=requests.get, args=(address[0],), daemon=True)
                thread.start()
                self._threads.append(thread)
        self.code = process.wait(30)
        os.close(main)
        return self


def test_mastodon_from_nothing_to_a_channel_with_a_browser(
    cmops: Cmops, root: Path, provider: Provider, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.env"
    told = ("--server", provider.url, "--env-file", str(file), "--no-browser")
    said = Terminal(("connect", "mastodon", *told), root).run(browser=True)
    assert said.code == 0, said.shown
    host = provider.url.removeprefix("http://")
    assert (root / "cmops.yml").read_text() == CMOPS_YML + (
        f"  mastodon:\n    platform: mastodon\n    url: {provider.url}\n"
        f'    account: "ateliers@{host}"\n    secrets: {{token: MASTODON_TOKEN}}\n'
    ).replace(f'"ateliers@{host}"', _as_written(root))
    assert file.read_text() == f"MASTODON_TOKEN={TOKEN}\n"
    assert TOKEN not in said.shown
    assert cmops("plan", at=root).code == 0


def _as_written(root: Path) -> str:
    found = re.search(r"account: (.*ateliers.*)", (root / "cmops.yml").read_text())
    assert found is not None
    return found[1]


def test_wordpress_is_asked_for_word_by_word_and_no_password_is_shown(
    root: Path, provider: Provider, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.env"
    answers = [("Serveur", f"{provider.url}/"), ("Compte", "redaction"), ("Mot de passe", PASSWORD)]
    arguments = ("connect", "wordpress", "--channel", "blog", "--env-file", str(file))
    said = Terminal(arguments, root).run(answers)
    assert said.code == 0, said.shown
    assert "Mots de passe d’application" in said.shown
    assert PASSWORD not in said.shown
    assert file.read_text() == f'BLOG_PASSWORD="{PASSWORD}"\n'
    assert "  blog:\n    platform: wordpress\n" in (root / "cmops.yml").read_text()
    assert PASSWORD not in (root / "cmops.yml").read_text()


def test_a_wrong_password_writes_nothing_and_says_what_to_do(
    root: Path, provider: Provider, tmp_path: Path
) -> None:
    file = tmp_path / "secrets.env"
    answers = [("Serveur", provider.url), ("Compte", "redaction"), ("Mot de passe", "faux")]
    said = Terminal(("connect", "wordpress", "--env-file", str(file)), root).run(answers)
    assert said.code == 1
    assert "rien n’a été écrit" in said.shown
    assert (root / "cmops.yml").read_text() == CMOPS_YML
    assert not file.exists()


class Inviting:
    """Somebody who opens the page, lets the bot in, and presses Enter."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.shown: list[str] = []

    def shows(self, url: str) -> None:
        self.shown.append(url)

    def waits(self, phrase: str) -> None:
        guild = {"id": "197", "name": "Les Ateliers"}
        rows = [{"id": "290", "type": 0, "name": "annonces"}, {"id": "291", "type": 2}]
        self.provider.answers |= {"/users/@me/guilds": [guild], "/guilds/197/channels": rows}


def test_a_bot_of_discord_that_is_nowhere_is_invited_first(
    root: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(APIS, "discord", provider.url)
    provider.answers |= {
        "/users/@me": {"id": "5", "username": "ateliers"},
        "/users/@me/guilds": [],
        "/applications/@me": {"id": "157730590492196864"},
    }
    talk: Any = Inviting(provider)
    wish = Wish("discord", "discord", None, None, None, None)
    connecting = Connecting(Project(root), talk, wish)
    connecting.secrets["token"] = Secret("token", TOKEN)
    reached = connecting._reached()
    assert reached is not None
    assert [each.settings for each in reached] == [{"channel": "290"}]
    [page] = talk.shown
    assert "client_id=157730590492196864" in page
    # Where it is somewhere already, nobody is sent anywhere.
    assert connecting._reached() == reached
    assert talk.shown == [page]


def test_whoever_connects_slack_is_shown_the_page_that_makes_its_application(root: Path) -> None:
    answers = [("Canal", "C0123ABCD"), ("Compte", "bot")]
    said = Terminal(("connect", "slack", "--hand-off"), root).run(answers)
    assert said.code == 0, said.shown
    assert "https://api.slack.com/apps?new_app=1&manifest_json=" in said.shown
    assert "files:read" in said.shown
    assert "{" not in said.shown


def test_a_no_in_the_browser_ends_it(root: Path, provider: Provider, tmp_path: Path) -> None:
    provider.denies = True
    told = ("--server", provider.url, "--env-file", str(tmp_path / "s.env"), "--no-browser")
    said = Terminal(("connect", "mastodon", *told), root).run(browser=True)
    assert said.code == 1
    assert "refusée dans le navigateur" in said.shown
    assert (root / "cmops.yml").read_text() == CMOPS_YML


def test_without_its_review_a_channel_is_published_by_hand(root: Path, cmops: Cmops) -> None:
    answers = [("a déjà ces autorisations", ""), ("application a-t-elle", "non"), ("Compte", "17")]
    said = Terminal(("connect", "instagram"), root).run([answers[1], answers[2]])
    assert said.code == 0, said.shown
    assert (root / "cmops.yml").read_text() == CMOPS_YML + (
        '  instagram:\n    platform: instagram\n    account: "17"\n    handoff: true\n'
    )
    assert cmops("validate", at=root).code == 0


def test_a_hand_off_is_asked_what_it_is_for(root: Path, cmops: Cmops) -> None:
    answers = [("Destination", "tiktok"), ("Compte", "les_ateliers")]
    said = Terminal(("connect", "handoff", "--channel", "tiktok"), root).run(answers)
    assert said.code == 0, said.shown
    assert (root / "cmops.yml").read_text() == CMOPS_YML + (
        "  tiktok:\n    platform: handoff\n    for: tiktok\n    account: les_ateliers\n"
    )
    assert cmops("validate", at=root).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nulle-part",), "nulle-part"),
        (("mastodon", "--channel", "archive"), "existe déjà"),
        (("mastodon", "--github", "--env-file", "x"), "un seul endroit"),
        (("mastodon", "--brand", "autre"), "autre"),
        (("mastodon", "--env-file", "/nulle/part/.env"), "/nulle/part"),
        (("mastodon", "--secrets-fd", "1"), ""),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(
    cmops: Cmops, root: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = cmops("connect", *arguments, at=root)
    assert said.code == 2
    assert words in said.err
    assert (root / "cmops.yml").read_text() == CMOPS_YML
