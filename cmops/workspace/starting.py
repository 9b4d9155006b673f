"""A new workspace from ``cmops/starter/workspace``: small, valid, and ready for the first post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from string import Template

from cmops.values import dataclass
from cmops.workspace.drafts import scalar
from cmops.workspace.load import SETTINGS

_RENAMED = {"gitignore": ".gitignore"}


_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Account:
    """A channel to begin with; ``secrets`` are the names that its platform has for them."""

    platform: str
    name: str
    url: str | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """What a new workspace begins with."""

    name: str
    language: str
    timezone: str
    accounts: Sequence[Account]
    now: datetime


class Occupied(Exception):
    """The folder is a workspace already; ``args[0]`` is its path."""


def start(folder: Path, wish: Start) -> Iterator[str]:
    """Writes the workspace and yields each path; files that are there already stay as they are.

    Raises Occupied when there is a cmops.yml.
    """
    if (folder / SETTINGS).exists():
        raise Occupied(folder)
    values = _values(wish)
    source = resources.files("cmops") / "starter" / "workspace" / wish.language
    for path, file in _files(source, PurePosixPath()):
        target = folder / path
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = Template(file.read_text("utf-8")).substitute(values)
        target.write_text(text.replace("\n\n\n", "\n\n"), "utf-8", newline="\n")
        yield str(path)


def _files(folder: Traversable, at: PurePosixPath) -> Iterator[tuple[PurePosixPath, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda found: found.name):
        if each.is_dir():
            yield from _files(each, at / each.name)
        else:
            yield at / _RENAMED.get(each.name, each.name), each


def _values(wish: Start) -> dict[str, str]:
    first, last = _quarter(wish.now.date())
    accounts = _named(wish.accounts)
    return {
        "name": scalar(wish.name),
        "timezone": wish.timezone,
        "channels": "\n".join(_channel(id, account) for id, account in accounts.items()),
        "first": next(iter(accounts)),
        "at": f"{_working_day(wish.now.date())} 09:30",
        "quarter": first.isoformat(),
        "quarter_end": last.isoformat(),
    }


def _named(accounts: Sequence[Account]) -> dict[str, Account]:
    """Each account by the name of its channel: its platform's, with a number from the second on."""
    named: dict[str, Account] = {}
    for account in accounts:
        number, id = 2, account.platform
        while id in named:
            id, number = f"{account.platform}-{number}", number + 1
        named[id] = account
    return named


def _channel(id: str, account: Account) -> str:
    platform = account.platform
    rows = [f"  {id}:", f"    platform: {platform}"]
    if platform == "outbox":
        return "\n".join([*rows, f"    path: {scalar(account.name)}"])
    rows.append(f"    account: {scalar(account.name)}")
    if account.url:
        rows.append(f"    url: {scalar(account.url)}")
    prefix = id.replace("-", "_").upper()
    secrets = ", ".join(f"{name}: {prefix}_{name.upper()}" for name in account.secrets)
    return "\n".join([*rows, f"    secrets: {{{secrets}}}"] if secrets else rows)


def _working_day(today: date) -> date:
    """The next day that is neither Saturday nor Sunday."""
    day = today + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    return first, after - timedelta(days=1)
