"""The platforms: what each can do, its limits with their sources, and our channels there."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.adapters.contract import Capability
from cmops.adapters.limits import limits, unsure
from cmops.adapters.registry import adapter, names
from cmops.pages.page import Heading, Page, Part, anchor
from cmops.pages.site import Site

INDEX = "platforms/index.md"


def networks(site: Site) -> Iterator[Page]:
    """The one page."""
    label = site.say("pages.platforms")
    yield site.page(INDEX, label, _parts(site), label=label)


def _parts(site: Site) -> Iterator[Part]:
    yield site.heading("our-channels", "channels")
    yield site.html("channels.html", INDEX)
    found = [adapter(name).platform for name in names()]
    yield site.heading("capabilities", "capabilities")
    rows = [(each, [platform.able(each) for platform in found]) for each in Capability]
    yield site.html("capabilities.html", INDEX, platforms=found, rows=rows)
    for platform in found:
        own = [
            (channel, name, limit)
            for channel in site.settings.channels.values()
            if channel.platform == platform.name
            for name, limit in limits(platform, channel).items()
            if name in channel.limits
        ]
        yield Heading(2, platform.title, anchor("platform", platform.name))
        yield site.html("platform.html", INDEX, platform=platform, own=own, unsure=unsure)
