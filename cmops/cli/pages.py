"""``cmops pages``: the site's pages as Markdown, for generators that have no plugin of ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from cmops.cli.options import at_option, sandbox_option
from cmops.errors import CmopsError, UsageError
from cmops.project import Project

MANIFEST = ".cmops-pages"
"""What an earlier run wrote, one path a line: only that is ever removed."""


@click.command(help="pages.help")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--links",
    type=click.Choice(("folders", "files", "markdown")),
    default="folders",
    show_default=True,
    help="pages.help.links",
)
@at_option
@sandbox_option
@click.pass_obj
def pages(root: Path, folder: Path, links: str, at: str | None, sandbox: bool) -> None:
    """Writes every page, the media that they show, and our style sheet and script."""
    project = Project(root, at=at, sandbox=sandbox)
    project.require()
    target = folder.resolve()
    _refuse_unless_ours(target, project.root)
    files = _files(project, links)
    _write(target, files)
    said = project.wording.say(
        "pages.written",
        count=sum(path.endswith(".md") for path in files),
        folder=folder,
        style=", ".join(path for path in files if path.endswith(".css")),
    )
    click.echo(said, err=True)


def _files(project: Project, links: str) -> dict[str, str | Path]:
    """Every file by its path in the folder: its text, or the file that it is a copy of."""
    try:
        from cmops.pages import build
        from cmops.pages.links import MEDIA, as_files, as_folders, as_written
    except ImportError as error:
        if error.name not in ("jinja2", "markupsafe"):
            raise
        raise CmopsError("pages.no-jinja") from error
    address = {"folders": as_folders, "files": as_files, "markdown": as_written}[links]
    built = build(project, address)
    return {
        **{page.path: page.markdown for page in built.pages},
        **dict(built.assets),
        **{MEDIA + path: project.root / "content" / path for path in built.media},
    }


def _refuse_unless_ours(target: Path, root: Path) -> None:
    if root.is_relative_to(target):
        raise UsageError("pages.not-in-workspace", folder=target)
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise UsageError("pages.not-empty", folder=target)


def _write(target: Path, files: dict[str, str | Path]) -> None:
    """Writes the files, and removes those of an earlier run that are no longer there."""
    manifest = target / MANIFEST
    earlier = manifest.read_text("utf-8").splitlines() if manifest.is_file() else []
    target.mkdir(parents=True, exist_ok=True)
    manifest.write_text(
        "".join(f"{path}\n" for path in {**dict.fromkeys(earlier), **files}), "utf-8"
    )
    for path, content in files.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copyfile(content, place)
        else:
            place.write_text(content, "utf-8", newline="\n")
    for path in earlier:
        stale = (target / path).resolve()
        if path not in files and stale.is_relative_to(target) and stale.is_file():
            stale.unlink()
    manifest.write_text("".join(f"{path}\n" for path in files), "utf-8")
