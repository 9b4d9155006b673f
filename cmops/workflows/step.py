"""Whether a workflow is still what cmops would write, and what of it belongs to its owners.

Theirs are cron hours, runners, time-outs, pins that are newer than ours, cmops's own commit, and
every line between a "yours" mark and its end. All of that is kept when a workflow is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from cmops.findings import Finding
from cmops.values import dataclass

DIFFERS, SCHEDULE, UNPINNED = "CM957", "CM958", "CM959"

_BEGIN, _END = re.compile(r" *# yours: (.+)"), re.compile(r" *# end of yours")
_FREE = re.compile(r"( *(?:runs-on|timeout-minutes):).*")
_USES = re.compile(
    r"(?P<lead> *(?:- )?uses: )(?P<action>[^@\s#]+)@(?P<pin>[^\s#]+)(?P<note>(?: +#.*)?)"
)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_VERSION = re.compile(r"# v(\d+(?:\.\d+)*)")
_CRON = re.compile(r' *- cron: ["\']?([^"\'#]+?)["\']? *(?:#.*)?')
_OWN = re.compile(r"# cmops itself.*\n *- uses: (\S+)")
_MOST = 5


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


def findings(path: str, found: str, made: str) -> Iterator[Finding]:
    """Where a workflow differs from what would be written, and what it runs unpinned."""
    there, ours = _compared(found), _compared(made)
    matcher = SequenceMatcher(
        None, [each.text for each in there], [each.text for each in ours], autojunk=False
    )
    changes = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    for _, start, end, first, last in changes[:_MOST]:
        place = there[start] if start < len(there) else there[-1] if there else _Line(1, "")
        values = {
            "found": _shown(there[start:end]),
            "wanted": _shown(ours[first:last]),
        }
        yield Finding(DIFFERS, path, values=values, place=(place.number, 1))
    yield from _unpinned(path, found)


def kept(found: str, made: str) -> str:
    """What is to be written in place of ``found``: ``made``, with what belongs to its owners."""
    blocks = _blocks(found)
    lines: list[str] = []
    inside = False
    for line in made.split("\n"):
        begin = _BEGIN.fullmatch(line)
        if _END.fullmatch(line):
            inside = False
        if not inside:
            lines.append(line)
        if begin:
            inside = True
            lines += blocks.get(begin[1], [])
    lines = _in_turn(lines, found, _FREE, lambda match: match[0])
    return "\n".join(_newer(line, found) for line in lines)


def with_hours(found: str, made: str) -> str:
    """``made`` with the cron lines of ``found``, where it has as many."""
    return "\n".join(_in_turn(made.split("\n"), found, _CRON, lambda match: match[0]))


def action(text: str) -> str | None:
    """How a workflow uses cmops itself."""
    match = _OWN.search(text)
    return match[1] if match else None


def crons(text: str) -> tuple[str, ...]:
    """A workflow's cron lines."""
    matches = (_CRON.fullmatch(line) for line in text.splitlines())
    return tuple(match[1] for match in matches if match)


def late(path: str, text: str, times: Sequence[datetime], wait: timedelta | None) -> Finding:
    """Times that a schedule serves too late, the first of them by ``wait``; at its first line."""
    lines = text.splitlines()
    number = next((n for n, line in enumerate(lines, start=1) if _CRON.fullmatch(line)), 1)
    minutes = wait // timedelta(minutes=1) if wait else 0
    values = {"when": times[0], "minutes": minutes, "count": len(times)}
    return Finding(SCHEDULE, path, values=values, place=(number, 1))


def _compared(text: str) -> list[_Line]:
    """The lines that have to be the same, without what may differ in them."""
    lines: list[_Line] = []
    inside = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.rstrip()
        if _END.fullmatch(line):
            inside = False
        if not inside and not _CRON.fullmatch(line):
            lines.append(_Line(number, _plain(line)))
        if _BEGIN.fullmatch(line):
            inside = True
    while lines and not lines[-1].text:
        lines.pop()
    return lines


def _plain(line: str) -> str:
    free, uses = _FREE.fullmatch(line), _USES.fullmatch(line)
    if free:
        return free[1]
    if uses:
        return f"{uses['lead']}{uses['action']}"
    return line


def _unpinned(path: str, text: str) -> Iterator[Finding]:
    """What could change under our feet: an action that is named by a tag or a branch."""
    for number, line in enumerate(text.splitlines(), start=1):
        uses = _USES.fullmatch(line.rstrip())
        if uses and not _COMMIT.fullmatch(uses["pin"]):
            values = {"action": uses["action"], "pin": uses["pin"]}
            column = len(uses["lead"]) + 1
            yield Finding(UNPINNED, path, values=values, place=(number, column))


def _blocks(text: str) -> dict[str, list[str]]:
    """The lines between the marks, by the words of the mark."""
    blocks: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines():
        begin = _BEGIN.fullmatch(line)
        if _END.fullmatch(line):
            current = None
        elif begin:
            current = blocks.setdefault(begin[1], [])
        elif current is not None:
            current.append(line)
    return blocks


def _in_turn(
    lines: list[str], found: str, pattern: re.Pattern[str], said: Callable[[re.Match[str]], str]
) -> list[str]:
    """The lines, those of a pattern as they were, where there are as many of them."""
    theirs = [match for match in map(pattern.fullmatch, found.splitlines()) if match]
    ours = [index for index, line in enumerate(lines) if pattern.fullmatch(line)]
    if len(theirs) == len(ours):
        for index, match in zip(ours, theirs, strict=True):
            lines[index] = said(match)
    return lines


def _newer(line: str, found: str) -> str:
    """A line with the pin that ``found`` has for this action, if that is a newer one."""
    ours = _USES.fullmatch(line)
    if ours is None:
        return line
    for each in map(_USES.fullmatch, found.splitlines()):
        same = each is not None and each["action"] == ours["action"]
        if each and same and _COMMIT.fullmatch(each["pin"]) and _later(each, ours):
            return f"{ours['lead']}{ours['action']}@{each['pin']}{each['note']}"
    return line


def _later(one: re.Match[str], other: re.Match[str]) -> bool:
    return _version(one) > _version(other)


def _version(uses: re.Match[str]) -> tuple[int, ...]:
    found = _VERSION.search(uses["note"])
    return tuple(map(int, found[1].split("."))) if found else ()


def _shown(lines: list[_Line]) -> str:
    """The first line of a change, for a message."""
    return next((each.text.strip() for each in lines if each.text.strip()), "–")
