"""``cmops validate`` looks at a team's own KPIs and numbers too, where it has some."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmops.cli.main import run
from cmops.measure import run as sql
from tests.conftest import MakeWorkspace

GOOD = """\
-- id: panier
-- title: Panier
-- meaning: Combien
-- unit: €
-- better: higher

SELECT 'all' AS dimension, '' AS member, 'month' AS period, '2026-11' AS period_name, 1.0 AS value
"""
NUMBERS = "date,channel,metric,value,post\n2026-11-30,nobody,paniers,3,\n"
GOAL = (
    "objectives:\n  - {id: a, name: A, why: W, kpi: paniers, target: 1, start: 2026-10-01,"
    " end: 2026-12-31}\n"
)


def validated(root: Path, *options: str) -> int:
    return run(["-C", str(root), "validate", "--at", "2026-12-01 12:30", *options])


def test_a_definition_that_works_is_fine(
    workspace: MakeWorkspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validated(workspace({"kpis/panier.sql": GOOD})) == 0
    assert "CM95" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"kpis/panier.sql": GOOD.replace("1.0", "nothing")}, "kpis/panier.sql:7:"),
        ({"kpis/panier.sql": "-- id: panier\n"}, "kpis/panier.sql:1:1: error CM950"),
        ({"kpis/data/a.csv": NUMBERS}, "kpis/data/a.csv:2:"),
    ],
)
def test_what_is_wrong_in_one_is_an_error_at_its_line(
    files: dict[str, str], said: str, workspace: MakeWorkspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert validated(workspace(files)) == 1
    assert said in capsys.readouterr().out


def test_an_objective_that_names_no_kpi_is_told(
    workspace: MakeWorkspace, capsys: pytest.CaptureFixture[str]
) -> None:
    root = workspace({"kpis/panier.sql": GOOD, "calendar/objectives.yml": GOAL})
    assert validated(root) == 0
    assert "calendar/objectives.yml:2:35: warning CM956" in capsys.readouterr().out


def test_only_the_paths_that_were_asked_for_are_told(
    workspace: MakeWorkspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workspace({"kpis/panier.sql": "-- id: panier\n", "content/posts/a.md": "x"}))
    validated(Path(), "kpis")
    said = capsys.readouterr().out
    assert "kpis/panier.sql" in said
    assert "content/posts/a.md" not in said


def test_without_duckdb_headers_are_still_looked_at_and_the_rest_is_noted(
    workspace: MakeWorkspace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def missing() -> None:
        raise sql.NoDuckDB

    monkeypatch.setattr(sql, "opened", missing)
    assert validated(workspace({"kpis/panier.sql": "-- id: panier\n"})) == 1
    told = capsys.readouterr()
    assert "CM950" in told.out
    assert "DuckDB" in told.err
