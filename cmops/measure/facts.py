"""What is known of a workspace as rows of the tables that KPIs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.measure.intake import Number
from cmops.measure.periods import Period
from cmops.measure.tables import TABLES
from cmops.publish.keys import post_of
from cmops.publish.plan import Delivery, State
from cmops.shaping import resolved
from cmops.values import dataclass
from cmops.workspace.model import Channel, Post, Workspace

Values = tuple[Any, ...]
"""One row, in the order of its table's columns."""


class Situation(Protocol):
    """What figures are made of; a Project has it."""

    @property
    def workspace(self) -> Workspace:
        """What the documents say."""
        ...

    @property
    def now(self) -> datetime:
        """The time at which everything is looked at, in the workspace's zone."""
        ...

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything that is or was to go out."""
        ...

    @property
    def history(self) -> History:
        """What the ledger says."""
        ...


DELIVERIES: Mapping[str, str] = {
    name: TABLES["deliveries"][name]
    for name in (
        "key", "post", "occurrence", "channel", "campaign", "pillar", "format",
        "planned_at", "published_at", "delay_minutes", "due", "state",
    )
}  # fmt: skip
"""The columns of a delivery's row; the database knows the others by these."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows by table, of all that is not a snapshot of the branch; of deliveries, ``DELIVERIES``."""

    rows: Mapping[str, list[Values]]
    first: date | None
    """The first day that something of it is about."""


def gathered(situation: Situation, numbers: Iterable[Number]) -> Facts:
    """Deliveries, channels' slices, objectives, and the numbers that the team brought."""
    workspace, now = situation.workspace, situation.now
    deliveries = list(_deliveries(situation))
    counted = [each for each in numbers if each.at.date() <= now.date()]
    days = [at.date() for row in deliveries for at in (row[8] or row[7],) if at is not None]
    days += [each.at.date() for each in counted]
    rows = {
        "deliveries": deliveries,
        "snapshots": [
            (each.key, each.channel, _local(min(each.at, now), now), each.metric, each.value)
            for each in counted
            if each.key
        ],
        "channels": [_of_channel(each, workspace, now) for each in counted if not each.key],
        "channel_slices": list(_channel_slices(workspace)),
        "objectives": list(_objectives(workspace)),
    }
    return Facts(rows, min(days, default=None))


def period_row(period: Period) -> Values:
    """A period as KPIs read it: its end is the first moment after it."""
    start = datetime(period.start.year, period.start.month, period.start.day)  # noqa: DTZ001
    return str(period.kind), period.name, start, _after(period.end)


def _deliveries(situation: Situation) -> Iterator[Values]:
    workspace, history, now = situation.workspace, situation.history, situation.now
    seen: set[str] = set()
    for each in situation.deliveries:
        subject = each.subject
        if subject.action != "publish" or subject.key in seen:
            continue
        seen.add(subject.key)
        post = workspace.posts.get(subject.post)
        channel = workspace.settings.channels.get(subject.channel)
        planned = _planned(each.record) or subject.at
        due = each.record.published or (subject.at is not None and subject.at <= now)
        occurrence = f"{subject.post}#{subject.day}" if subject.day else subject.post
        yield _delivery(
            (subject.key, subject.post, occurrence, subject.channel),
            post,
            channel,
            each.record,
            planned,
            (due and each.state is not State.HANDED, str(each.state)),
            now,
        )
    for key in history.keys():  # noqa: SIM118 - a history is no mapping
        record = history.of(key) if key not in seen else None
        if record is not None and record.published:
            # Its post has left the workspace; what went out still counts.
            channel = workspace.settings.channels.get(record.channel)
            named = (key, post_of(key), key, record.channel)
            state = State.PUBLISHED if record.live else State.RETRACTED
            yield _delivery(named, None, channel, record, _planned(record), (True, str(state)), now)


def _delivery(  # noqa: PLR0913 - one parameter for each place that columns come from
    named: tuple[str, str, str, str],
    post: Post | None,
    channel: Channel | None,
    record: Record,
    planned: datetime | None,
    state: tuple[bool, str],
    now: datetime,
) -> Values:
    first = record.receipts.get(0) if record.published else None
    published = _local(first.at, now) if first else None
    delay = (first.at - planned).total_seconds() / 60 if first and planned else None
    return (
        *named,
        post.campaign if post else None,
        post.pillar if post else None,
        _format(post, channel),
        _local(planned, now) if planned else None,
        published,
        max(delay, 0.0) if delay is not None else None,
        *state,
    )


def _format(post: Post | None, channel: Channel | None) -> str | None:
    if post is None:
        return None
    found = resolved(post, channel, "format") if channel else post.format
    return str(found or post.kind)


def _planned(record: Record) -> datetime | None:
    claim = record.bound
    return claim.planned if claim else None


def _of_channel(each: Number, workspace: Workspace, now: datetime) -> Values:
    channel = workspace.settings.channels.get(each.channel)
    platform, brand = (channel.platform, channel.brand) if channel else (None, each.channel)
    at = _local(min(each.at, now), now)
    return each.channel, platform, brand, at, each.metric, each.value


def _channel_slices(workspace: Workspace) -> Iterator[Values]:
    channels = workspace.settings.channels
    for channel in channels.values():
        yield channel.id, "all", ""
        yield channel.id, "channel", channel.id
        yield channel.id, "platform", channel.platform
        yield channel.id, "brand", channel.brand
    for brand in workspace.settings.brands:
        if brand not in channels:
            yield brand, "all", ""
            yield brand, "brand", brand


def _objectives(workspace: Workspace) -> Iterator[Values]:
    for each in workspace.objectives.values():
        start = datetime(each.start.year, each.start.month, each.start.day)  # noqa: DTZ001
        yield (
            each.id,
            each.kpi,
            float(each.target),
            each.better,
            each.brand,
            each.channel,
            start,
            _after(each.end),
        )


def _after(day: date) -> datetime:
    return datetime.fromordinal(day.toordinal() + 1)


def _local(at: datetime, now: datetime) -> datetime:
    """A moment in the workspace's zone, as SQL's times without a zone."""
    zone = now.tzinfo or ZoneInfo("UTC")
    return at.astimezone(zone).replace(tzinfo=None)
