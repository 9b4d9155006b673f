"""The MkDocs plugin: hands the pages of a workspace to MkDocs, and does nothing else itself.

``site/`` is built by plain ``mkdocs build`` with ``plugins: [cmops]`` in mkdocs.yml.
"""

from __future__ import annotations

import gc
import os
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
from mkdocs.utils.meta import get_data

from cmops.errors import CmopsError
from cmops.known import Earlier
from cmops.measure import run
from cmops.pages import Built, build
from cmops.pages.building import ASSETS
from cmops.pages.links import MEDIA, Address, as_files, as_folders
from cmops.pages.view import View
from cmops.project import CLOCK, Project
from cmops.site.finished import Finished
from cmops.site.generated import Ours, generated
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


class CmopsPlugin(BasePlugin[CmopsConfig]):  # type: ignore[no-untyped-call]
    """Generated pages beside the hand-written ones of ``docs/``, which win over them."""

    def __init__(self) -> None:
        self._french = False
        self._goes_on = True
        self._earlier: Earlier | None = None
        self._nav = Navigation([], [])
        self._finished: Finished | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remembers whether this process builds once, and ends."""
        self._goes_on = command == "serve"
        self._finished = Finished(dirty=dirty) if self._goes_on else None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Adds our style sheets and scripts."""
        config.extra_css += [MEDIA + name for name in ASSETS if name.endswith(".css")]
        config.extra_javascript += [MEDIA + name for name in ASSETS if name.endswith(".js")]
        # MkDocs's own themes fetch this from another server, which nobody was told.
        config.theme["highlightjs"] = False
        return config

    @event_priority(-100)
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Puts aside what this server's last build made, before MkDocs deletes it."""
        if self._finished is not None:
            self._finished.begin(config)

    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Adds the pages, the media that they show, and our assets."""
        root = self._root(config)
        gc.disable()  # Among the millions of objects of a large site there is little garbage.
        project = self._project(root)
        view = View.of(project.workspace.settings, self.config.brand)
        project.compositions.remembers = True
        if not self._goes_on:
            _for_good(project)
        elif self._finished is not None:
            self._earlier = project.for_later
        built = build(project, _address(config), view, config.site_url or "")
        run.at_rest()
        by_hand = frozenset(files.src_uris)
        for page in built.pages:
            if page.path in by_hand:
                continue
            made = self._finished.made(page) if self._finished is not None else None
            files.append(generated(page, config, made))
        for path, text in built.assets:
            files.append(File.generated(config, path, content=text))
        for path in built.media:
            source = str(root / "content" / path)
            files.append(File.generated(config, MEDIA + path, abs_src_path=source))
        if config.nav is None:
            config.nav = _navigation(built, files, project.wording)
        self._french = project.wording.language == "fr"
        return files

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Gives pages that are only reached by links the section of their folder.

        Themes then show where they are: the tab that they belong to, and its pages.
        """
        self._nav = nav
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

    @event_priority(-100)
    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Hands over as they are the pages that would be again what the last build made."""
        if self._finished is not None:
            self._finished.take(files, config, self._nav)
        return env

    @event_priority(100)
    def on_template_context(self, context: Any, *, template_name: str, config: MkDocsConfig) -> Any:
        """Counts finished pages among the pages: a site map has them all."""
        if self._finished is not None:
            context["pages"] = self._finished.pages
        return context

    @event_priority(-90)
    def on_page_context(
        self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        """Puts the whole page where a search has read only its words."""
        if self._finished is not None:
            context["pages"] = self._finished.served
        if isinstance(page, Ours):
            page.content = page.ours.html
        return context

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Remembers what a page has become, for this server's next build."""
        if self._finished is not None and isinstance(page, Ours):
            self._finished.add(page)
        return output

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Lets go of what the site was made of, unless the process ends now anyway."""
        if self._finished is not None:
            self._finished.keep(config)
        self._let_go()
        if self._goes_on:
            gc.unfreeze()

    def on_build_error(self, *, error: Exception) -> None:
        """Lets go of what there is of it."""
        if self._finished is not None:
            self._finished.forget()
        self._let_go()
        gc.unfreeze()

    def on_serve(self, server: Any, *, config: MkDocsConfig, builder: Any) -> Any:
        """Builds again when something in the workspace changes."""
        root = self._root(config)
        for name in WATCHED:
            if (root / name).exists():
                server.watch(str(root / name))
        return server

    def _let_go(self) -> None:
        self._nav = Navigation([], [])
        gc.enable()

    def _root(self, config: MkDocsConfig) -> Path:
        beside = Path(config.config_file_path).parent if config.config_file_path else Path()
        return (beside / self.config.workspace).resolve()

    def _project(self, root: Path) -> Project:
        ledger = os.environ.get(LEDGER) or self.config.ledger
        project = Project(
            root, at=os.environ.get(CLOCK) or self.config.at, sandbox=ledger == "sandbox"
        )
        if self._earlier is not None and self._earlier.loaded.root == project.root:
            project.after(self._earlier)
        try:
            project.require()
        except CmopsError as error:
            raise PluginError(project.wording.error(error)) from error
        return project


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
