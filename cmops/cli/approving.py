"""A pull request as approvals see it: main's rules, and what its head commit would send."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import click

from cmops.cli.change import Before
from cmops.errors import UsageError
from cmops.git import Git, GitError
from cmops.git.worktree import prefix
from cmops.github import place, pulls
from cmops.github.pulls import Pull
from cmops.github.session import Repository, connect
from cmops.ledger.entries import Covered
from cmops.mainline import WHOLE
from cmops.project import Project
from cmops.publish.subjects import Subject
from cmops.review.approvable import Approvable, changed, severities
from cmops.review.approval_drafts import Draft, draft
from cmops.review.approvals import Book, Judge, Standing
from cmops.review.approvers import Heard, Roster, heard
from cmops.review.changes import suspects
from cmops.review.revisions import files_of, span
from cmops.wording import Wording
from cmops.workspace import schema, source
from cmops.workspace.load import SETTINGS
from cmops.workspace.model import Approvals
from cmops.workspace.settings import read_settings

NUMBER = click.IntRange(min=1)
"""What numbers of pull requests and issues are."""

TEAMS = "CMOPS_TEAMS_TOKEN"
"""A token that may see an organisation's teams, where that of the workflow may not."""

Pair = tuple[Subject, Covered]


def main_of(root: Path) -> Project:
    """Main as it is checked out, with what the ledger's remote says."""
    project = Project(root, fresh=True)
    project.require()
    return project


def hidden_teams(found: Iterable[str], wording: Wording) -> int:
    """Says which teams could not be seen; 1 then, since somebody may be missing."""
    teams = tuple(found)
    for team in teams:
        click.echo(wording.say("approvals.hidden", team=f"@{team}"), err=True)
    return 1 if teams else 0


def hub(project: Project) -> Repository:
    """The workspace's repository on GitHub. Raises GitHubError."""
    return connect(_place(project), os.environ)


def teams(project: Project, repository: Repository) -> Repository:
    """The same, opened by whoever may see teams."""
    if not os.environ.get(TEAMS, "").strip():
        return repository
    return connect(_place(project), os.environ, variable=TEAMS)


def _place(project: Project) -> place.Place:
    where = project.place
    address = None
    if where.git is not None and where.remote is not None:
        address = where.git.text("remote", "get-url", "--", where.remote).strip()
    return place.find(os.environ, address)


class Proposed:
    """What a pull request proposes. ``project`` is main, whose rules and roles count."""

    def __init__(self, project: Project, repository: Repository, number: int) -> None:
        self._project = project
        self._repository = repository
        self.pull: Pull = pulls.pull(repository, number)
        self._git = Git(project.root)
        self._fetched = False

    @property
    def policy(self) -> Approvals:
        """Main's policy. What the pull request says of approvals is only a proposal."""
        return self._project.workspace.settings.approvals

    @cached_property
    def roster(self) -> Roster:
        """Who has which role; for what is merged, who had it before as well."""
        policies = [self.policy, *([self._before] if self._before else [])]
        return Roster(teams(self._project, self._repository), policies)

    @property
    def solo(self) -> bool:
        """Whether merging is approving, and was so before this was merged."""
        return self.policy.solo and (self._before is None or self._before.solo)

    @cached_property
    def heard(self) -> Heard:
        """Who approves and refuses."""
        return heard(self._repository, self.pull, self.roster)

    @cached_property
    def after(self) -> Project:
        """The workspace at the head commit."""
        folder = files_of(self._project.root, self._head())
        if not (folder / SETTINGS).is_file():
            raise UsageError("cli.no-workspace", folder=self.pull.head_commit)
        found = self._project.again(folder)
        found.known_by(self._project.history)
        return found

    @cached_property
    def approvable(self) -> Approvable:
        """Its deliveries, by main's rules."""
        rules = self.policy.rules
        severe = any(rule.for_.severity for rule in rules)
        worst = severities(self.after.diagnostics) if severe else None
        return Approvable(self.after.workspace, worst, rules)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """What it would send, in which version and when."""
        after = self.after
        if not after.loaded.usable:
            return ()
        base, head = self._base(), self._head()
        # Without the commit at which they parted, main's own changes would look like its.
        self._git.text("merge-base", base, head)
        found = span(self._project.root, base, head)
        before = Before(files_of(self._project.root, found.base), after)
        suspected = suspects(before.loaded, after.loaded, found.files)
        old = Approvable(before.loaded.workspace)
        since = after.now - after.workspace.settings.publishing.max_lateness
        subjects = after.subjects_at(after.now)
        return changed(before.subjects, subjects, suspected, (old, self.approvable), since)

    def draft(self) -> Draft:
        """What its approval says now."""
        return draft(self.pull, self.heard, self.pairs, solo=self.solo)

    def standings(self) -> Iterator[tuple[Pair, Standing | None]]:
        """Where each of its deliveries stands, by what GitHub and the ledger say now."""
        known = self._project.approving.book(self._project.history)
        now = self._project.now
        book = Book((*known.entries, self.draft().entry(known.order, now)))
        judge = Judge(self.policy, self.approvable, book, now)
        for subject, covered in self.pairs:
            rules = self.approvable.rules(subject)
            found = judge.judged(rules, covered, subject.at) if rules else None
            yield (subject, covered), found

    @cached_property
    def changes_policy(self) -> bool:
        """Whether it would change who must approve what."""
        return self.after.workspace.settings.approvals != self.policy

    def _head(self) -> str:
        """The head commit, fetched from where GitHub keeps it, forks' too."""
        wanted = self.pull.head_commit
        if not self._fetched:
            self._fetch(f"refs/pull/{self.pull.number}/head", wanted)
            self._fetched = True
        return wanted

    def _base(self) -> str:
        """What it goes into, without itself: main, or what main was before the merge."""
        merge = self.pull.merge_commit
        main = f"refs/heads/{self.pull.base}"
        if not self.pull.merged or merge is None:
            self._fetch(main, "HEAD")
            return "HEAD"
        self._fetch(main, merge)
        return self._git.commit(f"{merge}^1") or self.pull.base_commit

    @cached_property
    def _before(self) -> Approvals | None:
        """The policy before it was merged; None where it is not merged, or there was none.

        Nobody has a role in one that cannot be read.
        """
        base = self._git.commit(self._base()) if self.pull.merged else None
        text = self._git.show(base, f"{prefix(self._git)}{SETTINGS}") if base else None
        if text is None:
            return None
        document, _ = source.read(SETTINGS, text, "settings")
        if document is None or any(schema.mismatches("settings", document.data)):
            return Approvals()
        found = read_settings(document.data, "").approvals
        return found if found.roles or found.rules else None

    def _fetch(self, ref: str, commit: str) -> None:
        remote = self._project.place.remote
        if remote is None or (self._git.commit(commit) and not self._git.is_shallow()):
            return
        depth = WHOLE if self._git.is_shallow() else None
        self._git.fetch(remote, ref, depth=depth)
        if self._git.commit(commit) is None:
            raise GitError(f"{ref}: {commit}")
