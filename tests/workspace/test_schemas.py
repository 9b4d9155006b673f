"""The schemas of every kind of document, and what they accept and refuse."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cmops.workspace import schema, source

COMPLETE = Path(__file__).parent / "complete"
DOCUMENTS = {
    "article": "content/articles/article.md",
    "media": "content/media/plane.png.yml",
    "reply": "content/replies/late.md",
    "report": "content/reports/december.md",
    "campaign": "calendar/campaigns/winter.md",
    "event": "calendar/events/draw.yml",
    "key-dates": "calendar/key-dates/dates.yml",
    "windows": "calendar/windows.yml",
    "objectives": "calendar/objectives.yml",
    "editorial": "playbooks/editorial.md",
    "guidelines": "playbooks/guidelines/rules.md",
    "moderation": "playbooks/moderation/rules.yml",
    "crisis": "playbooks/crisis/storm.md",
    "incident": "playbooks/incidents/chairs.md",
}
# What one document cannot say together.
SECOND = {"incident": "playbooks/incidents/lamp.md", "media": "content/media/wave.png.yml"}
EVERY_KIND = pytest.mark.parametrize("kind", schema.KINDS)
Place = tuple[str | int, ...]


@cache
def read(path: str) -> dict[str, Any]:
    document, problems = source.read(path, (COMPLETE / path).read_bytes(), "any")
    assert document is not None, problems
    assert not problems
    return document.data


def complete(kind: str) -> dict[str, Any]:
    return deepcopy(read(DOCUMENTS[kind]))


def changed(kind: str, at: Place, value: Any) -> dict[str, Any]:
    """The complete document with one value replaced, added, or (None) removed."""
    data = complete(kind)
    inside: Any = data
    for key in at[:-1]:
        inside = inside[key]
    if value is None:
        del inside[at[-1]]
    else:
        inside[at[-1]] = value
    return data


def properties(part: Any, root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property that a schema describes, at any depth, with what it says of it."""
    if isinstance(part, list):
        for each in part:
            yield from properties(each, root)
    if not isinstance(part, dict):
        return
    yield from part.get("properties", {}).items()
    for key, inner in part.items():
        if key == "properties":
            yield from properties(list(inner.values()), root)
        elif key not in ("x-title", "x-help", "const", "enum", "$defs"):
            yield from properties(inner, root)


