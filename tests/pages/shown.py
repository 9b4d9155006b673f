"""What the page of December shows of one post."""

from __future__ import annotations

from collections.abc import Mapping

from cmops.ledger.entries import Entry, dump
from cmops.ledger.history import History, Index
from cmops.ledger.sheet import Sheet, extend
from cmops.pages.links import as_folders
from cmops.pages.posts import posts
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import AT

CHANNELS = """\
  salon:
    platform: matrix
    url: https://matrix.example
    account: "@ateliers:matrix.example"
    room: "#salon:matrix.example"
    secrets: {token: MATRIX_TOKEN}
  blog:
    platform: wordpress
    url: https://blog.example
    account: redaction
    secrets: {password: BLOG_PASSWORD}
  photos:
    platform: instagram
    account: "17841400008460056"
    secrets: {token: INSTAGRAM_TOKEN}
"""


def post(front: str, body: str = "Bonjour #Atelier") -> str:
    return f"---\ntitle: Essai\nstatus: ready\npublish_at: 2026-12-02 12:15\n{front}\n---\n{body}\n"


def made(
    workspace: MakeWorkspace,
    text: str,
    more: Mapping[str, str | bytes] | None = None,
    at: str = AT,
) -> Project:
    files = {"cmops.yml": CMOPS_YML + CHANNELS, "content/posts/essai.md": text, **(more or {})}
    return Project(workspace(files), at=at)


def html(project: Project) -> str:
    site = Site(project, as_folders)
    return next(page.html for page in posts(site) if page.path == "posts/2026-12.md")


def recorded(project: Project, entries: list[Entry], *, elsewhere: bool = False) -> Project:
    """The same with these entries in its ledger; ``elsewhere``, in what a run has not pushed."""
    lines = "".join(f"{dump(entry)}\n" for entry in entries)
    sheet, none = extend(Sheet("p", ""), lines.encode()), Sheet("", "")
    kept = History(Index(), sheet) if elsewhere else History(Index.of([sheet]), none)
    project.__dict__["history"] = kept
    return project
