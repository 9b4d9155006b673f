"""What GitHub says of the ledger's branch: git alone cannot tell whether it is protected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cmops.doctor.check import LEDGER, Check, Level, of_code, of_error
from cmops.github import place
from cmops.github.errors import GitHubError
from cmops.github.place import Place
from cmops.github.protection import Protection, protection
from cmops.github.session import TOKEN, Patience, connect

_PATIENCE = 20.0
"""Seconds that a person who asks is kept waiting for a rate limit."""


def on_github(address: str, environ: Mapping[str, str]) -> Place | None:
    """The repository that a remote's address names, if it is on a GitHub that we know."""
    return place.of_address(environ, address)


def examine(where: Place, branch: str, environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether the branch is protected there, and whether a rule keeps cmops from pushing to it."""
    unknown = Check(LEDGER, Level.NOTE, "doctor.guard-on-github")
    if not environ.get(TOKEN, "").strip():
        yield unknown
        return
    try:
        found = protection(connect(where, environ, patience=Patience(_PATIENCE)), branch)
    except GitHubError as error:
        yield of_error(LEDGER, error, Level.NOTE)
        yield unknown
        return
    if found.whole:
        yield Check(LEDGER, Level.FINE, "doctor.guarded")
    elif found.known:
        values = {"branch": branch, "lacks": _lacks(found), "page": f"{where.url}/settings/rules"}
        yield of_code(LEDGER, "CM940", values)
    else:
        yield unknown
    if found.in_the_way:
        yield of_code(LEDGER, "CM941", {"branch": branch, "rules": found.in_the_way})


def _lacks(found: Protection) -> tuple[str, ...]:
    """The names of the rules that are missing, as GitHub's settings have them."""
    named = (("Restrict deletions", found.deletion), ("Block force pushes", found.rewinding))
    return tuple(name for name, has in named if not has)
