"""``cmops workflows`` in a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cmops, cmops, post
from tests.conftest import MakeWorkspace

__all__ = ["cmops"]

ACTION = "acme/cmops@" + "a" * 40


@pytest.fixture
def root(workspace: MakeWorkspace, cmops: Cmops) -> Path:
    root = workspace({"content/posts/un.md": post(at="2026-12-01 12:15")})
    said = cmops("workflows", "--write", "--action", ACTION, at=root)
    assert said.code == 0
    return root


def test_what_was_written_is_in_step_and_names_every_secret(cmops: Cmops, root: Path) -> None:
    assert (cmops("workflows", "--check").code, cmops("workflows").out) == (0, "")
    text = (root / ".github/workflows/cmops-publish.yml").read_text("utf-8")
    assert "MASTODON_TOKEN: ${{ secrets.MASTODON_TOKEN }}" in text
    assert f"uses: {ACTION}\n" in text
    assert "inchangé" in cmops("workflows", "--write").out
    assert "écrit" not in cmops("workflows", "--write").out


def test_another_channel_puts_them_out_of_step_until_they_are_written(
    cmops: Cmops, root: Path
) -> None:
    settings = root / "cmops.yml"
    more = "  deux: {platform: bluesky, url: https://b.example, account: b, secrets: {password: B}}"
    settings.write_text(f"{settings.read_text('utf-8')}{more}\n", "utf-8")
    said = cmops("workflows", "--check")
    assert said.code == 1
    assert ".github/workflows/cmops-publish.yml:" in said.out
    assert "CM957" in said.out
    annotated = cmops("workflows", "--check", "--format", "github").out
    assert annotated.startswith("::error file=.github/workflows/cmops-")
    cmops("workflows", "--write")
    assert cmops("workflows", "--check").code == 0


def test_a_workflow_that_somebody_does_without_is_not_missed(cmops: Cmops, root: Path) -> None:
    (root / ".github/workflows/cmops-measure.yml").unlink()
    assert cmops("workflows", "--check").code == 0


def test_a_post_at_a_new_hour_is_a_warning_until_the_schedule_has_it(
    cmops: Cmops, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMOPS_AT", "2026-11-24 10:00")
    (root / "content/posts/deux.md").write_text(post("Autre chose.", at="2026-12-02 21:30"))
    said = cmops("workflows", "--check")
    assert said.code == 0
    assert "CM958" in said.out
    cmops("workflows", "--write", "publish")
    assert "CM958" not in cmops("workflows", "--check").out


def test_without_knowing_where_cmops_comes_from_nothing_is_written(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmops.cli.workflows.origin", lambda top, environ: None)
    root = workspace()
    said = cmops("workflows", "--write", at=root)
    assert said.code == 2
    assert "--action" in said.err
    assert not (root / ".github").exists()
    assert cmops("workflows", "--write", "--check").code == 2
