"""The traps that text lays for YAML, French text above all: what to put between quotes.

Some are silent: ``title: Atelier #3 complet`` is the title "Atelier". ``comments`` finds those in
a text that YAML accepts; the others make the parser fail, and ``mistakes`` recognises them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import field

import yaml

from cmops.values import dataclass
from cmops.workspace.nodes import scalars

# A comment has a space after its "#"; a hash that is glued to a word is a tag or a number.
GLUED = re.compile(r"#(?<=[ \t\[{,]#)(?=\w)")
SPACES = re.compile("[\u00a0\u202f\u2007\u200b]")
"""Spaces that French typography and word processors insert, and that YAML takes for letters."""

MOST_SHOWN = 200
"""The longest value that a message quotes."""

_TYPOGRAPHIC = {"“": "”", "«": "»", "‘": "’", "„": "“", "‹": "›", "”": "”", "’": "’"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A code, the index of the character it is about in the YAML text, and its words' values."""

    code: str
    index: int
    values: Mapping[str, object] = field(default_factory=dict)


def comments(text: str, root: yaml.Node) -> Iterator[Mistake]:
    """The hashes that silently turn the rest of a value into a comment, one a line."""
    if GLUED.search(text) is None:
        return
    values = sorted(scalars(root), key=lambda node: node.start_mark.index)
    starts = [node.start_mark.index for node in values]
    told = -1
    for candidate in GLUED.finditer(text):
        line, _ = bounds(text, candidate.start())
        if line == told or not text[line : candidate.start()].strip():
            continue
        before = bisect_right(starts, candidate.start()) - 1
        mistake = _hidden(text, values[before] if before >= 0 else None, candidate.start())
        if mistake is not None:
            told = line
            yield mistake


def _hidden(text: str, value: yaml.ScalarNode | None, index: int) -> Mistake | None:
    """What the hash at ``index`` hides, given the last value that starts before it."""
    if value is None:
        return None
    start, end = value.start_mark.index, value.end_mark.index
    if index < end:
        return None
    between = text[end:index].strip(" \t")
    if between.endswith(("[", "{", ",")):
        return hash_in_list(text, index)
    if between or value.style:
        return None
    lost = text[index : bounds(text, index)[1]].rstrip()
    whole = text[start:index].lstrip() + lost
    values = {"lost": shortened(lost, 60), "quoted": quoted(whole)}
    return Mistake("CM040", index, values)


def hash_in_list(text: str, index: int) -> Mistake:
    """``[#tag]``: everything from the hash to the line's end is a comment."""
    tag = re.compile(r"#[\w-]*").match(text, index)
    value = shortened(tag[0] if tag else "#", 60)
    return Mistake("CM043", index, {"value": value, "quoted": quoted(value)})


def colon(text: str, start: int, at: int) -> Mistake:
    """``: `` inside the unquoted value that starts at ``start``.

    Where the value stands between typographic quotes, those are what is wrong: to YAML they are
    letters like any other.
    """
    line, end = bounds(text, at)
    value = text[start:end].strip()
    if re.search(r"[\[{]", text[line:start]):
        value = re.split(r"[\]},]", value, maxsplit=1)[0].rstrip()
    if value[:1] in _TYPOGRAPHIC:
        closed = value.endswith(_TYPOGRAPHIC[value[0]])
        inner = value[1:-1].strip(" \u00a0\u202f") if closed and len(value) > 1 else value
        values = {"quote": value[0], "quoted": quoted(inner)}
        return Mistake("CM046", start, values)
    return Mistake("CM041", at, {"quoted": quoted(value)})


def leading(text: str, index: int) -> Mistake:
    """A character that means something to YAML where a value begins."""
    line, end = bounds(text, index)
    value = text[index:end].rstrip()
    if "[" in text[line:index]:
        value = re.split(r"[,\]]", value)[0].rstrip() or value[:1]
    reference = re.match(r"[&*]([\w-]+)", value)
    if reference and _refers(text, reference[1]):
        return Mistake("CM022", index, {"name": shortened(reference[1], 60)})
    tag = re.match(r"!(?:![a-z]+\b|<[^>]*>|[\w/-]+(?=\s|$))", value)
    if tag:
        return Mistake("CM024", index, {"tag": shortened(tag[0], 60), "quoted": quoted(value)})
    return Mistake("CM042", index, {"character": value[:1], "quoted": quoted(value)})


def _refers(text: str, name: str) -> bool:
    """Whether this name is used as YAML means it: given once, and used elsewhere."""
    return all(re.search(rf"{re.escape(sign + name)}(?![\w-])", text) for sign in "&*")


def invisible(text: str, index: int) -> Mistake:
    """A character that looks like a space or a line's end and is none for YAML."""
    return Mistake("CM006", index, {"character": f"U+{ord(text[index]):04X}"})


def shortened(text: str, most: int) -> str:
    """The text's first ``most`` characters, the last of them an ellipsis where there are more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def bounds(text: str, index: int) -> tuple[int, int]:
    """Where the line of this character starts and ends."""
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    return start, len(text) if end < 0 else end


def quoted(value: str) -> str:
    """The value between quotes that YAML accepts, shortened to what a message can show."""
    value = shortened(value, MOST_SHOWN)
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'
