"""A new workspace from ``cmops/starter/workspace``: small, valid, and ready for the first post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from string import Template

from cmops.workspace.drafts import scalar
from cmops.workspace.load import SETTINGS

_RENAMED = {"gitignore": ".gitignore"}


@dataclass(frozen=True, slots=True)
class Start:
    """What a new workspace begins with; ``channels`` are platform names and their accounts."""

    name: str
    language: str
    timezone: str
    channels: Mapping[str, str]
    now: datetime
    genesis: str | None = None


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
    morning = (wish.now + timedelta(days=1)).replace(hour=9, minute=30)
    return {
        "name": scalar(wish.name),
        "timezone": wish.timezone,
        "channels": "\n".join(_channel(*each) for each in wish.channels.items()),
        "first": next(iter(wish.channels)),
        "ledger": f"ledger: {{genesis: {wish.genesis}}}\n" if wish.genesis else "",
        "at": f"{morning:%Y-%m-%d %H:%M}",
        "quarter": first.isoformat(),
        "quarter_end": last.isoformat(),
    }


def _channel(platform: str, account: str) -> str:
    if platform == "outbox":
        return f"  outbox:\n    platform: outbox\n    path: {scalar(account)}"
    rows = [f"  {platform}:", f"    platform: {platform}", f"    account: {scalar(account)}"]
    _, _, server = account.rpartition("@")
    if platform in ("mastodon", "wordpress") or account.startswith("http"):
        rows.append(f"    url: https://{server.removeprefix('https://')}")
    secret = "password" if platform in ("bluesky", "wordpress") else "token"
    rows.append(f"    secrets: {{{secret}: {platform.upper()}_{secret.upper()}}}")
    return "\n".join(rows)


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    after = (first + timedelta(days=95)).replace(day=1)
    return first, after - timedelta(days=1)
