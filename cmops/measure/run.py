"""Runs one KPI's SQL where it can do nothing but read the tables it was given.

A fork may bring its own SQL: the database is in memory and shut off from files, the network and
Python's variables; one SELECT is run, in a transaction that only reads, for a limited time.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from importlib.util import find_spec
from itertools import repeat
from threading import Timer
from typing import TYPE_CHECKING, Any, NamedTuple

from cmops.errors import CmopsError
from cmops.findings import Finding
from cmops.measure.definitions import Kpi
from cmops.measure.tables import MORE, NUMBER, RESULT, TEXT, WHOLE

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

NOT_ONE_SELECT = "CM951"
REFUSED = "CM952"
COLUMNS = "CM953"
TOO_MUCH = "CM954"

SECONDS = 10.0
"""How long one KPI may take; ours take a few hundredths of a second."""

MOST_ROWS = 200_000
MEMORY = "1GB"
THREADS = 1
"""A second one makes figures come a little sooner and costs an eighth more."""

_BEFORE: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "memory_limit": MEMORY,
    "temp_directory": "",
    "threads": THREADS,
}
_LOCKED = (
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)

_TEXTS = frozenset({str})
_NUMBERS = frozenset({int, float, Decimal, type(None)})
_MADE: Mapping[str, Callable[[Any], Any]] = {TEXT: str, WHOLE: int, NUMBER: float}

_KINDS: Mapping[str, str] = {**RESULT, **MORE}
_VALUE = list(_KINDS).index("value")

# "LINE 3: where b" and, below it, spaces and a caret.
_PLACE = re.compile(r"^LINE (\d+): (?P<line>.*)\n( *)\^", re.MULTILINE)


class Row(NamedTuple):
    """One number of a KPI: of which slice, in which period; the rest where the KPI gives it."""

    dimension: str
    member: str
    period: str
    period_name: str
    value: float
    n: int | None = None
    low: float | None = None
    high: float | None = None
    weekday: int | None = None
    hour: int | None = None


class NoDuckDB(CmopsError):
    """The library that runs SQL is an optional part and is not installed."""

    def __init__(self) -> None:
        super().__init__("measure.no-duckdb")


def library() -> None:
    """Raises NoDuckDB where the library is not there; does not load it yet."""
    if "duckdb" not in sys.modules and find_spec("duckdb") is None:
        raise NoDuckDB


def at_rest() -> None:
    """Keeps all that there is out of searches for garbage, unless DuckDB is there already.

    Its bindings complain at the end of the process where nobody takes them apart.
    """
    if "duckdb" not in sys.modules:
        gc.freeze()


def opened() -> Connection:
    """A new database in memory, to be filled and then locked. Raises NoDuckDB."""
    at_rest()
    try:
        import duckdb
    except ModuleNotFoundError:
        raise NoDuckDB from None
    return duckdb.connect(":memory:", config=_BEFORE)


def lock(database: Connection) -> None:
    """From now on nothing outside can be reached, and no setting can be changed back."""
    for statement in _LOCKED:
        database.execute(statement)


def run(database: Connection, kpi: Kpi, seconds: float = SECONDS) -> tuple[Row, ...] | Finding:
    """The KPI's numbers, or why it has none. What is not measured (NULL) gives no row."""
    import duckdb

    timer = Timer(seconds, database.interrupt)
    try:
        sql = _without_header(kpi.sql)
        if not _is_one_select(database, sql):
            return Finding(NOT_ONE_SELECT, kpi.path, place=_first_statement(kpi.sql))
        timer.start()
        names, rows = _asked(database, sql)
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        values = {"seconds": round(seconds), "memory": MEMORY, "rows": MOST_ROWS}
        return Finding(TOO_MUCH, kpi.path, values=values, place=_first_statement(kpi.sql))
    except (duckdb.Error, RuntimeError, UnicodeError) as error:
        return _refused(kpi, str(error))
    finally:
        timer.cancel()
    missing = [name for name in RESULT if name not in names]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    wrong = missing or _wrong_types(columns)
    if wrong:
        values = {"columns": wrong, "wanted": list(RESULT)}
        return Finding(COLUMNS, kpi.path, values=values, place=_first_statement(kpi.sql))
    if len(rows) > MOST_ROWS:
        values = {"seconds": round(seconds), "memory": MEMORY, "rows": MOST_ROWS}
        return Finding(TOO_MUCH, kpi.path, values=values, place=_first_statement(kpi.sql))
    return _rows(columns)


def _is_one_select(database: Connection, sql: str) -> bool:
    import duckdb

    found = database.extract_statements(sql)
    return len(found) == 1 and found[0].type == duckdb.StatementType.SELECT


def _asked(database: Connection, sql: str) -> tuple[Sequence[str], Sequence[Any]]:
    """The columns' names, and the rows. A SELECT can hold an INSERT: this refuses it."""
    database.execute("BEGIN TRANSACTION READ ONLY")
    try:
        database.execute(sql)
        names = [each[0] for each in database.description or ()]
        return names, database.fetchmany(MOST_ROWS + 1)
    finally:
        database.execute("ROLLBACK")


def _wrong_types(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Columns that hold something else than what they should; a number may be missing."""
    return [
        name
        for name, kind in _KINDS.items()
        if not set(map(type, columns.get(name, ()))) <= (_TEXTS if kind == TEXT else _NUMBERS)
    ]


def _rows(columns: Mapping[str, Sequence[Any]]) -> tuple[Row, ...]:
    """The rows whose value is measured."""
    if not columns:
        return ()
    made = [
        _made(columns[name], kind) if name in columns else repeat(None)
        for name, kind in _KINDS.items()
    ]
    rows = zip(*made, strict=False)
    return tuple(Row._make(each) for each in rows if each[_VALUE] is not None)


def _made(column: Sequence[Any], kind: str) -> Iterable[Any]:
    make = _MADE[kind]
    return (None if each is None else make(each) for each in column)


def _refused(kpi: Kpi, message: str) -> Finding:
    """The engine's own words, at the place that it names."""
    said = message.split("\n", 1)[0].strip()
    found = _PLACE.search(message)
    line, column = _first_statement(kpi.sql)
    if found:
        line += int(found[1]) - 1
        column = len(found[3]) - len(f"LINE {found[1]}: ") + 1
        if found["line"].startswith("..."):
            # Of a long line only the part around the mistake is shown.
            whole = kpi.sql.split("\n")[line - 1]
            column += whole.find(found["line"].strip(".")) - 3
    return Finding(REFUSED, kpi.path, values={"reason": said}, place=(line, max(column, 1)))


def _without_header(sql: str) -> str:
    """The statement from its first line on: the engine miscounts lines after comments."""
    return "\n".join(sql.split("\n")[_first_statement(sql)[0] - 1 :])


def _first_statement(sql: str) -> tuple[int, int]:
    """The first line that is no comment."""
    lines = sql.split("\n")
    numbered = (n for n, line in enumerate(lines, 1) if line.strip() and line[:2] != "--")
    return next(numbered, 1), 1
