"""Fourteen months of a workspace with two brands, as the site sees them."""

from __future__ import annotations

from pathlib import Path

from cmops.pages.links import as_folders
from cmops.pages.page import Page
from cmops.pages.site import Site
from cmops.pages.view import View
from cmops.project import Project
from tests.measure.world import World, drawn

AT = "2026-12-01 12:30"


class Past(Project):
    """A project whose ledger says what went out in a drawn world."""

    def __init__(self, world: World) -> None:
        super().__init__(world.root, at=AT)
        self.world = world
        self.__dict__["history"] = world.history


def past(root: Path, language: str = "fr", **files: str) -> Past:
    """The project of a drawn world with these files besides, by their paths."""
    world = drawn(root)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    settings = root / "cmops.yml"
    said = settings.read_text("utf-8").replace("language: fr", f"language: {language}")
    settings.write_text(said, "utf-8")
    return Past(world)


def site(project: Project, view: View | None = None) -> Site:
    return Site(project, as_folders, view)


def text(page: Page) -> str:
    return "\n".join(part.text for part in page.parts)
