"""Exchanging secrets for ones that last longer, and handing them to whoever stores them.

The old secret may be void once a platform has answered, so the new one is handed over at once,
channel by channel. It goes to a file descriptor and nowhere else: neither a log nor a terminal
ever shows it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cmops.adapters import registry
from cmops.adapters.contract import Refreshes
from cmops.doctor.channels import failed, missing
from cmops.doctor.check import Check, Level
from cmops.failures import Failure
from cmops.http import session
from cmops.workspace.model import Channel

_PLAIN = re.compile(r"[\w.~+/=|:@%-]+", re.ASCII)


class Unfit(ValueError):
    """Secrets must not be written there; ``args[0]`` is a word for why."""


@dataclass(slots=True)
class Refreshing:
    """Exchanges secrets and writes each to ``descriptor``: as JSON, or as ``NAME=value``."""

    root: Path
    environ: Mapping[str, str]
    descriptor: int
    as_json: bool = False
    _broken: bool = field(default=False, init=False)

    def checks(self, channels: Iterable[Channel], *, named: bool) -> Iterator[Check]:
        """What became of each channel; of those not ``named``, only where there is something."""
        for channel in channels:
            # An old secret is not given up when there is nobody to take the new one.
            if not self._broken:
                yield from self._channel(channel, named=named)

    def _channel(self, channel: Channel, *, named: bool) -> Iterator[Check]:
        unset = missing(channel, self.environ)
        sender = None if unset else self._sender(channel)
        values = {"channel": channel.id, "variables": unset, "count": len(unset)}
        if unset and (named or self._refreshes(channel)):
            yield Check(channel.id, Level.WRONG, "doctor.secret", values)
        elif isinstance(sender, Refreshes):
            yield self._exchanged(channel, sender)
        elif named and not unset:
            yield Check(channel.id, Level.WRONG, "doctor.no-refresh", {"channel": channel.id})

    def _exchanged(self, channel: Channel, sender: Refreshes) -> Check:
        try:
            secrets = sender.refresh()
        except Failure as failure:
            title = registry.adapter(channel.platform).platform.title
            return failed(channel, failure, title)
        names = {channel.secrets.get(each, each): value for each, value in secrets.items()}
        values = {"channel": channel.id, "variables": tuple(names), "count": len(names)}
        try:
            for name, value in names.items():
                _write(self.descriptor, self._line(channel.id, name, value))
        except OSError as error:
            self._broken = True
            reason = error.strerror or type(error).__name__
            return Check(channel.id, Level.WRONG, "doctor.refresh-lost", {**values, "code": reason})
        return Check(channel.id, Level.FINE, "doctor.refreshed", values)

    def _line(self, channel: str, name: str, value: str) -> str:
        if self.as_json:
            return json.dumps({"channel": channel, "name": name, "value": value})
        return f"{name}={value if _PLAIN.fullmatch(value) else json.dumps(value)}"

    def _sender(self, channel: Channel) -> object:
        http = session(channel.secrets, None, self.environ)
        try:
            return registry.sender(channel, root=self.root, http=http)
        except registry.UnknownPlatform:
            return None

    def _refreshes(self, channel: Channel) -> bool:
        return isinstance(self._sender(channel), Refreshes)


def fit(descriptor: int) -> None:
    """Raises Unfit for a descriptor that is not open for writing, or that people read."""
    try:
        # What this process has opened itself (a cache, a connection) nobody can inherit: it is
        # none that somebody opened for us, whatever its number.
        if not os.get_inheritable(descriptor):
            raise Unfit("closed")
        os.write(descriptor, b"")
        shown = os.isatty(descriptor)
        same = any(os.path.sameopenfile(descriptor, each) for each in (1, 2))
    except OSError:
        raise Unfit("closed") from None
    if shown or same or descriptor == 0:
        raise Unfit("shown")


def _write(descriptor: int, line: str) -> None:
    left = f"{line}\n".encode()
    while left:
        left = left[os.write(descriptor, left) :]
