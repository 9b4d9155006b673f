"""``cmops approvals record``: what GitHub says of pull requests, into the ledger."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from cmops.cli import output
from cmops.cli.approval_emergency import declared_in
from cmops.cli.approving import NUMBER, Proposed, hidden_teams, hub, main_of
from cmops.cli.ledger import desk
from cmops.cli.options import format_option
from cmops.errors import UsageError
from cmops.git import Git
from cmops.git.names import OBJECT
from cmops.github import pulls
from cmops.github.session import Repository
from cmops.project import Project
from cmops.review import approval_drafts, approval_emergency
from cmops.review.approval_drafts import Draft
from cmops.wording import Wording

_MOST = 100
"""Commits of one push that are looked at."""


@click.command(help="approvals.record.help", short_help="approvals.record.short")
@click.option("--commit", "commit", metavar="REV", help="approvals.record.commit")
@click.option(
    "--pull", "numbers", type=NUMBER, multiple=True, metavar="N", help="approvals.option.pull"
)
@click.option(
    "--issue", "issues", type=NUMBER, multiple=True, metavar="N", help="approvals.record.issue"
)
@format_option("text", "json")
@click.pass_obj
def record(
    root: Path,
    commit: str | None,
    numbers: tuple[int, ...],
    issues: tuple[int, ...],
    form: str,
) -> int:
    """Writes what is new; 1 where a team could not be seen, since then somebody may be missing."""
    project = main_of(root)
    if not project.workspace.settings.approvals.rules:
        click.echo(project.wording.say("approvals.no-rules"), err=True)
        return 0
    repository = hub(project)
    wanted = numbers or (() if issues and not commit else _of(project, repository, commit))
    hidden: dict[str, None] = {}
    rows = []
    with desk(project) as (opened, _):
        for number in wanted:
            look = _Look(project, repository, number)
            rows.append(approval_drafts.record(opened, number, look))
            hidden |= look.hidden
        for number in (*wanted, *issues):
            roster, done = declared_in(project, repository, number)
            approval_emergency.record(opened, done, project.workspace.settings.approvals)
            hidden |= roster.hidden
    _show_recorded(rows, project.wording, form)
    return hidden_teams(hidden, project.wording)


@dataclass(slots=True)
class _Look:
    """A pull request as it is each time it is looked at, and the teams that were not shown."""

    project: Project
    repository: Repository
    number: int
    hidden: dict[str, None] = field(default_factory=dict)

    def __call__(self) -> Draft:
        proposed = Proposed(self.project, self.repository, self.number)
        found = proposed.draft()
        self.hidden = proposed.roster.hidden
        return found


def _of(project: Project, repository: Repository, commit: str | None) -> tuple[int, ...]:
    """The pull requests of the commit that was named, of GitHub's event, or else of HEAD."""
    event = {} if commit else _event()
    number = (event.get("pull_request") or {}).get("number")
    if number is not None:
        return (int(number),)
    found: dict[int, None] = {}
    for each in _commits(Git(project.root), commit or "HEAD", str(event.get("before") or "")):
        found |= dict.fromkeys(pull.number for pull in pulls.of_commit(repository, each))
    if not found:
        click.echo(project.wording.say("approvals.no-pull"), err=True)
    return tuple(found)


def _commits(git: Git, name: str, before: str) -> tuple[str, ...]:
    """The commit, and those that were pushed to main together with it."""
    commit = git.commit(name)
    if commit is None:
        raise UsageError("review.no-such-revision", name=name)
    if not OBJECT.fullmatch(before) or git.is_ancestor(before, commit) is not True:
        return (commit,)
    span = f"{before}..{commit}"
    listed = git.text("rev-list", "--first-parent", f"--max-count={_MOST}", span, "--")
    return tuple(listed.split()) or (commit,)


def _event() -> dict[str, Any]:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/variables."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    try:
        found = json.loads(Path(path).read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _show_recorded(rows: Sequence[tuple[Draft, bool]], wording: Wording, form: str) -> None:
    if form == "json":
        shown = [
            {
                "pull": each.pull,
                "commit": each.commit,
                "means": each.means,
                "recorded": wrote,
                "voices": dict(each.heard.voices),
                "minor": each.heard.minor,
                "approved": len(each.covers),
                "refused": [covered.key for covered in each.refuses],
                "unmatched": [str(refusal) for refusal in each.unmatched],
            }
            for each, wrote in rows
        ]
        output.as_json({"version": 1, "pulls": shown})
        return
    for each, wrote in rows:
        who = ", ".join(each.heard.voices) or each.means
        spoken = bool(each.heard.voices) or each.means == "solo"
        values = {"pull": each.pull, "count": len(each.covers) if spoken else 0, "who": who}
        click.echo(
            wording.say("approvals.recorded" if wrote else "approvals.nothing-new", **values)
        )
        for refusal in each.unmatched:
            said = wording.say("approvals.unmatched", what=str(refusal))
            click.echo(output.printable(f"  {said}"), err=True)
