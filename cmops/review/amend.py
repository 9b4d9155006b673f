"""Changes one value of a document and not another byte of it: for decisions made elsewhere."""

from __future__ import annotations

import yaml

from cmops.errors import CmopsError
from cmops.workspace import nodes, source
from cmops.workspace.source import Document

_KIND = "post"
_TO = "to"


def with_value(path: str, raw: bytes, key: str, value: str) -> bytes:
    """The file with ``key: value`` in its front matter; everything else stays byte for byte.

    Raises CmopsError where that cannot be done so (a value of several lines, a broken file).
    """
    document = _document(path, raw)
    root = nodes.tree(document.front)
    pair = _pair(root, key)
    lines = raw.decode("utf-8").split("\n")
    if pair is None:
        first = document.front_line - 1
        end = "\r" if lines[first - 1].endswith("\r") else ""
        lines.insert(first, f"{key}: {value}{end}")
    else:
        name, node = pair
        empty = node.start_mark.index == node.end_mark.index
        start, end_mark = (name.end_mark, name.end_mark) if empty else _span(path, node)
        number = document.front_line - 1 + start.line
        line = lines[number]
        if empty:
            colon = line.index(":", start.column) + 1
            lines[number] = f"{line[:colon]} {value}{line[colon:]}"
        else:
            lines[number] = f"{line[: start.column]}{value}{line[end_mark.column :]}"
    return _checked(path, "\n".join(lines).encode(), {**document.data, key: value})


def without_channel(path: str, raw: bytes, channel: str) -> bytes:
    """The file without one of several channels under ``to``. Raises CmopsError as above."""
    document = _document(path, raw)
    pair = _pair(nodes.tree(document.front), _TO)
    kept = [each for each in document.data.get(_TO, ()) if each != channel]
    if pair is None or not kept or not isinstance(pair[1], yaml.SequenceNode):
        raise CmopsError("workflows.talk.cannot-edit", path=path)
    items = pair[1].value
    place = next((n for n, each in enumerate(items) if each.value == channel), None)
    if place is None:
        raise CmopsError("workflows.talk.cannot-edit", path=path)
    lines = raw.decode("utf-8").split("\n")
    first = document.front_line - 1
    here = items[place]
    if not pair[1].flow_style:
        del lines[first + here.start_mark.line]
    else:
        # With the comma that follows, or for the last one the comma before.
        last = place == len(items) - 1
        start = items[place - 1].end_mark if last else here.start_mark
        end = here.end_mark if last else items[place + 1].start_mark
        if start.line != end.line:
            raise CmopsError("workflows.talk.cannot-edit", path=path)
        line = lines[first + start.line]
        lines[first + start.line] = line[: start.column] + line[end.column :]
    return _checked(path, "\n".join(lines).encode(), {**document.data, _TO: kept})


def _document(path: str, raw: bytes) -> Document:
    document, wrong = source.read(path, raw, _KIND)
    if document is None or wrong:
        raise CmopsError("workflows.talk.cannot-edit", path=path)
    return document


def _pair(root: yaml.Node | None, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    if not isinstance(root, yaml.MappingNode):
        return None
    return next(((name, node) for name, node in root.value if name.value == key), None)


def _span(path: str, node: yaml.Node) -> tuple[yaml.Mark, yaml.Mark]:
    start, end = node.start_mark, node.end_mark
    if not isinstance(node, yaml.ScalarNode) or start.line != end.line:
        raise CmopsError("workflows.talk.cannot-edit", path=path)
    return start, end


def _checked(path: str, raw: bytes, wanted: dict[str, object]) -> bytes:
    """The bytes, if they say what was wanted and nothing else changed."""
    document, wrong = source.read(path, raw, _KIND)
    if document is None or wrong or document.data != wanted:
        raise CmopsError("workflows.talk.cannot-edit", path=path)
    return raw
