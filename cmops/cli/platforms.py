"""``cmops platforms``: what each network takes, what can be done there, and what is guaranteed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from cmops.adapters import registry
from cmops.adapters.contract import Can, Capability, Guarantee, Platform
from cmops.adapters.declaration import Cost
from cmops.adapters.limits import unsure
from cmops.adapters.titles import title
from cmops.cli import output
from cmops.cli.options import format_option
from cmops.cli.words import wording_here
from cmops.errors import UsageError
from cmops.publish.prices import Money, prices_of
from cmops.text.counting import Limit
from cmops.wording import Wording

_SAID = {Can.YES: "yes", Can.NOT_BUILT: "not-built", Can.NO: "no"}


@click.command(help="platforms.help")
@click.argument("name", required=False, metavar="[NAME]")
@format_option("text", "json")
def platforms(name: str | None, form: str) -> None:
    """Prints what adapters declare; of one platform with its sources."""
    wording = wording_here()
    if name is not None and name not in registry.names():
        raise UsageError("platforms.unknown", name=name, known=registry.names())
    names = registry.names() if name is None else (name,)
    found = [registry.adapter(each).platform for each in names]
    if form == "json":
        output.as_json({"version": 1, "platforms": [_row(each, wording) for each in found]})
        return
    for platform in found:
        name_there = f"{title(platform, wording)} ({platform.name})"
        click.echo(output.style(name_there, bold=True))
        for line in _lines(platform, wording, whole=name is not None):
            click.echo(f"  {line}")
        click.echo()
    if name is None:
        click.echo(wording.say("platforms.more"), err=True)


def _lines(platform: Platform, wording: Wording, *, whole: bool) -> Iterator[str]:
    yield from _promise(platform, wording)
    if whole:
        yield wording.say("platforms.limits") if platform.limits else wording.say("platforms.free")
        for name, limit in platform.limits.items():
            yield f"  {_limit(name, limit, wording)}"
            yield f"    {_source(name, limit, wording)}"
    elif platform.limits:
        said = [_limit(name, limit, wording) for name, limit in platform.limits.items()]
        yield f"{wording.say('platforms.limits')} {' · '.join(said)}"
    for can, phrase in _SAID.items():
        names = [each for each in Capability if platform.able(each) is can]
        if names:
            words = ", ".join(wording.say(f"platform.capability.{each}") for each in names)
            yield f"{wording.say(f'platforms.{phrase}')} {words}"
    yield from _cost(platform, wording, whole=whole)
    if whole and platform.secrets:
        yield wording.say("platforms.secrets", secrets=platform.needed)
    if whole and platform.optional:
        yield wording.say("platforms.optional", secrets=sorted(platform.optional))


def _cost(platform: Platform, wording: Wording, *, whole: bool) -> Iterator[str]:
    """What the platform charges, where it does."""
    cost = platform.cost
    if cost is None:
        return
    said = [
        wording.say(f"platform.cost.{name}", price=Money(amount, cost.currency).words)
        for name, amount in prices_of(cost).items()
    ]
    yield f"{wording.say('platforms.cost')} {' · '.join(said)}"
    if whole:
        yield "  " + wording.say("platforms.source", source=cost.source, day=cost.checked)


def _promise(platform: Platform, wording: Wording) -> Iterator[str]:
    """What holds after a lost answer, where cmops publishes at all."""
    if platform.able(Capability.PUBLISH) is not Can.YES:
        yield wording.say("platforms.sandbox")
        return
    yield wording.say(f"platform.guarantee.{platform.guarantee}")
    if platform.guarantee is Guarantee.DEDUPLICATES and platform.remembers is not None:
        minutes = round(platform.remembers.total_seconds() / 60)
        yield wording.say("platforms.remembers", count=minutes)


def _limit(name: str, limit: Limit, wording: Wording) -> str:
    """``pictures: 4``, ``poll answers: 2–4``; a number that is not verified is marked."""
    phrase = f"platform.limit.{name}"
    what = wording.say(phrase) if wording.has(phrase) else name
    least = f"{wording.number(limit.least)}–" if limit.least else ""
    mark = " (?)" if unsure(limit) else ""
    number = f"{least}{wording.number(limit.most)}{mark}"
    return wording.say("platforms.limit", what=what, number=number)


def _source(name: str, limit: Limit, wording: Wording) -> str:
    """Where the number comes from; of texts, how they are counted as well."""
    source = limit.source.removesuffix("(?)").rstrip()
    parts = [wording.say("platforms.source", source=source, day=limit.checked)]
    phrase = f"platform.counting.{limit.count}"
    if wording.has(phrase) and (name == "text_bytes" or not name.endswith("_bytes")):
        parts.insert(0, wording.say(phrase))
    if unsure(limit):
        parts.append(wording.say("platforms.unsure"))
    return " – ".join(parts)


def _row(platform: Platform, wording: Wording) -> dict[str, Any]:
    remembers = platform.remembers
    return {
        "name": platform.name,
        "title": title(platform, wording),
        "publishes": platform.able(Capability.PUBLISH) is Can.YES,
        "guarantee": platform.guarantee.value,
        "guaranteed": wording.say(f"platform.guarantee.{platform.guarantee}"),
        "remembers_seconds": remembers.total_seconds() if remembers else None,
        "limits": {name: _limit_row(limit) for name, limit in platform.limits.items()},
        "capabilities": {each.value: platform.able(each).name.lower() for each in Capability},
        "media_types": sorted(platform.media_types) if platform.media_types is not None else None,
        "cost": _cost_row(platform.cost),
        "secrets": list(platform.secrets),
        "optional_secrets": sorted(platform.optional),
    }


def _cost_row(cost: Cost | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    prices = {name: Money(each, cost.currency).plain for name, each in prices_of(cost).items()}
    return {"prices": prices, "source": cost.source, "checked": cost.checked}


def _limit_row(limit: Limit) -> dict[str, Any]:
    return {
        "most": limit.most,
        "least": limit.least,
        "count": limit.count,
        "source": limit.source.removesuffix("(?)").rstrip(),
        "checked": limit.checked,
        "unsure": unsure(limit),
    }
