"""Each channel: its secrets, its server, its account, its permissions, its limits, the time there.

Channels are asked side by side, so that a server that does not answer delays nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmops.adapters import registry
from cmops.adapters.contract import (
    Can,
    Capability,
    Describes,
    Expires,
    Platform,
    Refreshes,
    Sends,
)
from cmops.adapters.limits import limits
from cmops.doctor.check import CLOCK, Check, Level, of_code
from cmops.doctor.tokens import lifetime
from cmops.failures import Failure, Throttled
from cmops.ledger.clock import MAX_SKEW, ClockCheck
from cmops.values import dataclass
from cmops.wording import Wording
from cmops.workspace.model import Channel

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """A limit for which a server says another number than cmops goes by."""

    name: str
    ours: int
    said: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found about one channel.

    ``differences`` are limits to be written; ``skew`` is how far its server's clock is away, None
    where no server said its time; ``ends`` is when its secret does, in UTC, where that is known.
    """

    channel: str
    checks: tuple[Check, ...]
    differences: tuple[Difference, ...] = ()
    skew: timedelta | None = None
    host: str = ""
    ends: datetime | None = None


def examine(
    channels: Iterable[Channel], root: Path, environ: Mapping[str, str]
) -> tuple[Examined, ...]:
    """What there is to say about each channel, in their order. Sends nothing."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(lambda each: _Patient(each, root, environ).examined(), channels))


def clock(examined: Iterable[Examined]) -> Iterator[Check]:
    """This machine's clock beside those of the servers that were asked; nothing without any."""
    told = [each for each in examined if each.skew is not None]
    if not told:
        return
    worst = max(told, key=lambda each: each.skew or timedelta(0))
    skew = worst.skew or timedelta(0)
    values = {"source": worst.host, "seconds": round(skew.total_seconds())}
    if skew > MAX_SKEW:
        yield Check(CLOCK, Level.WRONG, "ledger.clock", values)
    else:
        # Servers say whole seconds.
        close = {"seconds": max(1, round(skew.total_seconds())), "count": len(told)}
        yield Check(CLOCK, Level.FINE, "doctor.clock", close)


def missing(channel: Channel, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The variables of the channel's secrets that are not set."""
    names = channel.secrets.values()
    return tuple(name for name in names if not environ.get(name, "").strip())


def failed(channel: Channel, failure: Failure, title: str) -> Check:
    """What a failure says of the channel; ``title`` is its platform's."""
    until = failure.until if isinstance(failure, Throttled) else None
    phrase = f"doctor.failed-{failure.code.replace('_', '-')}" + ("-until" if until else "")
    values = {
        "channel": channel.id,
        "code": failure.code,
        "detail": failure.detail,
        "platform": title,
        "until": until,
        "variables": tuple(channel.secrets.values()),
    }
    known = Wording().has(phrase)
    return Check(channel.id, Level.WRONG, phrase if known else "doctor.failed", values)


class _Patient:
    """One channel and what is found about it."""

    def __init__(self, channel: Channel, root: Path, environ: Mapping[str, str]) -> None:
        self._channel = channel
        self._root = root
        self._environ = environ
        self._clock = ClockCheck()
        self._host = ""
        self._differences: tuple[Difference, ...] = ()
        self._ends: datetime | None = None

    def examined(self) -> Examined:
        checks = tuple(self._checks())
        skew = self._clock.worst if self._host else None
        host = self._clock.source or self._host
        return Examined(self._channel.id, checks, self._differences, skew, host, self._ends)

    def _checks(self) -> Iterator[Check]:
        channel = self._channel
        try:
            platform = registry.adapter(channel.platform).platform
        except registry.UnknownPlatform:
            yield self._check(Level.WRONG, "no-platform", platform=channel.platform)
            return
        if channel.handoff is not None:
            place = channel.settings.get("for") or platform.title
            yield self._check(Level.NOTE, "handed", platform=place)
            return
        if platform.able(Capability.PUBLISH) is not Can.YES:
            yield self._check(Level.NOTE, "sandbox-only", platform=platform.title)
            return
        names, unset = tuple(channel.secrets.values()), missing(channel, self._environ)
        if unset:
            yield self._check(Level.WRONG, "secret", variables=unset, count=len(unset))
            return
        if names:
            yield self._check(Level.FINE, "secrets", variables=names, count=len(names))
        sender = self._sender()
        if sender is not None:
            yield from self._asked(sender, platform)

    def _sender(self) -> Sends | None:
        from cmops.http import session

        http = session(self._channel.secrets, self._observe, self._environ)
        return registry.sender(self._channel, root=self._root, http=http)

    def _observe(self, source: str, date: datetime, asked: datetime, answered: datetime) -> None:
        self._host = source
        self._clock.observe(source, date, asked, answered)

    def _asked(self, sender: Sends, platform: Platform) -> Iterator[Check]:
        try:
            problems = list(sender.verify())
        except Failure as failure:
            yield failed(self._channel, failure, platform.title)
            return
        for problem in problems:
            yield of_code(self._channel.id, problem.code, problem.values)
        if not problems:
            phrase = "account" if platform.secrets else "folder"
            phrase = "opens" if isinstance(sender, Expires) else phrase
            account = self._channel.account
            yield self._check(Level.FINE, phrase, account=account, platform=platform.title)
        if isinstance(sender, Expires):
            yield self._lifetime(sender, platform)
        if isinstance(sender, Describes):
            yield from self._limits(sender.limits, platform)

    def _lifetime(self, sender: Expires, platform: Platform) -> Check:
        refreshes = isinstance(sender, Refreshes)
        found = lifetime(sender.expires, datetime.now(UTC), refreshes=refreshes)
        self._ends = found.ends
        return self._check(
            found.level,
            found.phrase,
            platform=platform.title,
            day=found.ends.date() if found.ends else None,
            count=found.days,
            code=found.code,
            variables=tuple(self._channel.secrets.values()),
        )

    def _limits(self, ask: Callable[[], Mapping[str, int]], platform: Platform) -> Iterator[Check]:
        try:
            said = ask()
        except Failure as failure:
            yield self._check(Level.NOTE, "limits-unsaid", code=failure.code)
            return
        known = limits(platform, self._channel)
        declared = [name for name in said if name in platform.limits]
        self._differences = tuple(
            Difference(name, known[name].most, said[name])
            for name in declared
            if known[name].most != said[name]
        )
        for each in self._differences:
            # Less than we go by means refusals to come; more is only an opportunity.
            level = Level.WRONG if each.said < each.ours else Level.NOTE
            phrase = "limit-less" if each.said < each.ours else "limit-more"
            values = {"name": each.name, "said": each.said, "ours": each.ours}
            yield self._check(level, phrase, **values)
        if declared and not self._differences:
            yield self._check(Level.FINE, "limits", count=len(declared))

    def _check(self, level: Level, phrase: str, **values: object) -> Check:
        values = {"channel": self._channel.id, **values}
        return Check(self._channel.id, level, f"doctor.{phrase}", values)
