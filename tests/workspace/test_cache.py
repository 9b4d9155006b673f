from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import cmops
from cmops.workspace.cache import FOLDER, Cache

VALUE = {"a.md": ("stamp", "text")}


def test_what_was_kept_is_there_for_the_next_run(tmp_path: Path) -> None:
    first = Cache(tmp_path, "1")
    first.save("shelf", VALUE)
    first.close()
    second = Cache(tmp_path, "1")
    assert second.load("shelf") == VALUE
    assert second.get("shelf", "a.md") == ("stamp", "text")
    assert second.get("shelf", "b.md") is None
    assert second.load("other") == {}


def test_what_changed_is_replaced_and_what_is_gone_forgotten(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "1")
    cache.save("shelf", {**VALUE, "b.md": ("s", "t")})
    cache.save("shelf", {"a.md": ("new", "words")}, ["b.md"])
    assert cache.load("shelf") == {"a.md": ("new", "words")}


def test_it_keeps_itself_out_of_git(tmp_path: Path) -> None:
    Cache(tmp_path, "1").save("shelf", VALUE)
    assert (tmp_path / FOLDER / ".gitignore").read_text() == "*\n"


def test_looking_makes_no_folder(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "1")
    assert cache.load("shelf") == {}
    cache.save("shelf", {})
    assert list(tmp_path.iterdir()) == []


def test_another_version_starts_anew(tmp_path: Path) -> None:
    Cache(tmp_path, "1").save("shelf", VALUE)
    newer = Cache(tmp_path, "2")
    assert newer.load("shelf") == {}
    newer.save("shelf", {"b.md": ("s", "t")})
    assert newer.load("shelf") == {"b.md": ("s", "t")}
    assert Cache(tmp_path, "1").load("shelf") == {}


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0", os.urandom(9000)])
def test_a_damaged_file_is_no_cache_and_is_made_anew(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "cache.sqlite").write_bytes(damage)
    cache = Cache(tmp_path, "1")
    assert cache.load("shelf") == {}
    cache.save("shelf", VALUE)
    assert Cache(tmp_path, "1").load("shelf") == VALUE


def test_a_folder_that_cannot_be_made_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder has to be")
    cache = Cache(tmp_path, "1")
    cache.save("shelf", VALUE)
    assert cache.load("shelf") == {}


def test_threads_and_processes_may_write_at_once(tmp_path: Path) -> None:
    def write(number: int) -> None:
        cache = Cache(tmp_path, "1")
        for turn in range(20):
            cache.save("shelf", {f"{number}-{turn}": ("s", "t")})
        cache.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Losing a row costs time and nothing else; a row that is wrong would cost more.
    found = Cache(tmp_path, "1").load("shelf")
    assert found
    assert set(found.values()) == {("s", "t")}


def install(folder: Path, more: str = "") -> Path:
    """cmops as an installer leaves it: its files, then the list of them."""
    package = folder / "cmops"
    (package / "workspace").mkdir(parents=True)
    for name in ("__init__.py", "workspace/__init__.py", "workspace/cache.py"):
        shutil.copyfile(Path(cmops.__file__).parent / name, package / name)
    (package / "more.py").write_text(more)
    record = folder / "cmops-0.1.0.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_text(f"cmops/more.py,sha256={more},1\n")
    return folder


def version(folder: Path) -> str:
    told = "from cmops.workspace import cache; print(cache.code_version())"
    command = [sys.executable, "-B", "-S", "-c", told]
    return subprocess.run(
        command, cwd=folder, env={}, check=True, capture_output=True, text=True
    ).stdout


def test_the_same_cmops_is_known_again_wherever_it_was_installed(tmp_path: Path) -> None:
    one, other = install(tmp_path / "one"), install(tmp_path / "other")
    os.utime(other / "cmops" / "more.py", (1, 1))
    assert version(one) == version(other) != version(install(tmp_path / "newer", "x = 1"))


def test_an_installed_cmops_that_somebody_edits_is_another(tmp_path: Path) -> None:
    folder = install(tmp_path)
    before = version(folder)
    later = (folder / "cmops-0.1.0.dist-info" / "RECORD").stat().st_mtime + 60
    os.utime(folder / "cmops" / "more.py", (later, later))
    assert version(folder) != before


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("folder", [FOLDER, ".CMOPS"])
def test_what_came_with_somebodys_commit_is_no_cache(folder: str, tmp_path: Path) -> None:
    Cache(tmp_path, "1").save("shelf", VALUE)
    git(tmp_path, "init", "-q")
    assert Cache(tmp_path, "1").load("shelf") == VALUE
    (tmp_path / FOLDER).rename(tmp_path / "kept")
    (tmp_path / "kept").rename(tmp_path / folder)
    git(tmp_path, "add", "--force", f"{folder}/cache.sqlite")
    (tmp_path / folder).rename(tmp_path / "kept")  # as a disk that does not tell them apart
    (tmp_path / "kept").rename(tmp_path / FOLDER)
    foreign = Cache(tmp_path, "1")
    assert foreign.load("shelf") == {}
    foreign.save("shelf", {"b.md": ("s", "t")})
    assert foreign.load("shelf") == {}
