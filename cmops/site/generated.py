"""Generated pages as MkDocs knows pages: a file that was never on disk, and what it shows."""

from __future__ import annotations

from html import escape
from typing import Any, cast

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import TableOfContents, get_toc

from cmops.pages.page import Heading, Page, Place, plain
from cmops.values import dataclass


class Generated(File):
    """The file of a generated page."""

    is_finished = False

    def is_documentation_page(self) -> bool:
        """Whether MkDocs still has to make a page of it; finished, it is a file as any other."""
        return not self.is_finished and super().is_documentation_page()

    def copy_file(self, dirty: bool = False) -> None:
        """Leaves a finished page where it is."""


@dataclass(frozen=True, slots=True)
class Made:
    """What an earlier build made of a page: its front matter, its outline, the anchors in it."""

    page: Page
    meta: dict[str, Any]
    toc: TableOfContents
    anchors: set[str]


class Ours(MkDocsPage):
    """A generated page: it was never Markdown, so nothing needs to be read or converted.

    With ``made``, which says the same, it has no words yet.
    """

    def __init__(
        self, ours: Page, file: File, config: MkDocsConfig, made: Made | None = None
    ) -> None:
        super().__init__(plain(ours.label) if ours.listed else None, file, config)
        self.ours = ours
        self.made = made

    def read_source(self, config: MkDocsConfig) -> None:
        """Its front matter."""
        self.meta = self.ours.meta
        self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Its words, for the search; ``on_page_context`` puts the whole page in their place."""
        if self.made is not None:
            self.content, self.toc = "", self.made.toc
            self.present_anchor_ids = self.made.anchors
            return
        self.content = self.ours.searchable
        self.toc = get_toc([_token(each) for each in self.ours.outline])
        self.present_anchor_ids = {
            part.anchor for part in self.ours.parts if isinstance(part, Heading) and part.anchor
        }


def generated(page: Page, config: MkDocsConfig, made: Made | None = None) -> Generated:
    """A page for MkDocs; those that are reached only by links stand in no navigation."""
    level = InclusionLevel.INCLUDED if page.listed else InclusionLevel.NOT_IN_NAV
    file = cast(Generated, Generated.generated(config, page.path, content="", inclusion=level))
    file.edit_uri = None
    Ours(page, file, config, made)
    return file


def _token(place: Place) -> Any:
    below = [_token(each) for each in place.below]
    return {"level": place.level, "id": place.id, "name": escape(place.text), "children": below}
