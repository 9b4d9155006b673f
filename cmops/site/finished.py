"""What the builds of one ``mkdocs serve`` have in common: pages that are finished as one begins.

After a change to one post, nearly every page of a site is what it was. MkDocs would empty its
folder, dress each of them in the theme, parse it for the search and write it again. So the file of
a page that says the same is put aside and back, for as long as nothing around it has changed:
neither the settings, nor the theme's files, nor the navigation, nor which pages there are.
``mkdocs build`` begins with nothing, and so does a server.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

from cmops.pages.page import Page
from cmops.pages.search import completed
from cmops.site.generated import Generated, Made, Ours

ASIDE = ".cmops"
"""Where pages are while MkDocs empties the site's folder: it leaves what is hidden."""

_AT_PAGES = ("env", "page_content", "page_context", "post_page", "post_build")
_KNOWN = (
    "cmops.plugin",
    "mkdocs.contrib.search",
    "properdocs.contrib.search",
    "material.plugins.search",
)
"""Plugins that look at pages, and that miss nothing when they do not see a finished one.

Of what any other makes of a page, nobody knows what else it depends on.
"""


class Finished:
    """Generated pages as they were last built, by their path.

    ``dirty`` is for ``mkdocs serve --dirty``, which does not empty the folder.
    """

    def __init__(self, *, dirty: bool = False) -> None:
        self.pages: Sequence[File] = ()
        """What MkDocs makes pages of for a site, finished or not."""
        self.served: Sequence[File] = ()
        """The same with the drafts that only a server shows."""
        self._dirty = dirty
        self._made: dict[str, Made] = {}
        self._now: dict[str, Made] = {}
        self._left: Sequence[File] = ()
        self._around: Any = None
        self._aside: Path | None = None
        self._searched = ""

    def begin(self, config: MkDocsConfig) -> None:
        """Puts aside what was built last, before MkDocs empties the folder."""
        handlers = (each for name in _AT_PAGES for each in config.plugins.events[name])
        if not all(_is_known(each.__module__ or "") for each in handlers):
            self._made = {}
        site = Path(config.site_dir)
        self._aside = site / ASIDE
        shutil.rmtree(self._aside, ignore_errors=True)
        if self._made and site.is_dir() and not self._dirty:
            try:
                self._aside.mkdir()
                for each in site.iterdir():
                    if not each.name.startswith("."):
                        each.rename(self._aside / each.name)
            except OSError:  # What somebody is reading cannot be moved on every system.
                self._made = {}

    def made(self, page: Page) -> Made | None:
        """What was made of this page, if it still says the same."""
        known = self._made.get(page.path)
        return known if known is not None and known.page == page else None

    def take(self, files: Files, config: MkDocsConfig, nav: Navigation) -> None:
        """Puts back what is finished; when all pages are read, and none is built."""
        self.pages = files.documentation_pages()
        self.served = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        around = _around(config, nav, self.served, read=not self._dirty)
        stands, self._around, self._now = around == self._around, around, {}
        known = [
            (file, page, page.made)
            for file in files
            if isinstance(file, Generated) and isinstance(page := file.page, Ours) and page.made
        ]
        places = Counter(file.abs_dest_path for file in files)
        alone = {path for file, *_ in known if places[path := file.abs_dest_path] == 1}
        if stands and self._aside is not None and self._aside.is_dir():
            try:
                _put_back(self._aside, alone)
            except OSError:  # What somebody is reading cannot be deleted on every system.
                stands = False
        for file, page, made in known:
            path = file.abs_dest_path
            if stands and path in alone and made.meta == page.meta and Path(path).exists():
                self._now[file.src_uri] = made
                file.is_finished = True
            else:
                page.content = page.ours.searchable
        self._left = [each for each in self.served if self._is_left(each)]

    def add(self, page: Ours) -> None:
        """Takes in a page that MkDocs has just made."""
        anchors = page.present_anchor_ids or set()
        self._now[page.file.src_uri] = Made(page.ours, dict(page.meta), page.toc, anchors)

    def keep(self, config: MkDocsConfig) -> None:
        """Lets go of what this build did not have, when it has succeeded.

        Has the search find what it has left as it was.
        """
        index = Path(config.site_dir) / "search" / "search_index.json"
        made = index.read_text("utf-8") if index.exists() else ""
        if made and self._searched and self._left:
            left, all_ = map(_searched, self._left), map(_searched, self.served)
            made = completed(made, self._searched, left, all_)
            index.write_text(made, "utf-8")
        self._searched = made
        self._made = self._now
        self._clear()

    def forget(self) -> None:
        """Lets go of everything: a build has failed."""
        self._made, self._around = {}, None
        self._clear()

    def _is_left(self, file: File) -> bool:
        return file.src_uri in self._now or (self._dirty and not file.is_modified())

    def _clear(self) -> None:
        self._now, self._left, self.pages, self.served = {}, (), (), ()
        if self._aside is not None:
            shutil.rmtree(self._aside, ignore_errors=True)


def _searched(file: File) -> str:
    """The address of a page, as a search knows it."""
    return file.url.removeprefix("./")


def _put_back(aside: Path, paths: Collection[str]) -> None:
    """Puts these files of the last build back to where they were, and no others."""
    site = aside.parent
    for each in aside.iterdir():
        if not (site / each.name).exists():
            each.rename(site / each.name)
            _leave(site / each.name, paths)


def _leave(path: Path, paths: Collection[str]) -> bool:
    """Deletes whatever is not one of these files. Whether any of them is there."""
    if str(path) in paths:
        return True
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return False
    left = [_leave(each, paths) for each in path.iterdir()]
    if not any(left):
        path.rmdir()
    return any(left)


def _is_known(module: str) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in _KNOWN)


def _around(config: MkDocsConfig, nav: Navigation, pages: Iterable[File], *, read: bool) -> Any:
    """What a page shows that is not its own: settings, the theme's files, the navigation.

    Where hand-written pages are not ``read`` again, nobody knows what they are called now.
    """
    plugins = {name: _settings(each) for name, each in config.plugins.items()}
    # Of the settings of Markdown, themes look at the table of contents. Functions are made anew.
    toc = {k: v for k, v in config.mdx_configs.get("toc", {}).items() if not callable(v)}
    objects = {"theme": dict(config.theme), "plugins": plugins, "hooks": None, "mdx_configs": toc}
    theme = [*_files(config.theme.dirs, config.theme.custom_dir)]
    menu = [_told(each, read=read) for each in nav.items]
    there = [each.url for each in pages]
    return {**config, **objects}, theme, menu, there


def _settings(plugin: Any) -> Any:
    """A plugin's settings; a file of hooks, which stands among them, has none."""
    settings = getattr(plugin, "config", None)
    return dict(settings) if isinstance(settings, Mapping) else None


def _told(item: Any, *, read: bool) -> Any:
    if isinstance(item, MkDocsPage) and not isinstance(item, Ours) and not read:
        return item.url
    below = [_told(each, read=read) for each in item.children or ()]
    return item.title, getattr(item, "url", None), getattr(item, "meta", None), below


def _files(folders: Iterable[str], own: str | None) -> Iterator[tuple[str, int, int]]:
    """The theme's files; of a hidden folder, where its icons are, only somebody's own."""
    for top in folders:
        for folder, below, names in os.walk(top):
            below[:] = [each for each in below if top == own or not each.startswith(".")]
            for path in (Path(folder) / name for name in names):
                with suppress(OSError):  # An editor's lock is a link to nowhere.
                    known = path.stat()
                    yield str(path), known.st_mtime_ns, known.st_size
