"""``cmops approve``: an approval that came by e-mail, where cmops.yml lets that do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from cmops.cli.approving import main_of
from cmops.cli.ledger import desk, meant
from cmops.errors import CmopsError, UsageError
from cmops.git import Git, GitError
from cmops.ledger.entries import Covered, Entry
from cmops.ledger.fields import MOST_MESSAGES
from cmops.ledger.history import History
from cmops.project import Project
from cmops.publish.plan import Delivery, State
from cmops.review.approval_voices import EMAIL
from cmops.review.approvals import Book
from cmops.review.sheets import SHORT

_OPEN = frozenset({State.WAITING, State.DUE, State.HELD, State.THROTTLED})
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help="approvals.approve.help")
@click.argument("names", nargs=-1, metavar="[POST@CHANNEL]...")
@click.option("--on-behalf", "role", required=True, metavar="ROLE", help="approvals.approve.role")
@click.option("--proof", type=_FILE, required=True, metavar="FILE", help="approvals.approve.proof")
@click.option("--batch", metavar="NAME", help="approvals.approve.batch")
@click.option(
    "--digest", "digests", multiple=True, metavar="VERSION", help="approvals.approve.digest"
)
@click.pass_obj
def approve(
    root: Path,
    names: tuple[str, ...],
    role: str,
    proof: Path,
    batch: str | None,
    digests: tuple[str, ...],
) -> None:
    """Records it; what has changed since the e-mail is not approved, because its version has."""
    project = main_of(root)
    _may(project, role)
    hashed = _hashed(project, proof)
    covered = _covered(project, names, batch, digests)
    entry_of = {"voices": {role: 1}, "proof": hashed, "commit": _commit(project)}
    with desk(project) as (opened, _):

        def decide(history: History) -> Sequence[Entry]:
            book = Book(history.approvals)
            fresh = [each for each in covered if not _known(book, each, role, hashed)]
            return [
                opened.scribe.approved(
                    book.order, EMAIL, covers=tuple(fresh[at : at + MOST_MESSAGES]), **entry_of
                )
                for at in range(0, len(fresh), MOST_MESSAGES)
            ]

        wrote = opened.decide(decide).entries
    count = sum(len(each.covers) for each in wrote)
    who = project.workspace.settings.approvals.title(role)
    phrase = "approvals.approve.done" if wrote else "approvals.approve.again"
    click.echo(project.wording.say(phrase, who=who, count=count))


def _may(project: Project, role: str) -> None:
    """Ends unless this role's e-mails count."""
    policy = project.workspace.settings.approvals
    known = policy.roles.get(role)
    if known is None:
        raise UsageError("approvals.unknown-role", role=role, known=tuple(policy.roles) or "–")
    if not known.email:
        raise CmopsError("approvals.no-email", role=role)


def _hashed(project: Project, proof: Path) -> str:
    """The proof's hash. Raises UsageError for one that git has, or would take."""
    file = proof.resolve()
    if _in_git(project, file) or _in_git(project, proof.absolute()):
        raise UsageError("approvals.proof-in-git", file=proof)
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    if not content.strip():
        raise UsageError("approvals.proof-empty", file=proof)
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _in_git(project: Project, file: Path) -> bool:
    """Whether the file is in the work tree, and not among what git ignores."""
    git = Git(project.root)
    try:
        top = Path(git.text("rev-parse", "--show-toplevel").rstrip("\n")).resolve()
    except GitError:
        return file.is_relative_to(project.root)
    if not file.is_relative_to(top):
        return False
    if ".git" in file.relative_to(top).parts:
        return False
    path = f":(top,literal){file.relative_to(top).as_posix()}"
    if git.text("ls-files", "-z", "--", path):
        return True
    found = git.text("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", path)
    return not found


def _commit(project: Project) -> str | None:
    try:
        return Git(project.root).commit("HEAD")
    except GitError:
        return None


def _covered(
    project: Project, names: Iterable[str], batch: str | None, digests: Sequence[str]
) -> tuple[Covered, ...]:
    """What is approved. Raises UsageError where that is not clear, or is not there any more."""
    named = [meant(project, name)[0] for name in names]
    if batch is not None:
        named += _of_batch(project, batch)
    if not named and not digests:
        raise UsageError("approvals.approve.what")
    chosen = named or [each for each in project.deliveries if each.state in _OPEN]
    made = (project.approving.approvable.covered(each.subject) for each in chosen)
    found = tuple(dict.fromkeys(each for each in made if each is not None))
    if digests:
        found = _of_versions(found, digests)
    if not found:
        raise UsageError("approvals.nothing-to-approve")
    return found


def _of_batch(project: Project, name: str) -> list[Delivery]:
    posts = [each for each in project.workspace.posts.values() if each.status == "ready"]
    wanted = {each.id for each in posts if each.batch == name}
    if not wanted:
        batches = sorted({each.batch for each in posts if each.batch})
        raise UsageError("review.no-such-batch", batch=name, batches=batches or "–")
    publications = (each for each in project.deliveries if each.subject.action == "publish")
    return [each for each in publications if each.subject.post in wanted]


def _of_versions(found: Iterable[Covered], digests: Iterable[str]) -> tuple[Covered, ...]:
    """Those whose versions are quoted, short as people see them or whole."""
    known: dict[str, list[Covered]] = {}
    for each in found:
        for name in (each.digest[SHORT], each.digest, each.digest.partition(":")[2]):
            known.setdefault(name, []).append(each)
    chosen: dict[Covered, None] = {}
    for digest in digests:
        if digest.strip().lower() not in known:
            raise UsageError("approvals.no-such-digest", digest=digest)
        chosen |= dict.fromkeys(known[digest.strip().lower()])
    return tuple(chosen)


def _known(book: Book, covered: Covered, role: str, proof: str) -> bool:
    return any(
        each.means == EMAIL and each.proof == proof and role in (each.voices or {})
        for each in book.of(covered)
    )
