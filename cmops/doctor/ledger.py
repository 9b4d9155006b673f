"""The ledger: where it is, whether it is the right one, whether it can be written, what is open."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from cmops.adapters import registry
from cmops.adapters.contract import Guarantee
from cmops.doctor import github
from cmops.doctor.check import LEDGER, Check, Level, of_error
from cmops.errors import CmopsError
from cmops.git import Git, GitError
from cmops.git.guarding import guard, refusal
from cmops.ledger import opening
from cmops.ledger.branch import BRANCH
from cmops.ledger.errors import LedgerError, LedgerMissing
from cmops.ledger.history import History
from cmops.ledger.opening import Where
from cmops.ledger.record import Record
from cmops.publish.keys import post_of
from cmops.publish.plan import over
from cmops.values import dataclass
from cmops.workspace.model import Channel


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about: the workspace's folder, the ledger it names, its channels, the time.

    ``now`` is in the workspace's zone.
    """

    root: Path
    genesis: str | None
    channels: Mapping[str, Channel]
    now: datetime


def examine(question: Question) -> Iterator[Check]:
    """Everything there is to say about the ledger, in the order in which it matters."""
    try:
        place = opening.where(question.root)
    except GitError as error:
        yield of_error(LEDGER, error)
        return
    yield _place(place)
    try:
        history = _read(question)
    except LedgerMissing as error:
        yield of_error(LEDGER, error, Level.WRONG if question.genesis else Level.NOTE)
        history = None
    except (LedgerError, GitError) as error:
        yield of_error(LEDGER, error)
        return
    yield from _writable(question.root, place, history)
    if place.git is not None and place.remote is not None:
        yield from _remote(place.git, place.remote, history)
    if history is not None:
        yield from _genesis(history, question)
        yield from _lines(history)
        yield from _open(history, question)


def _read(question: Question) -> History:
    ledger = opening.open_ledger(question.root, question.genesis)
    try:
        return ledger.read()
    finally:
        ledger.close()


def _place(place: Where) -> Check:
    branch = BRANCH.removeprefix("refs/heads/")
    if place.git is None:
        return _check(Level.NOTE, "in-folder", folder=place.own)
    if place.remote is None:
        return _check(Level.NOTE, "on-branch", branch=branch)
    return _check(Level.FINE, "on-remote", branch=branch, remote=place.remote)


def _writable(root: Path, place: Where, history: History | None) -> Iterator[Check]:
    """The journal on this machine, and what runs that died left in it."""
    try:
        left = opening.left_over(root)
    except CmopsError as error:
        yield of_error(LEDGER, error)
        return
    lacking = [each for each in left.entries if history is None or not history.has(each)]
    if lacking:
        yield _check(Level.NOTE, "left-over", count=len(lacking))
    for line in left.broken:
        values = {"path": line.path, "line": line.line, "folder": place.own}
        yield _check(Level.NOTE, "left-broken", **values)


def _remote(git: Git, remote: str, history: History | None) -> Iterator[Check]:
    """Whether we may push there, and whether others may delete or rewind."""
    commit = (history.tip if history else None) or git.commit("HEAD")
    reason = refusal(git, remote, commit, BRANCH) if commit else None
    if reason is not None:
        yield Check(LEDGER, Level.WRONG, "ledger.push.refused", {"reason": reason})
    elif commit:
        yield _check(Level.FINE, "may-push", remote=remote)
    found = guard(git, remote)
    values = {"host": found.host, "folder": found.folder, "remote": remote}
    if found.deletion and found.rewinding:
        yield _check(Level.FINE, "guarded", **values)
    elif found.known:
        yield _check(Level.NOTE, "unguarded", **values)
    elif (there := github.on_github(_address(git, remote), os.environ)) is not None:
        yield from github.examine(there, BRANCH.removeprefix("refs/heads/"), os.environ)
    else:
        probably = found.host.startswith("github.")
        yield _check(Level.NOTE, "guard-on-github" if probably else "guard-unknown", **values)


def _address(git: Git, remote: str) -> str:
    try:
        return git.text("remote", "get-url", "--push", "--", remote).strip()
    except GitError:
        return ""


def _genesis(history: History, question: Question) -> Iterator[Check]:
    named, zone = question.genesis, question.now.tzinfo
    names = [each.id for each in history.geneses]
    if len(names) > 1:
        yield _check(Level.WRONG, "two-geneses", geneses=names)
    elif named is None and names:
        yield _check(Level.WRONG, "not-named", genesis=names[0])
    elif names:
        since = history.geneses[0].at.astimezone(zone).date()
        deliveries = len(tuple(history.keys()))
        yield _check(Level.FINE, "genesis", genesis=names[0], since=since, count=deliveries)


def _lines(history: History) -> Iterator[Check]:
    for line in history.unreadable:
        values = {"path": line.path, "line": line.line, "reason": line.reason}
        yield Check(LEDGER, Level.WRONG, "ledger.unreadable", values)
    if history.unknown_kinds:
        yield _check(Level.NOTE, "newer", kinds=sorted(history.unknown_kinds))


def _open(history: History, question: Question) -> Iterator[Check]:
    """Deliveries that somebody is at, that were left half done, or that nobody knows about."""
    unsettled = history.unsettled
    for record in unsettled:
        yield from _of_record(record, question)
    if not unsettled:
        yield _check(Level.FINE, "settled")


def _of_record(record: Record, question: Question) -> Iterator[Check]:
    name = f"{post_of(record.key)}@{record.channel}"
    for _, wrong in record.wrongs(question.now):
        yield Check(LEDGER, Level.WRONG, f"ledger.{wrong.value}", {"key": name})
    if record.clash:
        yield Check(LEDGER, Level.WRONG, "ledger.clash", {"key": name, "id": record.clash})
    for each in record.duplicates:
        values = {"key": name, "message": each.message + 1, "count": len(each.receipts)}
        yield Check(LEDGER, Level.WRONG, "ledger.duplicate", values)
    if record.open is not None and not over(record.open, question.now):
        until = record.open.until.astimezone(question.now.tzinfo)
        yield _check(Level.NOTE, "claimed", name=name, until=until)
    elif record.doubts:
        sure = _settles_itself(question.channels.get(record.channel))
        level = Level.NOTE if sure else Level.WRONG
        yield _check(level, "doubt" if sure else "doubt-for-you", name=name)
    elif record.to_delete:
        yield _check(Level.NOTE, "to-delete", name=name)
    elif record.partly and record.tombstone is None and record.answer != "drop":
        yield _check(Level.NOTE, "half", name=name, done=len(record.receipts), of=record.messages)


def _settles_itself(channel: Channel | None) -> bool:
    """Whether the next run can find out, because the platform can be asked."""
    if channel is None:
        return False
    try:
        platform = registry.adapter(channel.platform).platform
    except registry.UnknownPlatform:
        return False
    return platform.guarantee is not Guarantee.NONE


def _check(level: Level, phrase: str, **values: object) -> Check:
    return Check(LEDGER, level, f"doctor.{phrase}", values)
