from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmops.findings import Finding
from cmops.workspace.files import File, kind, read_bytes, walk
from cmops.workspace.source import MOST_BYTES


def make(root: Path, *paths: str, text: str = "x") -> Path:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


def found(root: Path) -> dict[str, str]:
    files, findings = walk(root)
    assert findings == ()
    return {file.path: file.kind for file in files}


def problems(root: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in walk(root)[1]]


def the_file(root: Path, path: str) -> File:
    (file,) = (file for file in walk(root)[0] if file.path == path)
    return file


KINDS = {
    "cmops.yml": "settings",
    "content/posts/a.md": "post",
    "content/posts/2026/hiver/b.md": "post",
    "content/articles/a.md": "article",
    "content/media/a.jpg.yml": "media",
    "content/media/été/b.PNG.yml": "media",
    "content/media/c.mp4.yml": "media",
    "content/replies/a.md": "reply",
    "calendar/campaigns/a.md": "campaign",
    "calendar/campaigns/b.yml": "campaign",
    "calendar/events/a.yml": "event",
    "calendar/events/b.md": "event",
    "calendar/key-dates/fr.yml": "key-dates",
    "calendar/windows.yml": "windows",
    "calendar/objectives.yml": "objectives",
    "playbooks/editorial.md": "editorial",
    "playbooks/guidelines/a.md": "guidelines",
    "playbooks/moderation/a.yml": "moderation",
    "playbooks/crisis/a.md": "crisis",
    "playbooks/incidents/2026/a.md": "incident",
}


def test_the_place_of_a_file_says_its_kind(tmp_path: Path) -> None:
    assert found(make(tmp_path, *KINDS)) == KINDS
    assert {path: kind(path) for path in KINDS} == KINDS


def test_files_come_sorted_by_path_with_their_size_and_signature(tmp_path: Path) -> None:
    make(tmp_path, *KINDS, text="été")
    files, _ = walk(tmp_path)
    assert [file.path for file in files] == sorted(KINDS)
    state = (tmp_path / files[0].path).stat()
    assert files[0].size == 5
    assert files[0].signature == (5, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


def test_the_signature_changes_with_the_file_even_at_the_same_size(tmp_path: Path) -> None:
    path = make(tmp_path, "cmops.yml", text="a") / "cmops.yml"
    before = the_file(tmp_path, "cmops.yml").signature
    times = path.stat()
    (tmp_path / "new").write_text("b")
    (tmp_path / "new").replace(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert the_file(tmp_path, "cmops.yml").signature != before


def test_other_folders_hidden_files_readmes_and_media_are_left_alone(tmp_path: Path) -> None:
    make(
        tmp_path,
        "docs/a.md",
        "kpis/a.yml",
        "tests/content/posts/a.md",
        "notes.md",
        "content/posts/.draft.md",
        "content/.git/posts/a.md",
        "content/posts/README.md",
        "content/README.md",
        "playbooks/guidelines/readme.md",
        "content/media/a.jpg",
        "content/media/film.mp4",
        "content/posts/~$annonce.docx",
        "content/posts/Thumbs.db",
    )
    assert found(tmp_path) == {}


def test_an_empty_workspace_and_one_that_is_not_there_have_no_files(tmp_path: Path) -> None:
    assert found(tmp_path) == {}
    assert found(tmp_path / "missing") == {}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/posts/annonce.txt", "annonce.md"),
        ("content/posts/annonce.docx", "annonce.md"),
        ("content/posts/Annonce.MD", "Annonce.md"),
        ("content/posts/a.yml", "a.md"),
        ("calendar/key-dates/fr.yaml", "fr.yml"),
        ("playbooks/moderation/a.md", "a.yml"),
        ("content/media/a.jpg.yaml", "a.jpg.yml"),
        ("content/media/a.yml", "a.jpg.yml"),
        ("cmops.yaml", "cmops.yml"),
        ("calendar/windows.yaml", "windows.yml"),
        ("playbooks/editorial.txt", "editorial.md"),
    ],
)
def test_a_document_with_the_wrong_end_is_told_its_right_name(
    tmp_path: Path, path: str, expected: str
) -> None:
    files, (finding,) = walk(make(tmp_path, path))
    assert files == ()
    assert (finding.code, finding.path) == ("CM013", path)
    assert finding.values["expected"] == expected


@pytest.mark.parametrize(
    "path", ["content/post/a.md", "content/a.md", "calendar/evenements/a.yml", "playbooks/x/y/a.md"]
)
def test_a_document_in_a_folder_that_is_not_read_is_told_where_to_go(
    tmp_path: Path, path: str
) -> None:
    files, (finding,) = walk(make(tmp_path, path))
    assert files == ()
    assert (finding.code, finding.path) == ("CM017", path)
    assert finding.values["folder"] == path.rpartition("/")[0]


def test_names_with_spaces_accents_and_emoji_are_ordinary(tmp_path: Path) -> None:
    path = "content/posts/été 2026/l'atelier « d'hiver » 🎉.md"
    make(tmp_path, path, text="Bonjour")
    assert found(tmp_path) == {path: "post"}
    assert read_bytes(tmp_path, the_file(tmp_path, path)) == b"Bonjour"


def test_names_that_cannot_be_shown_are_findings_that_can(tmp_path: Path) -> None:
    make(tmp_path, "content/posts/a.md")
    os.mkdir(os.fsencode(tmp_path) + b"/content/posts/\xe9t\xe9")  # noqa: PTH102
    (tmp_path / "content/posts/b\n::error::.md").write_text("x")
    files, findings = walk(tmp_path)
    assert [file.path for file in files] == ["content/posts/a.md"]
    assert [(each.code, each.path) for each in findings] == [
        ("CM015", "content/posts/b\ufffd::error::.md"),
        ("CM015", "content/posts/\ufffdt\ufffd"),
    ]


