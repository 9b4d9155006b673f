"""What a person may do in the repository, and who is in a team."""

from __future__ import annotations

from enum import IntEnum
from urllib.parse import quote

from cmops.github.errors import Hidden, Refused
from cmops.github.session import Repository


class Permission(IntEnum):
    """How much somebody may do; each includes those before it."""

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    MAINTAIN = 4
    ADMIN = 5


def permission(repository: Repository, login: str) -> Permission:
    """What a login may do; NONE for somebody who is unknown.

    An organisation's own roles count as the built-in one that they extend.
    """
    try:
        row = repository.get(f"/collaborators/{quote(login, safe='')}/permission")
    except Refused as error:
        if error.status == 404:
            return Permission.NONE
        raise
    # ``permission`` calls maintain "write" and triage "read"; the role's name tells them apart.
    named = {each.name.lower(): each for each in Permission}
    coarse = named.get(str(row["permission"]), Permission.NONE)
    return named.get(str(row.get("role_name") or ""), coarse)


def members(repository: Repository, team: str) -> frozenset[str]:
    """The logins of ``@org/team`` in lower case, those of teams inside it included.

    Raises Hidden where the token may not see the team (that of GitHub Actions never may: it takes
    one with "read:org", or "Members: read") or there is none; nobody is then taken for a member.
    """
    organisation, _, slug = team.removeprefix("@").partition("/")
    path = f"/orgs/{quote(organisation, safe='')}/teams/{quote(slug, safe='')}/members"
    try:
        return frozenset(str(row["login"]).lower() for row in repository.session.pages(path))
    except Refused as error:
        if error.status in (403, 404):
            raise Hidden(team) from error
        raise


def is_team(name: str) -> bool:
    """Whether ``@org/team`` is meant, and not a login."""
    return "/" in name
