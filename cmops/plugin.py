"""The MkDocs plugin: hands the pages of a workspace to MkDocs, and does nothing else itself.

``site/`` is built by plain ``mkdocs build`` with ``plugins: [cmops]`` in mkdocs.yml.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Mapping
from html import escape
from math import inf, isnan
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc
from mkdocs.utils.meta import get_data

from cmops.errors import CmopsError
from cmops.measure import run
from cmops.pages import Built, Page, build
from cmops.pages.building import ASSETS
from cmops.pages.links import MEDIA, Address, as_files, as_folders
from cmops.pages.page import Heading, Place, plain
from cmops.pages.search import completed
from cmops.pages.view import View
from cmops.project import CLOCK, Project
from cmops.text.typography import bound
from cmops.wording import Wording

LEDGER = "CMOPS_LEDGER"
_LOG = get_plugin_logger("cmops")
WATCHED = ("cmops.yml", "content", "calendar", "playbooks", "kpis")


class CmopsConfig(Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say below ``cmops:``.

    ``workspace`` is the folder of cmops.yml, from that of mkdocs.yml. ``ledger`` says whose
    deliveries are shown: those of the networks or of the rehearsal (``CMOPS_LEDGER`` overrides
    it). ``at`` sets the clock (``CMOPS_AT`` overrides it). ``brand`` is the only one that is shown.
    """

    workspace = config_options.Type(str, default="")
    ledger = config_options.Choice(("live", "sandbox"), default="live")
    at = config_options.Optional(config_options.Type(str))
    brand = config_options.Optional(config_options.Type(str))


class Generated(File):
    """The file of a generated page, which ``mkdocs serve --dirty`` leaves where it is the same."""

    is_new = True

    def is_modified(self) -> bool:
        """Whether it says something else than what was built last."""
        return self.is_new or not Path(self.abs_dest_path).exists()


