"""What of many snapshots counts, told from lines that are only taken apart where they must be."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from cmops.measure import database
from cmops.measure.run import opened
from cmops.measure.tables import RESULT_DAYS

PARIS = ZoneInfo("Europe/Paris")
PUBLISHED = datetime(2026, 11, 1, 9)  # noqa: DTZ001 - SQL's times have no zone
NOW = datetime(2027, 3, 1, tzinfo=PARIS)


def counted(
    folder: Path, lines: list[tuple[int, str]], *, whole: bool
) -> dict[str, tuple[float, int]]:
    """Each metric's result and the hour it was counted, of lines so many hours after the post."""
    from cmops.measure.facts import Facts

    file = folder / "lines.parquet"
    with duckdb.connect(":memory:") as other:
        other.execute(
            "CREATE TABLE line (key TEXT, channel TEXT, counted_at TIMESTAMP, metrics JSON)"
        )
        for hours, metrics in lines:
            at = PUBLISHED + timedelta(hours=hours)
            other.execute("INSERT INTO line VALUES ('a~x', 'masto', ?, ?)", [at, metrics])
        other.execute(f"COPY line TO '{file}' (FORMAT parquet)")
    row = ("a~x", "a", "a", "masto", "mastodon", None, None, None, "post", PUBLISHED, PUBLISHED)
    rows = {"deliveries": [(*row, 1, 9, 0.0, True, "published")]}
    made = opened()
    database.filled(made, Facts(rows, None), [str(file)], NOW, whole=whole)
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
    tmp_path: Path,
) -> None:
    assert counted(tmp_path, lines, whole=whole) == result


def test_a_snapshot_of_tomorrow_is_ahead(tmp_path: Path) -> None:
    counted(tmp_path, [(1, '{"likes":1}')], whole=False)
    file, made = str(tmp_path / "lines.parquet"), opened()
    assert not database.ahead(made, [file], NOW)
    assert database.ahead(made, [file], PUBLISHED.replace(tzinfo=PARIS))
    assert not database.ahead(made, [], NOW)
