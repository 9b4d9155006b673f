"""YAML text -> nodes with marks, and the place of the value that a pointer names."""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from yaml._yaml import CParser

from cmops.findings import Pointer


class _Composer(CParser):
    """The C parser's nodes without PyYAML's tag resolution: the dialect decides the types.

    No path resolvers are used either. The parser asks at each node: what is written in C takes
    whatever it is given and says nothing.
    """

    resolve = descend_resolver = ascend_resolver = "".format


def tree(text: str) -> yaml.Node | None:
    """The node tree of a text; None where there is nothing in it. Raises yaml.YAMLError."""
    loader = _Composer(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Every scalar below a node in the order of the text, keys among them."""
    if isinstance(node, yaml.ScalarNode):
        yield node
        return
    for child in node.value:
        if isinstance(child, tuple):
            yield from scalars(child[0])
            yield from scalars(child[1])
        else:
            yield from scalars(child)


def find(root: yaml.Node, at: Pointer, *, on_key: bool = False) -> yaml.Node:
    """The node at a pointer, or its nearest parent that exists.

    With ``on_key`` it is the key of the pointer's last step, where that is a mapping's.
    """
    node = root
    for depth, step in enumerate(at, start=1):
        found = _step(node, step)
        if found is None:
            return node
        key, node = found
        if on_key and depth == len(at) and key is not None:
            return key
    return node


def _step(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode):
        inside = isinstance(step, int) and 0 <= step < len(node.value)
        return (None, node.value[step]) if inside else None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == step:
                return key, value
    return None
