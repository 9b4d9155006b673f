"""What of many snapshots counts, told from lines that are only taken apart where they must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from cmops.measure import database, run
from cmops.measure.facts import Facts
from cmops.measure.tables import RESULT_DAYS

PARIS = ZoneInfo("Europe/Paris")
PUBLISHED = datetime(2026, 11, 1, 9)  # noqa: DTZ001 - SQL's times have no zone
NOW = datetime(2027, 3, 1, tzinfo=PARIS)


def seen(lines: list[tuple[int, str]]) -> run.Connection:
    """A database with lines of so many hours after the post."""
    made = run.opened()
    made.execute("CREATE TABLE line (key TEXT, channel TEXT, seen_at TIMESTAMP, metrics JSON)")
    for hours, metrics in lines:
        at = (PUBLISHED + timedelta(hours=hours)).replace(tzinfo=PARIS).astimezone(UTC)
        values = [at.replace(tzinfo=None), metrics]
        made.execute("INSERT INTO line VALUES ('a~x', 'masto', ?, ?)", values)
    made.execute("CREATE TEMP VIEW lines AS FROM line")
    return made


def counted(lines: list[tuple[int, str]], *, whole: bool) -> dict[str, tuple[float, int]]:
    """Each metric's result and the hour it was counted, of lines so many hours after the post."""
    made = seen(lines)
    row = ("a~x", "a", "a", "masto", None, None, "post", PUBLISHED, PUBLISHED, 0.0)
    rows = {"deliveries": [(*row, True, "published")]}
    database.filled(made, Facts(rows, None), NOW, whole=whole)
    found = made.execute("SELECT metric, value, counted_at FROM results").fetchall()
    return {
        name: (value, round((at - PUBLISHED).total_seconds() / 3600)) for name, value, at in found
    }


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("lines", "result"),
    [
        ([(1, '{"likes":1}'), (3, '{"likes":3}'), (2, '{"likes":2}')], {"likes": (3, 3)}),
        (
            [(1, '{"likes":1,"shares":2}'), (5, '{"likes":9}')],
            {"likes": (9, 5), "shares": (2, 1)},
        ),
        (
            [(1, '{"likes":4,"shares":1}'), (2, '{"likes":null,"shares":2}'), (3, '{"shares":3}')],
            {"likes": (4, 1), "shares": (3, 3)},
        ),
        (
            [(1, '{"likes":5,"shares":null}'), (2, '{"likes":null,"shares":7}')],
            {"likes": (5, 1), "shares": (7, 2)},
        ),
        ([(1, '{"likes":1}'), (2, '{"likes":"many"}')], {"likes": (1, 1)}),
        ([(1, '{"likes":1}'), (24 * RESULT_DAYS + 1, '{"likes":8}')], {"likes": (1, 1)}),
        ([(1, '{"likes":1}'), (24 * RESULT_DAYS, '{"likes":8}')], {"likes": (8, 24 * RESULT_DAYS)}),
        ([(24 * RESULT_DAYS + 1, '{"likes":8}')], {}),
        ([(1, "{}"), (2, "[]"), (3, '"x"')], {}),
    ],
)
def test_a_result_is_what_was_counted_last_in_its_days(
    lines: list[tuple[int, str]],
    result: dict[str, tuple[float, int]],
    whole: bool,
) -> None:
    assert counted(lines, whole=whole) == result


def test_a_snapshot_of_tomorrow_is_ahead() -> None:
    made = seen([(1, '{"likes":1}')])
    assert not database.ahead(made, NOW)
    assert database.ahead(made, PUBLISHED.replace(tzinfo=PARIS))
    assert not database.ahead(run.opened(), NOW)


def test_what_was_read_is_nothing_that_a_kpi_sees() -> None:
    made = seen([(1, '{"likes":1}')])
    database.filled(made, Facts({}, None), NOW)
    with pytest.raises(duckdb.CatalogException):
        made.execute("SELECT * FROM lines")
