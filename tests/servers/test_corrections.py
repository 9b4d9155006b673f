"""Runs of the real command correct what is live on real servers, all that can be corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cmops.cli.main import run
from tests.servers.mastodon import Mastodon, Person
from tests.servers.matrix import Homeserver, Member
from tests.servers.proxy import Fault, Proxy, proxy
from tests.servers.wordpress import Blog

SETTINGS = """\
version: 1
name: Les Ateliers
language: fr
timezone: UTC
channels:
  mastodon:
    platform: mastodon
    url: {mastodon}
    account: {person}
    secrets: {{token: MASTODON_TOKEN}}
  matrix:
    platform: matrix
    url: {matrix}
    account: "{member}"
    room: "{room}"
    secrets: {{token: MATRIX_TOKEN}}
"""
BLOG = """\
  blog:
    platform: wordpress
    url: {blog}
    account: redaction
    secrets: {{password: BLOG_PASSWORD}}
"""
POST = """\
---
title: Ouverture
publish_at: 2026-01-05 09:30
to: [{to}]
status: ready
---
{text}
"""


class Team:
    """A folder with a post, and what its networks show."""

    def __init__(self, root: Path, servers: tuple[Mastodon, Homeserver]) -> None:
        self.root = root
        self.mastodon, self.matrix = servers
        self.person: Person = self.mastodon.person()
        self.member: Member = self.matrix.member()
        self.room = self.matrix.room(self.member)

    def settle(self, more: str = "", **urls: str) -> None:
        """The workspace's settings."""
        text = SETTINGS.format(
            mastodon=urls.get("mastodon", self.mastodon.url),
            person=f"{self.person.name}@{self.mastodon.domain}",
            matrix=self.matrix.url,
            member=self.member.id,
            room=self.room,
        )
        (self.root / "cmops.yml").write_text(text + more)

    def write(self, name: str, text: str, to: str) -> None:
        """What the post says on main."""
        path = self.root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(POST.format(to=to, text=text))

    def toots(self) -> list[str]:
        """What Mastodon shows, the oldest first."""
        found = self.mastodon.statuses(self.person)[::-1]
        return [self.mastodon.source(self.person, each["id"]) for each in found]

    def said(self) -> list[str]:
        """What the room was told, corrections with the text that they put in place."""
        events = self.matrix.events(self.member, self.room)
        contents = [each["content"] for each in events if each["type"] == "m.room.message"]
        return [each.get("m.new_content", each)["body"] for each in contents]


@pytest.fixture
def team(
    tmp_path: Path, mastodon: Mastodon, homeserver: Homeserver, monkeypatch: pytest.MonkeyPatch
) -> Team:
    made = Team(tmp_path, (mastodon, homeserver))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MASTODON_TOKEN", made.person.token)
    monkeypatch.setenv("MATRIX_TOKEN", made.member.token)
    made.settle()
    return made


@pytest.fixture
def near(mastodon: Mastodon) -> Iterator[Proxy]:
    with proxy(mastodon.url) as made:
        yield made


def publish(*names: str) -> int:
    """A run; a post of long ago goes out when it is named."""
    return run(("publish", *names))


def test_a_thread_is_corrected_message_by_message(team: Team) -> None:
    team.write("posts/a.md", "Ouverture à 9 h\n\n---\n\nVenez", "mastodon, matrix")
    assert publish("a@mastodon", "a@matrix") == 0
    team.write("posts/a.md", "Ouverture à 10 h\n\n---\n\nVenez", "mastodon, matrix")
    assert publish() == 0
    assert team.toots() == ["Ouverture à 10 h", "Venez"]
    assert team.said() == ["Ouverture à 9 h", "Venez", "Ouverture à 10 h"]
    assert publish() == 0
    assert len(team.said()) == 3


def test_a_text_that_comes_back_is_shown_again(team: Team) -> None:
    team.write("posts/a.md", "Un", "matrix")
    publish("a@matrix")
    for text in ("Deux", "Un", "Deux"):
        team.write("posts/a.md", text, "matrix")
        assert publish() == 0
    assert team.said() == ["Un", "Deux", "Un", "Deux"]


def test_an_answer_that_was_lost_is_asked_for_again(
    team: Team, near: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.settle(mastodon=near.url)
    team.write("posts/a.md", "Ouverture à 9 h", "mastodon")
    assert publish("a@mastodon") == 0
    team.write("posts/a.md", "Ouverture à 10 h", "mastodon")
    left = [Fault.KEPT]

    def fault_of(path: str) -> Fault | None:
        return left.pop() if left and near.seen[-1].method == "PUT" else None

    with monkeypatch.context() as patch:
        patch.setattr(near, "fault_of", fault_of)
        assert publish() == 1
    assert run(("plan", "--state", "throttled")) == 0
    put_off = "cmops.publish.judging.Judging._put_off"
    monkeypatch.setattr(put_off, lambda self, subject, record: None)
    assert publish() == 0
    assert team.toots() == ["Ouverture à 10 h"]


def test_what_was_deleted_there_is_a_persons_task(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    team.write("posts/a.md", "Ouverture à 9 h", "mastodon")
    publish("a@mastodon")
    [status] = team.mastodon.statuses(team.person)
    path = f"/api/v1/statuses/{status['id']}"
    signed = {"Authorization": f"Bearer {team.person.token}"}
    team.mastodon.call("DELETE", path, headers=signed)
    team.write("posts/a.md", "Ouverture à 10 h", "mastodon")
    assert publish() == 1
    capsys.readouterr()
    assert run(("status",)) == 1
    assert "a@mastodon" in capsys.readouterr().out
    assert team.toots() == []


def test_an_article_follows_its_file(
    team: Team, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.clear()
    monkeypatch.setenv("BLOG_PASSWORD", blog.passwords["redaction"])
    team.settle(BLOG.format(blog=blog.url))
    team.write("articles/hiver.md", "Du *bois*.", "blog")
    assert publish("hiver@blog") == 0
    for text in ("Du **cuir**.", "Du fil.", "Du *bois*."):
        team.write("articles/hiver.md", text, "blog")
        assert publish() == 0
        [post] = blog.posts()
        assert _words(text) in post["content"]["raw"]


def _words(text: str) -> str:
    return text.replace("*", "").split()[-1].rstrip(".")
