"""What a month is made of, by pillar and format, beside what the editorial line wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from cmops.pages import filters
from cmops.pages.programme import LOST, Slot
from cmops.pages.site import Site
from cmops.values import dataclass
from cmops.workspace.model import Post

FAR = 10
"""How many points a share may be off before it is pointed out."""

FEW = 5
"""With fewer posts than this, shares say nothing."""

_LEFT_OUT = frozenset(("idea", *map(str, LOST)))


@dataclass(frozen=True, slots=True)
class Portion:
    """How many posts are of one kind, in percent of all, and what is wanted if anything is."""

    name: str
    count: int
    share: float
    wanted: int | None = None
    telling: bool = False

    @property
    def off(self) -> int:
        """How many points it is above (or, negative, below) what is wanted."""
        return round(self.share) - self.wanted if self.wanted is not None else 0

    @property
    def far(self) -> bool:
        """Whether that is worth a remark."""
        return self.telling and abs(self.off) > FAR


@dataclass(frozen=True, slots=True)
class Mix:
    """The posts of one brand in some days, or of all; ``told`` is what it is to the filters."""

    name: str
    told: str
    posts: int
    pillars: tuple[Portion, ...]
    formats: tuple[Portion, ...]

    @property
    def wants(self) -> bool:
        """Whether the editorial line says what it should be."""
        return any(each.wanted is not None for each in self.pillars)


def mixes(site: Site, first: date, last: date) -> tuple[Mix, ...]:
    """What goes out between two days, in all and by brand; ideas and lost posts left out.

    The editorial line says what it wants of everything together: a brand is not measured by it
    where there are several.
    """
    everything: dict[str, Slot] = {}
    by_brand: dict[str, dict[str, Slot]] = {}
    for _, slots in site.programme.between(first, last):
        for slot in slots:
            if slot.state not in _LEFT_OUT:
                # A post that goes out at several times is one post.
                everything.setdefault(slot.id, slot)
                for brand in filters.brands(site, slot.channels):
                    by_brand.setdefault(brand, {}).setdefault(slot.id, slot)
    brands = site.settings.brands
    if not everything:
        return ()
    formats = {id: format_of(site, slot) for id, slot in everything.items()}
    whole = _mix(site, site.say("calendar.together"), "", everything, formats, wanted=True)
    if len(brands) == 1:
        return (whole,)
    parts = (
        _mix(site, brand.name, filters.of((id,)), by_brand[id], formats, wanted=False)
        for id, brand in brands.items()
        if id in by_brand
    )
    return (whole, *parts)


def _mix(
    site: Site,
    name: str,
    told: str,
    found: Mapping[str, Slot],
    formats: Mapping[str, str],
    *,
    wanted: bool,
) -> Mix:
    pillars = tuple(_pillars(site, found.values(), wanted=wanted))
    return Mix(
        name, told, len(found), pillars, tuple(_formats(site, [formats[id] for id in found]))
    )


def _pillars(site: Site, slots: Collection[Slot], *, wanted: bool) -> Iterator[Portion]:
    """Every pillar that is used, or wanted where that is asked, then what has none."""
    counts = Counter([slot.post.pillar if slot.post else None for slot in slots])
    for id, pillar in site.settings.pillars.items():
        hoped = pillar.share if wanted else None
        if counts[id] or hoped:
            share = 100 * counts[id] / len(slots)
            yield Portion(pillar.name, counts[id], share, hoped, telling=len(slots) >= FEW)
    others = sum(count for id, count in counts.items() if id not in site.settings.pillars)
    if others and site.settings.pillars:
        yield Portion(site.say("pages.without.pillar"), others, 100 * others / len(slots))


def _formats(site: Site, formats: list[str]) -> Iterator[Portion]:
    for name, count in Counter(formats).most_common():
        yield Portion(site.say(f"calendar.format.{name}"), count, 100 * count / len(formats))


def format_of(site: Site, slot: Slot) -> str:
    """What kind of post it is to its readers."""
    post = slot.post
    if post is None:
        return "mixed"
    special = post.format if post.format != "post" else None
    if special or post.kind == "article":
        return special or "article"
    if post.repost or post.poll:
        return "repost" if post.repost else "poll"
    if _is_thread(site, post):
        return "thread"
    if post.media or post.link:
        return "media" if post.media else "link"
    return "text"


def _is_thread(site: Site, post: Post) -> bool:
    """Whether any channel gets several messages, first comments apart."""
    made = site.facts.compositions
    for channel in made.channels(post):
        messages = made.of(post, channel).messages
        if len(messages) > 1:
            told = [each for each in messages if each.fields.get("role") != "first_comment"]
            if len(told) > 1:
                return True
    return False
