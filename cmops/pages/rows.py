"""A post's line in a list, and its cell in a month's grid: when, what, where, how it stands.

The calendar shows each post three times, so this is written here, and what is the same is kept:
templates take ten times as long for it. Everything here is text that is escaped already.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from cmops.pages import filters
from cmops.pages.links import Here
from cmops.pages.programme import Slot
from cmops.pages.stops import shown_state, stops, why
from cmops.values import dataclass

if TYPE_CHECKING:
    from cmops.pages.site import Site


class Rows:
    """The lines of a site's posts; they are the same on all pages of one folder."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._safe = _Safe()
        self._lines: dict[tuple[str, int, bool], str] = {}
        self._titles: dict[tuple[str, int], str] = {}
        self._links: dict[tuple[str, str], str] = {}
        self._known: dict[int, _About] = {}
        self._kinds: dict[filters.Kind, _About] = {}
        self._names: dict[tuple[str, ...], str] = {}
        self._tints: dict[tuple[str | None, tuple[str, ...]], str] = {}

    def row(self, path: str, slot: Slot, *, dated: bool = False) -> Markup:
        """The ``<li>`` of a post on the page at ``path``; ``dated`` says its day as well."""
        return self.rows(path, (slot,), dated=dated)

    def rows(self, path: str, slots: Iterable[Slot], *, dated: bool = False) -> Markup:
        """The same of several posts."""
        folder = self._folder(path)
        lines = [self._line(path, folder, slot, dated=dated) for slot in slots]
        return Markup("".join(lines))  # noqa: S704  escaped, as all below

    def cells(self, path: str, slots: Iterable[Slot], most: int) -> Markup:
        """The posts of a day in a month's grid; where there is little room, ``most`` of them."""
        folder, safe = self._folder(path), self._safe
        cells = []
        for place, slot in enumerate(slots):
            about = self._about(slot)
            cells.append(
                f'<p class="cmops-cell cmops-is-{safe[slot.state]}'
                f'{" cmops-beyond" if place >= most else ""}"'
                f' data-cmops-is="{about.safe}"{self._tint(slot)}>'
                f'<span class="cmops-when">{_clock(slot.at) if slot.at else ""}</span>'
                f" {self._title(path, folder, slot)}{about.pill}</p>\n"
            )
        return Markup("".join(cells))  # noqa: S704

    def told(self, slot: Slot) -> str:
        """What a post is to the filters, worked out once; not escaped."""
        return self._about(slot).told

    def states(self) -> set[str]:
        """All states that posts are in, and their deliveries."""
        return {state for slot in self._site.programme.slots for state in self._about(slot).states}

    def _about(self, slot: Slot) -> _About:
        about = self._known.get(id(slot))
        if about is None:
            kind = filters.kind(slot)
            about = self._kinds.get(kind)
            if about is None:
                told = filters.of_kind(self._site, kind)
                pill = self._site.pill(shown_state(slot))
                about = self._kinds[kind] = _About(told, str(escape(told)), pill, kind[-1])
            self._known[id(slot)] = about
        return about

    def _line(self, path: str, folder: str, slot: Slot, *, dated: bool) -> str:
        # The incident that stops a post may be this very page.
        stopped = [each for each in slot.deliveries if each.reason]
        place = (path if stopped else folder, id(slot), dated)
        line = self._lines.get(place)
        if line is None:
            about, reasons = self._about(slot), self._why(path, slot) if stopped else ""
            line = self._lines[place] = (
                f'<li class="cmops-slot cmops-is-{self._safe[slot.state]}"'
                f' data-cmops-is="{about.safe}"{self._tint(slot)}>\n'
                f'<span class="cmops-when">{self._when(slot, dated=dated)}</span>\n'
                f'<span class="cmops-what">{self._title(path, folder, slot)}'
                f'<span class="cmops-where">{self._where(slot.channels)}</span>'
                f"{reasons}</span>\n{about.pill}\n</li>\n"
            )
        return line

    def _title(self, path: str, folder: str, slot: Slot) -> str:
        """The post's title, linked to its page where there is one."""
        place = (folder, id(slot))
        title = self._titles.get(place)
        if title is None:
            title = str(escape(slot.title))
            found = self._site.post(slot.id, slot)
            if found is not None:
                address = f"{self._link(path, folder, found[0])}#{quote(found[1])}"
                title = f'<a href="{escape(address)}">{title}</a>'
            self._titles[place] = title
        return title

    def _link(self, path: str, folder: str, page: str) -> str:
        if (folder, page) not in self._links:
            self._links[folder, page] = Here(path, self._site.address).link(page)
        return self._links[folder, page]

    def _tint(self, slot: Slot) -> str:
        """The brand's colour as an attribute, where it has one."""
        own = (slot.post.brand if slot.post else None, slot.channels)
        if own not in self._tints:
            colour = self._site.tint(slot)
            self._tints[own] = f' style="--cmops-brand: {escape(colour)}"' if colour else ""
        return self._tints[own]

    def _where(self, channels: tuple[str, ...]) -> str:
        if channels not in self._names:
            self._names[channels] = str(escape(", ".join(self._site.channel_names(channels))))
        return self._names[channels]

    def _why(self, path: str, slot: Slot) -> str:
        """What keeps it from going out, if anything does."""
        return "".join(
            '<span class="cmops-where cmops-stop">'
            f"{escape(self._on(each.channels))}{why(self._site, path, each.reason)}</span>"
            for each in stops(slot)
        )

    def _on(self, channels: tuple[str, ...]) -> str:
        names = ", ".join(self._site.channel_names(channels))
        return names and names + self._site.say("pages.colon")

    def _when(self, slot: Slot, *, dated: bool) -> str:
        if slot.at is None:
            return self._safe[self._site.say("pages.no-time")]
        day = f"{self._safe[self._site.draw.short_day(slot.at)]} " if dated else ""
        return f'<time datetime="{slot.at.isoformat()}">{day}{_clock(slot.at)}</time>'

    def _folder(self, path: str) -> str:
        """Where links start; in a folder of their own, pages of one folder have the same depth."""
        address = self._site.address(path)
        return posixpath.dirname(address.rstrip("/")) + ("/" if address.endswith("/") else "")


@dataclass(frozen=True, slots=True)
class _About:
    """What posts of one kind have in common: their word for the filters, how they stand."""

    told: str
    safe: str
    """The same, escaped."""
    pill: str
    states: tuple[str, ...]


class _Safe(dict[str, str]):
    """Words that many posts have, each escaped once."""

    def __missing__(self, words: str) -> str:
        return self.setdefault(words, str(escape(words)))


def _clock(at: datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}"
