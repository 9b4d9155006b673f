"""Every property of a schema has a field that code reads, and the other way round."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from cmops.workspace import schema
from cmops.workspace.load import load
from cmops.workspace.model import (
    Campaign,
    CrisisPlaybook,
    Editorial,
    Event,
    Guidelines,
    Incident,
    KeyDate,
    ModerationRule,
    Objective,
    Post,
    Reply,
    Report,
    Settings,
    Sidecar,
    Windows,
)

MODELS: Mapping[str, type[Any]] = {
    "settings": Settings,
    "post": Post,
    "article": Post,
    "media": Sidecar,
    "reply": Reply,
    "report": Report,
    "campaign": Campaign,
    "event": Event,
    "key-dates": KeyDate,
    "windows": Windows,
    "objectives": Objective,
    "editorial": Editorial,
    "guidelines": Guidelines,
    "moderation": ModerationRule,
    "crisis": CrisisPlaybook,
    "incident": Incident,
}
LISTS = {"key-dates": "dates", "objectives": "objectives", "moderation": "rules"}
# Not fields: `cmops` is read by the engine that allows findings, the others when settings are read.
ELSEWHERE = {
    *((kind, "cmops") for kind in MODELS),
    *(("settings", key) for key in ("version", "ledger", "brands", "channels")),
}
# For people who read the file or the site: nothing decides by it.
PROSE = {("settings", "url")}
# Given by the loader: where the document is, and what its place says of it.
KNOWN = {"id", "path", "body", "pointer", "kind", "media"}
KNOWN_SETTINGS = {"brands", "channels", "genesis", "digest"}
FORMATS = {"moment": datetime, "day": date, "duration-short": timedelta}
EVERY_KIND = pytest.mark.parametrize("kind", MODELS)


def shape(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the schema says of one document (of one entry of a list), and the whole schema."""
    root = schema.schema(kind)
    return (root["properties"][LISTS[kind]]["items"] if kind in LISTS else root), root


def bare(hint: Any) -> Any:
    """A type without None."""
    if get_origin(hint) in (Union, UnionType):
        return next(each for each in get_args(hint) if each is not NoneType)
    return hint


def resolved(said: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in said:
        name = said["$ref"].removeprefix("#/$defs/")
        said = {**root["$defs"][name], **{k: v for k, v in said.items() if k != "$ref"}}
    return said


def pairs(
    said: dict[str, Any], root: dict[str, Any], hint: Any
) -> Iterator[tuple[dict[str, Any], Any]]:
    """What the schema says of a value, with the type it becomes; the parts of lists as well."""
    said, hint = resolved(said, root), bare(hint)
    yield said, hint
    inside = get_args(hint)
    if get_origin(hint) is tuple and "items" in said:
        yield from pairs(said["items"], root, inside[0])
    elif get_origin(hint) is not None and isinstance(said.get("additionalProperties"), dict):
        yield from pairs(said["additionalProperties"], root, inside[1])


def nested(
    kind: str,
) -> Iterator[tuple[str, dict[str, Any], type[Any]]]:
    """Every object of a kind's schema with the dataclass it becomes, the outermost first."""
    said, root = shape(kind)
    waiting: list[tuple[str, dict[str, Any], type[Any]]] = [(kind, said, MODELS[kind])]
    while waiting:
        where, each, cls = waiting.pop(0)
        yield where, each, cls
        hints = get_type_hints(cls)
        for name, value in each.get("properties", {}).items():
            if name not in hints or (kind, name) in ELSEWHERE:
                continue
            for inner, hint in pairs(value, root, hints[name]):
                if dataclasses.is_dataclass(hint) and isinstance(hint, type):
                    waiting.append((f"{where}.{name}", inner, hint))


@EVERY_KIND
def test_every_property_has_a_field(kind: str) -> None:
    for where, said, cls in nested(kind):
        fields = {field.name.rstrip("_") for field in dataclasses.fields(cls)}
        elsewhere = {name for of, name in ELSEWHERE | PROSE if of == where}
        assert set(said["properties"]) - fields - elsewhere == set(), where


@EVERY_KIND
def test_every_field_has_a_property(kind: str) -> None:
    for where, said, cls in nested(kind):
        fields = {field.name.rstrip("_") for field in dataclasses.fields(cls)}
        known = (KNOWN if where == kind else set()) | (
            KNOWN_SETTINGS if where == "settings" else set()
        )
        properties = set(said["properties"])
        if cls is Post:
            properties |= set(schema.schema("post")["properties"])
            properties |= set(schema.schema("article")["properties"])
        if where == "article.variants":
            properties |= variant_properties()
        assert fields - properties - known == set(), where


def variant_properties() -> set[str]:
    post = schema.schema("post")["properties"]["variants"]["additionalProperties"]
    return set(post["properties"])


@EVERY_KIND
def test_a_time_becomes_a_time(kind: str) -> None:
    _, root = shape(kind)
    for where, said, cls in nested(kind):
        hints = get_type_hints(cls)
        for name, value in said["properties"].items():
            if name not in hints:
                continue
            for inner, hint in pairs(value, root, hints[name]):
                wanted = FORMATS.get(inner.get("format", ""))
                assert hint is wanted or wanted is None, f"{where}.{name}"
                assert hint not in FORMATS.values() or wanted, f"{where}.{name}"


@EVERY_KIND
def test_a_moment_may_be_none_since_a_text_may_name_none(kind: str) -> None:
    for where, _, cls in nested(kind):
        for name, hint in get_type_hints(cls).items():
            if bare(hint) is datetime:
                assert NoneType in get_args(hint), f"{where}.{name}"


@EVERY_KIND
def test_a_field_without_a_default_is_required(kind: str) -> None:
    for where, said, cls in nested(kind):
        for field in dataclasses.fields(cls):
            default = field.default, field.default_factory
            needed = all(each is dataclasses.MISSING for each in default)
            if needed and bare(get_type_hints(cls)[field.name]) is not datetime:
                known = KNOWN - {"id"} if where in LISTS else KNOWN if where == kind else set()
                known = known | (KNOWN_SETTINGS if where == "settings" else set())
                assert field.name in {*said.get("required", ()), *known}, f"{where}.{field.name}"


def test_a_complete_workspace_is_built_without_a_finding() -> None:
    loaded = load(Path(__file__).parent / "complete")
    assert not loaded.findings
    workspace = loaded.workspace
    (campaign,), (event,) = workspace.campaigns.values(), workspace.events.values()
    assert (campaign.start, campaign.end) == (date(2026, 12, 1), date(2026, 12, 31))
    assert event.contest is not None
    assert event.contest.draw is not None
    assert str(event.contest.draw.at) == "2026-12-09 18:00:00+01:00"
    storm, chairs = workspace.crises["storm"], workspace.incidents["chairs"]
    assert storm.steps[0].within == timedelta(minutes=30)
    assert storm.levels[1].pauses.brands == ("shop",)
    assert not storm.levels[0].pauses.covers("blog", "shop")
    assert chairs.post_mortem is not None
    assert chairs.post_mortem.actions[0].due == date(2026, 12, 18)
    assert workspace.sidecars["media/plane.png"].crops["instagram"].height == 1350
    assert workspace.moderation["insults"].pointer == ("rules", 0)
    assert workspace.guidelines["house"].sanctions[1].duration == timedelta(days=7)
