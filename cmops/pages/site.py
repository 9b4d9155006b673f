"""What every section of the site is given: the facts, the pen, and where things are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

from markupsafe import Markup

from cmops.findings import Diagnostic
from cmops.pages.cards import Face, face
from cmops.pages.counted import Counted
from cmops.pages.drawing import Draw
from cmops.pages.entries import ROOM, Entry, entries, size
from cmops.pages.facts import Facts
from cmops.pages.kept import Kept
from cmops.pages.links import Address
from cmops.pages.page import Heading, Html, Page, Part, anchor
from cmops.pages.periods import Period, periods
from cmops.pages.programme import Programme, Slot
from cmops.pages.rows import Rows
from cmops.pages.view import View, seen
from cmops.publish.holds import OF_HERE
from cmops.publish.plan import Delivery, State
from cmops.todo import Task
from cmops.workspace.model import Workspace

UNDATED = "posts/undated.md"


class Site:
    """One workspace's site at one time. Nothing here writes or asks anybody.

    ``home`` is the site's own address, where it is known; pages do without it, feeds tell it.
    """

    def __init__(
        self, facts: Facts, address: Address, view: View | None = None, home: str = ""
    ) -> None:
        self.view = view or View()
        facts = seen(facts, self.view)
        self.facts = facts
        self.workspace: Workspace = facts.workspace
        self.settings = facts.workspace.settings
        self.wording = facts.wording
        self.say = facts.wording.say
        self.now = facts.now
        self.today = facts.now.date()
        self.address = address
        self.home = home
        self.draw = Draw(facts, address)
        self.programme = Programme(facts.workspace, self.deliveries)
        self.media: dict[str, None] = {}
        self._showing: set[str] | None = None
        self._faces: dict[tuple[str, ...], Face] = {}
        self._labels: dict[str, Markup] = {}
        self._pills: dict[str, Markup] = {}

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything that goes out, as somebody sees it who does not publish.

        A secret that is not set where the site is built says nothing about where things are
        sent from, and the names of such variables are nobody's reading.
        """
        return tuple(
            replace(each, state=State.DUE, reason=None) if _is_of_here(each) else each
            for each in self.facts.deliveries
        )

    @property
    def todo(self) -> tuple[Task, ...]:
        """What waits for a person, wherever things are sent from."""
        return tuple(each for each in self.facts.todo if each.phrase != f"reason.{OF_HERE}")

    @cached_property
    def counted(self) -> Counted:
        """What every delivery got."""
        return Counted(self.facts.figures, self.wording)

    @cached_property
    def rows(self) -> Rows:
        """The posts' lines in lists."""
        return Rows(self)

    @cached_property
    def post_pages(self) -> tuple[Period[Entry], ...]:
        """The pages of posts, each with what stands on it."""
        dated = [(each.day, each) for each in entries(self.programme) if each.day]
        return tuple(periods(dated, size, ROOM))

    @cached_property
    def undated(self) -> tuple[Entry, ...]:
        """The posts that have no time yet."""
        return tuple(each for each in entries(self.programme) if each.day is None)

    def face(self, channels: tuple[str, ...]) -> Face:
        """Who speaks on these channels of one brand."""
        if channels not in self._faces:
            self._faces[channels] = face(self, channels)
        found = self._faces[channels]
        self.shown(found.avatar)  # by this page too
        return found

    def label(self, channel: str) -> Markup:
        """A channel's name and, where the name does not say so, its platform."""
        if channel not in self._labels:
            name, platform = self.channel(channel), self.platform(channel)
            told = "" if platform.lower() in name.lower() else platform
            small = Markup(" <small>{}</small>").format(told) if told else ""
            shown = Markup('<span class="cmops-channel">{}{}</span>').format(name, small)
            self._labels[channel] = shown
        return self._labels[channel]

    def pill(self, state: str) -> Markup:
        """A state in its colour."""
        if state not in self._pills:
            known = self.wording.has(f"state.{state}")
            said = self.say(f"state.{state}" if known else f"pages.state.{state}")
            shown = Markup('<span class="cmops-pill cmops-is-{}">{}</span>').format(state, said)
            self._pills[state] = shown
        return self._pills[state]

    @cached_property
    def _places(self) -> Mapping[tuple[str, int, int], tuple[str, str]]:
        found: dict[tuple[str, int, int], tuple[str, str]] = {}
        for period in self.post_pages:
            year, month, path = period.first.year, period.first.month, f"posts/{period.name}.md"
            for entry in period.items:
                found[entry.id, year, month] = (path, anchor(entry.id))
        return found

    @cached_property
    def _first_places(self) -> Mapping[str, tuple[str, str]]:
        found = {entry.id: (UNDATED, anchor(entry.id)) for entry in self.undated}
        for (id, _, _), place in reversed(list(self._places.items())):
            found[id] = place
        return found

    def post(self, id: str, slot: Slot | None = None) -> tuple[str, str] | None:
        """The page and the anchor of a post; that of the slot's month where it has one."""
        at = slot.at if slot else None
        here = self._places.get((id, at.year, at.month)) if at else None
        return here or self._first_places.get(id)

    def wrong(self, entry: Entry) -> tuple[Diagnostic, ...]:
        """What is wrong with a post's file."""
        path = entry.post.path if entry.post else entry.slots[0].deliveries[0].subject.path
        return self._wrong.get(path, ())

    @cached_property
    def _wrong(self) -> Mapping[str, tuple[Diagnostic, ...]]:
        found: dict[str, list[Diagnostic]] = {}
        for each in self.facts.diagnostics:
            found.setdefault(each.path, []).append(each)
        return {path: tuple(each) for path, each in found.items()}

    def shown(self, path: str | None) -> str | None:
        """A media file of ``content/`` that a page shows, and so must be part of the site."""
        opened = self.facts.gallery.open(path) if path else None
        if opened is None or not opened.type.startswith(("image/", "video/")):
            return None
        self.media.setdefault(opened.path)
        if self._showing is not None:
            self._showing.add(opened.path)
        return opened.path

    @contextmanager
    def showing(self) -> Iterator[set[str]]:
        """The media files that are shown meanwhile."""
        found: set[str] = set()
        self._showing = found
        try:
            yield found
        finally:
            self._showing = None

    @cached_property
    def kept(self) -> Kept:
        """The pages of an earlier build."""
        return Kept(self, self.facts.cache)

    def html(self, template: str, path: str, /, **values: Any) -> Html:
        """A template's block, with what most templates look at."""
        common = {"site": self, "workspace": self.workspace, "now": self.now, "today": self.today}
        common["page"] = path
        return self.draw.html(template, path, **common, **values)

    def page(
        self,
        path: str,
        title: str,
        parts: Iterator[Part] | tuple[Part, ...],
        *,
        label: str = "",
        wide: bool = False,
        trail: tuple[tuple[str, str], ...] = (),
    ) -> Page:
        """A page with what stands on top of each: the way back, and whether this is rehearsal.

        Pages with a ``label`` stand in the navigation; ``trail`` are path and title of the pages
        above.
        """
        top = self.html("top.html", path, trail=trail, sandbox=self.facts.sandbox)
        lead = (top,) if trail or self.facts.sandbox else ()
        return Page(path, title, (*lead, *parts), bool(label), label or title, wide)

    def heading(
        self, phrase: str, name: str | None = None, level: int = 2, **values: Any
    ) -> Heading:
        """A heading in the site's words; ``name`` is its anchor."""
        return Heading(level, self.say(f"pages.{phrase}", **values), name)

    def channel(self, id: str) -> str:
        """What a channel is called."""
        known = self.settings.channels.get(id)
        return known.name if known else id

    def platform(self, id: str) -> str:
        """What the platform of a channel is called."""
        from cmops.adapters.registry import UnknownPlatform, adapter
        from cmops.adapters.titles import title

        known = self.settings.channels.get(id)
        try:
            return title(adapter(known.platform).platform, self.wording) if known else "?"
        except UnknownPlatform as unknown:
            return str(unknown.args[0])

    def channel_names(self, ids: Iterable[str]) -> list[str]:
        """What channels are called."""
        return [self.channel(id) for id in ids]

    def colour(self, brand: str | None) -> str:
        """A brand's colour, or nothing."""
        known = self.settings.brands.get(brand or "")
        return known.colour or "" if known else ""

    def tint(self, slot: Slot) -> str:
        """The colour of a post's brand; that of its first channel where the post names none."""
        channels = self.settings.channels
        brands = (channels[id].brand for id in slot.channels if id in channels)
        own = slot.post.brand if slot.post else None
        return self.colour(own or next(brands, None))


def _is_of_here(each: Delivery) -> bool:
    return each.reason is not None and each.reason.code == OF_HERE
