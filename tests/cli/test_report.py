from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cmops.cli.main import run
from tests.conftest import MakeWorkspace
from tests.measure.world import drawn

AT = ("--at", "2026-12-01 12:30")
WRITTEN = "---\nmonth: 2026-10\nbrand: boutique\n---\nÀ décider : le prix.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    world = drawn(tmp_path / "w")
    world.files["content/reports/2026-10-boutique.md"] = WRITTEN
    world.write()
    return world.root


def test_it_tells_the_last_month_that_is_over(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(root), "report", *AT]) == 0
    said = capsys.readouterr().out
    assert said.startswith("# Bilan novembre 2026 — Toutes les marques")
    assert "## Chiffres du mois" in said


def test_it_tells_a_brands_month_with_its_comments(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(root), "report", "--month", "2026-10", "--brand", "boutique", *AT]) == 0
    said = capsys.readouterr().out
    assert said.startswith("# Bilan octobre 2026 — La boutique")
    assert "À décider : le prix." in said


def test_json_is_for_programs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["-C", str(root), "report", "--month", "2026-10", "--brand", "boutique"]
    assert run([*command, "--format", "json", *AT]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["version"], found["month"], found["brand"]) == (1, "2026-10", "boutique")
    assert found["example"] is False
    assert found["comments"][0]["text"] == "À décider : le prix."
    assert {"kpi", "value", "previous", "year_ago", "complete"} == set(found["figures"][0])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--month", "novembre"), "n’est pas un mois"),
        (("--month", "2027-03"), "n’a pas commencé"),
        (("--brand", "autre"), "autre"),
    ],
)
def test_what_cannot_be_told_is_wrong_usage(
    root: Path, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-C", str(root), "report", *options, *AT]) == 2
    assert said in capsys.readouterr().err


def test_without_a_browser_it_says_what_to_do(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CMOPS_BROWSER", "no-such-browser")
    assert run(["-C", str(root), "report", "--pdf", str(tmp_path / "a.pdf"), *AT]) == 1
    said = capsys.readouterr().err
    assert "no-such-browser" in said
    assert "CMOPS_BROWSER" in said
    assert not list(tmp_path.glob("*.pdf"))


def test_a_browser_that_makes_nothing_leaves_nothing_behind(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CMOPS_BROWSER", str(broken))
    target = tmp_path / "out" / "a.pdf"
    assert run(["-C", str(root), "report", "--pdf", str(target), *AT]) == 1
    assert "no display" in capsys.readouterr().err
    assert list(target.parent.iterdir()) == []


def test_a_pdf_has_two_sides_at_most_even_with_the_longest_comments(
    program: Callable[[str], str],
    workspace: MakeWorkspace,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CMOPS_BROWSER", program("chromium"))
    points = "".join(f"- Point {n} : une chose qui compte pour ce mois-ci.\n" for n in range(44))
    body = f"---\nmonth: 2026-11\nbrand: ateliers\n---\n{points[:2399]}"
    (root / "content/reports/2026-11-ateliers.md").write_text(body, "utf-8")
    target = tmp_path / "a.pdf"
    command = ["-C", str(root), "report", "--month", "2026-11", "--brand", "ateliers"]
    assert run([*command, "--pdf", str(target), *AT]) == 0
    sides = len(re.findall(rb"/Type\s*/Page\b", target.read_bytes()))
    assert 1 <= sides <= 2
    assert list(tmp_path.glob("cmops-report-*")) == []
