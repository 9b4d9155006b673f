"""Answers out of the issues of hand-offs: only of people who may change the repository."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo

from cmops.github import comments, issues
from cmops.github.comments import Comment
from cmops.github.issues import Issue
from cmops.github.people import Permission, permission
from cmops.github.session import Repository
from cmops.handing.answers import Answer, answer, closing
from cmops.handing.issue import key

UNANSWERED = "unanswered"
"""The name of our comment in an issue that was closed without an answer."""


def heard(repository: Repository, names: Iterable[str], zone: tzinfo) -> Mapping[str, Answer]:
    """What was answered about each of these deliveries, by name. Raises GitHubError."""
    found = {}
    for name, issue in _of(repository, names).items():
        said = _answer(repository, issue, zone)
        if said is not None:
            found[name] = said
    return found


def reopen(repository: Repository, names: Iterable[str], words: str) -> None:
    """Opens the issues again that were closed while their delivery still waits; says why."""
    for issue in _of(repository, names).values():
        if not issue.open:
            comments.put(repository, issue.number, UNANSWERED, words)
            repository.patch(f"/issues/{issue.number}", {"state": "open"})


def _of(repository: Repository, names: Iterable[str]) -> dict[str, Issue]:
    keys = {key(name): name for name in names}
    return {keys[each]: issue for each, issue in issues.of(repository, keys).items()}


def _answer(repository: Repository, issue: Issue, zone: tzinfo) -> Answer | None:
    """The newest comment that is an answer; of an issue that is closed, what its closing means."""
    allowed, own = _Allowed(repository), repository.session.login
    others = [each for each in comments.comments(repository, issue.number) if each.login != own]
    if issue.open:
        others = [each for each in others if answer(each.body, zone)]
    said = [each for each in others if each.login and allowed(each)]
    if not issue.open:
        found = closing((each.body for each in said), zone, planned=issue.reason != "not_planned")
    else:
        found = answer(said[-1].body, zone) if said else None
    return replace(found, at=said[-1].at if said else None) if found else None


class _Allowed:
    """Who may answer: whoever may change the repository. Each is asked about once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, bool] = {}

    def __call__(self, comment: Comment) -> bool:
        login = comment.login or ""
        if login not in self._known:
            self._known[login] = permission(self._repository, login) >= Permission.TRIAGE
        return self._known[login]
