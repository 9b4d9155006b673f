"""A workspace in git that somebody changes, and what reviewers see of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cmops.cli.change import Both, both, preview_of
from cmops.project import Project
from cmops.review.changes import Kind
from cmops.review.comment import Addresses, comment
from cmops.review.sheets import Outlet, Preview
from cmops.review.words import Words
from cmops.wording import Wording
from tests.conftest import MakeWorkspace

NOW = "2026-11-24 10:00"
HERE = "content/posts/bon.md"


def post(
    text: str = "Bonjour à toutes et à tous.",
    *,
    to: str = "mastodon",
    at: str = "2026-12-01 12:15",
    title: str = "Un post",
    more: str = "status: ready",
) -> str:
    """A post that is ready to go out."""
    return f"---\ntitle: {title}\npublish_at: {at}\nto: [{to}]\n{more}\n---\n{text}\n"


@dataclass(frozen=True, slots=True)
class Desk:
    """A repository with one commit on ``main``, and its work tree."""

    root: Path

    def git(self, *args: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *args], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, message: str = "change") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write(self, files: dict[str, str | bytes | None]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, base: str = "main", head: str | None = None, at: str = NOW) -> Both:
        return both(Project(self.root, at=at), base, head)

    def preview(self, base: str = "main", head: str | None = None, at: str = NOW) -> Preview:
        return preview_of(self.change(base, head, at))

    def comment(self, at: Addresses | None = None) -> str:
        return comment(self.preview(), Words(Wording("fr")), at)


MakeDesk = Callable[[dict[str, str | bytes]], Desk]


@pytest.fixture
def desk(workspace: MakeWorkspace) -> MakeDesk:
    def make(files: dict[str, str | bytes]) -> Desk:
        root = workspace({".gitignore": ".cmops/\noutbox/\n", **files})
        made = Desk(root)
        made.git("init", "--quiet", "--initial-branch=main")
        made.commit("base")
        return made

    return make


def outlets(shown: Preview) -> Iterator[Outlet]:
    for sheet in shown.sheets:
        for card in sheet.cards:
            yield from card.outlets


def kinds(shown: Preview) -> dict[str, Kind]:
    """What happens to each delivery, by the name that people give it."""
    return {each.called: each.change.kind for each in outlets(shown)}


@pytest.fixture
def picture() -> bytes:
    """A small picture."""
    from io import BytesIO

    from PIL import Image

    written = BytesIO()
    Image.new("RGB", (32, 24), "orange").save(written, "PNG")
    return written.getvalue()
