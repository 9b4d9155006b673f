"""All pages of a site, section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources

from cmops.pages import feeds
from cmops.pages.crisis import crisis, incidents
from cmops.pages.diagnostics import diagnostics
from cmops.pages.facts import Facts
from cmops.pages.handoff import by_hand
from cmops.pages.home import home
from cmops.pages.kpis import kpis
from cmops.pages.library import library
from cmops.pages.links import MEDIA, Address, as_folders
from cmops.pages.months import calendar
from cmops.pages.networks import networks
from cmops.pages.page import Page
from cmops.pages.posts import posts
from cmops.pages.programmes import campaigns, events
from cmops.pages.reports import reports
from cmops.pages.rulebook import rulebook
from cmops.pages.site import Site
from cmops.pages.view import View
from cmops.values import dataclass
from cmops.workspace.model import SitePart

Section = Callable[[Site], Iterator[Page]]

SECTIONS: tuple[tuple[str, tuple[Section, ...]], ...] = (
    ("", (home,)),
    ("programme", (calendar, posts, by_hand, campaigns, events)),
    ("rulebook", (rulebook, library, networks)),
    ("crises", (crisis, incidents)),
    ("following", (kpis, reports, diagnostics)),
)
"""What the site has, under the words of ``pages.section.<name>`` in the navigation."""

ASSETS = ("cmops.css", "posts.css", "acting.js", "calendar.css", "calendar.js", "kpis.css")
"""Our own style and script; pages are whole without the script."""


@dataclass(frozen=True, slots=True)
class Built:
    """All of a site.

    ``menu`` has the listed pages by the title of their group (empty for the home page), ``docs``
    is what to call the group of those that a person wrote beside them. ``media`` are
    the files of ``content/`` that pages show, ``assets`` our own files by their path in the site:
    styles, scripts and feeds.
    """

    pages: tuple[Page, ...]
    menu: tuple[tuple[str, tuple[Page, ...]], ...]
    docs: str
    media: tuple[str, ...]
    assets: tuple[tuple[str, str], ...]


_NEEDS: dict[Section, SitePart] = {
    crisis: SitePart.CRISES,
    incidents: SitePart.CRISES,
    diagnostics: SitePart.TASKS,
    by_hand: SitePart.TASKS,
}
"""Sections that a site without these has not."""


def build(
    facts: Facts, address: Address = as_folders, view: View | None = None, home: str = ""
) -> Built:
    """Everything that the site is made of, as far as the view shows it.

    Without one, the view is what ``cmops.yml`` says. ``home`` is the site's own address, if known.
    """
    site = Site(facts, address, view or View.of(facts.workspace.settings), home)
    pages: list[Page] = []
    menu: list[tuple[str, tuple[Page, ...]]] = []
    for name, sections in SECTIONS:
        shown = (each for each in sections if _NEEDS.get(each) not in site.view.without)
        found = [page for section in shown for page in section(site)]
        title = site.say(f"pages.section.{name}") if name else ""
        listed = tuple(page for page in found if page.listed)
        if listed:
            menu.append((title, listed))
        pages += found
    site.kept.save()
    site.facts.figures.keep()
    docs = site.say("pages.section.docs")
    assets = (*_assets(), *feeds.files(site))
    site.facts.figures.close()
    return Built(tuple(pages), tuple(menu), docs, tuple(sorted(site.media)), assets)


def _assets() -> tuple[tuple[str, str], ...]:
    folder = resources.files("cmops.pages") / "assets"
    return tuple((f"{MEDIA}{name}", (folder / name).read_text("utf-8")) for name in ASSETS)
