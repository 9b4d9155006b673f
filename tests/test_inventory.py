"""What every media file is, what is known of it, and what uses it."""

from __future__ import annotations

from pathlib import Path

from cmops.inventory import Item, inventory
from cmops.media import Gallery
from cmops.workspace.load import load
from tests.conftest import MakeWorkspace
from tests.test_media import picture, placed

SIDECAR = "alt: {fr: Un établi}\nlicence: CC0-1.0\n"


def items(root: Path, *only: str) -> dict[str, Item]:
    found = inventory(load(root).workspace, Gallery(root), only or None)
    return {each.path: each for each in found}


def codes(item: Item) -> list[str]:
    return [each.code for each in item.findings]


def test_every_file_and_every_sidecar_is_listed_once(workspace: MakeWorkspace) -> None:
    root = workspace(
        {
            "content/media/b.jpg": picture(),
            "content/media/b.jpg.yml": SIDECAR,
            "content/media/sous/a.png": picture("PNG"),
            "content/media/gone.jpg.yml": SIDECAR,
            "content/media/large.mp4.yml": (
                f"{SIDECAR}url: https://example.org/a.mp4\nsha256: {'a' * 64}\n"
            ),
            "content/media/.DS_Store": b"x",
            "content/media/.cache/c.jpg": picture(),
        }
    )
    found = items(root)
    assert list(found) == [
        "media/b.jpg",
        "media/gone.jpg",
        "media/large.mp4",
        "media/sous/a.png",
    ]
    assert codes(found["media/b.jpg"]) == []
    assert codes(found["media/gone.jpg"]) == ["CM413"]
    assert codes(found["media/large.mp4"]) == []
    assert codes(found["media/sous/a.png"]) == ["CM401"]


def test_what_keeps_a_file_from_being_used_is_found_before_a_post_uses_it(
    workspace: MakeWorkspace,
) -> None:
    root = workspace(
        {
            "content/media/a.png": picture("JPEG", exif=placed()),
            "content/media/a.png.yml": "alt: {en: A bench}\n",
            "content/media/b.jpg": picture(),
            "content/media/b.jpg.yml": "decorative: true\n",
        }
    )
    found = items(root)
    assert codes(found["media/a.png"]) == ["CM410", "CM411", "CM402"]
    assert codes(found["media/b.jpg"]) == []


def test_everything_that_shows_a_file_is_named_once(workspace: MakeWorkspace) -> None:
    head = "title: T\npublish_at: 2026-12-01 12:15\nto: [mastodon]\n"
    post = f"---\n{head}media: [media/a.jpg]\nvariants:\n  mastodon: {{media: [media/a.jpg]}}\n"
    card = f"---\n{head}link: https://example.org\ncard: {{title: T, image: media/a.jpg}}\n"
    root = workspace(
        {
            "content/media/a.jpg": picture(),
            "content/media/b.jpg": picture(),
            "content/posts/un.md": f"{post}---\nUn\n",
            "content/posts/deux.md": f"{card}---\nDeux\n",
            "content/posts/trois.md": f"---\n{head}---\nTrois\n",
        }
    )
    found = items(root)
    assert {each.id for each in found["media/a.jpg"].posts} == {"un", "deux"}
    assert len(found["media/a.jpg"].posts) == 2
    assert found["media/b.jpg"].posts == ()


def test_only_what_is_asked_for_is_looked_at(workspace: MakeWorkspace) -> None:
    files = {f"content/media/{name}.jpg": picture() for name in "abc"}
    assert list(items(workspace(files), "media/b.jpg")) == ["media/b.jpg"]


def test_a_workspace_without_media_has_none(workspace: MakeWorkspace) -> None:
    assert items(workspace()) == {}