class Ours(MkDocsPage):
    """A generated page: it was never Markdown, so nothing needs to be read or converted."""

    def __init__(self, ours: Page, file: File, config: MkDocsConfig) -> None:
        super().__init__(plain(ours.label) if ours.listed else None, file, config)
        self.ours = ours

    def read_source(self, config: MkDocsConfig) -> None:
        """Its front matter."""
        self.meta = self.ours.meta
        self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Its words, for the search; ``on_page_context`` puts the whole page in their place."""
        self.content = self.ours.searchable
        self.toc = get_toc([_token(each) for each in self.ours.outline])
        self.present_anchor_ids = {
            part.anchor for part in self.ours.parts if isinstance(part, Heading) and part.anchor
        }


def _token(place: Place) -> Any:
    below = [_token(each) for each in place.below]
    return {"level": place.level, "id": place.id, "name": escape(place.text), "children": below}


class CmopsPlugin(BasePlugin[CmopsConfig]):  # type: ignore[no-untyped-call]
    """Generated pages beside the hand-written ones of ``docs/``, which win over them."""

    def __init__(self) -> None:
        self.pages: Mapping[str, Page] = {}
        self._french = False
        self._goes_on = True
        self._left = ""
        self._addresses: frozenset[str] = frozenset()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remembers whether this process builds once, and ends."""
        self._goes_on = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Adds our style sheets and scripts."""
        config.extra_css += [MEDIA + name for name in ASSETS if name.endswith(".css")]
        config.extra_javascript += [MEDIA + name for name in ASSETS if name.endswith(".js")]
        # MkDocs's own themes fetch this from another server, which nobody was told.
        config.theme["highlightjs"] = False
        return config

    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Adds the pages, the media that they show, and our assets."""
        root = self._root(config)
        self._left = _index(config).read_text("utf-8") if _index(config).exists() else ""
        gc.disable()  # Among the millions of objects of a large site there is little garbage.
        project = self._project(root)
        view = View.of(project.workspace.settings, self.config.brand)
        project.compositions.remembers = True
        if not self._goes_on:
            _for_good(project)
        built = build(project, _address(config), view, config.site_url or "")
        run.at_rest()
        before = self.pages
        self.pages = {page.path: page for page in built.pages if page.path not in files.src_uris}
        same_menu = _menu(before) == _menu(self.pages)
        for page in self.pages.values():
            level = InclusionLevel.INCLUDED if page.listed else InclusionLevel.NOT_IN_NAV
            file = Generated.generated(config, page.path, content="", inclusion=level)
            file.edit_uri = None
            if isinstance(file, Generated):
                file.is_new = not same_menu or before.get(page.path) != page
            Ours(page, file, config)
            files.append(file)
        for path, text in built.assets:
            files.append(File.generated(config, path, content=text))
        for path in built.media:
            source = str(root / "content" / path)
            files.append(File.generated(config, MEDIA + path, abs_src_path=source))
        if config.nav is None:
            config.nav = _navigation(built, files, project.wording)
        self._french = project.wording.language == "fr"
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Gives pages that are only reached by links the section of their folder.

        Themes then show where they are: the tab that they belong to, and its pages.
        """
        self._addresses = frozenset(
            each.url.removeprefix("./") for each in files.documentation_pages()
        )
        homes = {each.file.src_uri: each.parent for each in nav.pages if each.parent}
        for file in files.documentation_pages(inclusion=InclusionLevel.is_not_in_nav):
            if isinstance(file.page, Ours):
                file.page.parent = homes.get(f"{PurePosixPath(file.src_uri).parent}/index.md")
        return nav

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Gives what is written by hand in French the spaces that hold, as our own pages have."""
        return bound(html) if self._french and not isinstance(page, Ours) else html

    @event_priority(-90)
    def on_page_context(
        self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        """Puts the whole page where a search has read only its words."""
        if isinstance(page, Ours):
            page.content = page.ours.html
        return context

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Lets go of what the site was made of, unless the process ends now anyway.

        Where pages were left as they are, the search goes on finding them.
        """
        index = _index(config)
        if self._left and index.exists():
            made = completed(index.read_text("utf-8"), self._left, self._addresses)
            index.write_text(made, "utf-8")
        self._left = ""
        gc.enable()
        if self._goes_on:
            gc.unfreeze()

    def on_build_error(self, *, error: Exception) -> None:
        """Lets go of what there is of it."""
        gc.enable()
        gc.unfreeze()

    def on_serve(self, server: Any, *, config: MkDocsConfig, builder: Any) -> Any:
        """Builds again when something in the workspace changes."""
        root = self._root(config)
        for name in WATCHED:
            if (root / name).exists():
                server.watch(str(root / name))
        return server

    def _root(self, config: MkDocsConfig) -> Path:
        beside = Path(config.config_file_path).parent if config.config_file_path else Path()
        return (beside / self.config.workspace).resolve()

    def _project(self, root: Path) -> Project:
        ledger = os.environ.get(LEDGER) or self.config.ledger
        project = Project(
            root, at=os.environ.get(CLOCK) or self.config.at, sandbox=ledger == "sandbox"
        )
        try:
            project.require()
        except CmopsError as error:
            raise PluginError(project.wording.error(error)) from error
        return project


def _index(config: MkDocsConfig) -> Path:
    """What a search reads. It is there before a build only where that leaves what it finds."""
    return Path(config.site_dir) / "search" / "search_index.json"


def _menu(pages: Mapping[str, Page]) -> list[tuple[str, str]]:
    """What stands in the navigation, which every page shows."""
    return [(page.path, page.label) for page in pages.values() if page.listed]


def _for_good(project: Project) -> None:
    """Keeps it to the end of the process, and past it: to take it apart is a tenth of a build."""
    ring: list[object] = [project]
    ring.append(ring)


def _navigation(built: Built, files: Files, wording: Wording) -> list[Any]:
    """Our pages in their groups, then what is written by hand: by its ``order``, then by path."""
    found: list[Any] = []
    for title, pages in built.menu:
        entries = [{page.label: page.path} for page in pages]
        found += [{title: entries}] if title else entries
    ours = {page.path for page in built.pages}
    written = [each for each in files.documentation_pages() if each.src_uri not in ours]
    placed = sorted(written, key=lambda each: (_order(each, wording), *_index_first(each.src_uri)))
    own = [each.src_uri for each in placed]
    return [*found, {built.docs: own}] if own else found


def _order(file: File, wording: Wording) -> float:
    """What the page's front matter says of its place among the others; last where it does not."""
    text = file.content_string
    order = get_data(text)[1].get("order") if text.startswith("---") else None
    if isinstance(order, int | float) and not isinstance(order, bool) and not isnan(order):
        return order
    if order is not None:
        _LOG.warning(wording.say("pages.docs-order", path=file.src_uri, order=order))
    return inf


def _address(config: MkDocsConfig) -> Address:
    return as_folders if config.use_directory_urls else as_files


def _index_first(path: str) -> tuple[bool, str]:
    return PurePosixPath(path).name not in ("index.md", "README.md"), path
