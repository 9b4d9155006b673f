from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cmops import composed
from cmops.adapters.contract import Edition
from cmops.compose import Composition, compose
from cmops.project import Project
from tests.cli.conftest import NOW, post
from tests.conftest import CMOPS_YML, MakeWorkspace

POST = "content/posts/a.md"


def texts(project: Project) -> dict[str, list[str]]:
    (entry,) = project.workspace.posts.values()
    return {
        channel.id: [each.text for each in project.compositions.of(entry, channel).messages]
        for channel in project.compositions.channels(entry)
    }


def saved(root: Path) -> Project:
    project = Project(root, at=NOW)
    texts(project)
    project.compositions.save()
    return project


@pytest.fixture
def composing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The channels that something was composed for, as it happens."""
    made: list[str] = []

    def composing(edition: Edition) -> Composition:
        made.append(edition.channel.id)
        return compose(edition)

    monkeypatch.setattr(composed, "compose", composing)
    return made


def test_each_channel_gets_its_own_and_unknown_ones_nothing(workspace: MakeWorkspace) -> None:
    text = post("Pour tous.\n\n::: bluesky\nPour un.\n:::", to="archive, bluesky, nulle-part")
    project = Project(workspace({POST: text}), at=NOW)
    assert texts(project) == {"archive": ["Pour tous."], "bluesky": ["Pour un."]}


def test_what_was_composed_before_is_not_composed_again_and_is_the_same(
    workspace: MakeWorkspace, composing: list[str]
) -> None:
    root = workspace({POST: post("Un.\n\n---\n\nDeux.", to="archive, bluesky")})
    first = saved(root)
    assert composing == ["archive", "bluesky"]
    second = Project(root, at=NOW)
    assert texts(second) == texts(first)
    assert composing == ["archive", "bluesky"]
    (entry,) = first.workspace.posts.values()
    for channel in first.compositions.channels(entry):
        before, after = (each.compositions.of(entry, channel) for each in (first, second))
        assert (after.digest, after.digests, after.counts) == (
            before.digest,
            before.digests,
            before.counts,
        )


@pytest.mark.parametrize("change", ["the post", "the settings"])
def test_what_changed_is_composed_again(
    change: str, workspace: MakeWorkspace, composing: list[str]
) -> None:
    root = workspace({POST: post("Un.")})
    saved(root)
    composing.clear()
    if change == "the post":
        workspace({POST: post("Deux.")})
    else:
        workspace({POST: post("Un."), "cmops.yml": CMOPS_YML + "hashtags: {x: [Y]}\n"})
    texts(Project(root, at=NOW))
    assert composing == ["archive"]


def test_another_picture_or_its_sidecar_makes_another_stamp(workspace: MakeWorkspace) -> None:
    text = post().replace("status", "media: [media/a.jpg]\nstatus")
    sidecar = "alt: {fr: Une photo}\ncredit: Nous\nlicence: CC-BY-4.0\n"
    root = workspace({POST: text, "content/media/a.jpg": b"x", "content/media/a.jpg.yml": sidecar})

    def mark() -> str:
        project = Project(root, at=NOW)
        (entry,) = project.workspace.posts.values()
        return project.compositions.stamp(entry)

    first = mark()
    assert mark() == first
    (root / "content/media/a.jpg.yml").write_text(sidecar.replace("photo", "image"))
    second = mark()
    (root / "content/media/a.jpg").write_bytes(b"other")
    assert len({first, second, mark()}) == 3


def test_the_source_is_of_the_posts_own_files_and_the_same_on_every_machine(
    workspace: MakeWorkspace, tmp_path: Path
) -> None:
    def source(root: Path) -> str:
        project = Project(root, at=NOW)
        (entry,) = project.workspace.posts.values()
        return project.compositions.source(entry)

    media = "content/media/a.png"
    text = post("Un.").replace("status:", "media: [media/a.png]\nstatus:")
    root = workspace({POST: text, media: b"x", f"{media}.yml": "alt: {fr: Un}\n"})
    first = source(root)
    again = tmp_path / "ailleurs"
    shutil.copytree(root, again)
    (again / "cmops.yml").write_text(CMOPS_YML.replace("name: Les Ateliers", "name: D’autres"))
    (again / media).touch()
    assert source(again) == first
    changed = set()
    for path, content in ((media, "y"), (f"{media}.yml", "alt: {fr: Deux}\n"), (POST, text + "!")):
        (again / path).write_text(content)
        changed.add(source(again))
    assert len(changed - {first}) == 3
