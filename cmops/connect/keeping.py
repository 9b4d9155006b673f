"""Where new secrets go: to a repository's secrets, a file outside of git, or a descriptor.

None of them is ever printed, and nothing that keeps them is read by git.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from cmops.errors import UsageError
from cmops.git import Git, GitError
from cmops.http import Secret
from cmops.http.secret import reveal

_PLAIN = re.compile(r"[\w.~+/=|:@%-]+", re.ASCII)

Secrets = Mapping[str, Secret]
"""By the names of environment variables."""


def to_descriptor(descriptor: int, secrets: Secrets) -> None:
    """Writes ``NAME=value`` lines. Raises OSError."""
    for line in _lines(secrets):
        left = f"{line}\n".encode()
        while left:
            left = left[os.write(descriptor, left) :]


def to_file(file: Path, secrets: Secrets) -> None:
    """Adds them to a file of ``NAME=value`` lines that only its owner may read.

    A name that is there already gets its new value. Raises OSError, and UsageError for a file that
    git keeps, or would take with the next commit.
    """
    guard(file)
    before = file.read_text("utf-8").splitlines() if file.exists() else []
    kept = [line for line in before if line.partition("=")[0].strip() not in secrets]
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in (*kept, *_lines(secrets)))
    beside.replace(file)


def guard(file: Path) -> None:
    """Raises UsageError for a file in which a secret would end up in git."""
    folder = file.resolve().parent
    if not folder.is_dir():
        raise UsageError("connect.no-folder", folder=folder)
    git = Git(folder)
    try:
        git.text("rev-parse", "--is-inside-work-tree")
    except GitError:
        return  # no repository
    try:
        git.text("check-ignore", "-q", "--", str(file.resolve()))
    except GitError:
        raise UsageError("connect.in-git", file=file) from None


def _lines(secrets: Secrets) -> list[str]:
    found = {name: str(reveal(each)) for name, each in secrets.items()}
    return [
        f"{name}={value if _PLAIN.fullmatch(value) else json.dumps(value)}"
        for name, value in found.items()
    ]
