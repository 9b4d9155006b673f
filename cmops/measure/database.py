"""Fills the tables that KPIs read, then shuts the database off from everything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from cmops.measure import run
from cmops.measure.facts import DELIVERIES, Facts, Values, period_row
from cmops.measure.periods import Period
from cmops.measure.tables import RESULT_DAYS, TABLES, definition

if TYPE_CHECKING:
    from cmops.measure.run import Connection

_KNOWN = """(
  SELECT channel, max(CASE WHEN dimension = 'platform' THEN member END) AS platform,
         max(CASE WHEN dimension = 'brand' THEN member END) AS brand
  FROM channel_slices GROUP BY channel
)"""

# The followers of the day are looked up, so they come last.
_DELIVERIES = """
INSERT INTO deliveries
SELECT raw.key, raw.post, raw.occurrence, raw.channel, known.platform, known.brand, raw.campaign,
       raw.pillar, raw.format, raw.planned_at, raw.published_at, isodow(raw.published_at),
       hour(raw.published_at), raw.delay_minutes, raw.due, raw.state, seen.value
FROM raw_deliveries AS raw LEFT JOIN {known} AS known ON known.channel = raw.channel
ASOF LEFT JOIN (
  SELECT channel, counted_at, value FROM channels WHERE metric = 'followers'
) AS seen ON raw.channel = seen.channel AND raw.published_at >= seen.counted_at
"""

_CHANNELS = """
INSERT INTO channels
SELECT read.channel, known.platform, known.brand, read.counted_at, read.metric, read.value
FROM {read} AS read
LEFT JOIN {known} AS known ON known.channel = read.channel
"""

_SNAPSHOTS = """
INSERT INTO snapshots
SELECT key, channel, counted_at, metric, value FROM {read} AS read
"""

_RESULTS = """
INSERT INTO results
SELECT deliveries.key, counted.metric, arg_max(counted.value, counted.counted_at),
       max(counted.counted_at)
FROM {counted} AS counted JOIN deliveries ON deliveries.key = counted.key
WHERE deliveries.published_at IS NOT NULL
  AND counted.counted_at <= deliveries.published_at + to_days(?)
GROUP BY deliveries.key, counted.metric
"""

_EACH = """(
  SELECT key, channel, counted_at, entry.key AS metric, entry.value AS value
  FROM (
    SELECT key, channel, seen_at AT TIME ZONE 'UTC' AT TIME ZONE ? AS counted_at,
           unnest(map_entries(TRY_CAST(metrics AS MAP(VARCHAR, DOUBLE)))) AS entry
    FROM {lines}
  ) AS line
  WHERE entry.value IS NOT NULL
)"""

_OF_CHANNELS = "(SELECT * FROM lines WHERE key = '' AND seen_at <= ?) AS found"
_OF_DELIVERIES = "(SELECT * FROM lines WHERE key <> '' AND seen_at <= ?) AS found"

# Of lines that tell of the same numbers, the last is all that results need. One that says
# anything but numbers stands for itself: it may say nothing of some. (json_structure tells the same
# and takes three times as long.) Names are compared by their hash of 64 bits, which is quicker than
# to compare lists. What comes a little late is for the query around it.
_LAST = """(
  SELECT line.key, line.channel, arg_max(line.metrics, line.seen_at) AS metrics,
         max(line.seen_at) AS seen_at
  FROM lines AS line JOIN (
    SELECT key, (published_at + to_days(?)) AT TIME ZONE ? AT TIME ZONE 'UTC' AS until
    FROM deliveries
  ) AS counting ON counting.key = line.key
  WHERE line.key <> '' AND line.seen_at <= ? AND line.seen_at <= counting.until
  GROUP BY line.key, line.channel, hash(json_keys(line.metrics)),
           CASE WHEN regexp_matches(line.metrics, ':[^0-9]') THEN line.seen_at END
) AS last"""

_BOTH = """(
  SELECT key, counted_at, metric, value FROM snapshots
  UNION ALL
  SELECT key, counted_at, metric, value FROM {read} AS read
)"""

_DIMENSIONS = ("brand", "campaign", "channel", "format", "pillar", "platform")

# KPIs join and group millions of rows by these few texts: DuckDB does that with numbers three times
# as fast, and to SQL they are texts all the same. In the order of texts they also compare so.
_KEYS = "CREATE TYPE a_key AS ENUM (SELECT DISTINCT key FROM raw_deliveries ORDER BY key)"
_MEMBERS = """
CREATE TYPE a_member AS ENUM (
  SELECT '' AS member
  UNION SELECT member FROM (
    SELECT unnest([campaign, channel, format, pillar]) AS member FROM raw_deliveries
    UNION SELECT member FROM channel_slices
  ) WHERE member IS NOT NULL
  ORDER BY member
)
"""
_DIMENSION = f"CREATE TYPE a_dimension AS ENUM ({str(('all', *_DIMENSIONS))[1:-1]})"
_PERIODS = (
    "CREATE TYPE a_period AS ENUM (SELECT DISTINCT period FROM raw_periods ORDER BY period)",
    "CREATE TYPE a_period_name AS ENUM"
    " (SELECT DISTINCT period_name FROM raw_periods ORDER BY period_name)",
)
_CODED: Mapping[str, Mapping[str, str]] = {
    "deliveries": {"key": "a_key"},
    "results": {"key": "a_key"},
    "slices": {"key": "a_key", "dimension": "a_dimension", "member": "a_member"},
    "periods": {"period": "a_period", "period_name": "a_period_name"},
    "grouped": {
        "key": "a_key",
        "dimension": "a_dimension",
        "member": "a_member",
        "period": "a_period",
        "period_name": "a_period_name",
    },
}
_OF_PERIODS = ("periods", "grouped")

_GROUPED = """
INSERT INTO grouped
SELECT slices.key, slices.dimension, slices.member, periods.period, periods.period_name
FROM deliveries
JOIN periods ON coalesce(deliveries.published_at, deliveries.planned_at) >= periods.start_at
            AND coalesce(deliveries.published_at, deliveries.planned_at) < periods.end_at
