"""What publishing costs where a platform charges for it, and what a month's budget still allows.

Counted from the ledger: what was published and taken back in the month, what was looked for after
a lost answer, and what is planned for the rest of it.
What looking at it again cost is told by whoever keeps the numbers. Months are the workspace's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from functools import cached_property

from cmops.adapters.declaration import Cost
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.publish.plan import Gate
from cmops.publish.prices import Money, budgeted, cost_of, price
from cmops.publish.reasons import Reason
from cmops.publish.spent import What, spent
from cmops.publish.subjects import Subject
from cmops.values import dataclass
from cmops.workspace.model import Channel, Publishing

Looks = Mapping[str, Iterable[tuple[str, date]]]
"""Each channel's deliveries (``""`` for the channel itself) that were looked at, by UTC day."""

Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known when costs are counted: channels, the ledger, the plan, looks, and when."""

    channels: Mapping[str, Channel]
    publishing: Publishing
    history: History
    subjects: Callable[[], Iterable[Subject]]
    looks: Callable[[], Looks]
    now: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    """What the channels of one purse cost this month.

    ``sent`` is what was published or taken back, ``read`` what was looked at, ``planned`` what is
    still to go out; ``most`` is None where nobody set a budget.
    """

    name: str
    sent: Money
    read: Money
    planned: Money
    most: Money | None

    @property
    def total(self) -> Money:
        """All of it together."""
        amount = self.sent.amount + self.read.amount + self.planned.amount
        return Money(amount, self.sent.currency)


@dataclass(frozen=True, slots=True)
class _Purse:
    """Channels that are paid for together."""

    name: str
    cost: Cost
    channels: frozenset[str]
    most: int | None


@dataclass(slots=True)
class _Sums:
    """A purse's months: what is spent, what is planned, and what does not fit any more."""

    sent: dict[Month, int] = field(default_factory=dict)
    read: dict[Month, int] = field(default_factory=dict)
    planned: dict[Month, int] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)

    def of(self, month: Month) -> int:
        return sum(each.get(month, 0) for each in (self.sent, self.read, self.planned))


