"""The strict YAML dialect: text -> plain data, and every departure from it as a located mistake.

Only null, true, false, plain decimal integers and plain decimal fractions get types; everything
else is text, so that dates, ``NO`` and ``9:30`` stay what was written. Keys are always text.
Anchors, tags, merge keys, duplicate keys, directives and several documents are mistakes.

One pass of the C parser gives nodes with marks, from which data is built here: this costs a
quarter of ``yaml.load`` (PyYAML's own resolvers and constructors are the slow part), and leaves
the marks at hand for what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from typing import Any

import yaml

from cmops.values import dataclass
from cmops.workspace import mistakes, traps
from cmops.workspace.nodes import scalars, tree
from cmops.workspace.plain import TYPED, fields, typed
from cmops.workspace.traps import Mistake

DEEPEST = 50
"""How deep lists and mappings may nest: far beyond any document, far below the C stack."""

MOST_MISTAKES = 50
"""How many mistakes of one document are told: nobody reads more at once."""

# These look at every document, so each begins with what is rare: a letter that re can jump to.
_ROW_OF_INDICATORS = re.compile(r"\n[-?: \t]{12}")
_FLOWS = 25
_PROPERTY = re.compile(r"[&!](?<![^\s\[\]{},:?-].)")
_DIRECTIVE = re.compile(r"^%[A-Za-z]", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The fields of a YAML text. ``data`` is None where nothing of it can be trusted."""

    data: dict[str, Any] | None
    mistakes: tuple[Mistake, ...] = ()


def parse(text: str) -> Parsed:
    """The fields of one YAML text, and its mistakes; never raises."""
    plain = fields(text)
    return parsed(text) if plain is None else Parsed(plain)


def parsed(text: str) -> Parsed:
    """The same of any text, by a YAML parser."""
    refused = _refused(text)
    if refused is not None:
        return Parsed(None, (refused,))
    try:
        root = tree(text)
    except yaml.YAMLError as error:
        return Parsed(None, (mistakes.explain(text, error),))
    if root is None:
        return Parsed({})
    if _PROPERTY.search(text):
        marked = _first_property(text, root)
        if marked is not None:
            return Parsed(None, (marked,))
    if not isinstance(root, yaml.MappingNode):
        nothing = isinstance(root, yaml.ScalarNode) and not root.value and not root.style
        return Parsed({}) if nothing else Parsed(None, (_no_mapping(text, root),))
    building = _Building(text)
    data = building.mapping(root)
    found = [*building.mistakes, *traps.comments(text, root)]
    if "\\" in text:
        found += _control_escapes(root)
    return Parsed(data, tuple(sorted(found, key=lambda mistake: mistake.index)[:MOST_MISTAKES]))


@dataclass(slots=True)
class _Building:
    """Data from nodes. What it refuses is noted and left out; the first of two keys wins."""

    text: str
    mistakes: list[Mistake] = field(default_factory=list)

    def value(self, node: yaml.Node) -> Any:
        if type(node) is yaml.ScalarNode:
            text: str = node.value
            return text if node.style or (text and text[0] not in TYPED) else typed(text)
        if type(node) is yaml.MappingNode:
            return self.mapping(node)
        return [self._item(item) for item in node.value]

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if type(key) is yaml.ScalarNode and key.value and key.value not in data:
                name: str = key.value
                if name == "<<" and not key.style:
                    self._refuse("CM023", key)
                    continue
                if not name.isascii() and not key.style and traps.SPACES.search(name):
                    self._invisible(key)
                data[name] = self.value(value)
            elif type(key) is yaml.ScalarNode and key.value in data:
                self._refuse("CM025", key, key=traps.shortened(key.value, 60))
            else:
                self._refuse("CM026", key)
        return data

    def _item(self, node: yaml.Node) -> Any:
        """A list's item; ``- Atelier : la reprise`` silently is a mapping, and never meant so."""
        if type(node) is yaml.MappingNode and len(node.value) == 1:
            key, value = node.value[0]
            words = type(key) is yaml.ScalarNode and not key.style and " " in key.value
            if words and type(value) is yaml.ScalarNode:
                colon = self.text.find(":", key.end_mark.index)
                self.mistakes.append(traps.colon(self.text, key.start_mark.index, colon))
        return self.value(node)

    def _refuse(self, code: str, node: yaml.Node, **values: object) -> None:
        self.mistakes.append(Mistake(code, node.start_mark.index, values))

    def _invisible(self, key: yaml.ScalarNode) -> None:
        found = traps.SPACES.search(self.text, key.start_mark.index, key.end_mark.index)
        index = found.start() if found else key.start_mark.index
        self.mistakes.append(traps.invisible(self.text, index))


def _no_mapping(text: str, root: yaml.Node) -> Mistake:
    """Where a text is one value instead of fields, and what its first line lacks."""
    start = root.start_mark.index
    is_text = isinstance(root, yaml.ScalarNode)
    broken = mistakes.not_a_field(text, traps.bounds(text, start)[0]) if is_text else None
    return broken or Mistake("CM009", start)


def _refused(text: str) -> Mistake | None:
    """What must not reach the composer: directives, and nesting that would exhaust the stack."""
    if "%" in text:
        directive = _DIRECTIVE.search(text)
        if directive and _only_comments(text[: directive.start()]):
            return Mistake("CM021", directive.start())
    if text.count("[") + text.count("{") > _FLOWS or _ROW_OF_INDICATORS.search("\n" + text):
        return _too_deep(text)
    return None


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n"))


def _too_deep(text: str) -> Mistake | None:
    """Where nesting passes the limit. Events are flat: only composing them recurses."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST and event.start_mark is not None:
                    return Mistake("CM027", event.start_mark.index, {"most": DEEPEST})
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return None  # composing meets the same error at the same depth, and explains it
    return None


def _first_property(text: str, root: yaml.Node) -> Mistake | None:
    """The first anchor or tag. An alias needs an anchor before it, so no bomb is ever walked."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        index = node.start_mark.index
        if text[index : index + 1] in ("&", "!"):
            return traps.leading(text, index)
        if type(node) is yaml.MappingNode:
            waiting += [child for pair in reversed(node.value) for child in reversed(pair)]
        elif type(node) is yaml.SequenceNode:
            waiting += reversed(node.value)
    return None


def _control_escapes(root: yaml.Node) -> Iterator[Mistake]:
    """Control characters that were written as escapes, and so passed the check of the bytes."""
    for node in scalars(root):
        if node.style == '"':
            found = _CONTROL.search(node.value)
            if found:
                character = {"character": f"U+{ord(found[0]):04X}"}
                yield Mistake("CM003", node.start_mark.index, character)
