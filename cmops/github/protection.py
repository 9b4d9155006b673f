"""What a branch's rules let happen: rulesets, and the older branch protection beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cmops.github.errors import Refused
from cmops.github.session import Repository
from cmops.values import dataclass

_IN_THE_WAY = frozenset(
    {
        "creation",
        "update",
        "pull_request",
        "required_status_checks",
        "required_signatures",
        "required_deployments",
        "workflows",
        "code_scanning",
        "merge_queue",
        "commit_message_pattern",
        "commit_author_email_pattern",
        "committer_email_pattern",
        "file_path_restriction",
        "file_extension_restriction",
    }
)
"""Rules that refuse a program which pushes its own commits to the branch."""


@dataclass(frozen=True, slots=True)
class Protection:
    """Whether a branch is safe; None where the token may not know.

    ``in_the_way`` names rules that keep cmops from pushing to it.
    """

    deletion: bool | None
    rewinding: bool | None
    in_the_way: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nobody can delete or rewind the branch."""
        return bool(self.deletion and self.rewinding)

    @property
    def known(self) -> bool:
        """Whether it is certain, one way or the other."""
        return self.whole or None not in (self.deletion, self.rewinding)


def protection(repository: Repository, branch: str) -> Protection:
    """What protects a branch, whether it exists yet or not. Raises GitHubError."""
    name = quote(branch, safe="")
    rules = {str(row["type"]) for row in repository.pages(f"/rules/branches/{name}")}
    by_rules = Protection(
        "deletion" in rules, "non_fast_forward" in rules, tuple(sorted(rules & _IN_THE_WAY))
    )
    older = _older(repository, name)
    return Protection(
        _either(by_rules.deletion, older.deletion),
        _either(by_rules.rewinding, older.rewinding),
        tuple(dict.fromkeys((*by_rules.in_the_way, *older.in_the_way))),
    )


def _older(repository: Repository, name: str) -> Protection:
    """Branch protection as it was before rulesets; only administrators may read its details."""
    nothing = Protection(False, False)
    try:
        branch = repository.get(f"/branches/{name}")
    except Refused as error:
        if error.status == 404:
            return nothing
        raise
    if not branch.get("protected"):
        return nothing
    try:
        row = repository.get(f"/branches/{name}/protection")
    except Refused as error:
        if error.status == 404 and "not protected" in str(error.values["reason"]).lower():
            return nothing  # only by rules
        if error.status in (403, 404):
            return Protection(None, None)
        raise
    return _of_older(row)


def _of_older(row: Mapping[str, Any]) -> Protection:
    ways = {
        "required_pull_request_reviews": "pull_request",
        "required_status_checks": "required_status_checks",
        "restrictions": "update",
    }
    found = [rule for field, rule in ways.items() if row.get(field) is not None]
    found += ["required_signatures"] if _on(row, "required_signatures") else []
    found += ["update"] if _on(row, "lock_branch") else []
    return Protection(
        not _on(row, "allow_deletions"), not _on(row, "allow_force_pushes"), tuple(found)
    )


def _on(row: Mapping[str, Any], field: str) -> bool:
    return bool((row.get(field) or {}).get("enabled"))


def _either(one: bool | None, other: bool | None) -> bool | None:
    return True if one or other else (None if None in (one, other) else False)
