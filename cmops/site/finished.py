"""What the builds of a preview have in common: pages that are finished when a build begins.

After a change to one post, nearly every page of a site is what it was. MkDocs would empty its
folder, dress each of them in the theme, parse it for the search and write it again. So a page that
says the same stays where it is, for as long as nothing around it has changed: neither the
settings, nor the theme's files, nor the navigation. ``mkdocs build`` begins with nothing, and so
does a preview.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation

from cmops.pages.page import Page
from cmops.site.generated import Generated, Made, Ours

ASIDE = ".cmops"
"""Where pages are while MkDocs empties the site's folder: it leaves what is hidden."""

_AT_PAGES = ("env", "page_content", "page_context", "post_page", "post_build")
_KNOWN = (
    "cmops.",
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
        self._dirty = dirty
        self._made: dict[str, Made] = {}
        self._now: dict[str, Made] = {}
        self._around: Any = None
        self._aside: Path | None = None

    def begin(self, config: MkDocsConfig) -> None:
        """Puts aside what was built last, before MkDocs empties the folder."""
        handlers = (each for name in _AT_PAGES for each in config.plugins.events[name])
        if not all((each.__module__ or "").startswith(_KNOWN) for each in handlers):
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

    def take(self, files: Files, config: MkDocsConfig, nav: Navigation) -> list[File]:
        """Puts back what is finished; when all pages are read, and none is built.

        Returns the pages that this build leaves as they are.
        """
        around = _around(config, nav, files)
        stands, self._around, self._now = around == self._around, around, {}
        known = [each for each in files if isinstance(each.page, Ours) and each.page.made]
        if stands and self._aside is not None and self._aside.is_dir():
            _put_back(self._aside, {file.abs_dest_path for file in known})
        for file in known:
            if not isinstance(file, Generated) or not isinstance(file.page, Ours):
                continue
            made = file.page.made if stands else None
            same = made is not None and made.meta == file.page.meta
            if made is not None and same and Path(file.abs_dest_path).exists():
                self._now[file.src_uri] = made
            else:
                file.page.content = file.page.ours.searchable
        left = [each for each in in_preview(files) if self._is_left(each)]
        for file in left:
            if isinstance(file, Generated):
                file.is_finished = True
        return left

    def add(self, page: Ours) -> None:
        """Takes in a page that MkDocs has just made."""
        anchors = page.present_anchor_ids or set()
        self._now[page.file.src_uri] = Made(page.ours, dict(page.meta), page.toc, anchors)

    def keep(self) -> None:
        """Lets go of what this build did not have, when it has succeeded."""
        self._made, self._now = self._now, {}
        self._clear()

    def forget(self) -> None:
        """Lets go of everything: a build has failed."""
        self._made, self._now, self._around = {}, {}, None
        self._clear()

    def _is_left(self, file: File) -> bool:
        return file.src_uri in self._now or (self._dirty and not file.is_modified())

    def _clear(self) -> None:
        if self._aside is not None:
            shutil.rmtree(self._aside, ignore_errors=True)


def in_preview(files: Files) -> Sequence[File]:
    """What MkDocs makes pages of in a preview: drafts too."""
    return files.documentation_pages(inclusion=InclusionLevel.is_in_serve)


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


def _around(config: MkDocsConfig, nav: Navigation, files: Files) -> Any:
    """Whatever a page shows that is not its own."""
    plugins = {name: dict(getattr(each, "config", ())) for name, each in config.plugins.items()}
    objects = {"theme": dict(config.theme), "plugins": plugins, "hooks": None}
    theme = [*_files(config.theme.dirs)]
    menu = [_told(each) for each in nav.items]
    there = [each.url for each in in_preview(files)]
    return {**config, **objects}, theme, menu, there


def _told(item: Any) -> Any:
    below = [_told(each) for each in item.children or ()]
    return item.title, getattr(item, "url", None), getattr(item, "meta", None), below


def _files(folders: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """The theme's files, but for those of a folder that is hidden: they are icons."""
    for top in folders:
        for folder, below, names in os.walk(top):
            below[:] = [each for each in below if not each.startswith(".")]
            for path in (Path(folder) / name for name in names):
                known = path.stat()
                yield str(path), known.st_mtime_ns, known.st_size
