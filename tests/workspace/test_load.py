from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cmops.workspace import files, source
from cmops.workspace.cache import Cache
from cmops.workspace.load import load
from tests.conftest import CMOPS_YML, MakeWorkspace

POST = "---\ntitle: T\nto: [archive]\n---\nBonjour\n"


def codes(root: Path) -> list[str]:
    return [each.code for each in load(root).findings]


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened from now on."""
    read: list[str] = []
    real = files.read_bytes

    def reading(root: Path, file: files.File) -> object:
        read.append(file.path)
        return real(root, file)

    monkeypatch.setattr(files, "read_bytes", reading)
    return read


def test_a_workspace_is_what_its_files_say(workspace: MakeWorkspace) -> None:
    loaded = load(workspace({"content/posts/a.md": POST}))
    assert loaded.usable
    assert loaded.findings == ()
    assert set(loaded.records) == {"cmops.yml", "content/posts/a.md"}
    assert loaded.workspace.posts["a"].body == "Bonjour\n"


def test_what_was_read_before_is_taken_from_the_cache_and_is_the_same(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(
        {"content/posts/a.md": POST, "content/posts/b.md": POST + "{", "content/posts/c.md": "x"}
    )
    wrong = POST.replace("title: T", "title: T\ntitel: x\nstatus: y")
    (root / "content/posts/d.md").write_text(wrong)
    first = load(root, Cache(root, "1"))
    read = noted(monkeypatch)
    second = load(root, Cache(root, "1"))
    assert read == ["content/posts/c.md"], "what cannot be read is looked at again"
    assert second.workspace == first.workspace
    assert [(each.code, each.at, dict(each.values)) for each in second.findings] == [
        (
            each.code,
            each.at,
            {k: list(v) if isinstance(v, tuple) else v for k, v in each.values.items()},
        )
        for each in first.findings
    ]


def test_a_new_checkout_is_read_but_not_taken_apart_again(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = workspace({"content/posts/a.md": POST, "content/posts/b.md": POST})
    first = load(root, Cache(root, "1"))
    again = tmp_path / "again"
    shutil.copytree(root, again, copy_function=shutil.copyfile)
    (again / "content/posts/b.md").write_text(POST.replace("Bonjour", "Bonsoir"))
    taken_apart: list[str] = []
    real = source.read

    def reading(path: str, raw: bytes, kind: str) -> object:
        taken_apart.append(path)
        return real(path, raw, kind)

    monkeypatch.setattr(source, "read", reading)
    second = load(again, Cache(again, "1"))
    assert taken_apart == ["content/posts/b.md"]
    assert second.workspace.posts["a"] == first.workspace.posts["a"]
    assert second.workspace.posts["b"].body == "Bonsoir\n"
    assert load(again, Cache(again, "1")).workspace == second.workspace
    assert taken_apart == ["content/posts/b.md"]


def test_a_changed_file_is_read_again_and_a_gone_one_is_forgotten(
    workspace: MakeWorkspace,
) -> None:
    root = workspace({"content/posts/a.md": POST, "content/posts/b.md": POST})
    load(root, Cache(root, "1"))
    (root / "content/posts/a.md").write_text(POST.replace("Bonjour", "Bonsoir"))
    (root / "content/posts/b.md").unlink()
    assert load(root, Cache(root, "1")).workspace.posts["a"].body == "Bonsoir\n"
    assert set(load(root, Cache(root, "1")).workspace.posts) == {"a"}


@pytest.mark.parametrize("cached", [False, True])
def test_what_was_read_earlier_in_this_process_is_taken_and_all_is_as_if_read_anew(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, cached: bool
) -> None:
    gap = POST.replace("to:", "publish_at: 2027-03-28 02:30\nto:")
    names = ("a", "b", "c", "double", "z")
    root = workspace({f"content/posts/{name}.md": POST for name in names})
    (root / "content/posts/gap.md").write_text(gap)
    (root / "content/posts/also.md").write_text(POST.replace("title:", "id: double\ntitle:"))
    cache = Cache(root, "1") if cached else None
    earlier = load(root, cache)
    assert {each.code for each in earlier.findings} == {"CM204", "CM301"}

    (root / "content/posts/b.md").write_text(POST.replace("Bonjour", "Bonsoir"))
    (root / "content/posts/c.md").unlink()
    (root / "content/posts/aa.md").write_text(POST)
    read = noted(monkeypatch)
    again = load(root, cache, earlier)
    assert read == ["content/posts/aa.md", "content/posts/b.md"]
    assert again == load(root)
    assert list(again.workspace.posts) == list(load(root).workspace.posts)
    assert again.workspace.posts["a"] is earlier.workspace.posts["a"]
    if cached:
        assert load(root, Cache(root, "1")) == again

    settings = root / "cmops.yml"
    settings.write_text(settings.read_text().replace("Europe/Paris", "Asia/Tokyo"))
    moved = load(root, cache, again)
    assert moved == load(root)
    assert "CM301" not in {each.code for each in moved.findings}


def test_a_document_is_read_anew_for_its_places(workspace: MakeWorkspace) -> None:
    loaded = load(workspace({"content/posts/a.md": POST}))
    document = loaded.document("content/posts/a.md")
    assert document is not None
    assert document.locate(("to", 0)) == (3, 6)
    assert loaded.document("content/posts/none.md") is None


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (CMOPS_YML.replace("version: 1", "version: 2"), "CM202"),
        (CMOPS_YML.replace("version: 1", 'version: "1"'), "CM"),
        (CMOPS_YML.replace("version: 1\n", ""), "CM102"),
        (CMOPS_YML + "nonsense: 1\n", "CM101"),
        ("", "CM005"),
        ("a: [\n", "CM0"),
        ("name: a\nname: b\nbrands: 3\npublishing: [x]\nlanguage: {}\n", "CM025"),
    ],
)
def test_settings_that_are_wrong_are_not_usable_and_what_is_right_in_them_serves(
    settings: str, code: str, workspace: MakeWorkspace
) -> None:
    loaded = load(workspace({"cmops.yml": settings, "content/posts/a.md": POST}))
    assert not loaded.usable
    assert any(each.code.startswith(code) for each in loaded.findings)
    assert "a" in loaded.workspace.posts
    if "channels:" in settings:
        assert "archive" in loaded.workspace.settings.channels


def test_no_settings_at_all_is_one_finding(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["CM201"]
    assert not load(tmp_path).usable
