from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.table import END, START, Row, between, render, write


def test_the_table_replaces_only_what_stands_between_the_comments() -> None:
    text = f"before\n{START}\nold\n{END}\nafter\n"

    assert between(text, "| new |\n") == f"before\n{START}\n| new |\n{END}\nafter\n"
    assert between(between(text, "| x |\n"), "| y |\n") == between(text, "| y |\n")


def test_a_missed_target_is_shown_as_missed() -> None:
    table = render([Row("plan", 10_000, "3 s against 1 s", 3.0, 1.5)])

    assert "| plan | 10,000 | 3 s against 1 s | **3.00** (missed) | ≤ 1.5 |" in table


def test_a_figure_with_a_unit_says_it_in_figure_and_target() -> None:
    assert "| 24 MB | ≤ 200 MB |" in render([Row("memory", 1_000, "", 24.3, 200, "MB")])


def test_a_readme_without_the_comments_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# cmops\n")

    write([Row("a", None, "", 1.0)], tmp_path / "RESULTS.md", readme)

    assert readme.read_text() == "# cmops\n"
    assert "no place for the table" in capsys.readouterr().err
    assert "| a |" in (tmp_path / "RESULTS.md").read_text()
