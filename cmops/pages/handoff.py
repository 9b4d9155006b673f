"""What people publish by hand: a page for each delivery that waits, to be read on a phone."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.handing.issue import besides, heading
from cmops.handing.sheet import Sheet, sheets
from cmops.pages.page import Page, Part, anchor
from cmops.pages.site import Site

INDEX = "handoff/index.md"


def by_hand(site: Site) -> Iterator[Page]:
    """The list, and a page for each; nothing where no channel is published to by hand."""
    given = tuple(sheets(site.deliveries, site.workspace, site.facts.history, site.now))
    if not given and not any(each.handoff for each in site.settings.channels.values()):
        return
    label = site.say("handoff.page.title")
    found = [(f"handoff/{anchor(each.name)}.md", each) for each in given]
    block = site.html("handoff.html", INDEX, part="list", found=found)
    yield site.page(INDEX, label, (block,), label=label)
    for path, each in found:
        yield site.page(path, each.title, _parts(site, each, path), trail=((INDEX, label),))


def _parts(site: Site, sheet: Sheet, path: str) -> Iterator[Part]:
    texts = [
        (heading(each, index, sheet, site.wording), each, list(besides(each, site.wording)))
        for index, each in enumerate(sheet.messages, sheet.first)
    ]
    yield site.html("handoff.html", path, part="sheet", sheet=sheet, texts=texts)
