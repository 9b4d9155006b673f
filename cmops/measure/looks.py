"""What was looked at in a month, since some platforms charge for each look: told by snapshots."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from cmops.adapters.contract import Measures
from cmops.errors import CmopsError
from cmops.failures import NotSent
from cmops.git import GitError
from cmops.ledger.clock import SystemClock
from cmops.ledger.errors import LedgerUnreachable
from cmops.ledger.remote import Remote
from cmops.measure import place
from cmops.measure.collect import Open
from cmops.publish.prices import cost_of
from cmops.workspace.model import Channel


def looks(
    remote: Remote, channels: Iterable[str], now: datetime
) -> Mapping[str, frozenset[tuple[str, date]]]:
    """Each channel's subjects that were looked at this month and the one before, by UTC day.

    Two months, since those of the workspace's zone begin earlier or later. A look that brought no
    numbers is not known. Raises LedgerUnreachable.
    """
    here = now.astimezone(UTC)
    before = (here.year, here.month - 1) if here.month > 1 else (here.year - 1, 12)
    months = [f"{year:04}-{month:02}" for year, month in ((here.year, here.month), before)]
    wanted = {f"metrics/{name}/{month}.ndjson": name for name in channels for month in months}
    found: dict[str, set[tuple[str, date]]] = {}
    read = place.contents(remote, remote.look(place.PATIENCE), list(wanted))
    for path, content in read.items():
        looked = found.setdefault(wanted[path], set())
        looked.update(each for line in content.splitlines() if (each := _look(line)) is not None)
    return {name: frozenset(each) for name, each in found.items()}


def known(
    root: Path, channels: Mapping[str, Channel], now: datetime, notes: list[CmopsError]
) -> Mapping[str, frozenset[tuple[str, date]]]:
    """The looks of a workspace's channels that charge for them; none, and a note, without answer.

    A budget that cannot be counted to the end must not keep anything from going out.
    """
    charged = [each.id for each in channels.values() if cost_of(each.platform) is not None]
    try:
        return looks(place.open_place(root, SystemClock()), charged, now)
    except (LedgerUnreachable, GitError) as error:
        notes.append(error)
        return {}


def affordable(exhausted: Callable[[str], bool], opened: Open) -> Open:
    """Asks no network whose budget of the month is used up: what is planned goes first."""

    def opens(channel: Channel) -> Measures | None:
        if exhausted(channel.id):
            raise NotSent("budget")
        return opened(channel)

    return opens


def _look(line: bytes) -> tuple[str, date] | None:
    try:
        row = json.loads(line)
        key, at = row["key"], datetime.fromisoformat(row["at"])
    except (ValueError, KeyError, TypeError):
        return None
    return (key, at.astimezone(UTC).date()) if isinstance(key, str) and at.tzinfo else None
