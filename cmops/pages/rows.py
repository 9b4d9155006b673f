"""A post's line in a list: when, what, where, how it stands.

The calendar shows each post three times, so this is written here and kept, and not drawn by a
template each time: templates take eight times as long for it.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from cmops.pages import filters
from cmops.pages.links import Here
from cmops.pages.programme import Slot
from cmops.pages.stops import shown_state, stops, why

if TYPE_CHECKING:
    from cmops.pages.site import Site


class Rows:
    """The lines of a site's posts; they are the same on all pages of one folder."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: dict[tuple[str, int, bool], Markup] = {}
        self._links: dict[tuple[str, str], str] = {}
        self._told: dict[int, str] = {}

    def row(self, path: str, slot: Slot, *, dated: bool = False) -> Markup:
        """The ``<li>`` of a post on the page at ``path``; ``dated`` says its day as well."""
        # The incident that stops a post may be this very page.
        where = path if any(each.reason for each in slot.deliveries) else self._folder(path)
        place = (where, id(slot), dated)
        if place not in self._kept:
            self._kept[place] = self._row(path, slot, dated=dated)
        return self._kept[place]

    def told(self, slot: Slot) -> str:
        """What a post is to the filters, worked out once."""
        if id(slot) not in self._told:
            self._told[id(slot)] = filters.of_slot(self._site, slot)
        return self._told[id(slot)]

    def title(self, path: str, slot: Slot) -> Markup:
        """The post's title, linked to its page where there is one."""
        found = self._site.post(slot.id, slot)
        if found is None:
            return escape(slot.title)
        page, anchor = found
        folder = self._folder(path)
        if (folder, page) not in self._links:
            self._links[folder, page] = Here(path, self._site.address).link(page)
        address = f"{self._links[folder, page]}#{quote(anchor)}"
        return Markup('<a href="{}">{}</a>').format(address, slot.title)

    def tint(self, slot: Slot) -> Markup:
        """The brand's colour as an attribute, where it has one."""
        colour = self._site.tint(slot)
        return Markup(' style="--cmops-brand: {}"').format(colour) if colour else Markup()

    def pill(self, slot: Slot) -> Markup:
        """How it stands, in one word."""
        return self._site.pill(shown_state(slot))

    def _row(self, path: str, slot: Slot, *, dated: bool) -> Markup:
        return Markup(
            '<li class="cmops-slot cmops-is-{}" data-cmops-is="{}"{}>\n'
            '<span class="cmops-when">{}</span>\n<span class="cmops-what">{}'
            '<span class="cmops-where">{}</span>{}</span>\n{}\n</li>\n'
        ).format(
            slot.state,
            self.told(slot),
            self.tint(slot),
            self._when(slot, dated=dated),
            self.title(path, slot),
            ", ".join(self._site.channel_names(slot.channels)),
            self._why(path, slot),
            self.pill(slot),
        )

    def _why(self, path: str, slot: Slot) -> Markup:
        """What keeps it from going out, if anything does."""
        line = Markup('<span class="cmops-where cmops-stop">{}{}</span>')
        return Markup().join(
            line.format(self._on(each.channels), why(self._site, path, each.reason))
            for each in stops(slot)
        )

    def _on(self, channels: tuple[str, ...]) -> str:
        names = ", ".join(self._site.channel_names(channels))
        return names and names + self._site.say("pages.colon")

    def _when(self, slot: Slot, *, dated: bool) -> Markup:
        if slot.at is None:
            return escape(self._site.say("pages.no-time"))
        day = f"{self._site.draw.short_day(slot.at)} " if dated else ""
        return Markup('<time datetime="{}">{}{}</time>').format(
            slot.at.isoformat(), day, f"{slot.at:%H:%M}"
        )

    def _folder(self, path: str) -> str:
        """Where links start; in a folder of their own, pages of one folder have the same depth."""
        address = self._site.address(path)
        return posixpath.dirname(address.rstrip("/")) + ("/" if address.endswith("/") else "")
