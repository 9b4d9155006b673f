"""A change: the workspace as it is, or at a commit, beside what it was before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from cmops import __version__
from cmops.check.run import check, examine
from cmops.composed import Compositions
from cmops.errors import CmopsError, UsageError
from cmops.findings import Diagnostic
from cmops.media import Gallery
from cmops.project import Project
from cmops.publish.subjects import Subject, subjects
from cmops.review.changes import Change, Known, changes, drafts, suspects, whole
from cmops.review.preview import Material, batch, preview
from cmops.review.revisions import Span, files_of, span
from cmops.review.sheets import Preview
from cmops.values import dataclass
from cmops.workspace.cache import Cache, code_version
from cmops.workspace.load import SETTINGS, Loaded, load

_GONE = "removed"


class Before:
    """What the workspace was: only what a comparison asks for is worked out.

    No Project: a folder without a workspace is an empty one, not part of the one above it.
    """

    def __init__(self, root: Path, after: Project) -> None:
        self._root = root
        self._after = after
        self._cache = Cache(root, f"{__version__}-{code_version()}")

    @cached_property
    def loaded(self) -> Loaded:
        """The files as they were."""
        return load(self._root, self._cache)

    @cached_property
    def _gallery(self) -> Gallery:
        return Gallery(self._root, self._cache)

    @cached_property
    def compositions(self) -> Compositions:
        """What every channel got of every post."""
        return Compositions(self.loaded, self._gallery, self._cache)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Everything that was to happen, seen from now."""
        found = self.loaded
        return tuple(subjects(found.workspace, self.compositions.of, self._after.now))

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that was wrong, by the history of now."""
        examined = examine(self.loaded, self.compositions, self._gallery, self._cache)
        history, now = self._after.history, self._after.now
        return check(self.loaded, examined, history, now, lambda path: False, self.compositions)


@dataclass(frozen=True, slots=True)
class Both:
    """A change, from ``before`` to ``after``."""

    before: Before
    after: Project
    span: Span


def both(project: Project, base: str, head: str | None = None) -> Both:
    """What changed since ``base``, up to ``head`` or what the files say now."""
    found = span(project.root, base, head)
    after = _at(project, found.head) if found.head else project
    is_new = _is_new(found.files)
    scene = (after.history, after.now, is_new, after.compositions)
    after.diagnostics = check(after.loaded, after.examined, *scene)
    return Both(Before(files_of(project.root, found.base), after), after, found)


def caused(change: Both) -> tuple[Diagnostic, ...]:
    """What is wrong in the files of a change, and what it makes wrong in others."""
    files = change.span.files
    inside = [each for each in change.after.diagnostics if each.path in files]
    outside = [each for each in change.after.diagnostics if each.path not in files]
    if outside:  # the earlier state is only worked out where somebody needs it
        inside += _added(outside, change.before.diagnostics)
    return tuple(sorted(inside))


def preview_of(change: Both) -> Preview:
    """What it does to each delivery, for people."""
    after, before, files = change.after, change.before, change.span.files
    known = Known(after.now, after.history.of, suspects(before.loaded, after.loaded, files))
    found = changes(before.subjects, after.deliveries, known)
    return preview((*found, *_drafts(after, files)), files, material(after, before.loaded))


def batch_of(project: Project, name: str) -> Preview:
    """Everything that the ready posts of a batch send."""
    posts = [each for each in project.workspace.posts.values() if each.status == "ready"]
    wanted = {each.id for each in posts if each.batch == name}
    if not wanted:
        names = sorted({each.batch for each in posts if each.batch})
        raise UsageError("review.no-such-batch", batch=name, batches=names or "–")
    found = whole(project.deliveries, wanted, project.now)
    return batch(name, found, material(project, project.loaded))


def material(project: Project, before: Loaded) -> Material:
    """What previews are drawn from."""
    planned, wrong = project.deliveries, project.diagnostics
    return Material(project.workspace, before.workspace, planned, wrong)


def looking(root: Path, at: str | None) -> Project:
    """The workspace with what the ledger's remote says; with what is known where it is silent."""
    project = Project(root, at=at, fresh=True)
    project.require()
    try:
        _ = project.history
    except CmopsError as error:
        project = Project(root, at=at)
        project.notes.append(error)
    return project


def _at(project: Project, commit: str) -> Project:
    """The workspace at a commit, with the history of this one."""
    folder = files_of(project.root, commit)
    if not (folder / SETTINGS).is_file():
        raise UsageError("cli.no-workspace", folder=commit)
    found = project.again(folder)
    found.history = project.history
    found.require()
    return found


def _is_new(files: Mapping[str, str]) -> Callable[[str], bool]:
    return lambda path: files.get(path, _GONE) != _GONE


def _drafts(project: Project, files: Mapping[str, str]) -> tuple[Change, ...]:
    """What the drafts among the changed files would send if they were ready."""
    written = {
        post.id: replace(post, status="ready")
        for post in project.workspace.posts.values()
        if post.status == "draft" and post.path in files
    }
    if not written:
        return ()
    pretended = replace(project.workspace, posts=written, broken=())
    return drafts(subjects(pretended, project.compositions.of, project.now), project.now)


def _added(found: Iterable[Diagnostic], before: Collection[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings that there were fewer of; words may change with what is around, lines move."""
    known = Counter(map(_sense, before))
    said = {(_sense(each), each.message) for each in before}
    for each in sorted(found, key=lambda each: (_sense(each), each.message) not in said):
        known[_sense(each)] -= 1
        if known[_sense(each)] < 0:
            yield each


def _sense(each: Diagnostic) -> tuple[str, str, str]:
    return (each.path, each.code, each.channel or "")
