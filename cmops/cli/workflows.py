"""``cmops workflows``: the automation's files, written for this workspace and kept in step."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import click

from cmops.cli import output
from cmops.cli.options import format_option
from cmops.errors import UsageError
from cmops.findings import Diagnostic, Finding, Severity
from cmops.git import Git, GitError
from cmops.git.worktree import prefix
from cmops.project import Project
from cmops.values import dataclass
from cmops.workflows import asked, schedule, step
from cmops.workflows.files import NAMES, Values, path, workflow
from cmops.workflows.origin import origin

_PUBLISH = "publish"
_BRANCH = "main"


@click.command(help="workflows.help")
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
@click.option("--write", is_flag=True, help="workflows.option.write")
@click.option("--check", is_flag=True, help="workflows.option.check")
@click.option("--action", metavar="OWNER/REPO@COMMIT", help="workflows.option.action")
@format_option("text", "json", "github")
@click.pass_obj
def workflows(
    root: Path,
    names: tuple[str, ...],
    write: bool,
    check: bool,
    action: str | None,
    form: str,
) -> int:
    """Writes them, or says what differs; 1 when a file is not what cmops would write."""
    if write and check:
        raise UsageError("workflows.one-wish")
    project = Project(root)
    project.require()
    place = Automation(project, action)
    if write:
        for name in names or place.values.names:
            changed = place.write(name)
            said = project.wording.say(f"workflows.{'wrote' if changed else 'same'}")
            click.echo(f"{path(name)}  {said}")
        _cost(place)
        return 0
    found = place.diagnostics(names or NAMES)
    if form == "github":
        for each in found:
            click.echo(output.annotation(each))
    else:
        output.diagnostics(found, len(place.present(names or NAMES)), form, project.wording)
    if form == "text":
        _cost(place)
    return 1 if any(each.severity is Severity.ERROR for each in found) else 0


def begin(root: Path, action: str | None) -> Iterator[str]:
    """Writes every workflow of a new workspace that is not there yet, and yields their paths.

    Nothing is written where it is not known how a workflow gets cmops.
    """
    place = Automation(Project(root), action)
    if place.known_action is not None:
        for name in place.values.names:
            if not place.file(name).exists():
                place.write(name)
                yield path(name)


@dataclass(frozen=True)
class Automation:
    """The workflows of a workspace's repository."""

    project: Project
    wished: str | None = None

    @cached_property
    def _git(self) -> Git | None:
        git = Git(self.project.root)
        try:
            git.folder()
        except GitError:
            return None
        return git

    @cached_property
    def top(self) -> Path:
        """The repository's folder, the workspace's own where there is no repository."""
        if self._git is None:
            return self.project.root
        return Path(self._git.text("rev-parse", "--show-toplevel").rstrip("\n"))

    @cached_property
    def known_action(self) -> str | None:
        """How a workflow gets cmops: as it was asked for, as the files say, as it came here."""
        written = (step.action(self.text(name)) for name in NAMES)
        return self.wished or next(filter(None, written), None) or origin(self.top, os.environ)

    @cached_property
    def values(self) -> Values:
        """What differs between workspaces. Raises UsageError where cmops's origin is unknown."""
        if self.known_action is None:
            raise UsageError("workflows.no-action")
        folder = prefix(self._git) if self._git else ""
        at = (self.project.workspace, self.project.now)
        return asked.values(*at, self.known_action, self.branch, folder)

    def file(self, name: str) -> Path:
        """Where a workflow is."""
        return self.top / path(name)

    def text(self, name: str) -> str:
        """What it says; nothing where it is missing."""
        file = self.file(name)
        return file.read_text("utf-8") if file.is_file() else ""

    def present(self, names: Sequence[str]) -> list[str]:
        """Those that there are: whoever does not measure needs no such workflow."""
        return [name for name in names if self.file(name).is_file()]

    def write(self, name: str) -> bool:
        """Writes a workflow and keeps its owners' parts; whether that changed anything."""
        before = self.text(name)
        after = self._made(name)
        if before:
            after = step.kept(before, after)
            after = after if name == _PUBLISH else step.with_hours(before, after)
        if after == before:
            return False
        self.file(name).parent.mkdir(parents=True, exist_ok=True)
        self.file(name).write_text(after, "utf-8", newline="\n")
        return True

    def findings(self, names: Sequence[str]) -> Iterator[Finding]:
        """What is not as cmops would write it, and the times that publishing comes late for."""
        for name in self.present(names):
            yield from step.findings(path(name), self.text(name), self._made(name))
        if _PUBLISH in self.present(names):
            yield from self._late()

    def diagnostics(self, names: Sequence[str]) -> tuple[Diagnostic, ...]:
        """The same in words."""
        from cmops.check.run import worded

        project = self.project
        raised = project.workspace.settings.severities
        return worded(project.loaded, self.findings(names), project.wording, raised)

    @property
    def crons(self) -> tuple[str, ...]:
        """When publishing runs, by its file."""
        return step.crons(self.text(_PUBLISH))

    def _late(self) -> Iterator[Finding]:
        found = asked.late(self.project.workspace, self.crons, self.project.now)
        if found:
            wait = schedule.delay(self.crons, found[0])
            yield step.late(path(_PUBLISH), self.text(_PUBLISH), found, wait)

    def _made(self, name: str) -> str:
        return workflow(name, self.values)

    @cached_property
    def branch(self) -> str:
        """The default branch: as the files say, as the remote says, else main."""
        said = re.search(r"branches: \[([\w./-]+)\]", self.text(_PUBLISH))
        if said:
            return said[1]
        try:
            ref = self._git.text("symbolic-ref", "refs/remotes/origin/HEAD") if self._git else ""
        except GitError:
            ref = ""
        return ref.strip().removeprefix("refs/remotes/origin/") or _BRANCH


def _cost(place: Automation) -> None:
    """Says how often publishing runs, for each run costs a minute at least."""
    if place.crons:
        said = place.project.wording.say("workflows.cost", count=schedule.runs(place.crons))
        click.echo(said, err=True)
