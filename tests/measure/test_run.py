"""SQL that a fork brings reads the tables that it is given, and does nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from cmops.findings import Finding
from cmops.measure import run
from cmops.measure.definitions import Kpi
from cmops.measure.run import opened

SELECT = """\
-- id: x

SELECT 'all' AS dimension, '' AS member, 'month' AS period, '2026-11' AS period_name,
       {value} AS value
"""
WORDS = {"en": "x"}


def kpi(sql: str) -> Kpi:
    return Kpi("x", "kpis/x.sql", WORDS, WORDS, WORDS, WORDS, "higher", (), False, True, sql)


@pytest.fixture
def database() -> DuckDBPyConnection:
    made = opened()
    made.execute("CREATE TABLE results (key TEXT, value DOUBLE)")
    made.execute("INSERT INTO results VALUES ('a', 1), ('b', 2)")
    run.lock(made)
    return made


def refused(database: DuckDBPyConnection, sql: str, seconds: float = 10.0) -> Finding:
    found = run.run(database, kpi(sql), seconds)
    assert isinstance(found, Finding), found
    return found


def test_a_select_is_answered(database: DuckDBPyConnection) -> None:
    found = run.run(database, kpi(SELECT.format(value="(SELECT SUM(value) FROM results)")))
    assert isinstance(found, tuple)
    assert [each.value for each in found] == [3.0]


def test_what_is_not_measured_is_no_row_and_never_zero(database: DuckDBPyConnection) -> None:
    assert run.run(database, kpi(SELECT.format(value="CAST(NULL AS DOUBLE)"))) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO results VALUES ('c', 3)",
        "DELETE FROM results",
        "DROP TABLE results",
        "ATTACH '/tmp/mine.db'",
        "COPY results TO '/tmp/mine.csv'",
        "EXPORT DATABASE '/tmp/mine'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '100GB'",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE results",
        "",
        "-- nothing",
    ],
)
def test_only_one_select_is_run(statement: str, database: DuckDBPyConnection) -> None:
    assert refused(database, statement).code in ("CM951", "CM952")
    assert database.execute("SELECT COUNT(*) FROM results").fetchall() == [(2,)]


@pytest.mark.parametrize(
    "source",
    [
        "read_csv('/etc/passwd')",
        "read_text('/etc/hostname')",
        "read_blob('/etc/hostname')",
        "read_parquet('https://example.org/x.parquet')",
        "'/etc/passwd'",
        "glob('/etc/*')",
        "sniff_csv('/etc/passwd')",
        "secret",
        "sqlite_scan('/tmp/x', 'y')",
    ],
)
def test_nothing_outside_of_the_database_is_read(source: str, database: DuckDBPyConnection) -> None:
    secret = {"a": [1]}  # Python's variables are not tables here
    assert secret
    sql = SELECT.format(value=f"(SELECT COUNT(*) FROM {source})")
    assert refused(database, sql).code == "CM952"


@pytest.mark.parametrize(
    "sql",
    [
        "WITH new AS (INSERT INTO results VALUES ('c', 9) RETURNING key) SELECT * FROM new",
        "WITH gone AS (DELETE FROM results RETURNING key) SELECT * FROM gone",
    ],
)
def test_a_select_that_hides_a_change_changes_nothing(
    sql: str, database: DuckDBPyConnection
) -> None:
    assert refused(database, sql).code == "CM952"
    assert database.execute("SELECT COUNT(*) FROM results").fetchall() == [(2,)]


def test_settings_stay_as_they_are(database: DuckDBPyConnection) -> None:
    for statement in ("SET enable_external_access = true", "RESET enable_external_access"):
        with pytest.raises(Exception, match=r"(?i)locked|cannot"):
            database.execute(statement)


def test_a_query_without_an_end_is_stopped(database: DuckDBPyConnection) -> None:
    sql = SELECT.format(
        value="(SELECT SUM(a.i * b.i) FROM range(1000000000) a(i), range(9999999) b(i))"
    )
    assert refused(database, sql, 0.5).code == "CM954"
    after = run.run(database, kpi(SELECT.format(value="1")))
    assert isinstance(after, tuple), "the next one is answered"


def test_a_query_that_wants_all_memory_is_stopped(database: DuckDBPyConnection) -> None:
    sql = SELECT.format(value="(SELECT LENGTH(list(i)::TEXT) FROM range(2000000000) a(i))")
    assert refused(database, sql, 20.0).code == "CM954"


def test_rows_without_number_are_too_many(
    database: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MOST_ROWS", 10)
    sql = SELECT.format(value="i") + "FROM range(11) a(i)"
    assert refused(database, sql).code == "CM954"


def test_a_mistake_is_found_at_its_line_and_column(database: DuckDBPyConnection) -> None:
    for sql, place in (
        ("-- id: x\n\nSELECT key,\n       valeur\nFROM results\n", (4, 8)),
        ("-- é\nSELECT 'é’', valeur FROM results\n", (2, 14)),
        (f"SELECT '{'e' * 100}', valeur FROM results", (1, 112)),
        ("SELECT key,,\nFROM results", (1, 12)),
    ):
        found = refused(database, sql)
        assert (found.code, found.place) == ("CM952", place)
        assert found.values["reason"]


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT 1 AS value", ["dimension", "member", "period", "period_name"]),
        (SELECT.format(value="'beaucoup'"), ["value"]),
        (SELECT.format(value="true"), ["value"]),
        (SELECT.format(value="1").replace("'' AS member", "NULL AS member"), ["member"]),
    ],
)
def test_columns_are_what_a_kpi_answers_with(
    sql: str, columns: list[str], database: DuckDBPyConnection
) -> None:
    found = refused(database, sql)
    assert (found.code, found.values["columns"]) == ("CM953", columns)


def test_no_timer_outlives_its_query(database: DuckDBPyConnection) -> None:
    before = threading.active_count()
    run.run(database, kpi(SELECT.format(value="1")))
    assert threading.active_count() <= before + 1


def test_a_database_is_never_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = opened()
    run.lock(made)
    run.run(made, kpi(SELECT.format(value="(SELECT SUM(i) FROM range(1000000) a(i))")))
    assert list(tmp_path.iterdir()) == []
