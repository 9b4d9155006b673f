"""``cmops review``: what a change, or a batch, sends, as each network will show it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cmops.cli import output
from cmops.cli.options import at_option, format_option
from cmops.errors import UsageError
from cmops.project import Project
from cmops.values import dataclass

if TYPE_CHECKING:
    from cmops.cli.change import Both
    from cmops.review.comment import Addresses
    from cmops.review.sheets import Preview
    from cmops.review.words import Words

_FORMS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json"}
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(help="review.help")
@click.option("--base", metavar="REV", help="review.option.base")
@click.option("--head", metavar="REV", help="review.option.head")
@click.option("--batch", metavar="NAME", help="review.option.batch")
@format_option("text", "markdown", "html", "json")
@click.option("--output", "file", type=_FILE, metavar="FILE", help="review.option.output")
@click.option("--email", type=_FILE, metavar="FILE", help="review.option.email")
@click.option("--artifact", type=_FILE, metavar="FILE", help="review.option.artifact")
@click.option("--pull", type=click.IntRange(min=1), metavar="N", help="review.option.pull")
@click.option("--media-url", "media", metavar="URL", help="review.option.media")
@click.option("--site-url", "site", metavar="URL", help="review.option.site")
@at_option
@click.pass_context
def review(
    ctx: click.Context,
    /,
    base: str | None,
    head: str | None,
    batch: str | None,
    at: str | None,
    **options: Any,
) -> None:
    """Shows it and writes what was asked for; it only looks, so mistakes do not end it."""
    from cmops.cli.change import batch_of, both, looking, preview_of

    if (base is None) == (batch is None) or (head and not base):
        raise UsageError("review.what-to-show")
    project = looking(ctx.obj, at)
    change = both(project, base, head) if base else None
    made = _Made(
        change.after if change else project,
        change,
        preview_of(change) if change else batch_of(project, batch or ""),
    )
    made.show(_form(ctx, options), options["file"], _addresses(options))
    if options["email"]:
        made.write(options["email"], made.email())
    if options["artifact"]:
        made.write(options["artifact"], made.artifact(options["pull"], _addresses(options)))
    output.notes(project.notes, project.wording)


@dataclass(frozen=True, slots=True)
class _Made:
    """A preview, ready to be put into any form."""

    project: Project
    change: Both | None
    shown: Preview

    @property
    def words(self) -> Words:
        from cmops.review.words import Words

        return Words(self.project.wording)

    def show(self, form: str, file: Path | None, at: Addresses) -> None:
        """On the screen or into a file."""
        text = self._text(form, at)
        if file is None:
            click.echo(text)
        else:
            self.write(file, text.encode())

    def write(self, file: Path, content: bytes) -> None:
        """Writes a file and says so."""
        file.write_bytes(content)
        click.echo(self.project.wording.say("review.wrote", file=file), err=True)

    def email(self) -> bytes:
        """The message that a person sends."""
        from cmops.review.letter import letter
        from cmops.review.pictures import pictures

        return letter(self.shown, self.words, self.project.now, pictures(self.project.root))

    def artifact(self, pull: int | None, at: Addresses) -> bytes:
        """The comment for the job that may post it."""
        from cmops.review import artifact
        from cmops.review.comment import comment

        number, head = _pull(self.change, pull)
        text = comment(self.shown, self.words, at)
        return artifact.write(artifact.Artifact(number, head, text))

    def _text(self, form: str, at: Addresses) -> str:
        if form == "json":
            from cmops.review.report import report

            return json.dumps(report(self.shown), ensure_ascii=False, indent=2)
        if form == "markdown":
            from cmops.review.comment import comment

            return comment(self.shown, self.words, at)
        if form == "html":
            from cmops.review.page import page
            from cmops.review.pictures import pictures

            return page(self.shown, self.words, self.project.now, pictures(self.project.root))
        from cmops.review.terminal import plain

        return plain(self.shown, self.words)


def _form(ctx: click.Context, options: dict[str, Any]) -> str:
    """What was asked for, else what the file's name says."""
    given: str = options["form"]
    file: Path | None = options["file"]
    chosen = ctx.get_parameter_source("form") is not click.core.ParameterSource.DEFAULT
    return given if chosen or file is None else _FORMS.get(file.suffix.lower(), given)


def _addresses(options: dict[str, Any]) -> Addresses:
    from cmops.review.comment import Addresses

    try:
        return Addresses(options["media"], options["site"])
    except ValueError as error:
        raise UsageError("review.not-an-address", url=error.args[0]) from None


def _pull(change: Both | None, number: int | None) -> tuple[int, str]:
    """The pull request and its head commit: as given, else as GitHub Actions says.

    A check runs on a merge of the head with its base; the event names the head itself.
    """
    found = _event().get("pull_request") or {}
    number = number or found.get("number")
    head = (found.get("head") or {}).get("sha") or (change.span.head if change else None)
    if head is None and change is not None:
        from cmops.git import Git

        head = Git(change.after.root).commit("HEAD")
    if number is None or head is None:
        raise UsageError("review.no-pull")
    return int(number), str(head)


def _event() -> dict[str, Any]:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/variables."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    try:
        found = json.loads(Path(path).read_text("utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
