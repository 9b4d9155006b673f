"""What main says: the remote's default branch as it is now, or the folder where there is none."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from threading import RLock

from cmops.compose import Composition
from cmops.git import Git, GitError
from cmops.git.tips import Asking
from cmops.git.worktree import changed, prefix, write_files
from cmops.ledger import opening
from cmops.ledger.clock import Clock
from cmops.ledger.history import History
from cmops.ledger.record import Claim
from cmops.project import Project
from cmops.publish.desk import FRESH
from cmops.publish.keys import post_of
from cmops.publish.plan import Gate, Judge, judge, plan
from cmops.publish.ports import MainUnreadable, Planned
from cmops.values import dataclass
from cmops.workspace.cache import FOLDER as CACHE
from cmops.workspace.files import walk

_KEPT_COMMITS = 3
WHOLE = 2**31 - 1
"""git's own number for a depth without end: https://git-scm.com/docs/shallow."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run goes by besides the workspace: deliveries that a person asked for by name."""

    named: frozenset[str] = frozenset()


def main_of(project: Project, clock: Clock, asked: Asked) -> WorkTree | RemoteMain:
    """What main says: the remote's default branch, or the folder where there is no remote."""
    place = project.place
    if place.git is None or place.asking is None:
        return WorkTree(project, clock, asked)
    return RemoteMain(project, clock, asked, place.git, place.asking)


class WorkTree:
    """Main is what the folder says now."""

    def __init__(self, project: Project, clock: Clock, asked: Asked) -> None:
        self._project = project
        self._clock = clock
        self._asked = asked
        self._identity = ""
        self._asked_at = float("-inf")
        self._planned_for = self.identity(0)
        self._lock = RLock()

    @property
    def content(self) -> Path:
        """Where the media are."""
        return self._project.root

    def plan(self, history: History) -> Planned:
        """The plan for now, from the files as they are."""
        with self._lock:
            identity = self.identity(0)
            if identity != self._planned_for:
                self._project = self._project.again(self._project.root)
                self._planned_for = identity
            return planned(self._project, history, self._clock, self._asked, identity)

    def identity(self, max_age: float) -> str:
        """A hash of which files there are and when they were last changed."""
        if self._clock.monotonic() - self._asked_at > max_age or not self._identity:
            self._asked_at = self._clock.monotonic()
            self._identity = stamp(self._project.root)
        return self._identity

    def recompose(self, claim: Claim) -> Composition | None:
        """What the folder says of the claimed delivery; it is compared by whoever asks."""
        return _composition(self._project, claim)

    def follows(self, later: str | None, earlier: str | None) -> bool | None:
        """There is only what the folder says now, and nothing older that could come back."""
        return True


