"""Who said what of a pull request on GitHub, and in which role; from there on nobody has a name.

Only what GitHub itself vouches for counts: who wrote a review, of which commit, and who is in a
team. What a text says of itself (a marker, a name, a commit) counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from cmops.errors import UsageError
from cmops.github import people
from cmops.github.comments import Comment, comments
from cmops.github.errors import Hidden
from cmops.github.pulls import Pull
from cmops.github.reviews import Opinion, Review, reviews, standing
from cmops.github.session import Repository
from cmops.publish.keys import parse_name
from cmops.publish.subjects import Subject
from cmops.review.approval_voices import together
from cmops.values import dataclass
from cmops.workspace.model import Approvals

_REFUSE = re.compile(r"^/cmops[ \t]+refuse[ \t]+(?P<what>\S+)", re.MULTILINE)
_MINOR = re.compile(r"minor\s*:", re.IGNORECASE)
_LABEL = "minor"
_FENCED = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)


def spoken(body: str) -> str:
    """What a comment says itself; what it shows as code, somebody else may have said."""
    return _FENCED.sub("", body.replace("\r\n", "\n"))


class Roster:
    """Who has which role. Of several policies only those count who have it in all of them.

    A change that gives somebody a role must not be approved by that. ``repository`` is asked for
    teams; ``hidden`` are those it would not show, of which nobody is taken for a member.
    """

    def __init__(self, repository: Repository, policies: Sequence[Approvals]) -> None:
        self._repository = repository
        self._people = {
            role: frozenset.intersection(*(_people(policy, role) for policy in policies))
            for role in policies[0].roles
        }
        self._teams: dict[str, frozenset[str]] = {}
        self.hidden: dict[str, None] = {}

    def roles_of(self, login: str | None) -> frozenset[str]:
        """Every role that a login has."""
        if not login:
            return frozenset()
        name = login.lower()
        return frozenset(role for role, those in self._people.items() if self._among(name, those))

    def _among(self, login: str, those: Iterable[str]) -> bool:
        return any(self._is(login, each) for each in those)

    def _is(self, login: str, name: str) -> bool:
        if not people.is_team(name):
            return login == name
        if name not in self._teams:
            self._teams[name] = self._members(name)
        return login in self._teams[name]

    def _members(self, team: str) -> frozenset[str]:
        try:
            return people.members(self._repository, team)
        except Hidden:
            self.hidden[team] = None
            return frozenset()


def _people(policy: Approvals, role: str) -> frozenset[str]:
    known = policy.roles.get(role)
    return frozenset(each.lower().removeprefix("@") for each in known.people) if known else _NOBODY


_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A post that somebody with a role does not want to go out: all of it, or on one channel."""

    post: str
    channel: str | None

    def means(self, subject: Subject) -> bool:
        """Whether it is about this delivery."""
        return self.post == subject.post and self.channel in (None, subject.channel)

    def __str__(self) -> str:
        """As it was written."""
        return f"{self.post}@{self.channel}" if self.channel else self.post


@dataclass(frozen=True, slots=True)
class Heard:
    """What a pull request's reviews and comments come to, for exactly its head commit."""

    voices: Mapping[str, int]
    refusals: tuple[Refusal, ...]
    minor: bool


def heard(repository: Repository, pull: Pull, roster: Roster) -> Heard:
    """Everybody with a role who approves or refuses it now. Raises GitHubError."""
    found = reviews(repository, pull.number)
    held = standing(found)
    approving = {login: each for login, each in held.items() if _approves(each, pull)}
    texts = [*map(_of_review, found), *map(_of_comment, comments(repository, pull.number))]
    refusals = dict.fromkeys(_refusals(texts, approving, roster))
    return Heard(
        together(roster.roles_of(login) for login in sorted(approving)),
        tuple(refusals),
        _LABEL in pull.labels or _MINOR.match(pull.title) is not None,
    )


def _approves(review: Review, pull: Pull) -> bool:
    own = (review.login or "").lower() == pull.author.lower()
    this = review.commit == pull.head_commit
    return review.opinion is Opinion.APPROVED and this and not own


@dataclass(frozen=True, slots=True)
class _Text:
    """Something that somebody wrote; ``review`` is its id where it is one."""

    login: str | None
    at: datetime | None
    body: str
    review: int | None = None


def _of_review(review: Review) -> _Text:
    return _Text(review.login, review.at, review.body, review.id)


def _of_comment(comment: Comment) -> _Text:
    return _Text(comment.login, comment.at, comment.body)


def _refusals(
    texts: Iterable[_Text], approving: Mapping[str, Review], roster: Roster
) -> Iterator[Refusal]:
    """Every refusal that stands: whoever approves later without it has changed their mind."""
    for text in texts:
        names = [found["what"] for found in _REFUSE.finditer(spoken(text.body))]
        if not names or not roster.roles_of(text.login):
            continue
        if not _later(approving.get((text.login or "").lower()), text):
            yield from filter(None, map(_refusal, names))


def _later(review: Review | None, text: _Text) -> bool:
    """Whether the review was written after the text."""
    if review is None or review.id == text.review:
        return False
    return review.at is not None and text.at is not None and review.at > text.at


def _refusal(name: str) -> Refusal | None:
    if "@" not in name:
        return Refusal(name, None)
    try:
        meant = parse_name(name)
    except UsageError:
        return None
    return Refusal(meant.post, meant.channel)
