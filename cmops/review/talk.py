"""What a comment asks cmops to do: its first line that begins with ``/cmops``, and nothing else.

Anybody can write a comment: what is read here is only ever compared with what is known, or shown
as text. Whoever acts on it must first ask who wrote it.
"""

from __future__ import annotations

import re
from enum import StrEnum

from cmops.values import dataclass

MOST = 500
"""Characters of a command; a longer one is nobody's wish."""

_MOST_COMMENT = 70_000
_COMMAND = re.compile(r"/cmops(?:[ \t]+(.*))?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_DELIVERY = re.compile(rf"{_NAME.pattern}@{_NAME.pattern}(?:#\d{{4}}-\d{{2}}-\d{{2}})?")
_DAY, _CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{1,2}[:h]\d{2}")
_URL = re.compile(r"https?://[^\s<>\"'`]+")
ELSEWHERE = frozenset({"approve", "emergency", "refuse"})
"""What approvals listen to."""


class Verb(StrEnum):
    """What can be asked for."""

    PREVIEW = "preview"
    HOLD = "hold"
    AT = "at"
    PAUSE = "pause"
    RESUME = "resume"
    RESOLVE = "resolve"
    RETRACT = "retract"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Wish:
    """A command. ``names`` are posts or deliveries, ``text`` a time, an address or a reason."""

    verb: Verb
    names: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """A command that is none: ``why`` is the last part of a phrase, ``said`` what was written."""

    why: str
    said: str = ""


def read(comment: str) -> Wish | Misunderstood | None:
    """The command in a comment; None where it has none, or one that is not for us."""
    line = _line(comment)
    if line is None:
        return None
    if len(line) > MOST:
        return Misunderstood("long")
    if not line.isprintable():
        return Misunderstood("unprintable")
    word, *rest = [each.strip("`") for each in line.split()] or ["help"]
    verb = word.lower()
    if verb in ELSEWHERE:
        return None
    if verb not in list(Verb):
        return Misunderstood("verb", word)
    return _understood(Verb(verb), [each for each in rest if each])


def _line(comment: str) -> str | None:
    """What follows ``/cmops`` on the first line that begins so, outside of code."""
    fence = ""
    for line in comment[:_MOST_COMMENT].splitlines():
        opening = _FENCE.match(line)
        if opening and (not fence or opening[1].startswith(fence)):
            fence = "" if fence else opening[1]
        found = None if fence else _COMMAND.fullmatch(line.rstrip())
        if found:
            return found[1] or ""
    return None


def _understood(verb: Verb, words: list[str]) -> Wish | Misunderstood:
    read = {
        Verb.AT: _time,
        Verb.HOLD: _hold,
        Verb.RESOLVE: _resolve,
        Verb.RETRACT: _retract,
        Verb.PAUSE: _pause,
    }.get(verb)
    if read is not None:
        return read(words)
    if len(words) > (verb is Verb.RESUME):
        return Misunderstood("words", " ".join(words))
    return Wish(verb, tuple(words))


def _pause(words: list[str]) -> Wish:
    # Whether the first word is a channel or begins the reason is known where channels are.
    return Wish(Verb.PAUSE, (), " ".join(words))


def _hold(words: list[str]) -> Wish | Misunderstood:
    wrong = next((each for each in words if not _is_name(each)), None)
    return Wish(Verb.HOLD, tuple(words)) if wrong is None else Misunderstood("name", wrong)


def _resolve(words: list[str]) -> Wish | Misunderstood:
    if len(words) == 2 and _DELIVERY.fullmatch(words[0]) and _URL.fullmatch(words[1]):
        return Wish(Verb.RESOLVE, (words[0],), words[1])
    return Misunderstood("resolve")


def _retract(words: list[str]) -> Wish | Misunderstood:
    if words and _DELIVERY.fullmatch(words[0]):
        return Wish(Verb.RETRACT, (words[0],), " ".join(words[1:]))
    return Misunderstood("retract")


def _time(words: list[str]) -> Wish | Misunderstood:
    """``2026-12-01 12:15 [post]``; people write 12h15, too."""
    if len(words) in (2, 3) and _DAY.fullmatch(words[0]) and _CLOCK.fullmatch(words[1]):
        names = tuple(words[2:])
        if all(_NAME.fullmatch(each) for each in names):
            hour, _, minute = words[1].replace("h", ":").partition(":")
            return Wish(Verb.AT, names, f"{words[0]} {hour:0>2}:{minute}")
        return Misunderstood("name", words[2])
    return Misunderstood("time", " ".join(words))


def _is_name(word: str) -> bool:
    return bool(_NAME.fullmatch(word) or _DELIVERY.fullmatch(word))
