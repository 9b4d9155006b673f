"""Everything that can be wrong with a file: one located message each, and the rest goes on."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cmops.project import Project
from cmops.workspace import files
from tests.cli.conftest import NOW, Cmops, cmops, post
from tests.conftest import CMOPS_YML, MakeWorkspace

__all__ = ["cmops"]

GOOD = {f"content/posts/bon-{n}.md": post(f"Bonjour {n}, {'et' * n}.") for n in (1, 2)}
BOMB = "---\na: &a [x, x]\nb: [*a, *a, *a]\ntitle: t\n---\nx\n"
BAD: dict[str, tuple[str | bytes, int, int, str]] = {
    "pas-du-yaml.md": ("---\ntitle: [a, {b\n---\nx\n", 2, 12, "CM032"),
    "tabulation.md": ("---\ntitle: T\n\tto: [archive]\n---\nx\n", 3, 1, "CM029"),
    "bombe.md": (BOMB, 2, 4, "CM022"),
    "enorme.md": (b"---\ntitle: T\n---\n" + b"x" * 2_000_000, 1, 1, "CM004"),
    "latin-1.md": (post("été").encode("latin-1"), 7, 1, "CM001"),
    "pas-ferme.md": ("---\ntitle: T\nto: [archive]\nBonjour\n", 1, 1, "CM008"),
    "vide.md": ("", 1, 1, "CM005"),
    "sans-entete.md": ("Bonjour\n", 1, 1, "CM007"),
    "double.md": ("---\ntitle: a\ntitle: b\nto: [archive]\n---\nx\n", 3, 1, "CM025"),
    "avec espaces et é.md": (post("Espaces"), 2, 1, "CM203"),
    "nul.md": (post("a\0b"), 7, 2, "CM003"),
    "utf-16.md": (post("Bonjour").encode("utf-16"), 1, 1, "CM002"),
}
ACCEPTED = {
    "windows.md": post("Fins de ligne.").replace("\n", "\r\n"),
    "bom.md": b"\xef\xbb\xbf" + post("Marque.").encode(),
}
COMMANDS = (
    ("validate", "--at", NOW),
    ("plan", "--at", NOW, "--sandbox"),
    ("publish", "--sandbox", "--at", NOW),
)
LATER = CMOPS_YML.replace("version: 1", "version: 2")
SETTINGS = {
    "a later version": (LATER, "2:10" if LATER.startswith("\n") else "1:10", "CM202"),
    "not YAML": ("version: 1\n  name: x\n", "2:3", "CM030"),
    "empty": ("", "1:1", "CM005"),
    "a list": ("- a\n- b\n", "1:1", "CM"),
    "twice the same key and the wrong shape": (
        "version: 1\nname: a\nname: b\nlanguage: [fr]\nchannels: [a]\n",
        "3:1",
        "CM025",
    ),
    "channels that are a list": (
        "version: 1\nname: a\nlanguage: fr\ntimezone: UTC\nchannels: [a]\n",
        "5:11",
        "CM103",
    ),
    "no such time zone": (CMOPS_YML.replace("Europe/Paris", "Europe/Pari"), "4:11", "CM106"),
    "Latin-1": (CMOPS_YML.replace("Les", "Lés").encode("latin-1"), "2:8", "CM001"),
}


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody who is not the owner; tests may run as root, who may do everything."""
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if os.getuid() == 0:
            os.seteuid(0)


