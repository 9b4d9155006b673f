from __future__ import annotations

import json
from typing import Any

import pytest

from cmops.workspace import schema
from cmops.workspace.schema import KINDS, localised, mismatches, mismatches_of

POST = {"title": "Un titre", "to": ["bluesky"]}


def wrong(data: Any, kind: str = "post") -> list[tuple[str, tuple[str | int, ...]]]:
    return [(str(each.validator), tuple(each.absolute_path)) for each in mismatches(kind, data)]


def test_data_that_matches_has_no_mismatches() -> None:
    assert wrong(POST) == []
    assert wrong({**POST, "publish_at": "2026-12-01 12:15", "status": "ready"}) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": 3}, ("type", ("title",))),
        ({"to": []}, ("minItems", ("to",))),
        ({"to": ["a", "A B"]}, ("pattern", ("to", 1))),
        ({"publish_at": "demain"}, ("format", ("publish_at",))),
        ({"status": "redy"}, ("enum", ("status",))),
        ({"titel": "x"}, ("additionalProperties", ())),
        ({"variants": {"x": {"publish_at": "9h"}}}, ("format", ("variants", "x", "publish_at"))),
    ],
)
def test_each_mismatch_names_its_keyword_and_place(
    change: dict[str, Any], expected: tuple[str, tuple[str, ...]]
) -> None:
    assert wrong({**POST, **change}) == [expected]


def test_several_mismatches_are_all_told() -> None:
    assert len(wrong({"titel": "x", "status": "y"})) == 4


def test_a_moment_that_does_not_exist_has_the_right_form() -> None:
    assert wrong({**POST, "publish_at": "2026-03-29 02:30"}) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_localised_schema_stands_alone_and_has_no_words_of_the_other_language(
    kind: str, language: str
) -> None:
    text = json.dumps(localised(kind, language))
    assert "x-title" not in text
    assert "x-help" not in text
    assert "common.json" not in text
    said = localised(kind, language)
    references = {each.partition('"')[0] for each in text.split('"#/$defs/')[1:]}
    assert references <= said.get("$defs", {}).keys()


@pytest.mark.parametrize("kind", KINDS)
def test_the_quick_validator_and_the_exact_one_know_the_same_formats(kind: str) -> None:
    used = {
        part.partition('"')[0] for part in json.dumps(schema.schema(kind)).split('"format": "')[1:]
    }
    assert used <= schema.FORMATS.keys()


def test_an_adapters_own_schema_is_held_against_data() -> None:
    own = {"type": "object", "properties": {"day": {"type": "string", "format": "day"}}}
    assert list(mismatches_of(own, {"day": "2026-12-01"})) == []
    assert [each.validator for each in mismatches_of(own, {"day": "x"})] == ["format"]


@pytest.mark.parametrize("text", ["https://", "ftp://x", "x", "https://exa mple", "//example.org"])
def test_what_is_no_web_address_is_refused(text: str) -> None:
    assert wrong({**POST, "link": text}) == [("format", ("link",))]
    assert wrong({**POST, "link": "https://example.org/é?x=1#y"}) == []
