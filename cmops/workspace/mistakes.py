"""What a YAML error means to the person who wrote the text: one mistake, at its exact place.

PyYAML's own words ("mapping values are not allowed in this context") help nobody who does not
know YAML. Each recogniser below knows one way in which text trips over YAML, and looks around
the place of the error to tell which one it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml

from cmops.values import dataclass
from cmops.workspace import traps
from cmops.workspace.traps import Mistake, bounds, quoted

_ITEM = r"[ \t]*(?:- +)*"
_NAME = re.compile(_ITEM + r"(?:[\w.-]+|'[^'\n]*'|\"[^\"\n]*\")[ \t]*:(?=\s|$)")
_CLOSE_COLON = re.compile(_ITEM + r"[\w-]+(:)(?=[^\s:/])")
_HARD_SPACE = re.compile(_ITEM + rf"[\w-]+:({traps.SPACES.pattern})")
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Failure:
    """A YAML error: what the parser was doing, where it began that, and where it stopped."""

    text: str
    problem: str
    context: str
    at: int
    since: int

    @property
    def before(self) -> str:
        """What stands on the line before the place where the parser stopped."""
        return self.text[bounds(self.text, self.at)[0] : self.at]

    @property
    def sign(self) -> str:
        """The character at which the parser stopped; empty at the text's end."""
        return self.text[self.at : self.at + 1]


def explain(text: str, error: yaml.YAMLError) -> Mistake:
    """The mistake behind an error of the parser or the composer."""
    mark = getattr(error, "problem_mark", None)
    since = getattr(error, "context_mark", None)
    at = min(mark.index if mark else 0, len(text))
    failure = _Failure(
        text=text,
        problem=str(getattr(error, "problem", None) or ""),
        context=str(getattr(error, "context", None) or ""),
        at=at,
        since=min(since.index, len(text)) if since else at,
    )
    for recognise in _RECOGNISERS:
        mistake = recognise(failure)
        if mistake is not None:
            return mistake
    return Mistake("CM028", min(at, max(len(text.rstrip()) - 1, 0)))


def not_a_field(text: str, start: int) -> Mistake | None:
    """Why the line that starts here is no ``name: value``; None where it is one."""
    hard = _HARD_SPACE.match(text, start)
    if hard:
        return traps.invisible(text, hard.start(1))
    line = text[start : bounds(text, start)[1]]
    close = _CLOSE_COLON.match(text, start)
    if close:
        at = close.start(1) - start
        fixed = traps.shortened(f"{line[: at + 1]} {line[at + 1 :]}".strip(), traps.MOST_SHOWN)
        return Mistake("CM047", close.start(1), {"fixed": fixed})
    if re.search(r":(?:\s|$)", line):
        return None
    return _plain(text, start)


def _plain(text: str, start: int) -> Mistake:
    line = text[start : bounds(text, start)[1]]
    shown = traps.shortened(line.strip(), 60)
    return Mistake("CM031", start + len(line) - len(line.lstrip()), {"line": shown})


def _tab(failure: _Failure) -> Mistake | None:
    start, end = bounds(failure.text, failure.at)
    line = failure.text[start:end]
    indentation = line[: len(line) - len(line.lstrip(" \t"))]
    if "\t" in indentation:
        return Mistake("CM029", start + indentation.index("\t"))
    return Mistake("CM029", failure.at) if failure.sign == "\t" else None


def _leading(failure: _Failure) -> Mistake | None:
    problem, context = failure.problem, failure.context
    if re.search(r"undefined alias|cannot start any token|undefined tag handle", problem):
        return traps.leading(failure.text, failure.at)
    if re.search(r"scanning an? (?:alias|anchor|tag|directive|block scalar)", context):
        return traps.leading(failure.text, failure.since)
    refused = re.search(r"(?:sequence entries|mapping keys) are not allowed", problem)
    unexpected = "block node" in context and "node content" in problem and failure.sign
    if refused and not failure.before.strip():
        return Mistake("CM030", failure.at)
    return traps.leading(failure.text, failure.at) if refused or unexpected else None


def _quoted_scalar(failure: _Failure) -> Mistake | None:
    if "quoted scalar" not in failure.context:
        return None
    if "unexpected" in failure.problem:
        return Mistake("CM044", failure.since, {"quote": failure.text[failure.since]})
    backslash = failure.text.rfind("\\", 0, failure.at + 1)
    return Mistake("CM033", backslash, {"escape": failure.text[backslash : backslash + 2]})


