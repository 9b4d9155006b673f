"""What can go wrong with GitHub, in types that say what is known. No message holds a token."""

from __future__ import annotations

from datetime import datetime

from cmops.errors import CmopsError

_PHRASES = {
    401: "github.unauthorised",
    403: "github.forbidden",
    404: "github.not-found",
    422: "github.invalid",
}


class GitHubError(CmopsError):
    """Something that GitHub did not do."""


class NoToken(GitHubError):
    """The environment has no token."""

    def __init__(self, variable: str) -> None:
        super().__init__("github.no-token", variable=variable)


class NoRepository(GitHubError):
    """It is not known which repository of which GitHub is meant."""

    def __init__(self, place: str = "") -> None:
        super().__init__("github.no-repository", place=place)


class NotEncrypted(GitHubError):
    """The server's address would send the token in the clear."""

    def __init__(self, host: str) -> None:
        super().__init__("github.not-encrypted", host=host)


class Refused(GitHubError):
    """GitHub answered, and the answer is no; ``reason`` is its own words."""

    def __init__(self, status: int, asked: str, reason: str) -> None:
        phrase = _PHRASES.get(status, "github.failed")
        super().__init__(phrase, status=status, asked=asked, reason=reason)
        self.status = status


class Lost(GitHubError):
    """No answer came. A request that writes (``writes``) may have been carried out all the same."""

    def __init__(self, asked: str, host: str, *, writes: bool) -> None:
        phrase = "github.no-answer" if writes else "github.unreachable"
        super().__init__(phrase, asked=asked, host=host)
        self.writes = writes


class Limited(GitHubError):
    """GitHub takes no more requests before ``until`` (UTC), which is too long to wait for."""

    def __init__(self, until: datetime) -> None:
        super().__init__("github.limited", until=until)
        self.until = until


class TooLong(GitHubError):
    """A text that GitHub would not take whole; nothing is cut and nothing was sent."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__("github.too-long", length=length, most=most)


class Hidden(GitHubError):
    """A team that this token may not see, or that there is not: its members are not known."""

    def __init__(self, team: str) -> None:
        super().__init__("github.team-hidden", team=team)


class Incomplete(GitHubError):
    """GitHub lists only the first ``most`` of something; a decision must not be made on a part."""

    def __init__(self, asked: str, most: int) -> None:
        super().__init__("github.incomplete", asked=asked, most=most)
