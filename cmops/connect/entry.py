"""A channel written into ``cmops.yml``, every other byte of which stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from cmops.values import dataclass
from cmops.workspace import dialect, nodes
from cmops.workspace.drafts import scalar

Value = str | bool | Mapping[str, str]


class NotWritten(Exception):
    """The file's form leaves no safe place for it; ``lines`` are what a person may add."""

    def __init__(self, lines: str) -> None:
        super().__init__(lines)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Entry:
    """A channel: its id and its keys, in order. None takes a key away that is there."""

    id: str
    keys: Mapping[str, Value | None]


def put(file: Path, entry: Entry) -> None:
    """Writes this channel into the file, which is replaced as a whole. Raises NotWritten."""
    raw = file.read_bytes().decode("utf-8")
    start = "\ufeff" if raw.startswith("\ufeff") else ""
    text = written(raw.removeprefix(start).replace("\r\n", "\n"), entry)
    ends = text.replace("\n", "\r\n") if "\r\n" in raw else text
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes((start + ends).encode("utf-8"))
    beside.replace(file)


def written(text: str, entry: Entry) -> str:
    """The text with this channel in it: a new one, or the one of this id with these keys.

    Its lines end in line feeds alone. Raises NotWritten.
    """
    data = dialect.parse(text).data or {}
    channels = data.get("channels") or {}
    own = channels.get(entry.id, {})
    merged = {**own, **entry.keys}
    kept = {key: value for key, value in merged.items() if value is not None}
    meant = {**data, "channels": {**channels, entry.id: kept}}
    try:
        found = _changed(text, entry) if entry.id in channels else _added(text, entry)
    except (_Odd, yaml.YAMLError):
        found = ""
    if dialect.parse(found).data != meant:
        raise NotWritten("\n".join(_lines(entry, "  ")))
    return found


class _Odd(Exception):
    """Something stands otherwise than most people write it."""


def _added(text: str, entry: Entry) -> str:
    root = nodes.tree(text)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _Odd
    channels = next((value for key, value in root.value if key.value == "channels"), None)
    if channels is None:
        lines = ["", "channels:", *_lines(entry, "  ")]
        return text.rstrip("\n") + "\n" + "\n".join(lines) + "\n"
    if not isinstance(channels, yaml.MappingNode) or channels.flow_style or not channels.value:
        raise _Odd
    indent = " " * channels.value[0][0].start_mark.column
    at = _line_end(text, _last(channels).end_mark.index)
    return text[:at] + "\n" + "\n".join(_lines(entry, indent)) + text[at:]


def _changed(text: str, entry: Entry) -> str:
    for key, value in entry.keys.items():
        node = _channel(text, entry.id)
        there = next((pair for pair in node.value if pair[0].value == key), None)
        if there is not None:
            first = text.rfind("\n", 0, there[0].start_mark.index) + 1
            end = _line_end(text, _last(there[1]).end_mark.index)
            if text[first : there[0].start_mark.index].strip():
                raise _Odd
            lines = [] if value is None else _key(key, value, " " * there[0].start_mark.column)
            text = text[:first] + "".join(f"{line}\n" for line in lines) + text[end + 1 :]
        elif value is not None:
            indent = " " * node.value[0][0].start_mark.column
            at = _line_end(text, _last(node).end_mark.index)
            text = text[:at] + "\n" + "\n".join(_key(key, value, indent)) + text[at:]
    return text


def _channel(text: str, id: str) -> yaml.MappingNode:
    found = nodes.tree(text)
    for name in ("channels", id):
        pairs = found.value if isinstance(found, yaml.MappingNode) else ()
        found = next((value for key, value in pairs if key.value == name), None)
    if not isinstance(found, yaml.MappingNode) or found.flow_style or not found.value:
        raise _Odd
    return found


def _lines(entry: Entry, indent: str) -> list[str]:
    lines = [f"{indent}{entry.id}:"]
    for key, value in entry.keys.items():
        if value is not None:
            lines += _key(key, value, indent + "  ")
    return lines


def _key(key: str, value: Value, indent: str) -> list[str]:
    if isinstance(value, bool):
        return [f"{indent}{key}: {'true' if value else 'false'}"]
    if isinstance(value, str):
        return [f"{indent}{key}: {scalar(value)}"]
    inside = ", ".join(f"{name}: {scalar(each)}" for name, each in value.items())
    return [f"{indent}{key}: {{{inside}}}"]


def _last(node: yaml.Node) -> yaml.Node:
    """What ends a block: a block's own mark lies behind the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        raise _Odd
    return node


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end