def resolved(said: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """A property with what its definition adds to it."""
    if "$ref" not in said:
        return said
    name = said["$ref"].removeprefix("#/$defs/")
    return {**root["$defs"][name], **said}


def conditional(said: dict[str, Any]) -> bool:
    # What an `if` asks is shown to nobody.
    return set(said) in ({"const"}, {"enum"})


@EVERY_KIND
def test_every_schema_is_valid(kind: str) -> None:
    Draft202012Validator.check_schema(schema.schema(kind))


@EVERY_KIND
def test_every_property_has_a_title_in_french_and_english(kind: str) -> None:
    root = schema.schema(kind)
    every = [*properties(root, root), *properties(root.get("$defs", {}), root)]
    every += properties(list(root.get("$defs", {}).values()), root)
    assert every
    for name, said in every:
        if conditional(said):
            continue
        full = resolved(said, root)
        assert set(full.get("x-title", {})) == {"fr", "en"}, name
        assert all(text.strip() for text in full["x-title"].values()), name
        if "x-help" in full:
            assert set(full["x-help"]) == {"fr", "en"}, name
            assert all(text.strip() for text in full["x-help"].values()), name


@EVERY_KIND
def test_every_kind_says_what_it_is_in_both_languages(kind: str) -> None:
    assert set(schema.schema(kind)["x-title"]) == {"fr", "en"}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_schema_offers_alternatives_whose_messages_nobody_understands(kind: str) -> None:
    assert not {"oneOf", "anyOf"} & set(keywords(schema.schema(kind)))


def keywords(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, inner in part.items():
            yield key
            yield from keywords(inner)
    elif isinstance(part, list):
        for each in part:
            yield from keywords(each)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_complete_document_matches(kind: str) -> None:
    assert not list(schema.mismatches(kind, complete(kind)))
    assert kind not in SECOND or not list(schema.mismatches(kind, read(SECOND[kind])))


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_complete_documents_use_every_property(kind: str) -> None:
    root = schema.schema(kind)
    second = read(SECOND[kind]) if kind in SECOND else {}
    used = {*given(complete(kind), ()), *given(second, ())}
    assert set(wanted(root, root, ())) - used == set()


def wanted(said: dict[str, Any], root: dict[str, Any], at: tuple[str, ...]) -> Iterator[Place]:
    """The way to every property; ``*`` stands for an index or for a key of people's own."""
    full = resolved(said, root)
    for name, inner in full.get("properties", {}).items():
        if not full.get("additionalProperties", True):
            yield (*at, name)
        yield from wanted(inner, root, (*at, name))
    for key in ("items", "additionalProperties"):
        if isinstance(full.get(key), dict):
            yield from wanted(full[key], root, (*at, "*"))


def given(data: Any, at: tuple[str, ...]) -> Iterator[Place]:
    """The ways to every value, each key also as ``*``."""
    yield at
    if isinstance(data, dict):
        for key, value in data.items():
            yield from given(value, (*at, key))
            yield from given(value, (*at, "*"))
    elif isinstance(data, list):
        for value in data:
            yield from given(value, (*at, "*"))


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_an_unknown_key_is_refused(kind: str) -> None:
    errors = list(schema.mismatches(kind, {**complete(kind), "titel": "x"}))
    assert [error.validator for error in errors] == ["additionalProperties"]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_kind_allows_findings_with_a_reason(kind: str) -> None:
    data = complete(kind)
    data["cmops"] = {"allow": {"CM603": "an exact quotation"}}
    assert not list(schema.mismatches(kind, data))
    data["cmops"] = {"allow": {"CM603": ""}}
    assert list(schema.mismatches(kind, data))


REFUSED: tuple[tuple[str, Place, Any, Place], ...] = (
    ("article", ("poll",), {"options": ["a", "b"], "duration": "1d"}, ()),
    ("article", ("slug",), "Un Article", ("slug",)),
    ("article", ("variants", "newsletter", "media"), ["media/a.png"], ("variants", "newsletter")),
    ("media", ("alt",), None, ()),
    ("media", ("alt",), {"en": ""}, ("alt", "en")),
    ("media", ("alt",), "A plane", ("alt",)),
    ("media", ("sha256",), None, ()),
    ("media", ("url",), None, ()),
    ("media", ("consent", "state"), "yes", ("consent", "state")),
    ("media", ("crops", "instagram", "width"), 0, ("crops", "instagram", "width")),
    ("reply", ("when",), None, ()),
    ("reply", ("texts",), {}, ("texts",)),
    ("campaign", ("objective",), None, ()),
    ("campaign", ("audiences",), [], ("audiences",)),
    ("campaign", ("end",), "2026-02-30", ("end",)),
    ("event", ("type",), "concert", ("type",)),
    ("event", ("type",), "meetup", ("contest",)),
    ("event", ("start",), "tomorrow", ("start",)),
    ("event", ("contest", "countries"), ["France"], ("contest", "countries", 0)),
    ("key-dates", ("dates", 1, "on"), "02-30", ("dates", 1, "on")),
    ("key-dates", ("dates", 1, "on"), "11-31", ("dates", 1, "on")),
    ("key-dates", ("dates", 1, "on"), None, ("dates", 1)),
    ("key-dates", ("dates", 1, "start"), "2026-12-01", ("dates", 1, "start")),
    ("key-dates", ("dates", 0, "on"), "12-25", ("dates", 0, "on")),
    ("key-dates", ("dates", 2, "end"), None, ("dates", 2)),
    ("key-dates", ("dates", 2, "regions"), ["Moselle"], ("dates", 2, "regions", 0)),
    ("windows", ("publishing", 0, "start"), "8:00", ("publishing", 0, "start")),
    ("windows", ("publishing", 0, "days"), ["lundi"], ("publishing", 0, "days", 0)),
    ("windows", ("quiet", 0, "scope"), {}, ("quiet", 0, "scope")),
    ("windows", ("quiet", 0, "scope", "everything"), False, ("quiet", 0, "scope", "everything")),
    ("windows", ("quiet", 0, "scope", "brands"), ["shop"], ("quiet", 0, "scope", "brands")),
    ("objectives", ("objectives", 0, "target"), "180", ("objectives", 0, "target")),
    ("objectives", ("objectives", 0, "why"), None, ("objectives", 0)),
    ("editorial", ("banned", 0, "why"), None, ("banned", 0)),
    ("editorial", ("spelling", 0, "rather_than"), [], ("spelling", 0, "rather_than")),
    ("guidelines", ("rules",), [], ("rules",)),
    ("guidelines", ("rules", 0, "number"), "1", ("rules", 0, "number")),
    ("guidelines", ("sanctions", 1, "duration"), None, ("sanctions", 1)),
    ("guidelines", ("sanctions", 0, "duration"), "7d", ("sanctions", 0, "duration")),
    ("moderation", ("rules", 0, "match"), {"normalise": True}, ("rules", 0, "match")),
    ("moderation", ("rules", 0, "escalate_to"), None, ("rules", 0)),
    ("moderation", ("rules", 0, "examples", "must_not_match"), None, ("rules", 0, "examples")),
    ("crisis", ("levels",), [], ("levels",)),
    ("crisis", ("roles", 0, "does"), ["blames"], ("roles", 0, "does", 0)),
    ("crisis", ("steps", 0, "within"), "half an hour", ("steps", 0, "within")),
    ("crisis", ("steps", 0, "done_when"), None, ("steps", 0)),
    ("crisis", ("statements", 0, "approved_by"), None, ("statements", 0)),
    ("crisis", ("closing",), None, ()),
    ("guidelines", ("sanctions", 1, "action"), "suspended", ("sanctions", 1, "action")),
    ("incident", ("closed_at",), None, ()),
    ("incident", ("status",), None, ()),
    ("incident", ("status",), "done", ("status",)),
    ("incident", ("post_mortem", "actions", 0, "due"), None, ("post_mortem", "actions", 0)),
    ("incident", ("pauses",), {}, ("pauses",)),
)


@pytest.mark.parametrize(("kind", "at", "value", "where"), REFUSED, ids=lambda each: str(each)[:40])
def test_a_wrong_value_is_refused_where_it_stands(
    kind: str, at: Place, value: Any, where: Place
) -> None:
    errors = list(schema.mismatches(kind, changed(kind, at, value)))
    assert [tuple(error.absolute_path) for error in errors] == [where]


def test_an_answering_rule_needs_its_reply() -> None:
    data = changed("moderation", ("rules", 0, "action"), "answer")
    del data["rules"][0]["reply"]
    (error,) = schema.mismatches("moderation", data)
    assert "reply" in error.message


def test_a_date_that_is_missing_is_one_finding_and_not_one_for_each_way_of_dating() -> None:
    (error,) = schema.mismatches("key-dates", changed("key-dates", ("dates", 1, "on"), None))
    assert error.validator_value == ["days"]


def test_an_open_incident_has_neither_an_end_nor_a_post_mortem() -> None:
    errors = schema.mismatches("incident", changed("incident", ("status",), "open"))
    assert [tuple(error.path) for error in errors] == [("closed_at",), ("post_mortem",)]


def test_a_decorative_picture_needs_no_alternative_text() -> None:
    assert not list(schema.mismatches("media", {"decorative": True, "alt": {"fr": ""}}))
    assert not list(schema.mismatches("media", {"decorative": True}))


def test_an_incomplete_contest_matches_since_a_rule_tells_what_it_lacks() -> None:
    assert not list(schema.mismatches("event", {"name": "A draw", "type": "contest"}))


@pytest.mark.parametrize("type_", ["webinar", "live-chat", "meetup", "release"])
def test_other_events_need_a_start(type_: str) -> None:
    (error,) = schema.mismatches("event", {"name": "An event", "type": type_})
    assert error.validator == "required"


@pytest.mark.parametrize(("kind", "key"), [("moderation", "rules"), ("key-dates", "dates")])
def test_a_list_may_be_empty_in_a_file_that_was_just_begun(kind: str, key: str) -> None:
    assert not list(schema.mismatches(kind, {key: []}))
