"""Comments on pull requests and issues: all of them, and the one that cmops keeps up to date.

A comment of ours is known by the hidden marker it begins with *and* by its author: anybody can
write a marker, and other programs that share the token may quote one further down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cmops.github.errors import TooLong
from cmops.github.session import Repository
from cmops.values import dataclass

MOST = 65_536
"""Characters that GitHub takes in the body of a comment or an issue."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; ``login`` is None when its author's account is gone."""

    id: int
    login: str | None
    association: str
    body: str
    at: datetime
    url: str


def comments(repository: Repository, number: int) -> Iterator[Comment]:
    """Every comment of a pull request or an issue, the oldest first."""
    return map(_comment, repository.pages(f"/issues/{number}/comments"))


def put(repository: Repository, number: int, name: str, text: str) -> Comment:
    """Makes the one comment of this name say ``text``, in place if it is there already.

    When two runs make it at once, both settle on the older one. Raises TooLong and GitHubError.
    """
    body = marked(name, text)
    ours = _ours(repository, number, name)
    if not ours:
        made = _comment(repository.post(f"/issues/{number}/comments", {"body": body}))
        ours = _ours(repository, number, name) or [made]
    first, *others = ours
    for each in others:
        repository.delete(f"/issues/comments/{each.id}")
    if same(first.body, body):
        return first
    return _comment(repository.patch(f"/issues/comments/{first.id}", {"body": body}))


def find(repository: Repository, number: int, name: str) -> Comment | None:
    """Our comment of this name."""
    return next(iter(_ours(repository, number, name)), None)


def remove(repository: Repository, number: int, name: str) -> None:
    """Deletes our comment of this name, if there is one."""
    for each in _ours(repository, number, name):
        repository.delete(f"/issues/comments/{each.id}")


def marker(name: str) -> str:
    """The hidden first line of what carries this name."""
    # Two hyphens would end the HTML comment.
    return f"<!-- cmops:{quote(name, safe=':@/#.').replace('--', '-%2D')} -->"


def marked(name: str, text: str) -> str:
    """The body that carries this name. Raises TooLong."""
    body = f"{marker(name)}\n{text}"
    if len(body) > MOST:
        raise TooLong(len(body), MOST)
    return body


def carries(body: str, name: str) -> bool:
    """Whether a body begins with the marker of this name."""
    return body.startswith(marker(name))


def same(one: str, other: str) -> bool:
    """Whether two bodies say the same, however their lines end."""
    return one.replace("\r\n", "\n").rstrip() == other.replace("\r\n", "\n").rstrip()


def _ours(repository: Repository, number: int, name: str) -> list[Comment]:
    login = repository.session.login
    found = [each for each in comments(repository, number) if carries(each.body, name)]
    ours = [each for each in found if each.login == login]
    return sorted(ours, key=lambda each: each.id)


def _comment(row: Mapping[str, Any]) -> Comment:
    return Comment(
        id=int(row["id"]),
        login=(row.get("user") or {}).get("login"),
        association=str(row.get("author_association") or "NONE"),
        body=str(row.get("body") or ""),
        at=datetime.fromisoformat(row["created_at"]),
        url=str(row["html_url"]),
    )
