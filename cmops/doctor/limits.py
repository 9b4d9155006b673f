"""A channel's limits written into the text of ``cmops.yml``: a few characters, and nothing else.

Comments, order and layout stay as they are. What was written is read again and compared: where
that is not exactly what was meant, nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from cmops.workspace import dialect, nodes

_KEY = "limits"


class NotWritten(ValueError):
    """The text is laid out in a way that a person had better change by hand."""


def with_limits(text: str, channel: str, limits: Mapping[str, int]) -> str:
    """The text of ``cmops.yml`` in which the channel has these limits besides its others.

    Raises NotWritten where that cannot be done safely.
    """
    before = dialect.parse(text).data
    try:
        meant = _meant(before, channel, limits)
    except (AttributeError, KeyError, TypeError) as error:
        raise NotWritten(channel) from error
    for name, most in limits.items():
        text = _with(text, channel, name, most)
    if dialect.parse(text).data != meant:
        raise NotWritten(channel)
    return text


def _meant(data: Any, channel: str, limits: Mapping[str, int]) -> dict[str, Any]:
    own = data["channels"][channel]
    known = own.get(_KEY) or {}
    changed = {**own, _KEY: {**known, **limits}}
    return {**data, "channels": {**data["channels"], channel: changed}}


def _with(text: str, channel: str, name: str, most: int) -> str:
    root = nodes.tree(text)
    found = _value(_value(root, "channels"), channel)
    if not isinstance(found, yaml.MappingNode) or not found.value:
        raise NotWritten(channel)
    known = _value(found, _KEY)
    if known is None:
        return _added(text, found, f"{_KEY}: {{{name}: {most}}}")
    if not isinstance(known, yaml.MappingNode) or not known.value:
        raise NotWritten(channel)
    number = _value(known, name)
    if number is None:
        return _added(text, known, f"{name}: {most}")
    return text[: number.start_mark.index] + str(most) + text[number.end_mark.index :]


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs: Iterable[tuple[yaml.Node, yaml.Node]] = (
        node.value if isinstance(node, yaml.MappingNode) else ()
    )
    return next((value for key, value in pairs if key.value == name), None)


def _added(text: str, mapping: yaml.MappingNode, entry: str) -> str:
    """One more entry at the mapping's end, written as its others are."""
    last = mapping.value[-1][1]
    if mapping.flow_style:
        at = last.end_mark.index
        return f"{text[:at]}, {entry}{text[at:]}"
    key = mapping.value[0][0]
    indent = " " * key.start_mark.column
    at = _line_end(text, _last_scalar(last).end_mark.index)
    return f"{text[:at]}\n{indent}{entry}{text[at:]}"


def _last_scalar(node: yaml.Node) -> yaml.Node:
    """What ends a block: a block's own mark lies behind the comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        raise NotWritten("block")
    return node


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end
