"""What must hold of every story, whatever went wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cmops.ledger.clock import MAX_LEASE
from cmops.ledger.entries import Kind
from cmops.publish.plan import State
from tests.simulation.networks import Call
from tests.simulation.scenario import KEYS, SINGLE, THREAD, Scenario, composition, texts


def broken(scenario: Scenario) -> list[str]:
    """Every invariant that does not hold, in words."""
    return [
        *twice(scenario),
        *untrue(scenario),
        *not_settled(scenario),
        *_too_much_doubt(scenario),
        *_sent_in_a_pause(scenario),
        *_sent_though_refused(scenario),
        *_sent_after_its_retraction(scenario),
        *_not_what_main_says(scenario),
        *not_taken_back(scenario),
    ]


def twice(scenario: Scenario) -> Iterator[str]:
    """No message is live twice."""
    for of, items in scenario.network.live().items():
        if len(items) > 1:
            yield f"{of} is live {len(items)} times"


def untrue(scenario: Scenario) -> Iterator[str]:
    """What the ledger calls published was live, as what it says it is."""
    items = {item.id: item for item in scenario.network.items}
    history = scenario.history()
    if history.duplicates:
        yield "two receipts for one message"
    for key in KEYS:
        record = history.of(key)
        if record.clash:
            yield f"{key}: two entries with one id"
        for index, receipt in record.receipts.items():
            if receipt.id not in items or items[receipt.id].of != f"{key}.{index}":
                yield f"{key}.{index} is said to be {receipt.id}, which it is not"


def not_settled(scenario: Scenario) -> Iterator[str]:
    """Nothing is lost, stuck, or in doubt where the platform could have told."""
    live = scenario.network.live()
    for delivery in scenario.plan():
        key, state = delivery.key, delivery.state
        if key in scenario.retracted:
            continue
        wanted = {f"{key}.{index}" for index in range(len(texts(key, 0)))}
        there = wanted & live.keys()
        if state is State.PUBLISHED and there != wanted:
            yield f"{key} is said to be published, and {sorted(wanted - there)} is lost"
        if state is State.PUBLISHED:
            continue
        forgotten = scenario.network.remembers is not None
        forgotten = forgotten and scenario.every > (scenario.network.remembers or 0)
        if state is State.UNCLEAR and (scenario.kind == "neither" or forgotten):
            continue
        yield f"{key} is {state} in the end ({delivery.reason})"


def _sent_after_its_retraction(scenario: Scenario) -> Iterator[str]:
    """Nothing of a delivery is sent more than ten seconds after its tombstone landed."""
    for call in scenario.network.calls:
        landed = scenario.retracted.get(call.of.rpartition(".")[0])
        if landed is not None and call.at > landed + 10:
            yield f"{call.of} was sent {call.at - landed:.0f} s after it was retracted"


def _too_much_doubt(scenario: Scenario) -> Iterator[str]:
    """Where only a person can settle a doubt, one thing that goes wrong makes one at most."""
    if scenario.kind != "neither":
        return
    history = scenario.history()
    doubts = sum(len(history.of(key).doubts) for key in KEYS)
    if doubts > len(scenario.world.faults):
        yield f"{doubts} messages are in doubt"


def _sent_in_a_pause(scenario: Scenario) -> Iterator[str]:
    """Nothing is sent in a pause's scope more than ten seconds after it landed."""
    for call in scenario.network.calls:
        for begun, ended in scenario.pauses:
            if begun + 10 < call.at < ended:
                yield f"{call.of} was sent {call.at - begun:.0f} s into a pause"


def _sent_though_refused(scenario: Scenario) -> Iterator[str]:
    """Nothing is begun more than ten seconds after its approval was taken back."""
    first: dict[str, Call] = {}
    for call in scenario.network.calls:
        first.setdefault(call.of.rpartition(".")[0], call)
    for key, call in first.items():
        versions = range(len(scenario.repository.versions))
        bound = any(_bound(scenario, key, number, call.at) for number in versions)
        for begun, ended in scenario.refusals:
            if begun + 10 < call.at < ended and not bound:
                yield f"{key} was begun {call.at - begun:.0f} s after it was refused"


def _not_what_main_says(scenario: Scenario) -> Iterator[str]:
    """A first send is what main says, or said ten seconds ago, or what a doubt binds it to."""
    versions = scenario.repository.versions
    begun: set[str] = set()
    for call in scenario.network.calls:
        key, _, index = call.of.rpartition(".")
        if key in begun:
            continue
        begun.add(key)
        fine = {
            texts(key, number)[int(index)]
            for number, since in enumerate(versions)
            if _said(versions, number, call.at) or _bound(scenario, key, number, call.at)
        }
        if call.text not in fine:
            yield f"{call.of} was sent as {call.text!r}, which main did not say"
    for key, parts in ((SINGLE, 1), (THREAD, 2)):
        sent = {
            item.text.removeprefix(item.text[:2] if parts > 1 else "A")
            for item in scenario.network.items
            if item.of.startswith(f"{key}.") and not item.deleted
        }
        if len(sent) > 1:
            yield f"{key} is live in two versions: {sorted(sent)}"


def _said(versions: Sequence[float], number: int, at: float) -> bool:
    ended = versions[number + 1] if number + 1 < len(versions) else float("inf")
    return versions[number] <= at < ended + 10


def _bound(scenario: Scenario, key: str, number: int, at: float) -> bool:
    """Whether a lost run had claimed these bytes, and nobody has cleared up what it did."""
    digest = composition(key, number).digest
    landed = scenario.server.landed
    entries = [each for each in scenario.server.entries() if landed[each.id] < at]
    cleared = {each.claim for each in entries if each.kind == Kind.NOT_SENT}
    claims = [each for each in entries if each.kind == Kind.CLAIM and each.key == key]
    lease = MAX_LEASE.total_seconds()
    return any(
        each.digest == digest and each.id not in cleared and landed[each.id] < at - lease
        for each in claims
    )


def not_taken_back(scenario: Scenario) -> Iterator[str]:
    """What was retracted is not live, as far as anybody could know of it."""
    for key in scenario.retracted:
        record = scenario.history().of(key)
        there = [of for of in scenario.network.live() if of.startswith(f"{key}.")]
        if there and not (record.doubts and scenario.kind in ("neither", "deduplicates")):
            yield f"{there} was retracted and is live"
