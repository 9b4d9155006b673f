"""Simulated platforms, one of each kind: what they do with a key, and what they show afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from cmops.adapters.contract import (
    Absent,
    Answer,
    Found,
    Guarantee,
    Message,
    Problem,
    Sending,
    Unknown,
)
from cmops.failures import Rejected, Unclear
from cmops.ledger.entries import Receipt
from cmops.publish.outlets import LONGEST_GAP, Outlet
from cmops.workspace.model import Channel
from tests.simulation.world import Process, World

SHOWS_AFTER = 40.0
"""Seconds until a readable platform shows what it has taken in."""

IN_FLIGHT = 25.0
"""Seconds that a request may be on its way and still arrive; less than a send's patience."""


@dataclass(slots=True)
class Item:
    """Something that is live, or was. ``of`` is what it really is: the key and the message."""

    id: str
    of: str
    text: str
    parent: str | None
    at: float
    deleted: bool = False
    said: list[str] = field(default_factory=list)
    """Every text that readers saw, the oldest first."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request to publish or to correct, when it was begun and by whom."""

    of: str
    text: str
    at: float
    process: int


@dataclass(slots=True)
class Network:
    """A platform's servers."""

    world: World
    kind: str
    items: list[Item] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    edits: list[Call] = field(default_factory=list)
    remembered: dict[str, tuple[float, Item]] = field(default_factory=dict)
    remembers: float | None = None

    def take(self, message: Message, sending: Sending) -> Item:
        known = self.remembered.get(sending.message_key)
        if self.kind.startswith("deduplicates") and known is not None and self._fresh(known[0]):
            return known[1]
        parent = sending.before[-1].id if sending.before else None
        item = Item(
            f"i{len(self.items)}", sending.message_key, message.text, parent, self.world.time
        )
        item.said.append(item.text)
        self.items.append(item)
        self.remembered[sending.message_key] = (self.world.time, item)
        self.world.tell(f"   live: {item.of} {item.text!r} as {item.id}")
        return item

    def change(self, item: Item, message: Message) -> None:
        """A correction has arrived."""
        if not item.deleted and item.text != message.text:
            item.text = message.text
            item.said.append(message.text)
            self.world.tell(f"   corrected: {item.of} {item.text!r} as {item.id}")

    def _fresh(self, at: float) -> bool:
        return self.remembers is None or self.world.time < at + self.remembers

    def live(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            if not item.deleted:
                found.setdefault(item.of, []).append(item)
        return found


class Speaks:
    """An adapter for one process: makes live, and says what became of it, or nothing."""

    platform: ClassVar[None] = None

    def __init__(self, network: Network, process: Process) -> None:
        self.network = network
        self.process = process

    def send(self, message: Message, sending: Sending) -> Receipt:
        world, network = self.network.world, self.network
        network.calls.append(
            Call(sending.message_key, message.text, world.time, self.process.number)
        )
        # A process that is suspended between its last look and its request cannot be told from a
        # request that takes as long, and that has its time-out: it may take longer only where the
        # platform recognises a key.
        may_stall = network.kind.startswith("deduplicates")
        fault = self.process.step("send", may_stall=may_stall)
        if fault == "lost":
            raise Unclear("timeout")
        if fault == "late":
            arrives = world.time + IN_FLIGHT
            world.later.append((arrives, lambda: _arrive(network, message, sending)))
            raise Unclear("timeout")
        item = network.take(message, sending)
        if fault == "crash after":
            self.process.crash()
        if fault == "lost after":
            raise Unclear("timeout")
        return _receipt(item, self.process)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        world, network = self.network.world, self.network
        item = next(each for each in network.items if each.id == receipt.id)
        network.edits.append(Call(item.of, message.text, world.time, self.process.number))
        fault = self.process.step("correct", may_stall=False)
        if fault == "late":
            world.later.append((world.time + IN_FLIGHT, lambda: network.change(item, message)))
        if fault in ("lost", "late"):
            raise Unclear("timeout")
        if item.deleted:
            raise Rejected("gone")
        network.change(item, message)
        if fault == "crash after":
            self.process.crash()
        if fault == "lost after":
            raise Unclear("timeout")
        return receipt

    def verify(self) -> Iterable[Problem]:
        return (Problem("unauthorised", ()),) if self.process.step("verify") == "shut" else ()

    def delete(self, receipt: Receipt) -> None:
        self.process.step("delete")
        for item in self.network.items:
            if item.id == receipt.id:
                item.deleted = True


class SpeaksAndReads(Speaks):
    """One that can be read back: by text, parent and time, as LEDGER.md has it."""

    def find(self, message: Message, sending: Sending) -> Answer:
        self.process.step("find")
        network, world = self.network, self.network.world
        if network.kind == "deduplicates and reads":
            known = network.remembered.get(sending.message_key)
            there = known is not None and not known[1].deleted
            return Found(_receipt(known[1], self.process)) if known and there else Absent()
        parent = sending.before[-1].id if sending.before else None
        # Created is the server's clock, since the claim's: they may differ.
        since = (sending.since - world.now()).total_seconds() + world.time - 60
        found = [
            item
            for item in network.items
            if not item.deleted
            and (item.text, item.parent) == (message.text, parent)
            and item.at >= since
            and world.time >= item.at + SHOWS_AFTER
        ]
        if len(found) > 1:
            return Unknown()
        return Found(_receipt(found[0], self.process)) if found else Absent()


def _arrive(network: Network, message: Message, sending: Sending) -> None:
    network.take(message, sending)


def _receipt(item: Item, process: Process) -> Receipt:
    return Receipt(item.id, process.now(), f"https://network.example/{item.id}")


KINDS = ("deduplicates", "deduplicates and reads", "reads", "neither")


def outlet(network: Network, channel: Channel, process: Process) -> Outlet:
    """One process's way to the network, with what an adapter would declare of it."""
    delay = timedelta(seconds=SHOWS_AFTER)
    if network.kind == "reads":
        return Outlet(channel, SpeaksAndReads(network, process), Guarantee.READS_BACK, delay=delay)
    if network.kind == "neither":
        return Outlet(channel, Speaks(network, process), Guarantee.NONE)
    if network.kind == "deduplicates":
        network.remembers = (LONGEST_GAP + timedelta(hours=1)).total_seconds()
        memory = timedelta(seconds=network.remembers)
        return Outlet(channel, Speaks(network, process), Guarantee.DEDUPLICATES, memory)
    return Outlet(channel, SpeaksAndReads(network, process), Guarantee.DEDUPLICATES)
