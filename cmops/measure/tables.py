"""What a KPI's SQL finds: every table with its columns and types, in one place.

Times are of the workspace's zone, without a zone. What each column means stands in both languages
in ``wording/phrases/measure.json`` under ``measure.column.<table>.<column>``.
"""

from __future__ import annotations

from collections.abc import Mapping

TEXT = "TEXT"
NUMBER = "DOUBLE PRECISION"
WHOLE = "INTEGER"
TIME = "TIMESTAMP"
FLAG = "BOOLEAN"

_SLICE = {"dimension": TEXT, "member": TEXT}

TABLES: Mapping[str, Mapping[str, str]] = {
    "deliveries": {
        "key": TEXT,
        "post": TEXT,
        "occurrence": TEXT,
        "channel": TEXT,
        "platform": TEXT,
        "brand": TEXT,
        "campaign": TEXT,
        "pillar": TEXT,
        "format": TEXT,
        "planned_at": TIME,
        "published_at": TIME,
        "weekday": WHOLE,
        "hour": WHOLE,
        "delay_minutes": NUMBER,
        "due": FLAG,
        "state": TEXT,
        "followers": NUMBER,
    },
    "results": {"key": TEXT, "metric": TEXT, "value": NUMBER, "counted_at": TIME},
    "snapshots": {
        "key": TEXT,
        "channel": TEXT,
        "counted_at": TIME,
        "metric": TEXT,
        "value": NUMBER,
    },
    "channels": {
        "channel": TEXT,
        "platform": TEXT,
        "brand": TEXT,
        "counted_at": TIME,
        "metric": TEXT,
        "value": NUMBER,
    },
    "slices": {"key": TEXT, **_SLICE},
    "channel_slices": {"channel": TEXT, **_SLICE},
    "periods": {"period": TEXT, "period_name": TEXT, "start_at": TIME, "end_at": TIME},
    "grouped": {"key": TEXT, **_SLICE, "period": TEXT, "period_name": TEXT},
    "objectives": {
        "id": TEXT,
        "kpi": TEXT,
        "target": NUMBER,
        "better": TEXT,
        "brand": TEXT,
        "channel": TEXT,
        "start_at": TIME,
        "end_at": TIME,
    },
}
"""By name, in the order in which they are filled."""

RESULT: Mapping[str, str] = {**_SLICE, "period": TEXT, "period_name": TEXT, "value": NUMBER}
"""The columns that every KPI answers with."""

MORE: Mapping[str, str] = {
    "n": WHOLE,
    "low": NUMBER,
    "high": NUMBER,
    "weekday": WHOLE,
    "hour": WHOLE,
}
"""Those that it may add: how many things it counted, an interval, a place in the week."""

RESULT_DAYS = 30
"""``results`` keep what was counted last in so many days after publication, so that posts of last
year and of last week are compared on equal terms."""


def definition(name: str, kinds: Mapping[str, str] | None = None) -> str:
    """The table's ``CREATE TABLE``, as DuckDB and PostgreSQL take it.

    ``kinds`` are other types for some of its columns, for an engine that has better ones.
    """
    other = kinds or {}
    columns = ", ".join(f"{each} {other.get(each, kind)}" for each, kind in TABLES[name].items())
    return f"CREATE TABLE {name} ({columns})"
