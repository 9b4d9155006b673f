"""The tools that cmops is measured beside, each given the same posts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Command
from benchmarks.posts import extract_front_matter

CRIER = "crier==2.1.1"


def check_jsonschema(root: Path, cmops: str, scratch: Path) -> Command:
    """check-jsonschema on every post's front matter, with the schema that cmops itself uses."""
    schema = scratch / "post.json"
    with schema.open("wb") as output:
        subprocess.run([cmops, "schema", "post"], stdout=output, check=True)
    paths = extract_front_matter(root, scratch / "front-matter")
    program = Path(sys.executable).with_name("check-jsonschema")
    return Command([str(program), "--schemafile", str(schema), *paths])


def crier(root: Path, scratch: Path, home: Path) -> Command | None:
    """``crier check`` on every post for the same networks; None where it cannot be installed.

    It lives in a virtual environment of its own under ``home``, kept for the next time.
    """
    program = home / "crier" / "bin" / "crier"
    if not program.exists() and not _install(home / "crier"):
        return None
    copy = scratch / "crier"  # it looks for its settings where it runs
    shutil.copytree(root / "content" / "posts", copy)
    paths = [str(path.relative_to(copy)) for path in sorted(copy.rglob("*.md"))]
    networks = ("--to", "bluesky", "--to", "mastodon", "--to", "twitter")
    found_something = frozenset({0, 1})
    return Command([str(program), "check", *networks, *paths], right=found_something, folder=copy)


def _install(folder: Path) -> bool:
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", CRIER], check=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True
