from __future__ import annotations

from pathlib import Path

import pytest

from cmops.workspace.place import inside, workspace_at
from tests.conftest import MakeWorkspace


def test_a_workspace_is_found_from_any_folder_inside_it(
    workspace: MakeWorkspace, tmp_path: Path
) -> None:
    root = workspace({"content/posts/a.md": "x"})
    assert workspace_at(root / "content/posts") == root
    assert workspace_at(root) == root
    assert workspace_at(tmp_path) == tmp_path
    (tmp_path / "link").symlink_to(root / "content")
    assert workspace_at(tmp_path / "link") == root


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a.md", "content/posts/a.md"),
        ("./a.md", "content/posts/a.md"),
        ("../posts/gone.md", "content/posts/gone.md"),
        ("..", "content"),
        ("../..", "."),
        ("lien.md", "content/posts/lien.md"),
        ("../../..", None),
        ("/etc/hostname", None),
    ],
)
def test_a_path_is_taken_from_where_a_person_stands(
    given: str, expected: str | None, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace({"content/posts/a.md": "x"})
    (root / "content/posts/lien.md").symlink_to("/etc/hostname")
    monkeypatch.chdir(root / "content/posts")
    assert inside(root, given) == expected
