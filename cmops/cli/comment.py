"""``cmops comment``: posts the preview that a check without rights has made.

The check ran the pull request's own code, so that everything it hands over may be forged. Which
commit it was about is said by GitHub's event, and whose pull request that is by GitHub's API.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import click

from cmops.errors import CmopsError, UsageError
from cmops.github import comments, place, pulls
from cmops.github.errors import Refused
from cmops.github.place import Place
from cmops.github.pulls import Pull
from cmops.github.session import Repository, connect
from cmops.project import Project
from cmops.review import artifact
from cmops.review.artifact import MOST_BYTES, Artifact
from cmops.review.comment import Addresses
from cmops.review.event import Checked, checked

NAME = "preview"
"""The name of the one comment."""

_FILE = "preview.json"
_FROM_PULL = ("pull_request", "pull_request_review")
_OUTPUT = "GITHUB_OUTPUT"


@click.command(help="workflows.comment.help")
@click.option(
    "--artifact",
    "given",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="workflows.comment.artifact",
)
@click.pass_obj
def comment(root: Path, given: Path) -> int:
    """Posts it, in place if it is there already; 1 for what is not what it claims to be."""
    say = Project(root).wording.say
    run = checked(os.environ)
    if run.event not in _FROM_PULL:
        raise UsageError("workflows.other-event", name=_FROM_PULL[0])
    where = place.find(os.environ)
    raw = handed_over(given)
    if raw is None:
        pull = _reviewed(connect(where, os.environ), run)
        _told(pull)
        click.echo(say("workflows.comment.nothing"), err=True)
        return 0
    page = run.url if run.url.startswith(f"{where.server}/") else None
    found = artifact.read(raw, Addresses(media_url(where, run), page))
    repository = connect(where, os.environ)
    pull = _pull(repository, found, run)
    _told(pull)
    if pull is None:
        click.echo(say("workflows.comment.moved"), err=True)
        return 0
    made = comments.put(repository, pull.number, NAME, found.markdown)
    click.echo(made.url)
    return 0


def media_url(where: Place, run: Checked) -> str | None:
    """Below which address the pictures of a commit are; None where they cannot be shown safely."""
    if run.source is None or not where.server.startswith("https://"):
        return None
    return f"{where.server}/{run.source}/raw/{run.head}"


def handed_over(given: Path) -> bytes | None:
    """What a check left in a file, in an archive or in a folder with one; None for nothing.

    Of an archive only the one file that is looked for is read, into memory: whatever paths, links
    or sizes its entries claim, nothing is unpacked. Raises CmopsError.
    """
    file = _only_file(given) if given.is_dir() else given
    if file is None or not file.is_file():
        return None
    if not zipfile.is_zipfile(file):
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    try:
        with zipfile.ZipFile(file) as archive, archive.open(_FILE) as stream:
            return stream.read(MOST_BYTES + 1)
    except KeyError:
        return None
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        raise CmopsError("review.artifact", reason="archive") from None


def _told(pull: Pull | None) -> None:
    """Tells the workflow's next step which pull request GitHub says it is."""
    file = os.environ.get(_OUTPUT)
    if file and pull is not None:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(f"pull={pull.number}\n")


def _reviewed(repository: Repository, run: Checked) -> Pull | None:
    """The pull request of a run that hands nothing over, such as a review's."""
    owner = (run.source or "").partition("/")[0]
    return pulls.of_head(repository, run.head, f"{owner}:{run.branch}") if owner else None


def _only_file(folder: Path) -> Path | None:
    """The file that was downloaded; a link could lead anywhere."""
    files = [each for each in sorted(folder.iterdir()) if each.is_file() and not each.is_symlink()]
    return files[0] if len(files) == 1 else None


def _pull(repository: Repository, found: Artifact, run: Checked) -> Pull | None:
    """The pull request that this is the preview of; None when it has moved on or is closed.

    Raises CmopsError when it is somebody else's.
    """
    if found.head != run.head:
        raise CmopsError("workflows.comment.forged", what="head")
    try:
        pull = pulls.pull(repository, found.pull)
    except Refused as error:
        if error.status == 404:
            raise CmopsError("workflows.comment.forged", what="pull") from None
        raise
    if pull.source != run.source or pull.head != run.branch:
        raise CmopsError("workflows.comment.forged", what="pull")
    return pull if pull.state == "open" and pull.head_commit == run.head else None