class RemoteMain:
    """Main is the default branch of a remote; its files are written to a folder of their own."""

    def __init__(
        self, project: Project, clock: Clock, asked: Asked, git: Git, asking: Asking
    ) -> None:
        self._start = project
        self._clock = clock
        self._asked = asked
        self._git = git
        self._asking = asking
        self._projects: dict[str, Project] = {}
        self._here: set[str] = set()
        self._planned_by = float("-inf")
        self._lock = RLock()
        self._top = opening.scratch(project.root, project.place) / "main"
        self.content = self._top / f"{os.getpid()}.now"

    def plan(self, history: History) -> Planned:
        """The plan for now, from the tip of main."""
        with self._lock:
            # Whoever looked at the ledger just before has asked for main as well.
            _, commit = self._main(FRESH, after=self._planned_by)
            self._planned_by = self._asking.tips(FRESH).at
            project = self._project(commit)
            self._show(project.root)
            return planned(project, history, self._clock, self._asked, commit, commit)

    def identity(self, max_age: float) -> str:
        """The commit that main points at."""
        with self._lock:
            _, commit = self._main(max_age)
            return commit

    def recompose(self, claim: Claim) -> Composition | None:
        """What was claimed, from the commit it was claimed at."""
        if claim.commit is None:
            return None
        try:
            with self._lock:
                return _composition(self._project(claim.commit), claim)
        except MainUnreadable:
            return None

    def follows(self, later: str | None, earlier: str | None) -> bool | None:
        """Whether a commit has another in its history, which a shallow checkout gets first."""
        if later is None or earlier is None:
            return None
        try:
            with self._lock:
                told = self._git.is_ancestor(earlier, later)
                if told is None and self._git.is_shallow():
                    ref, _ = self._main(FRESH)
                    self._git.fetch(self._asking.remote, ref, depth=WHOLE)
                    told = self._git.is_ancestor(earlier, later)
                return told
        except (GitError, MainUnreadable):
            return None

    def _main(self, max_age: float, after: float = float("-inf")) -> tuple[str, str]:
        """The default branch's ref and commit, by an answer of that age; the commit is here.

        Raises MainUnreadable.
        """
        try:
            found = self._asking.tips(max_age, after=after).main
            if found is None:
                raise MainUnreadable(self._asking.remote)
            ref, commit = found
            if commit not in self._here and self._git.commit(commit) is None:
                depth = 1 if self._git.is_shallow() else None
                self._git.fetch(self._asking.remote, ref, depth=depth)
        except GitError as error:
            raise MainUnreadable(error.reason) from error
        self._here.add(commit)
        return found

    def _have(self, commit: str) -> None:
        """Gets a commit of main that a shallow checkout lacks. Raises GitError, MainUnreadable."""
        if self._git.commit(commit) is not None:
            return
        ref, _ = self._main(FRESH)
        depth = WHOLE if self._git.is_shallow() else None
        self._git.fetch(self._asking.remote, ref, depth=depth)

    def _show(self, root: Path) -> None:
        """Makes ``content`` lead to the files of what was planned last, in one step."""
        try:
            self.content.parent.mkdir(parents=True, exist_ok=True)
            beside = self.content.with_suffix(".next")
            beside.unlink(missing_ok=True)
            beside.symlink_to(root, target_is_directory=True)
            beside.replace(self.content)
        except OSError as error:
            raise MainUnreadable(_said(error)) from error

    def _project(self, commit: str) -> Project:
        if commit not in self._projects:
            self._projects[commit] = self._at(commit)
        return self._projects[commit]

    def _at(self, commit: str) -> Project:
        # In CI the checkout is main: its files, and what is cached beside them, serve.
        if self._git.commit("HEAD") != commit or changed(self._git):
            return self._start.again(self._written(commit))
        # So does what was read of them, unless somebody changed them since.
        return self._start if self._start.stands() else self._start.again(self._start.root)

    def _written(self, commit: str) -> Path:
        """The folder with the files of a commit; the oldest ones make room for new ones."""
        top = self._top
        folder = top / commit
        if not folder.is_dir():
            beside = top / f"{commit}.{os.getpid()}"
            try:
                self._have(commit)
                write_files(self._git, commit, beside, without=CACHE)
                beside.rename(folder)
            except (GitError, OSError, ValueError) as error:
                shutil.rmtree(beside, ignore_errors=True)
                if not folder.is_dir():
                    raise MainUnreadable(_said(error)) from error
            _forget(top, folder)
        return folder / prefix(self._git)


def _said(error: GitError | OSError | ValueError) -> str:
    """What git or the machine said of it, and of which file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})"
    return error.reason if isinstance(error, GitError) else str(error)


def planned(
    project: Project,
    history: History,
    clock: Clock,
    asked: Asked,
    identity: str,
    commit: str | None = None,
) -> Planned:
    """The plan of a workspace on a given history, at the clock's time."""
    project.known_by(history)
    zone, rules = project.workspace.zone, project.rules(asked.named)

    def gates_on(later: History) -> tuple[Gate, ...]:
        return project.gates_on(later, clock.now().astimezone(zone))

    def again(later: History) -> Judge:
        return judge(later, gates_on(later), clock.now().astimezone(zone), rules)

    now = clock.now().astimezone(zone)
    gates = project.gates_on(history, now)
    deliveries = plan(project.subjects_at(now), history, gates, now, rules)
    return Planned(deliveries, identity, commit, gates, again, gates_on)


def _composition(project: Project, claim: Claim) -> Composition | None:
    for subject in project.subjects_at(claim.at.astimezone(project.workspace.zone)):
        if subject.target == claim.key and subject.action == "publish":
            return subject.composition
    post = project.workspace.posts.get(post_of(claim.key))
    channel = project.workspace.settings.channels.get(claim.channel)
    return project.compositions.of(post, channel) if post and channel else None


def stamp(root: Path) -> str:
    """What changes whenever a document or a media file of the workspace does."""
    files, _ = walk(root)
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.signature}\n".encode())
    for folder, names, media in os.walk(root / "content" / "media"):
        names.sort()
        for name in sorted(media):
            path = Path(folder, name)
            status = path.lstat()
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _forget(top: Path, newest: Path) -> None:
    """Removes the files of older commits, and ways to them that dead runs left behind."""
    folders = (each for each in top.iterdir() if each.is_dir() and not each.is_symlink())
    kept = sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in kept[_KEPT_COMMITS:]:
        if folder != newest:
            shutil.rmtree(folder, ignore_errors=True)
    for each in top.iterdir():
        if each.is_symlink() and not each.exists():
            each.unlink(missing_ok=True)
