"""The KPIs' SQL on PostgreSQL: the same text, the same tables, the same numbers."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from cmops.measure.definitions import built_in
from cmops.measure.figures import Figures
from cmops.measure.tables import RESULT, TABLES, definition
from tests.measure.world import drawn
from tests.servers.installed import unavailable
from tests.servers.process import running, tied

NOBODY = 65534


def program(name: str) -> str:
    """Debian keeps PostgreSQL's programs out of PATH."""
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if found is None and not places:
        unavailable(f"{name} (PostgreSQL) not installed")
    return found or str(places[-1])


def as_nobody(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return command
    who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [*who, *command]


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection[Any]]:
    """A server of this test's own, which only a socket in its folder leads to."""
    initdb, server = program("initdb"), program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="cmops-postgres-"))
    try:
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        data = str(folder / "data")
        made = as_nobody([initdb, "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "-N"])
        subprocess.run([*made, "--no-locale"], check=True, capture_output=True, cwd=folder)
        command = [server, "-D", data, "-k", str(folder), "-c", "listen_addresses=", "-F"]
        socket = folder / ".s.PGSQL.5432"
        with running(as_nobody(tied(command)), folder, socket), connected(folder) as connection:
            yield connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def connected(folder: Path) -> psycopg.Connection[Any]:
    """As soon as the server lets anybody in: it listens a little earlier."""
    end = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(
                host=str(folder), user="test", dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return drawn(tmp_path_factory.mktemp("world"), seed=2).figures()


@pytest.fixture(scope="module")
def filled(
    postgres: psycopg.Connection[Any], figures: Figures
) -> tuple[duckdb.DuckDBPyConnection, psycopg.Connection[Any]]:
    """Both databases with the very same rows."""
    duck = figures._database
    for name, columns in TABLES.items():
        postgres.execute(definition(name))
        rows = duck.execute(f"SELECT * FROM {name}").fetchall()
        into = f"COPY {name} ({', '.join(columns)}) FROM STDIN"
        with postgres.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)
    return duck, postgres


@pytest.mark.parametrize("kpi", built_in(), ids=lambda kpi: kpi.id)
def test_postgresql_answers_what_duckdb_answers(
    kpi: Any, filled: tuple[duckdb.DuckDBPyConnection, psycopg.Connection[Any]]
) -> None:
    duck, postgres = filled
    ours = duck.execute(kpi.sql)
    ours_by = by_place([each[0] for each in ours.description or ()], ours.fetchall())
    theirs = postgres.execute(kpi.sql)
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
