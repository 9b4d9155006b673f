"""Where the cmops that runs here comes from, as another repository's workflows can name it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cmops.git import Git, GitError
from cmops.github import place
from cmops.workflows.files import OWN


def origin(top: Path, environ: Mapping[str, str]) -> str | None:
    """``owner/cmops@commit``; OWN in cmops's own repository; None where it cannot be told.

    Told by what pip wrote down when it installed cmops from a repository, or from a checkout whose
    commit is on GitHub (https://packaging.python.org/en/latest/specifications/direct-url/).
    """
    if (top / "action.yml").is_file() and (top / "cmops" / "__main__.py").is_file():
        return OWN
    try:
        said = metadata.distribution("cmops").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        said = None
    return of_installation(json.loads(said), environ) if said else None


def of_installation(said: Mapping[str, object], environ: Mapping[str, str]) -> str | None:
    """The same, from the content of ``direct_url.json``."""
    url, vcs = str(said.get("url", "")), said.get("vcs_info")
    if isinstance(vcs, dict) and vcs.get("vcs") == "git":
        return _named(environ, url, str(vcs.get("commit_id", "")))
    if url.startswith("file://"):
        return _of_checkout(Path(unquote(urlsplit(url).path)), environ)
    return None


def _of_checkout(folder: Path, environ: Mapping[str, str]) -> str | None:
    """A commit that a remote has: one that is only here could not be fetched."""
    git = Git(folder)
    try:
        commit = git.commit("HEAD") or ""
        if not commit or not git.text("branch", "--remotes", "--contains", commit).strip():
            return None
        remotes = git.remotes()
        name = "origin" if "origin" in remotes else remotes[0]
        return _named(environ, git.text("remote", "get-url", "--", name).strip(), commit)
    except (GitError, IndexError):
        return None


def _named(environ: Mapping[str, str], address: str, commit: str) -> str | None:
    found = place.of_address(environ, address.removeprefix("git+"))
    return f"{found.repository}@{commit}" if found and commit else None
