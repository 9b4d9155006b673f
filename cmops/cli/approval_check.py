"""``cmops approvals check`` and ``remind``: whose approval a pull request still lacks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from cmops.cli import output, summary
from cmops.cli.approving import NUMBER, Proposed, hidden_teams, hub, main_of
from cmops.cli.options import format_option
from cmops.github import comments, pulls, statuses
from cmops.github.session import Repository
from cmops.project import Project
from cmops.review import approval_words
from cmops.review.approval_words import Row
from cmops.review.approvals import Standing
from cmops.wording import Wording

_COMMENT = "approvals"


@click.command(help="approvals.check.help", short_help="approvals.check.short")
@click.option(
    "--pull", "number", type=NUMBER, required=True, metavar="N", help="approvals.option.pull"
)
@click.option("--comment", "comment", is_flag=True, help="approvals.check.comment")
@click.option("--dry-run", is_flag=True, help="approvals.check.dry-run")
@format_option("text", "json")
@click.pass_obj
def check(root: Path, number: int, comment: bool, dry_run: bool, form: str) -> int:
    """Marks the head commit; the mark is the answer, so that only what went wrong ends with 1."""
    project = main_of(root)
    repository = hub(project)
    proposed = Proposed(project, repository, number)
    rows = _rows(proposed)
    wording = project.wording
    status = approval_words.status(rows, wording, os.environ.get("CMOPS_PREVIEW_URL") or None)
    notes = _notes(proposed, wording)
    text = approval_words.details(rows, wording, notes)
    if not dry_run:
        statuses.set_status(repository, proposed.pull.head_commit, status)
        if comment:
            comments.put(repository, number, _COMMENT, text)
    summary.of_approvals(text)
    if form == "json":
        output.as_json(_report(proposed, rows, status))
    else:
        click.echo(output.printable(f"{status.verdict.value}: {status.description}"))
        for each in rows:
            said = approval_words.state(each.standing, wording)
            click.echo(output.printable(f"  {each.name}  {said}"))
    output.notes(project.notes, wording)
    return hidden_teams(proposed.roster.hidden, wording)


def _rows(proposed: Proposed) -> tuple[Row, ...]:
    return tuple(Row(*pair, standing) for pair, standing in proposed.standings())


def _notes(proposed: Proposed, wording: Wording) -> list[str]:
    unmatched = proposed.draft().unmatched
    found = [wording.say("approvals.unmatched", what=str(each)) for each in unmatched]
    if proposed.changes_policy:
        found.append(wording.say("approvals.policy-changes"))
    return found


def _report(proposed: Proposed, rows: Sequence[Row], status: statuses.Status) -> dict[str, object]:
    return {
        "version": 1,
        "pull": proposed.pull.number,
        "commit": proposed.pull.head_commit,
        "status": status.verdict.value,
        "description": status.description,
        "deliveries": [
            {
                "key": each.covered.key,
                "post": each.subject.post,
                "channel": each.subject.channel,
                "at": each.subject.at.isoformat() if each.subject.at else None,
                "digest": each.covered.digest,
                "needed": each.standing is not None,
                "approved": each.standing is None or each.standing.why is None,
                "missing": list(each.standing.missing) if each.standing else [],
                "refused": each.refused,
            }
            for each in rows
        ],
    }


@click.command(help="approvals.remind.help", short_help="approvals.remind.short")
@click.option(
    "--pull", "numbers", type=NUMBER, multiple=True, metavar="N", help="approvals.option.pull"
)
@click.pass_obj
def remind(root: Path, numbers: tuple[int, ...]) -> int:
    """Calls people in the pull requests whose first delivery is near; each stage once."""
    project = main_of(root)
    if not project.workspace.settings.approvals.rules:
        click.echo(project.wording.say("approvals.no-rules"), err=True)
        return 0
    repository, wording = hub(project), project.wording
    hidden: dict[str, None] = {}
    called = False
    for number in numbers or tuple(each.number for each in pulls.opened(repository)):
        proposed = Proposed(project, repository, number)
        for who in _remind(proposed, repository, project):
            click.echo(wording.say("approvals.reminded", pull=number, who=who))
            called = True
        hidden |= proposed.roster.hidden
    if not called:
        click.echo(wording.say("approvals.nobody-to-remind"), err=True)
    return hidden_teams(hidden, wording)


def _remind(proposed: Proposed, repository: Repository, project: Project) -> Iterator[str]:
    """Stage by stage: the roles when the reminder's time has come, deputies after half of it."""
    number, policy = proposed.pull.number, proposed.policy
    rows = [(each, each.standing) for each in _rows(proposed) if each.waits and each.standing]
    for stage in ("role", "deputy"):
        near: list[Row] = []
        roles: dict[str, None] = {}
        for row, standing in rows:
            if _is_near(row, standing, project.now):
                asked = standing.deputies if stage == "deputy" else standing.roles
                near += [row] if asked else []
                roles |= dict.fromkeys(role for role in asked if role in policy.roles)
        names = dict.fromkeys(name for role in roles for name in policy.roles[role].people)
        if not names or comments.find(repository, number, f"remind:{stage}"):
            continue
        first = min(each.subject.at for each in near if each.subject.at)
        late = stage == "deputy"
        text = approval_words.reminder(near, [*names], project.wording, first, deputy=late)
        comments.put(repository, number, f"remind:{stage}", text)
        yield ", ".join(map(policy.title, roles))


def _is_near(row: Row, standing: Standing, now: datetime) -> bool:
    """Whether its reminder's time has come, and its own time has not."""
    at = row.subject.at
    return at is not None and standing.remind is not None and now <= at <= now + standing.remind
