"""What a platform charges for a message, and amounts of money as people and programs read them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cmops.adapters.contract import Message
from cmops.adapters.declaration import Cost
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.text.shortened import on_x
from cmops.values import dataclass

UNIT = 1_000_000
"""Prices are in millionths, so that sums of them are exact."""

_BUDGET = re.compile(r"(?P<whole>\d{1,9})(?:\.(?P<part>\d{1,2}))? (?P<currency>[A-Z]{3})/month")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in millionths of a currency."""

    amount: int
    currency: str

    @property
    def words(self) -> Mapping[str, str]:
        """As people write it, by language: cents, and smaller parts only where there are some."""
        places = 2 if self.amount % 10_000 == 0 else 3
        text = f"{self.amount / UNIT:.{places}f} {self.currency}"
        return {"fr": text.replace(".", ","), "en": text}

    @property
    def plain(self) -> dict[str, str]:
        """As programs read it."""
        return {"amount": f"{self.amount / UNIT:.3f}", "currency": self.currency}


def budgeted(text: str) -> Money | None:
    """The amount of ``5 USD/month``; None for a text of another form."""
    match = _BUDGET.fullmatch(text)
    if match is None:
        return None
    cents = (match["part"] or "").ljust(2, "0")
    return Money(int(match["whole"]) * UNIT + int(cents) * 10_000, match["currency"])


def cost_of(platform: str) -> Cost | None:
    """What a platform charges; None where it does not, or nobody knows it."""
    try:
        return adapter(platform).platform.cost
    except UnknownPlatform:
        return None


def prices_of(cost: Cost) -> Mapping[str, int]:
    """Every price by what it is for, in millionths of the currency."""
    names = ("message", "link", "share", "alt", "delete", "read", "account")
    return {name: getattr(cost, name) for name in names}


def price(cost: Cost, message: Message) -> int:
    """What publishing a message costs, in millionths of the currency."""
    if message.fields.get("repost"):
        return cost.share
    words = sum(1 for each in message.media if each.alt)
    linked = next(iter(on_x(message.text)), None) is not None
    return (cost.link if linked else cost.message) + words * cost.alt
