from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from cmops.findings import Finding
from cmops.workspace import time
from cmops.workspace.build import Reader

PARIS = time.zone("Europe/Paris")


@dataclass(frozen=True)
class Inner:
    at: datetime | None = None
    name: str = "nobody"


@dataclass(frozen=True)
class Outer:
    id: str
    day: date | None = None
    wait: timedelta = timedelta(0)
    words: tuple[str, ...] = ()
    several: tuple[Inner, ...] = ()
    named: Mapping[str, Inner] = field(default_factory=dict)
    plain: Mapping[str, int] = field(default_factory=dict)
    inner: Inner | None = None


def test_each_field_becomes_what_its_type_says() -> None:
    reader = Reader("a.md", PARIS)
    data = {
        "day": "2026-12-01",
        "wait": "6h",
        "words": ["a", "b"],
        "several": [{"name": "x"}, {"at": "2026-12-01 12:15"}],
        "named": {"k": {"name": "y"}},
        "plain": {"n": 1},
        "inner": {"at": "2026-12-01 12:15"},
        "unknown": "left alone",
    }
    at = datetime(2026, 12, 1, 12, 15, tzinfo=PARIS)
    assert reader.build(Outer, data, id="known") == Outer(
        "known",
        date(2026, 12, 1),
        timedelta(hours=6),
        ("a", "b"),
        (Inner(None, "x"), Inner(at)),
        {"k": Inner(None, "y")},
        {"n": 1},
        Inner(at),
    )
    assert reader.findings == []


def test_what_is_missing_or_empty_has_its_default() -> None:
    built = Reader("a.md", PARIS).build(Outer, {"words": None, "inner": None}, id="x")
    assert built == Outer("x")


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026-03-29 02:30", "CM301"), ("2026-10-25 02:30", "CM302"), ("2026-02-30 12:00", "CM303")],
)
def test_a_time_that_names_no_moment_is_none_and_a_finding_at_its_place(
    text: str, code: str
) -> None:
    reader = Reader("a.md", PARIS)
    built = reader.build(
        Outer, {"several": [{}, {"at": text}], "named": {"k": {"at": text}}}, id="x"
    )
    assert built.several[1].at is None
    assert [(each.code, each.path, each.at) for each in reader.findings] == [
        (code, "a.md", ("several", 1, "at")),
        (code, "a.md", ("named", "k", "at")),
    ]
    assert isinstance(reader.findings[0], Finding)
