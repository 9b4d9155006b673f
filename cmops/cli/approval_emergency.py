"""``cmops approvals emergency``: several people send something without its approvals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.approving import NUMBER, hidden_teams, hub, main_of, teams
from cmops.cli.ledger import desk, meant
from cmops.errors import CmopsError, UsageError
from cmops.github import comments
from cmops.github.errors import Hidden
from cmops.github.session import Repository
from cmops.project import Project
from cmops.review import approval_emergency
from cmops.review.approval_emergency import MOST_REASON, Declared, Plea
from cmops.review.approvers import Roster
from cmops.workspace.model import Emergency


@click.command(help="approvals.emergency.help", short_help="approvals.emergency.short")
@click.argument("names", nargs=-1, required=True, metavar="POST@CHANNEL...")
@click.option("--reason", required=True, help="approvals.emergency.reason")
@click.option(
    "--issue", "number", type=NUMBER, required=True, metavar="N", help="approvals.emergency.issue"
)
@click.pass_obj
def emergency(root: Path, names: tuple[str, ...], reason: str, number: int) -> int:
    """Writes this person's word into the thread, and the entry once there are enough; else 1."""
    project = main_of(root)
    policy, wording = project.workspace.settings.approvals, project.wording
    reason = " ".join(reason.split())
    if not reason or len(reason) > MOST_REASON:
        raise UsageError("publish.pause-needs-reason")
    wanted, repository = _wanted(project), hub(project)
    pleas = _pleas(project, names)
    roster = Roster(teams(project, repository), [policy])
    login = repository.session.login
    if not roster.roles_of(login) & frozenset(wanted.of):
        for team in roster.hidden:
            raise Hidden(f"@{team}")
        roles = tuple(map(policy.title, wanted.of))
        raise CmopsError("approvals.emergency-not-yours", login=login, roles=roles)
    text = "\n".join(each.line(reason) for each in pleas)
    said = comments.put(repository, number, f"emergency:{':'.join(names)}", text)
    thread = tuple(comments.comments(repository, number))
    found = approval_emergency.declared(pleas, thread, roster, wanted)
    with desk(project) as (opened, _):
        approval_emergency.record(opened, found, policy)
    _show_declared(found, project, reason, said.url)
    return 1 if any(each.lacking for each in found) else hidden_teams(roster.hidden, wording)


def _show_declared(found: Sequence[Declared], project: Project, reason: str, url: str) -> None:
    wording, policy = project.wording, project.workspace.settings.approvals
    for each in found:
        if each.lacking:
            roles = tuple(map(policy.title, policy.emergency.of if policy.emergency else ()))
            values = {"what": each.plea.name, "count": each.lacking, "roles": roles, "url": url}
            click.echo(output.printable(wording.say("approvals.emergency.waits", **values)))
            click.echo(output.printable(f"  {each.plea.line(reason)}"))
        else:
            who = ", ".join(each.voices)
            done = wording.say("approvals.emergency.done", what=each.plea.name, who=who)
            click.echo(output.printable(done))


def _wanted(project: Project) -> Emergency:
    found = project.workspace.settings.approvals.emergency
    if found is None:
        raise UsageError("approvals.no-emergency")
    return found


def _pleas(project: Project, names: Sequence[str]) -> tuple[Plea, ...]:
    """The deliveries that are meant, as main says them now. Raises UsageError."""
    found = []
    for name in names:
        delivery, said = meant(project, name)
        covered = project.approving.approvable.covered(delivery.subject)
        if covered is None:
            raise UsageError("approvals.nothing-to-approve")
        found.append(Plea(said, covered))
    return tuple(found)


def declared_in(
    project: Project, repository: Repository, number: int
) -> tuple[Roster, tuple[Declared, ...]]:
    """What people have declared in a thread by writing the line themselves."""
    policy = project.workspace.settings.approvals
    roster = Roster(teams(project, repository), [policy])
    if policy.emergency is None:
        return roster, ()
    thread = tuple(comments.comments(repository, number))
    pleas: list[Plea] = []
    for name in approval_emergency.names(thread):
        try:
            pleas += _pleas(project, (name,))
        except UsageError:
            continue  # whatever somebody wrote there, it names nothing that could go out
    return roster, approval_emergency.declared(pleas, thread, roster, policy.emergency)
