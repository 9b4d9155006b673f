"""The platforms: what each can do, its limits with their sources, and our channels there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cmops.adapters.contract import Can, Capability, Platform
from cmops.adapters.limits import limits, unsure
from cmops.adapters.registry import adapter, names
from cmops.adapters.titles import title
from cmops.pages.page import Heading, Page, Part, anchor
from cmops.pages.site import Site
from cmops.publish.prices import Money, prices_of

INDEX = "platforms/index.md"


def networks(site: Site) -> Iterator[Page]:
    """The one page."""
    label = site.say("pages.platforms")
    yield site.page(INDEX, label, _parts(site), label=label)


def _parts(site: Site) -> Iterator[Part]:
    yield site.heading("our-channels", "channels")
    yield site.html("channels.html", INDEX)
    found = [adapter(name).platform for name in names()]
    titles = {each.name: title(each, site.wording) for each in found}
    yield site.heading("capabilities", "capabilities")
    rows = [(each, [platform.able(each) for platform in found]) for each in Capability]
    guaranteed: dict[str, list[str]] = {}
    for platform in found:
        guaranteed.setdefault(platform.guarantee, []).append(titles[platform.name])
    common = {"platforms": found, "titles": titles}
    yield site.html("capabilities.html", INDEX, **common, rows=rows, guaranteed=guaranteed)
    for platform in found:
        own = [
            (channel, name, limit)
            for channel in site.settings.channels.values()
            if channel.platform == platform.name
            for name, limit in limits(platform, channel).items()
            if name in channel.limits
        ]
        yield Heading(2, titles[platform.name], anchor("platform", platform.name))
        values = {"platform": platform, "titles": titles, "prices": _prices(platform)}
        values["able"] = _able(platform)
        yield site.html("platform.html", INDEX, **values, own=own, unsure=unsure)


def _able(platform: Platform) -> dict[Can, list[Capability]]:
    """The same as in the table of all platforms, in words: what it can do, what not yet, what not.

    A telephone shows these instead of that table.
    """
    answers = {each: platform.able(each) for each in Capability}
    found = {can: [each for each, answer in answers.items() if answer is can] for can in Can}
    return {can: names for can, names in found.items() if names}


def _prices(platform: Platform) -> dict[str, Mapping[str, str]]:
    """What it charges, as people read it; empty where it does not."""
    cost = platform.cost
    if cost is None:
        return {}
    return {name: Money(each, cost.currency).words for name, each in prices_of(cost).items()}
