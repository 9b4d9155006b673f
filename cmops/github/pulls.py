"""Pull requests: which one a commit belongs to, what it changes, what it consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from cmops.github.errors import Incomplete
from cmops.github.session import Repository
from cmops.values import dataclass

MOST_FILES = 3000
MOST_COMMITS = 250
"""What GitHub lists of one pull request at most."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request.

    ``source`` is the repository that its head is in: None when that was deleted.
    """

    number: int
    state: str
    merged: bool
    draft: bool
    title: str
    body: str
    author: str
    base: str
    base_commit: str
    head: str
    head_commit: str
    source: str | None
    fork: bool
    merge_commit: str | None
    labels: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that a pull request touches; ``status`` is GitHub's (added, modified, renamed, …)."""

    path: str
    status: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a pull request; ``author`` is a login, None where GitHub knows none."""

    id: str
    message: str
    author: str | None
    verified: bool


def pull(repository: Repository, number: int) -> Pull:
    """A pull request by its number. Raises Refused (404) where there is none."""
    return _pull(repository.get(f"/pulls/{number}"))


def of_commit(repository: Repository, commit: str) -> tuple[Pull, ...]:
    """The pull requests that a commit is in or came from, as far as GitHub connects them."""
    return tuple(map(_pull, repository.pages(f"/commits/{quote(commit, safe='')}/pulls")))


def of_head(repository: Repository, commit: str, branch: str | None = None) -> Pull | None:
    """The open pull request whose head is this commit now; None when there is none any more.

    ``branch`` (``owner:branch``) finds those of forks, whose commits GitHub does not connect.
    """
    for each in of_commit(repository, commit):
        if each.state == "open" and each.head_commit == commit:
            return each
    if branch is None:
        return None
    found = map(_pull, repository.pages("/pulls", head=branch, state="open"))
    return next((each for each in found if each.head_commit == commit), None)


def opened(repository: Repository) -> Iterator[Pull]:
    """Every open pull request, the latest first."""
    return map(_pull, repository.pages("/pulls", state="open"))


def changed(repository: Repository, number: int) -> tuple[Changed, ...]:
    """Every file that a pull request touches. Raises Incomplete where GitHub lists a part only."""
    rows = tuple(repository.pages(f"/pulls/{number}/files"))
    if len(rows) >= MOST_FILES:
        raise Incomplete(f"#{number}", MOST_FILES)
    return tuple(
        Changed(row["filename"], row["status"], row.get("previous_filename")) for row in rows
    )


def commits(repository: Repository, number: int) -> tuple[Commit, ...]:
    """Every commit of a pull request, the oldest first. Raises Incomplete like ``changed``."""
    rows = tuple(repository.pages(f"/pulls/{number}/commits"))
    if len(rows) >= MOST_COMMITS:
        raise Incomplete(f"#{number}", MOST_COMMITS)
    return tuple(map(_commit, rows))


def _pull(row: Mapping[str, Any]) -> Pull:
    base, head = row["base"], row["head"]
    source = (head.get("repo") or {}).get("full_name")
    return Pull(
        number=int(row["number"]),
        state=str(row["state"]),
        # Lists lack ``merged``; they all have the time.
        merged=row.get("merged_at") is not None,
        draft=bool(row.get("draft")),
        title=str(row["title"]),
        body=str(row.get("body") or ""),
        author=str((row.get("user") or {}).get("login", "")),
        base=str(base["ref"]),
        base_commit=str(base["sha"]),
        head=str(head["ref"]),
        head_commit=str(head["sha"]),
        source=source,
        fork=source != (base.get("repo") or {}).get("full_name"),
        merge_commit=row.get("merge_commit_sha"),
        labels=tuple(str(each["name"]) for each in row.get("labels") or ()),
        url=str(row["html_url"]),
    )


def _commit(row: Mapping[str, Any]) -> Commit:
    inner = row["commit"]
    return Commit(
        id=str(row["sha"]),
        message=str(inner["message"]),
        author=(row.get("author") or {}).get("login"),
        verified=bool((inner.get("verification") or {}).get("verified")),
    )
