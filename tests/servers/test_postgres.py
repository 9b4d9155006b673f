"""The KPIs' SQL on PostgreSQL: the same text, the same tables, the same numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import duckdb
import psycopg
import pytest

from cmops.measure.definitions import built_in
from cmops.measure.figures import Figures
from cmops.measure.tables import RESULT, TABLES, definition
from tests.measure.world import drawn
from tests.servers.postgres import connected, postgres


@pytest.fixture(scope="module")
def database() -> Iterator[psycopg.Connection[Any]]:
    with postgres() as folder, connected(folder) as connection:
        yield connection


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return drawn(tmp_path_factory.mktemp("world"), seed=2).figures()


@pytest.fixture(scope="module")
def filled(
    database: psycopg.Connection[Any], figures: Figures
) -> tuple[duckdb.DuckDBPyConnection, psycopg.Connection[Any]]:
    """Both databases with the very same rows."""
    duck = figures._sources.database
    for name, columns in TABLES.items():
        database.execute(definition(name))
        rows = duck.execute(f"SELECT * FROM {name}").fetchall()
        into = f"COPY {name} ({', '.join(columns)}) FROM STDIN"
        with database.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)
    return duck, database


@pytest.mark.parametrize("kpi", built_in(), ids=lambda kpi: kpi.id)
def test_postgresql_answers_what_duckdb_answers(
    kpi: Any, filled: tuple[duckdb.DuckDBPyConnection, psycopg.Connection[Any]]
) -> None:
    duck, database = filled
    ours = duck.execute(kpi.sql)
    ours_by = by_place([each[0] for each in ours.description or ()], ours.fetchall())
    theirs = database.execute(kpi.sql)
    theirs_by = by_place([each.name for each in theirs.description or ()], theirs.fetchall())
    assert ours_by.keys() == theirs_by.keys()
    for place, numbers in ours_by.items():
        for name, number in numbers.items():
            other = theirs_by[place][name]
            assert (number is None) == (other is None), (place, name)
            if number is not None:
                close = math.isclose(float(number), float(other), rel_tol=1e-9, abs_tol=1e-9)
                assert close, (place, name, number, other)


def test_what_is_compared_is_something(figures: Figures) -> None:
    measured = [each.id for each in figures.kpis if figures.is_measured(each)]
    assert len(measured) >= 12


def by_place(names: list[str], rows: list[Any]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Each row's numbers, by what it is about."""
    texts = [name for name, kind in RESULT.items() if kind == "TEXT"] + ["weekday", "hour"]
    found = {}
    for row in rows:
        values = dict(zip(names, row, strict=True))
        place = tuple(values.pop(name, None) for name in texts)
        assert place not in found
        found[place] = values
    return found