class Budgets:
    """The costs of a workspace, counted when they are first asked for."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._sums: dict[str, _Sums] = {}

    @property
    def concerned(self) -> bool:
        """Whether any channel costs anything."""
        return bool(self._purses)

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The gate, where there is a budget."""
        return (self.gate,) if any(purse.most is not None for purse in self._purses) else ()

    def gate(self, subject: Subject) -> Reason | None:
        """Holds what would cost more than is left of its month's budget."""
        if subject.action != "publish":
            return None
        for purse in self._purses:
            if purse.most is None or subject.channel not in purse.channels:
                continue
            needed = self._of(purse).over.get(subject.key)
            if needed is not None:
                values = {
                    "needed": Money(needed, purse.cost.currency).words,
                    "most": Money(purse.most, purse.cost.currency).words,
                    "name": purse.name,
                }
                return Reason("budget", values, lasting=True)
        return None

    def estimate(self, subject: Subject) -> Money | None:
        """What sending this will cost; None where it costs nothing."""
        cost = cost_of(subject.platform)
        if cost is None:
            return None
        if subject.action == "delete":
            messages = len(subject.composition.messages) if subject.composition else 0
            return Money(messages * cost.delete, cost.currency) if messages * cost.delete else None
        return Money(_whole(cost, subject), cost.currency)

    def bills(self) -> tuple[Bill, ...]:
        """What each purse costs this month."""
        month = self._month(self._known.now)
        found = []
        for purse in self._purses:
            sums, currency = self._of(purse), purse.cost.currency
            parts = (sums.sent, sums.read, sums.planned)
            sent, read, planned = (Money(each.get(month, 0), currency) for each in parts)
            most = None if purse.most is None else Money(purse.most, currency)
            found.append(Bill(purse.name, sent, read, planned, most))
        return tuple(found)

    def exhausted(self, channel: str) -> bool:
        """Whether nothing is left for looking: what is planned goes first."""
        month = self._month(self._known.now)
        return any(
            purse.most is not None
            and channel in purse.channels
            and self._of(purse).of(month) + purse.cost.read > purse.most
            for purse in self._purses
        )

    @cached_property
    def _purses(self) -> tuple[_Purse, ...]:
        return tuple(_purses(self._known.channels, self._known.publishing.budget))

    def _of(self, purse: _Purse) -> _Sums:
        if purse.name not in self._sums:
            self._sums[purse.name] = self._counted(purse)
        return self._sums[purse.name]

    def _counted(self, purse: _Purse) -> _Sums:
        sums = _Sums()
        known = [each for each in self._known.subjects() if each.channel in purse.channels]
        subjects = [each for each in known if each.action == "publish"]
        by_target = {each.target: each for each in subjects}
        sizes: dict[str, int] = {}
        for each in spent(self._known.history, purse.channels, self._known.now):
            month = self._month(each.at)
            if each.what is What.SENT:
                _add(sums.sent, month, _said(purse.cost, by_target.get(each.key), each.message))
                sizes[each.key] = sizes.get(each.key, 0) + 1
            elif each.what is What.DELETED:
                _add(sums.sent, month, purse.cost.delete)
            else:
                _add(sums.read, month, purse.cost.read)
        for channel, looks in self._known.looks().items():
            for key, day in looks if channel in purse.channels else ():
                amount = purse.cost.read * sizes.get(key, 1) if key else purse.cost.account
                _add(sums.read, (day.year, day.month), amount)
        deletions = [each for each in known if each.action == "delete"]
        self._take_back(purse, deletions, by_target, sums)
        self._plan(purse, subjects, sums)
        return sums

    def _take_back(
        self, purse: _Purse, deletions: Iterable[Subject], of: Mapping[str, Subject], sums: _Sums
    ) -> None:
        """Adds what taking messages back will cost: no budget holds that, so it goes first."""
        for each, at in self._ahead(purse, deletions):
            record = self._known.history.of(each.target)
            messages, first = len(record.live), of.get(each.target)
            if first and first.at and self._wanted(first, record, first.at):
                composition = each.composition
                messages = len(composition.messages) if composition else 0
            _add(sums.planned, self._month(max(at, self._known.now)), messages * purse.cost.delete)

    def _plan(self, purse: _Purse, subjects: Sequence[Subject], sums: _Sums) -> None:
        """Adds what is to go out, in its order, as far as it fits."""
        now = self._known.now
        history = self._known.history
        waiting = [
            (at, each.key, each)
            for each, at in self._ahead(purse, subjects)
            if history.settled(each.target) is None
        ]
        for at, key, subject in sorted(waiting, key=lambda each: each[:2]):
            record = history.of(subject.target)
            if not self._wanted(subject, record, at):
                continue
            month = self._month(max(at, now))
            amount = _whole(purse.cost, subject, record)
            after = sums.of(month) + amount
            if purse.most is not None and after > purse.most and not record.begun:
                sums.over[key] = after
            else:
                _add(sums.planned, month, amount)

    def _ahead(
        self, purse: _Purse, subjects: Iterable[Subject]
    ) -> Iterator[tuple[Subject, datetime]]:
        """What has a time that matters: without a budget, only this month is shown."""
        now = self._known.now
        year, month = self._month(now)
        end = now.replace(year=year + month // 12, month=month % 12 + 1, day=1, hour=0, minute=0)
        for each in subjects:
            if each.at and not each.held and (purse.most is not None or each.at <= end):
                yield each, each.at

    def _wanted(self, subject: Subject, record: Record, at: datetime) -> bool:
        """Whether it may still go out, as far as the ledger and the clock can tell."""
        if record.published or record.tombstone or record.handed or record.answer == "drop":
            return False
        if record.begun or record.doubts:
            return True
        now = self._known.now
        if subject.expires is not None and subject.expires <= now:
            return False
        return now - at <= self._known.publishing.max_lateness

    def _month(self, at: datetime) -> Month:
        local = at.astimezone(self._known.now.tzinfo)
        return local.year, local.month


def _purses(channels: Mapping[str, Channel], budget: Mapping[str, str]) -> Iterator[_Purse]:
    """One for each budget, and one for each platform that costs something and has none."""
    covered: set[str] = set()
    for name, text in budget.items():
        own = [channels[name]] if name in channels else _on(channels, name)
        cost = cost_of(own[0].platform) if own else None
        most = budgeted(text)
        if cost is None or most is None or most.currency != cost.currency:
            continue  # CM257
        ids = frozenset(each.id for each in own)
        covered |= ids
        yield _Purse(name, cost, ids, most.amount)
    for platform in dict.fromkeys(each.platform for each in channels.values()):
        cost = cost_of(platform)
        left = frozenset(each.id for each in _on(channels, platform)) - covered
        if cost is not None and left:
            yield _Purse(platform, cost, left, None)


def _on(channels: Mapping[str, Channel], platform: str) -> list[Channel]:
    return [each for each in channels.values() if each.platform == platform]


def _whole(cost: Cost, subject: Subject, record: Record | None = None) -> int:
    """What is still to be sent of it."""
    composition = subject.composition
    done = record.receipts if record is not None else {}
    messages = composition.messages if composition else ()
    return sum(price(cost, each) for index, each in enumerate(messages) if index not in done)


def _said(cost: Cost, subject: Subject | None, message: int) -> int:
    """What a message cost that is out already; the dearest where nobody knows what it said."""
    composition = subject.composition if subject is not None else None
    if composition is None or message >= len(composition.messages):
        return cost.link
    return price(cost, composition.messages[message])


def _add(sums: dict[Month, int], month: Month, amount: int) -> None:
    sums[month] = sums.get(month, 0) + amount
