"""What is kept of an earlier build is what would be built now, whatever changed meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from cmops.cli.main import run
from cmops.pages import Built, build
from cmops.pages.links import as_files, as_folders
from cmops.pages.view import View
from cmops.project import Project
from tests.pages.conftest import _png

LATER = "2027-03-01 12:30"
"""When all of the workspace's months but one are over, so that nearly all pages may be kept."""

PREVIOUS = """---
title: Réponse
status: ready
publish_at: 2026-12-03 09:00
to: [mastodon]
reply_to: fil
---
Pour répondre
"""


@pytest.fixture
def root(hostile: Path) -> Path:
    """A workspace that was published in the sandbox and built once."""
    (hostile / "content/posts/reponse.md").write_text(PREVIOUS)
    publish(hostile, "2026-12-02 12:16")
    made(hostile)
    return hostile


def publish(root: Path, at: str) -> None:
    run(["-C", str(root), "publish", "--sandbox", "--at", at])


def made(root: Path, at: str = LATER, brand: str | None = None) -> Built:
    project = Project(root, at=at, sandbox=True)
    return build(project, as_folders, View.of(project.workspace.settings, brand))


def same(found: Built, wanted: Built) -> None:
    assert {page.path: page.html for page in found.pages} == {
        page.path: page.html for page in wanted.pages
    }
    assert found == wanted


def anew(root: Path, at: str = LATER, brand: str | None = None) -> Built:
    """The same site built where nothing is kept."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".cmops"))
    shutil.copytree(root / ".cmops", copy / ".cmops", ignore=shutil.ignore_patterns("*.sqlite"))
    return made(copy, at, brand)


def write(path: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / path).write_text(text)

    return change


def swap(path: str, before: str, after: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / path).read_text()
        assert before in text
        (root / path).write_text(text.replace(before, after))

    return change


CHANGES: dict[str, Callable[[Path], None]] = {
    "nothing": lambda root: None,
    "a text": swap("content/posts/fil.md", "Premier", "Premier mot"),
    "a title": swap("content/posts/fil.md", "title: Un fil", "title: Un long fil"),
    "a title that another post links to": swap(
        "content/posts/fil.md", "title: Un fil", "title: '<b>Le fil</b>'"
    ),
    "a time": swap("content/posts/reponse.md", "12-03 09:00", "12-04 10:00"),
    "a month": swap("content/posts/reponse.md", "2026-12-03", "2026-11-25"),
    "a channel more": swap("content/posts/fil.md", "[mastodon]", "[mastodon, bluesky]"),
    "a broken file mended": write(
        "content/posts/casse.md",
        "---\ntitle: Réparé\nstatus: ready\npublish_at: 2026-12-08 09:00\n"
        "to: [bluesky]\n---\nVoilà\n",
    ),
    "a file broken": swap("content/posts/fil.md", "title: Un fil", "title: ["),
    "a post gone": lambda root: (root / "content/posts/brouillon.md").unlink(),
    "a post new": write(
        "content/posts/neuf.md",
        "---\ntitle: Neuf\nstatus: ready\npublish_at: 2026-12-20 09:00\nto: [bluesky]\n---\nNeuf\n",
    ),
    "a mistake new": swap("content/posts/fil.md", "to: [mastodon]", "to: [mastodon, personne]"),
    "a campaign's name": swap("calendar/campaigns/hiver.md", "hiver'", "froid'"),
    "a campaign's days": swap("calendar/campaigns/hiver.md", "2026-12-20", "2026-12-10"),
    "an event's time": swap("calendar/events/fete.md", "14:00", "15:00"),
    "a channel's name": swap(
        "cmops.yml", "platform: mastodon\n", "platform: mastodon\n    name: Le mammouth\n"
    ),
    "the language": swap("cmops.yml", "language: fr", "language: en"),
    "the zone": swap("cmops.yml", "Europe/Paris", "America/Montreal"),
    "an alternative text": swap("content/media/a.png.yml", "alt: {", "alt: {en: Dog, "),
    "a picture gone": lambda root: (root / "content/media/a.png").unlink(),
    "a picture for an account": swap(
        "cmops.yml", "platform: mastodon\n", "platform: mastodon\n    avatar: media/unused.png\n"
    ),
    "an entry in the ledger": lambda root: publish(root, "2026-12-03 09:01"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_site_is_the_same_as_one_built_anew(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    same(made(root), anew(root))


@pytest.mark.parametrize("at", ["2026-12-01 12:30", "2026-12-07 00:00", "2027-01-08 09:00"])
def test_time_goes_on(root: Path, at: str) -> None:
    same(made(root, at), anew(root, at))


def test_the_site_of_a_brand_stands_beside_that_of_all(root: Path) -> None:
    swap("cmops.yml", "channels:", "brands: {un: {name: Un}, deux: {name: Deux}}\nchannels:")(root)
    swap("cmops.yml", "platform: mastodon", "platform: mastodon\n    brand: un")(root)
    swap("cmops.yml", "platform: bluesky", "platform: bluesky\n    brand: deux")(root)
    swap("cmops.yml", "platform: outbox", "platform: outbox\n    brand: un")(root)
    made(root)
    made(root, brand="un")
    same(made(root, brand="un"), anew(root, brand="un"))


def test_other_addresses_are_another_site(root: Path) -> None:
    project = Project(root, at=LATER, sandbox=True)
    [page] = [each for each in build(project, as_files).pages if each.path == "posts/2026-12.md"]
    assert 'href="../campaigns/hiver.html"' in page.html


def test_what_is_kept_is_used(root: Path) -> None:
    with sqlite3.connect(root / ".cmops" / "cache.sqlite") as kept:
        kept.execute("UPDATE kept SET text = replace(text, 'Un fil', 'Un ruban')")
    shown = {page.path: page.html for page in made(root).pages}
    assert "Un ruban" in shown["posts/2026-12.md"]
    assert "Un ruban" in shown["calendar/2026-12.md"]


def test_a_picture_that_only_a_kept_page_shows_is_part_of_the_site(root: Path) -> None:
    assert made(root).media == ("media/a.png",)


def test_what_is_no_longer_there_is_let_go(root: Path) -> None:
    for post in (root / "content/posts").iterdir():
        post.unlink()
    there = {page.path for page in made(root).pages}
    with sqlite3.connect(root / ".cmops" / "cache.sqlite") as kept:
        names = kept.execute("SELECT path FROM kept WHERE shelf = 'pages'").fetchall()
    paths = {name.partition("/")[2] for (name,) in names}
    assert paths
    assert paths <= there


def test_a_page_of_pictures_is_a_picture(root: Path) -> None:
    (root / "content/media/a.png").write_bytes(_png() + b"more")
    same(made(root), anew(root))
