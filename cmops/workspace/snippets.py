"""Snippets for Markdown's front matter, made of the schemas: every field, and whole documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from string import Template
from typing import Any

from cmops.workspace.drafts import KINDS, TEMPLATES
from cmops.workspace.schema import localised

_MARKDOWN = (
    "post",
    "article",
    "reply",
    "report",
    "campaign",
    "event",
    "editorial",
    "guidelines",
    "crisis",
    "incident",
)
_SHAPES = {"array": "[$1]", "object": "{$1}", "boolean": "${1|true,false|}"}
_FORMATS = {
    "moment": "${1:2026-12-01 12:15}",
    "day": "${1:2026-12-01}",
    "clock": "${1:12:15}",
    "duration-short": "${1:6h}",
    "web-address": "${1:https://}",
}

Snippet = dict[str, Any]


def snippets(language: str) -> dict[str, Snippet]:
    """VS Code's snippets by name, for Markdown files: typing a field's name offers it."""
    return {**dict(_documents(language)), **dict(_fields(language))}


def _documents(language: str) -> Iterator[tuple[str, Snippet]]:
    """What ``cmops new`` writes, with a place to jump to for each thing to fill in."""
    for kind in KINDS:
        name = TEMPLATES.get(kind, kind)
        file = resources.files("cmops") / "starter" / "new" / language / f"{name}.md"
        said = localised(name, language)
        body = file.read_text("utf-8").replace("$brand\n", "").rstrip("\n")
        lines = Template(body).substitute(_STOPS).split("\n")
        title = said.get("title", kind)
        yield f"cmops: {title}", _snippet(f"cmops-{kind}", lines, said.get("description", title))


_STOPS = {
    "title": "${1}",
    "at": "${2:2026-12-01 12:15}",
    "day": "${2:2026-12-01}",
    "end": "${3:2026-12-01 14:15}",
    "last": "${3:2026-12-31}",
    "channels": "${4}",
    "objective": "${5}",
    "audiences": "${6}",
    "text": "$0",
}


def _fields(language: str) -> Iterator[tuple[str, Snippet]]:
    """Each field once, with the kinds of documents that have it in this shape."""
    found: dict[tuple[str, str], tuple[list[str], str]] = {}
    for kind in _MARKDOWN:
        said = localised(kind, language)
        for key, field in said.get("properties", {}).items():
            whole = _followed(field, said.get("$defs", {}))
            words = [str(whole[name]) for name in ("title", "description") if name in whole]
            kinds, _ = found.setdefault((key, f"{key}: {_value(whole)}"), ([], ". ".join(words)))
            kinds.append(str(said.get("title", kind)))
    for (key, body), (kinds, said_of_it) in found.items():
        yield f"{key} ({', '.join(kinds)})", _snippet(key, [body], said_of_it)


def _followed(field: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """A field with what it refers to filled in; its own words come first."""
    reference = str(field.get("$ref", ""))
    target = shared.get(reference.rpartition("/")[2])
    return {**_followed(target, shared), **field} if target else dict(field)


def _value(field: Mapping[str, Any]) -> str:
    choices = field.get("enum")
    if choices:
        return "${1|" + ",".join(str(each).replace(",", "\\,") for each in choices) + "|}"
    if field.get("format") in _FORMATS:
        return _FORMATS[field["format"]]
    shape = field.get("type") or ("object" if "properties" in field else "")
    return _SHAPES.get(str(shape), "$1")


def _snippet(prefix: str, body: list[str], description: object) -> Snippet:
    return {"scope": "markdown", "prefix": prefix, "body": body, "description": str(description)}
