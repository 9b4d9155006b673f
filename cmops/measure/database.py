"""Fills the tables that KPIs read, then shuts the database off from everything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from cmops.measure import run
from cmops.measure.facts import Facts, Values, period_row
from cmops.measure.kept import each
from cmops.measure.periods import Period
from cmops.measure.tables import RESULT_DAYS, TABLES, definition

if TYPE_CHECKING:
    from cmops.measure.run import Connection

# The followers of the day are looked up, so they come last.
_DELIVERIES = """
INSERT INTO deliveries
SELECT raw.*, seen.value
FROM raw_deliveries AS raw ASOF LEFT JOIN (
  SELECT channel, counted_at, value FROM channels WHERE metric = 'followers'
) AS seen ON raw.channel = seen.channel AND raw.published_at >= seen.counted_at
"""

_CHANNELS = """
INSERT INTO channels
SELECT read.channel, known.platform, known.brand, read.counted_at, read.metric, read.value
FROM {each} AS read
LEFT JOIN (
  SELECT channel, max(CASE WHEN dimension = 'platform' THEN member END) AS platform,
         max(CASE WHEN dimension = 'brand' THEN member END) AS brand
  FROM channel_slices GROUP BY channel
) AS known ON known.channel = read.channel
"""

_OF_CHANNELS = "(SELECT * FROM read_parquet(?) WHERE key = '' AND counted_at <= ?) AS found"
_OF_DELIVERIES = "(SELECT * FROM read_parquet(?) WHERE key <> '' AND counted_at <= ?) AS found"

_SNAPSHOTS = """
INSERT INTO snapshots
SELECT key, channel, counted_at, metric, value FROM {each} AS read
"""

_RESULTS = """
INSERT INTO results
SELECT counted.key, counted.metric, arg_max(counted.value, counted.counted_at),
       max(counted.counted_at)
FROM {snapshots} AS counted JOIN deliveries ON deliveries.key = counted.key
WHERE deliveries.published_at IS NOT NULL
  AND counted.counted_at <= deliveries.published_at + to_days(?)
GROUP BY counted.key, counted.metric
"""

# Of lines that tell of the same numbers, the last is all that results need. One that says
# anything but numbers stands for itself: it may say nothing of some. (json_structure tells the same
# and takes three times as long.)
_LAST = """(
  SELECT line.key, line.channel, arg_max(line.metrics, line.counted_at) AS metrics,
         max(line.counted_at) AS counted_at
  FROM read_parquet(?) AS line JOIN deliveries ON deliveries.key = line.key
  WHERE line.key <> '' AND line.counted_at <= ?
    AND line.counted_at <= deliveries.published_at + to_days(?)
  GROUP BY line.key, line.channel, json_keys(line.metrics),
           CASE WHEN regexp_matches(line.metrics, ':[^0-9]') THEN line.counted_at END
) AS last"""

_BOTH = """(
  SELECT key, counted_at, metric, value FROM snapshots
  UNION ALL
  SELECT key, counted_at, metric, value FROM {each} AS read
)"""

_DIMENSIONS = ("channel", "platform", "brand", "campaign", "pillar", "format")

_GROUPED = """
INSERT INTO grouped
SELECT slices.key, slices.dimension, slices.member, periods.period, periods.period_name
FROM deliveries
JOIN periods ON coalesce(deliveries.published_at, deliveries.planned_at) >= periods.start_at
            AND coalesce(deliveries.published_at, deliveries.planned_at) < periods.end_at
JOIN slices ON slices.key = deliveries.key
"""


def filled(
    database: Connection,
    facts: Facts,
    snapshots: Sequence[str],
    now: datetime,
    *,
    whole: bool = True,
) -> None:
    """All tables but those of periods. ``snapshots`` are Parquet files (``measure.kept``).

    Unless it is ``whole``, the table of snapshots stays as good as empty: what most KPIs need of
    a million of them is in ``results``.
    """
    _known(database, facts)
    files = [list(snapshots), now.replace(tzinfo=None)]
    if snapshots:
        database.execute(_CHANNELS.format(each=each(_OF_CHANNELS)), files)
    if snapshots and whole:
        database.execute(_SNAPSHOTS.format(each=each(_OF_DELIVERIES)), files)
    database.execute(_DELIVERIES)
    database.execute("DROP TABLE raw_deliveries")
    if snapshots and not whole:
        database.execute(
            _RESULTS.format(snapshots=_BOTH.format(each=each(_LAST))),
            [*files, RESULT_DAYS, RESULT_DAYS],
        )
    else:
        database.execute(_RESULTS.format(snapshots="snapshots"), [RESULT_DAYS])
    database.execute("INSERT INTO slices SELECT key, 'all', '' FROM deliveries")
    for name in _DIMENSIONS:
        database.execute(
            f"INSERT INTO slices SELECT key, '{name}', {name} FROM deliveries"  # noqa: S608
            f" WHERE {name} IS NOT NULL"
        )


def ahead(database: Connection, files: Sequence[str], now: datetime) -> bool:
    """Whether some of these snapshots are of a time that has not come yet."""
    if not files:
        return False
    query = "SELECT max(counted_at) FROM read_parquet(?)"
    found = database.execute(query, [list(files)]).fetchone()
    return bool(found and found[0] and found[0] > now.replace(tzinfo=None))


def _known(database: Connection, facts: Facts) -> None:
    """The tables, and in them all that is no snapshot of the branch."""
    for name in TABLES:
        database.execute(definition(name))
    raw = {name: kind for name, kind in TABLES["deliveries"].items() if name != "followers"}
    columns = ", ".join(f"{name} {kind}" for name, kind in raw.items())
    database.execute(f"CREATE TEMP TABLE raw_deliveries ({columns})")
    for name, rows in facts.rows.items():
        if name == "deliveries":
            _insert(database, "raw_deliveries", raw, rows)
        else:
            _insert(database, name, TABLES[name], rows)


def grouped(database: Connection, periods: Iterable[Period]) -> None:
    """The periods, and which delivery is in which; then nothing more can be changed."""
    _insert(database, "periods", TABLES["periods"], [period_row(each) for each in periods])
    database.execute(_GROUPED)
    run.lock(database)


def narrowed(database: Connection) -> None:
    """Takes away all that is of channels which the workspace does not have: another brand's."""
    for table in ("deliveries", "snapshots", "channels"):
        database.execute(
            f"DELETE FROM {table} WHERE channel NOT IN"  # noqa: S608
            " (SELECT channel FROM channel_slices)"
        )
    for table in ("results", "slices"):
        database.execute(
            f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM deliveries)"  # noqa: S608
        )


def first_day(database: Connection) -> date | None:
    """The first day that a snapshot was taken on."""
    found = database.execute(
        "SELECT min(day) FROM (SELECT min(counted_at) AS day FROM channels"
        " UNION ALL SELECT min(counted_at) FROM snapshots) AS all_of_them"
    ).fetchone()
    return found[0].date() if found and found[0] is not None else None


def _insert(
    database: Connection, table: str, columns: Mapping[str, str], rows: Sequence[Values]
) -> None:
    """Many rows by one statement: a list for each column."""
    if not rows:
        return
    lists = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
    values = [list(each) for each in zip(*rows, strict=True)]
    database.execute(f"INSERT INTO {table} SELECT {lists}", values)