JOIN slices ON slices.key = deliveries.key
"""


def each(lines: str) -> str:
    """SQL that takes lines apart: a row for each number, in the zone that it is given."""
    return _EACH.format(lines=lines)


def filled(database: Connection, facts: Facts, now: datetime, *, whole: bool = True) -> None:
    """All tables but those of periods. ``now`` is in the workspace's zone.

    Snapshots are what the view ``lines`` says (``measure.kept``), if there is one; it goes away.
    Unless it is ``whole``, the table of snapshots stays as good as empty: what most KPIs need of
    a million of them is in ``results``.
    """
    _known(database, facts)
    zone, until, seen = str(now.tzinfo), _utc(now), _has_lines(database)
    if seen:
        database.execute(_CHANNELS.format(read=each(_OF_CHANNELS), known=_KNOWN), [zone, until])
    if seen and whole:
        database.execute(_SNAPSHOTS.format(read=each(_OF_DELIVERIES)), [zone, until])
    database.execute(_DELIVERIES.format(known=_KNOWN))
    database.execute("DROP TABLE raw_deliveries")
    if seen and not whole:
        counted = _BOTH.format(read=each(_LAST))
        values = [zone, RESULT_DAYS, zone, until, RESULT_DAYS]
        database.execute(_RESULTS.format(counted=counted), values)
    else:
        database.execute(_RESULTS.format(counted="snapshots"), [RESULT_DAYS])
    database.execute("DROP VIEW IF EXISTS lines")
    database.execute("INSERT INTO slices SELECT key, 'all', '' FROM deliveries")
    for name in _DIMENSIONS:
        database.execute(
            f"INSERT INTO slices SELECT key, '{name}', {name} FROM deliveries"  # noqa: S608
            f" WHERE {name} IS NOT NULL"
        )


def ahead(database: Connection, now: datetime) -> bool:
    """Whether some snapshots are of a time that has not come yet."""
    if not _has_lines(database):
        return False
    query = "SELECT count(*) FROM lines WHERE seen_at > ?"
    found = database.execute(query, [_utc(now)]).fetchone()
    return bool(found and found[0])


def _has_lines(database: Connection) -> bool:
    query = "SELECT count(*) FROM duckdb_views() WHERE view_name = 'lines'"
    found = database.execute(query).fetchone()
    return bool(found and found[0])


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _known(database: Connection, facts: Facts) -> None:
    """The tables, and in them all that is no snapshot of the branch."""
    _raw(database, "raw_deliveries", DELIVERIES, facts.rows.get("deliveries", ()))
    for name in TABLES.keys() - _CODED.keys():
        database.execute(definition(name))
        _insert(database, name, TABLES[name], facts.rows.get(name, ()))
    for statement in (_KEYS, _MEMBERS, _DIMENSION):
        database.execute(statement)
    for name in _CODED.keys() - _OF_PERIODS:
        database.execute(definition(name, _CODED[name]))


def grouped(database: Connection, periods: Iterable[Period]) -> None:
    """The periods, and which delivery is in which; then nothing more can be changed."""
    rows = [period_row(each) for each in periods]
    _raw(database, "raw_periods", TABLES["periods"], rows)
    for statement in _PERIODS:
        database.execute(statement)
    for name in _OF_PERIODS:
        database.execute(definition(name, _CODED[name]))
    database.execute("INSERT INTO periods FROM raw_periods")
    database.execute("DROP TABLE raw_periods")
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


def _raw(
    database: Connection, table: str, columns: Mapping[str, str], rows: Sequence[Values]
) -> None:
    """A table of rows as they are, to begin with."""
    told = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    database.execute(f"CREATE TEMP TABLE {table} ({told})")
    _insert(database, table, columns, rows)


def _insert(
    database: Connection, table: str, columns: Mapping[str, str], rows: Sequence[Values]
) -> None:
    """Many rows by one statement: a list for each column."""
    if not rows:
        return
    lists = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
    values = [list(each) for each in zip(*rows, strict=True)]
    database.execute(f"INSERT INTO {table} SELECT {lists}", values)