def _quote_in_quotes(failure: _Failure) -> Mistake | None:
    """An apostrophe that closes the value too early, or a quote that swallows whole lines."""
    if not re.search(r"did not find expected (?:key|',' or|'-')|mapping values", failure.problem):
        return None
    text = failure.text
    closing = len(text[: failure.at].rstrip(" \t")) - 1
    if closing < 0 or text[closing] not in "'\"":
        return None
    for token in _tokens(text):
        if isinstance(token, yaml.ScalarToken) and token.end_mark.index == closing + 1:
            opening = token.start_mark.index
            quote = text[opening]
            if "\n" in text[opening:closing]:
                return Mistake("CM044", opening, {"quote": quote})
            return Mistake("CM045", closing, _requoted(text, opening, failure.at))
    return None


def _requoted(text: str, opening: int, after: int) -> dict[str, object]:
    line, end = bounds(text, opening)
    quote, value = text[opening], text[opening:end].strip()
    if re.search(r"[\[{,]", text[line:opening]):
        closed = re.search(rf"{quote}\s*[,\]}}]", text[after:end])
        value = text[opening : after + closed.start() + 1] if closed else value
    inner = value[1:]
    inner = inner[:-1] if inner.endswith(quote) else inner
    return {"quote": quote, "quoted": quoted(inner)}


def _flow(failure: _Failure) -> Mistake | None:
    """In a list: a ``#tag`` that hides the rest, a colon in an item, or no end."""
    opened = _open_flows(failure)
    if not opened:
        return None
    text = failure.text
    hidden = traps.GLUED.search(text, opened[0] + 1, failure.at)
    if hidden:
        return traps.hash_in_list(text, hidden.start())
    sign = text[opened[-1]]
    rest = text[failure.at : bounds(text, failure.at)[1]]
    if _CLOSING[sign] not in rest:
        return Mistake("CM032", opened[-1], {"open": sign, "close": _CLOSING[sign]})
    if failure.sign != ":":
        return None
    start = max(text.rfind(before, 0, failure.at) for before in "[{,") + 1
    spaces = len(text[start : failure.at]) - len(text[start : failure.at].lstrip())
    if "\n" in text[start + spaces : failure.at]:
        # The item ran on into the next field, whose own list has an end.
        return Mistake("CM032", opened[-1], {"open": sign, "close": _CLOSING[sign]})
    return traps.colon(text, start + spaces, failure.at)


def _open_flows(failure: _Failure) -> list[int]:
    """Where the lists and mappings in brackets start that are open where the parser stopped."""
    opened: list[int] = []
    for token in _tokens(failure.text):
        if token.start_mark.index >= failure.at:
            break
        if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
            opened.append(token.start_mark.index)
        elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)) and opened:
            opened.pop()
    return opened


def _colon(failure: _Failure) -> Mistake | None:
    if "mapping values are not allowed" not in failure.problem:
        return None
    text = failure.text
    start = bounds(text, failure.at)[0]
    name = _NAME.match(text, start)
    if name is None or name.end() <= failure.at:
        value = name.end() if name else start
        spaces = len(text[value : failure.at]) - len(text[value : failure.at].lstrip())
        return traps.colon(text, value + spaces, failure.at)
    previous = _line_before(text, start)
    broken = None if previous is None else not_a_field(text, previous)
    return broken or Mistake("CM030", start + len(name[0]) - len(name[0].lstrip()))


def _line_before(text: str, start: int) -> int | None:
    """The start of the nearest line above with a value of its own, unless it is a list's item."""
    while start > 0:
        start = text.rfind("\n", 0, start - 1) + 1
        line = text[start : bounds(text, start)[1]].strip()
        if line and not line.startswith("#"):
            return None if line.startswith("- ") else start
    return None


def _missing_colon(failure: _Failure) -> Mistake | None:
    if "could not find expected ':'" not in failure.problem:
        return None
    start = bounds(failure.text, failure.since)[0]
    return not_a_field(failure.text, start) or _plain(failure.text, start)


def _misaligned(failure: _Failure) -> Mistake | None:
    if not re.search(r"did not find expected (?:key|'-'|<block end>)", failure.problem):
        return None
    if failure.sign == ":":
        return Mistake("CM026", failure.at)
    return None if failure.before.strip() else Mistake("CM030", failure.at)


def _several(failure: _Failure) -> Mistake | None:
    if re.search(r"another document|<document start>", failure.problem):
        return Mistake("CM020", failure.at)
    return None


def _tokens(text: str) -> Iterator[yaml.Token]:
    """The tokens up to the error."""
    try:
        yield from yaml.scan(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return


_RECOGNISERS: tuple[Callable[[_Failure], Mistake | None], ...] = (
    _tab,
    _leading,
    _quoted_scalar,
    _quote_in_quotes,
    _flow,
    _colon,
    _missing_colon,
    _misaligned,
    _several,
)