def test_a_link_out_of_the_workspace_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    root = make(tmp_path / "ws", "content/posts/a.md", ".git/config", ".env")
    make(tmp_path / "ws-other", "x.md")
    for name, target in {
        "abs.md": str(secret),
        "rel.md": "../../../secret.md",
        "sibling.md": "../../../ws-other/x.md",
        "git.md": "../../.git/config",
        "env.md": "../../.env",
        "folder": str(tmp_path),
        "image.jpg": str(secret),
    }.items():
        (root / "content/posts" / name).symlink_to(target)
    (root / "calendar").symlink_to(tmp_path)
    files, findings = walk(root)
    assert [file.path for file in files] == ["content/posts/a.md"]
    assert {finding.code for finding in findings} == {"CM010"}
    assert len(findings) == 8


def test_a_link_to_a_file_inside_is_read_through(tmp_path: Path) -> None:
    make(tmp_path, "docs/a.md", text="Bonjour")
    (tmp_path / "content/posts").mkdir(parents=True)
    (tmp_path / "content/posts/b.md").symlink_to("../../docs/a.md")
    assert found(tmp_path) == {"content/posts/b.md": "post"}
    assert read_bytes(tmp_path, the_file(tmp_path, "content/posts/b.md")) == b"Bonjour"


def test_links_to_folders_and_to_nothing_and_in_circles_are_findings(tmp_path: Path) -> None:
    make(tmp_path, "content/posts/a.md")
    posts = tmp_path / "content/posts"
    (posts / "loop").symlink_to(".")
    (posts / "nowhere.md").symlink_to("missing.md")
    assert problems(tmp_path) == [
        ("CM014", "content/posts/loop"),
        ("CM012", "content/posts/nowhere.md"),
    ]
    assert list(walk(tmp_path)[0]) == [the_file(tmp_path, "content/posts/a.md")]


def test_a_link_that_points_at_itself_is_a_finding(tmp_path: Path) -> None:
    make(tmp_path, "content/posts/a.md")
    (tmp_path / "content/posts/b.md").symlink_to("b.md")
    assert [path for _, path in problems(tmp_path)] == ["content/posts/b.md"]


def test_a_pipe_and_a_folder_with_a_documents_name_are_never_opened(tmp_path: Path) -> None:
    make(tmp_path, "content/posts/folder.md/a.md")
    os.mkfifo(tmp_path / "content/posts/pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        short = Path(tempfile.mkdtemp())
        try:
            listening.bind(str(short / "s"))
            (short / "s").rename(tmp_path / "content/posts/socket.md")
        finally:
            shutil.rmtree(short)
    (tmp_path / "cmops.yml").mkdir()
    assert problems(tmp_path) == [
        ("CM016", "cmops.yml"),
        ("CM016", "content/posts/pipe.md"),
        ("CM016", "content/posts/socket.md"),
    ]
    assert [file.path for file in walk(tmp_path)[0]] == ["content/posts/folder.md/a.md"]


def code(result: bytes | Finding) -> str:
    assert isinstance(result, Finding)
    assert result.place == (1, 1)
    return result.code


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = make(tmp_path, "content/posts/a.md") / "content/posts/a.md"
    os.truncate(path, 50 * 1024 * 1024)
    result = read_bytes(tmp_path, the_file(tmp_path, "content/posts/a.md"))
    assert code(result) == "CM004"
    assert isinstance(result, Finding)
    assert result.values == {"size": 50.0, "most": 1}
    path.write_bytes(b"a" * MOST_BYTES)
    assert read_bytes(tmp_path, the_file(tmp_path, "content/posts/a.md")) == b"a" * MOST_BYTES


def test_what_changes_between_walking_and_reading_is_a_finding(tmp_path: Path) -> None:
    path = make(tmp_path / "ws", "content/posts/a.md") / "content/posts/a.md"
    (tmp_path / "secret").write_text("secret")
    file = the_file(tmp_path / "ws", "content/posts/a.md")
    path.unlink()
    assert code(read_bytes(tmp_path / "ws", file)) == "CM012"
    path.symlink_to(tmp_path / "secret")
    assert code(read_bytes(tmp_path / "ws", file)) == "CM010"
    path.unlink()
    os.mkfifo(path)
    assert code(read_bytes(tmp_path / "ws", file)) == "CM016"
    path.unlink()
    path.mkdir()
    assert code(read_bytes(tmp_path / "ws", file)) == "CM016"
    path.rmdir()
    path.write_text("plus long")
    assert read_bytes(tmp_path / "ws", file) == b"plus long"


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A workspace folder, and no right to read what others may not (root may read everything)."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield root
    if os.geteuid() != os.getuid():
        os.seteuid(os.getuid())
    for folder in root.rglob("*"):
        folder.chmod(0o755)
    shutil.rmtree(root)


def drop_rights() -> None:
    if os.getuid() == 0:
        os.seteuid(65534)


def test_what_may_not_be_read_is_a_finding_and_the_rest_goes_on(as_nobody: Path) -> None:
    make(as_nobody, "content/posts/a.md", "content/posts/closed/b.md", "content/posts/c.md")
    (as_nobody / "content/posts/closed").chmod(0)
    (as_nobody / "content/posts/c.md").chmod(0)
    drop_rights()
    files, findings = walk(as_nobody)
    assert [file.path for file in files] == ["content/posts/a.md", "content/posts/c.md"]
    assert [(each.code, each.path) for each in findings] == [("CM011", "content/posts/closed")]
    assert read_bytes(as_nobody, files[0]) == b"x"
    assert code(read_bytes(as_nobody, files[1])) == "CM011"
