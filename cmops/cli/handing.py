"""What commands do about deliveries that people publish by hand: tell them, and hear them."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from cmops.cli import output
from cmops.cli.ledger import desk
from cmops.errors import CmopsError
from cmops.git import Git, GitError
from cmops.github import issues, place
from cmops.github.errors import GitHubError
from cmops.github.issues import Words
from cmops.github.place import Place
from cmops.github.session import TOKEN, Repository, connect
from cmops.handing import hearing, issue
from cmops.handing.answers import Answer, What
from cmops.handing.sheet import Sheet, sheet, sheets
from cmops.ledger import opening
from cmops.ledger.history import History
from cmops.project import Project
from cmops.publish.desk import Desk
from cmops.publish.naming import name_of
from cmops.publish.plan import Delivery, State
from cmops.publish.ports import Tell
from cmops.publish.resolve import resolve_moved, resolve_not_published, resolve_published


def telling(project: Project) -> Tell | None:
    """What opens an issue the moment something is handed to a person; None without a token.

    A run stays for as long as something is due soon: its end would be too late. What fails here
    is told by the next ``cmops alerts``.
    """
    if not os.environ.get(TOKEN, "").strip():
        return None

    def tell(deliveries: Sequence[Delivery], history: History) -> None:
        try:
            where = place.find(os.environ, remote_of(project))
            found = (sheet(each, project.workspace, history, project.now) for each in deliveries)
            files = files_of(project, where)
            wanted = [issue.alert(each, project.wording, files) for each in found if each]
            keys = [each.key for each in wanted]
            issues.sync(connect(where, os.environ), wanted, words_of(project), only=keys)
        except GitHubError as error:
            click.echo(output.printable(project.wording.error(error)), err=True)

    return tell


def waiting(project: Project) -> tuple[Sheet, ...]:
    """What people were given and have not answered for."""
    found = sheets(project.deliveries, project.workspace, project.history, project.now)
    return tuple(found)


def hear(project: Project, repository: Repository) -> bool:
    """Writes down what was answered in issues; whether there was anything new."""
    handed = {str(name_of(each)): each for each in project.deliveries if _waits(each)}
    if not handed:
        return False
    answers = hearing.heard(repository, handed, project.workspace.zone)
    new = {name: said for name, said in answers.items() if _is_new(said, handed[name], project)}
    if new:
        with desk(project) as (opened, _):
            for name, said in new.items():
                _record(opened, handed[name], said, project)
    done = {name for name, said in answers.items() if said.what is not What.MOVED}
    words = project.wording.say("handoff.issue.unanswered")
    hearing.reopen(repository, handed.keys() - done, words)
    return bool(new)


def remote_of(project: Project) -> str | None:
    """The address of the remote that the ledger is pushed to."""
    try:
        found = opening.where(project.root)
        if found.git is None or found.remote is None:
            return None
        return found.git.text("remote", "get-url", "--", found.remote).strip()
    except GitError:
        return None


def files_of(project: Project, where: Place) -> str:
    """The address below which the workspace's files are shown, wherever it lies in there."""
    try:
        found = Git(project.root).text("rev-parse", "--show-prefix").strip().strip("/")
    except GitError:
        found = ""
    return f"{where.url}/blob/HEAD" + (f"/{found}" if found else "")


def words_of(project: Project) -> Words:
    """What issues say besides."""
    say = project.wording.say
    return Words(say("github.alerts.closed"), say("github.alerts.label"))


def _waits(delivery: Delivery) -> bool:
    return delivery.state is State.HANDED


def _is_new(said: Answer, delivery: Delivery, project: Project) -> bool:
    """Whether nothing of it is known yet: a comment that moved something is read every time."""
    if said.what is not What.MOVED or said.at is None:
        return True
    latest = max(each.at for each in project.history.entries(delivery.record.key))
    return said.at > latest


def _record(opened: Desk, delivery: Delivery, said: Answer, project: Project) -> None:
    record, name, now = delivery.record, name_of(delivery), project.now
    try:
        if said.url is not None:
            resolve_published(opened, record, name, said.url, now)
        elif said.to is not None:
            resolve_moved(opened, record, name, now, said.to)
        else:
            resolve_not_published(opened, record, name, now, send=False)
    except CmopsError as error:
        # Somebody else has answered meanwhile: the next run sees what they said.
        click.echo(output.printable(project.wording.error(error)), err=True)
