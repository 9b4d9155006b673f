from __future__ import annotations

from pathlib import Path

import pytest

from cmops.cli.main import run


def pages(hostile: Path, *arguments: str) -> int:
    return run(["-C", str(hostile), "pages", *arguments, "--at", "2026-12-01 12:30"])


def test_every_page_is_written_with_its_media_and_style(hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert pages(hostile, str(out)) == 0
    assert (out / "index.md").read_text().startswith("---\ntitle:")
    assert (out / "assets/cmops.css").is_file()
    assert (out / "assets/media/a.png").read_bytes() == (
        hostile / "content/media/a.png"
    ).read_bytes()


def test_links_take_the_form_that_was_asked_for(hostile: Path, tmp_path: Path) -> None:
    for form, link in (
        ("folders", "campaigns/hiver/"),
        ("files", "hiver.html"),
        ("markdown", "hiver.md"),
    ):
        out = tmp_path / form
        assert pages(hostile, str(out), "--links", form) == 0
        assert f'{link}"' in (out / "index.md").read_text()


def test_a_second_run_removes_its_own_old_pages_and_nothing_else(
    hostile: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert pages(hostile, str(out)) == 0
    (out / "mine.md").write_text("à moi")
    (hostile / "calendar/campaigns/hiver.md").unlink()
    assert pages(hostile, str(out)) == 0
    assert (out / "mine.md").is_file()
    assert not (out / "campaigns/hiver.md").exists()
    assert (out / "campaigns/index.md").is_file()


def test_a_folder_with_other_things_is_refused(
    hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("à moi")
    assert pages(hostile, str(out)) == 2
    assert sorted(path.name for path in out.iterdir()) == ["mine.txt"]
    assert pages(hostile, str(hostile)) == 2
    assert "cmops" in capsys.readouterr().err