def reach(folder: Path) -> None:
    """Lets everybody into a test's folder and those above it."""
    for each in (folder, *folder.parents):
        if each.owner() == Path.home().owner() or each.stat().st_uid == os.getuid():
            each.chmod(each.stat().st_mode | 0o055)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_each_gets_one_located_message_and_the_rest_goes_on(
    command: tuple[str, ...], name: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    content, line, column, code = BAD[name]
    root = workspace({**GOOD, f"content/posts/{name}": content})
    said = cmops(*command, at=root)
    shown = said.out + said.err
    place = f"content/posts/{name}:{line}:{column}: error {code}"
    assert shown.count(place) == 1, shown
    assert shown.count("error CM") == 1, shown
    assert "Traceback" not in shown
    assert said.code == (0 if command[0] == "plan" else 1)
    if command[0] != "validate":
        assert all(f"bon-{n}@archive" in said.out for n in (1, 2))


@pytest.mark.parametrize("name", BAD)
def test_a_preview_shows_the_message_too(name: str, cmops: Cmops, workspace: MakeWorkspace) -> None:
    content, line, column, code = BAD[name]
    root = workspace({**GOOD, f"content/posts/{name}": content})
    said = cmops("preview", f"content/posts/{name}", "bon-1", at=root)
    assert said.code == 1
    assert f"content/posts/{name}:{line}:{column}: error {code}" in said.out
    assert "Bonjour 1" in said.out


def test_fifty_megabytes_are_not_read(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace(GOOD)
    with (root / "content/posts/enorme.md").open("wb") as file:
        file.truncate(50_000_000)
    said = cmops("validate", "--at", NOW, at=root)
    assert said.out.count("error CM") == 1
    assert "content/posts/enorme.md:1:1: error CM004" in said.out


def test_all_of_them_at_once_are_one_message_each(cmops: Cmops, workspace: MakeWorkspace) -> None:
    bad = {f"content/posts/{name}": content for name, (content, *_) in BAD.items()}
    root = workspace({**GOOD, **bad})
    said = cmops("validate", "--at", NOW, "--format", "json", at=root)
    errors = [each for each in said.json["diagnostics"] if each["severity"] == "error"]
    assert sorted(each["path"] for each in errors) == sorted(bad)
    published = cmops("publish", "--sandbox", "--at", NOW, "--format", "json").json
    assert published["counts"]["published"] == 2


@pytest.mark.parametrize("name", ACCEPTED)
def test_line_ends_and_a_byte_order_mark_are_nothing_to_mend(
    name: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({f"content/posts/{name}": ACCEPTED[name]})
    assert cmops("validate", "--at", NOW, at=root).out == ""
    assert "publié" in cmops("publish", "--sandbox", "--at", NOW).out


def test_two_documents_in_one_file_are_told_where_the_second_begins(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({**GOOD, "calendar/campaigns/deux.yml": "name: a\n---\nname: b\n"})
    said = cmops("validate", "--at", NOW, at=root)
    assert "calendar/campaigns/deux.yml:2:1: error CM020" in said.out
    assert "bon-1@archive  publié" in cmops("publish", "--sandbox", "--at", NOW).out


@pytest.mark.parametrize("target", ["/etc/hostname", "../../../outside.md", "lien.md"])
def test_a_link_that_leaves_the_workspace_is_not_followed(
    target: str, cmops: Cmops, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "outside.md").write_text(post("Dehors"))
    root = workspace(GOOD)
    (root / "content/posts/lien.md").symlink_to(target)
    for command in COMMANDS:
        said = cmops(*command, at=root)
        shown = said.out + said.err
        assert shown.count("content/posts/lien.md:1:1: error CM01") == 1
        assert "Dehors" not in shown
    assert "content/posts/lien.md:1:1: error" in cmops("preview", "lien").out


@pytest.mark.parametrize("place", ["content/posts/secret", "content/posts/secret/post.md"])
def test_what_may_not_be_read_is_told_and_the_rest_goes_on(
    place: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({**GOOD, "content/posts/secret/post.md": post("Secret")})
    reach(root)
    (root / place).chmod(0)
    try:
        with without_rights():
            validated, planned = (cmops(*command, at=root) for command in COMMANDS[:2])
    finally:
        (root / place).chmod(0o755)
    assert validated.code == 1
    assert validated.out.count("error CM011") == 1
    assert f"{place}:1:1: error CM011" in validated.out
    assert f"{place}:1:1: error CM011" in planned.err
    assert "bon-1@archive" in planned.out


def test_a_file_that_goes_between_being_seen_and_read_is_told(
    workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = workspace(GOOD)
    gone = root / "content/posts/bon-1.md"
    real = files.read_bytes

    def reading(root: Path, file: files.File) -> object:
        gone.unlink(missing_ok=True)
        return real(root, file)

    monkeypatch.setattr(files, "read_bytes", reading)
    project = Project(root, at=NOW)
    assert [(each.code, each.path) for each in project.diagnostics] == [
        ("CM012", "content/posts/bon-1.md")
    ]
    assert set(project.workspace.posts) == {"bon-2"}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_are_wrong_hold_everything_and_the_rest_is_still_checked(
    name: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    settings, place, code = SETTINGS[name]
    root = workspace({**GOOD, "cmops.yml": settings, "content/posts/vide.md": ""})
    said = cmops("validate", at=root)
    assert said.code == 1
    assert f"cmops.yml:{place}: error {code}" in said.out, said.out
    assert "content/posts/vide.md:1:1: error CM005" in said.out
    for command in (*COMMANDS[1:], ("publish",), ("preview", "bon-1")):
        said = cmops(*command)
        assert said.code == 1
        assert f"cmops.yml:{place}: error {code}" in said.err
    assert not (root / "outbox").exists()
    said = cmops("status")
    assert said.code == 1
    assert "cmops.yml" in said.out


def test_settings_that_say_their_language_are_answered_in_it_however_broken(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({"cmops.yml": "version: 1\n  name: x\nlanguage: fr\n"})
    said = cmops("validate", at=root)
    assert "1 erreur" in said.err
    assert "cette ligne" in said.out


def test_no_settings_but_posts_still_checks_the_posts(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({"content/posts/vide.md": ""})
    (root / "cmops.yml").unlink()
    said = cmops("validate", at=root)
    assert "cmops.yml:1:1: error CM201" in said.out
    assert "content/posts/vide.md:1:1: error CM005" in said.out


def test_a_workspace_that_cannot_be_written_is_checked_all_the_same(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({**GOOD, "content/posts/vide.md": ""})
    reach(root)
    with without_rights():
        first, second = (cmops("validate", "--at", NOW, at=root) for _ in range(2))
    assert first.code == 1
    assert "content/posts/vide.md:1:1: error CM005" in first.out
    assert second == first
    assert not (root / ".cmops").exists()


def test_a_disk_that_is_full_for_the_sandbox_is_said(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace(GOOD)
    (root / "outbox").write_text("a file where a folder has to be")
    said = cmops("publish", "--sandbox", "--at", NOW, at=root)
    assert said.code == 1
    assert os.strerror(errno.ENOTDIR) in said.err or os.strerror(errno.EEXIST) in said.err


@pytest.mark.parametrize("damage", ["random bytes", "empty", "another version", "a folder"])
def test_a_damaged_cache_changes_nothing(
    damage: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({**GOOD, "content/posts/vide.md": ""})
    expected = cmops("validate", "--at", NOW, at=root)
    file = root / ".cmops/cache.sqlite"
    assert file.is_file()
    if damage == "random bytes":
        file.write_bytes(os.urandom(20_000))
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "a folder":
        file.unlink()
        file.mkdir()
    else:
        with sqlite3.connect(file) as database:
            database.execute("UPDATE kept SET text = 'x' WHERE shelf = 'version'")
        database.close()
    assert cmops("validate", "--at", NOW) == expected
    assert cmops("validate", "--at", NOW) == expected


def test_two_checks_at_once_say_the_same(workspace: MakeWorkspace) -> None:
    many = {f"content/posts/p{n:03}.md": post(f"Texte {n}", to="nulle-part") for n in range(150)}
    root = workspace(many)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "cmops", "validate", "--at", NOW],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [each.communicate(timeout=60) for each in running]
    assert [each.returncode for each in running] == [1, 1, 1]
    assert said[0] == said[1] == said[2]
    assert said[0][0].count("CM210") == 150
