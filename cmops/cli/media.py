"""``cmops media``: what the pictures and films are, and copies of them that fit a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from cmops import prepare as preparing
from cmops.adapters import registry
from cmops.cli import output
from cmops.cli.main import Context
from cmops.cli.options import format_option
from cmops.cli.words import translated
from cmops.errors import UsageError
from cmops.inventory import Item, inventory
from cmops.media import IMAGES, MediaFile
from cmops.project import Project
from cmops.wording import Wording, codes
from cmops.workspace.model import Sidecar

CONTENT = "content/"


class Commands(click.Group):
    """A command with commands of its own, in the reader's language like every other."""

    context_class = Context

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, its help translated."""
        found = super().get_command(ctx, cmd_name)
        if found is None:
            return None
        found.context_class = Context
        return translated(found, ctx.find_object(Path) or Path())


@click.group(cls=Commands, help="media.help", no_args_is_help=True)
def media() -> None:
    """The group itself does nothing."""


@media.command(help="media.check.help", short_help="media.check.short")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@format_option("text", "json")
@click.pass_obj
def check(root: Path, files: tuple[str, ...], form: str) -> int:
    """Lists media; 1 when one of them could not be used as it is."""
    project = Project(root)
    project.require(usable=False)
    only = [_media_path(project, each) for each in files] or None
    items = list(inventory(project.workspace, project.gallery, only))
    project.gallery.save()
    wording = project.wording
    if form == "json":
        output.as_json({"version": 1, "media": [_row(each, wording) for each in items]})
    else:
        for each in items:
            _show(each, project)
        click.echo(wording.say("media.check.count", count=len(items)), err=True)
    wrong = [codes.code(found.code) for each in items for found in each.findings]
    return 1 if any(each.severity == "error" for each in wrong) else 0


@media.command(help="media.prepare.help", short_help="media.prepare.short")
@click.argument("file", metavar="FILE")
@click.option("--for", "name", required=True, metavar="CHANNEL", help="media.prepare.for")
@click.option(
    "--crop", default=preparing.AUTO, show_default=True, metavar="NAME", help="media.prepare.crop"
)
@click.option("--max-bytes", type=click.IntRange(min=1), metavar="N", help="media.prepare.bytes")
@click.option("--force", is_flag=True, help="media.prepare.force")
@format_option("text", "json")
@click.pass_obj
def prepare(  # noqa: PLR0913 - one parameter an option
    root: Path, file: str, name: str, crop: str, max_bytes: int | None, force: bool, form: str
) -> None:
    """Writes the copy that a network needs; nothing where the original fits already."""
    project = Project(root)
    project.require()
    path = _media_path(project, file)
    original = project.gallery.open(path)
    if original is None:
        raise UsageError("cli.no-such-file", path=file)
    if original.type not in IMAGES:
        raise UsageError("media.no-picture", path=path, type=original.type)
    wish = _wish(project, path, name, crop, max_bytes)
    if wish.fits(original):
        _fits(path, original, name, project.wording, form)
        return
    made = preparing.prepared(project.root / CONTENT / path, original.type, wish)
    target = made.path(path, wish.name)
    described = _write(project, path, target, made, force=force)
    _made(project, original, target, described, form)


def _wish(
    project: Project, path: str, name: str, crop: str, max_bytes: int | None
) -> preparing.Wish:
    channel = project.workspace.settings.channels.get(name)
    try:
        platform = registry.adapter(channel.platform if channel else name).platform
    except registry.UnknownPlatform:
        known = sorted({*project.workspace.settings.channels, *registry.names()})
        raise UsageError("media.for-whom", name=name, known=known) from None
    sidecar = project.workspace.sidecars.get(path)
    return preparing.wish(name, platform, channel, sidecar, crop).at_most(max_bytes)


def _write(project: Project, path: str, target: str, made: preparing.Copy, *, force: bool) -> bool:
    """Writes picture and sidecar; whether it has one. A sidecar that is there is left alone."""
    folder = project.root / CONTENT
    picture, sidecar = folder / target, folder / f"{target}.yml"
    taken = [each for each in (picture, sidecar) if each.exists()]
    if taken and not force:
        raise UsageError("media.there-already", path=taken[0].relative_to(project.root))
    original = folder / f"{path}.yml"
    if not sidecar.exists() and original.is_file():
        text = preparing.sidecar_of_copy(original.read_bytes().decode())
        sidecar.write_bytes(text.encode())
    beside = picture.with_name(f".{picture.name}.new")
    beside.write_bytes(made.content)
    beside.replace(picture)
    return sidecar.exists()


def _fits(path: str, file: MediaFile, name: str, wording: Wording, form: str) -> None:
    if form == "json":
        output.as_json({"version": 1, "original": _facts(file), "made": None, "sidecar": None})
        return
    click.echo(f"{CONTENT}{path}  {_described(file, wording)}")
    click.echo(wording.say("media.prepare.fits", name=name))


def _made(project: Project, original: MediaFile, target: str, described: bool, form: str) -> None:
    project.gallery.save()
    wording, made = project.wording, project.gallery.open(target)
    sidecar = f"{CONTENT}{target}.yml" if described else None
    if form == "json":
        data = {"version": 1, "original": _facts(original), "made": made and _facts(made)}
        output.as_json({**data, "sidecar": sidecar})
    elif made is not None:
        click.echo(output.style(f"{CONTENT}{target}", bold=True))
        for what, file in (("before", original), ("after", made)):
            said = _described(file, wording)
            click.echo(f"  {wording.say(f'media.prepare.{what}', what=said)}")
        if original.has_place and not made.has_place:
            click.echo(f"  {wording.say('media.prepare.no-place')}")
    said = "media.prepare.next" if described else "media.prepare.describe"
    click.echo(wording.say(said, path=target, sidecar=f"{CONTENT}{target}.yml"), err=True)


def _media_path(project: Project, given: str) -> str:
    """A file as a person names it, from ``content/``."""
    path = project.relative([given])[0]
    path = (path if path.startswith(CONTENT) else f"{CONTENT}{given}").removesuffix(".yml")
    if not (project.root / path).is_file() and not (project.root / f"{path}.yml").is_file():
        raise UsageError("cli.no-such-file", path=given)
    return path.removeprefix(CONTENT)


def _show(item: Item, project: Project) -> None:
    wording = project.wording
    click.echo(output.style(f"{CONTENT}{item.path}", bold=True))
    for line in _lines(item, wording, project.now.date()):
        click.echo(f"  {output.printable(line)}")
    for found in item.findings:
        message, hint = codes.code(found.code).said(found.values, wording)
        said = f"{found.code} {message}" + (f" ({hint})" if hint else "")
        click.echo(f"  {output.style('!', fg='red')} {output.printable(said)}")


def _lines(item: Item, wording: Wording, today: date) -> Iterator[str]:
    if item.file is not None:
        yield _described(item.file, wording)
    elif item.sidecar is not None and item.sidecar.url:
        yield wording.say("media.check.elsewhere", url=item.sidecar.url)
    if item.sidecar is not None:
        yield from _known(item.sidecar, wording, today)
    posts = [each.id for each in item.posts]
    yield wording.say("media.check.used", posts=posts) if posts else wording.say("media.check.free")


def _known(sidecar: Sidecar, wording: Wording, today: date) -> Iterator[str]:
    for language, alt in sidecar.alt.items():
        yield wording.say("media.check.alt", language=language, alt=alt)
    if sidecar.decorative:
        yield wording.say("media.check.decorative")
    rights = [each for each in (sidecar.credit, sidecar.licence) if each]
    if sidecar.rights_until is not None:
        over = "over" if sidecar.rights_until < today else "until"
        rights.append(wording.say(f"media.check.{over}", day=sidecar.rights_until))
    if rights:
        yield wording.say("media.check.rights", rights=rights)
    if sidecar.crops:
        yield wording.say("media.check.crops", crops=tuple(sidecar.crops))


def _described(file: MediaFile, wording: Wording) -> str:
    """``image/jpeg, 2.3 MB, 4032 × 3024``, and how long a film is."""
    parts = [file.type, weight(file.size, wording)]
    if file.width and file.height:
        parts.append(f"{file.width} × {file.height}")
    if file.duration is not None:
        minutes, seconds = divmod(round(file.duration), 60)
        parts.append(f"{minutes}:{seconds:02} min")
    return ", ".join(parts)


def weight(size: int, wording: Wording) -> str:
    """Bytes as people say them: ``2.3 MB``, ``2,3 Mo``."""
    for unit, bytes in (("mb", 1_000_000), ("kb", 1_000)):
        if size >= bytes:
            number = f"{size / bytes:.1f}" if size < 10 * bytes else f"{size / bytes:.0f}"
            shown = number.replace(".", ",") if wording.language == "fr" else number
            return wording.say(f"media.size.{unit}", number=shown)
    return wording.say("media.size.bytes", number=size)


def _facts(file: MediaFile) -> dict[str, Any]:
    return {**asdict(file), "path": f"{CONTENT}{file.path}"}


def _row(item: Item, wording: Wording) -> dict[str, Any]:
    sidecar = item.sidecar
    known = None
    if sidecar is not None:
        until = sidecar.rights_until
        known = {**asdict(sidecar), "rights_until": until.isoformat() if until else None}
        known["consent"] = sidecar.consent.state if sidecar.consent else None
    wrong = []
    for found in item.findings:
        message, hint = codes.code(found.code).said(found.values, wording)
        wrong.append({"code": found.code, "message": message, "hint": hint})
    return {
        "path": f"{CONTENT}{item.path}",
        "file": _facts(item.file) if item.file else None,
        "sidecar": known,
        "posts": [each.path for each in item.posts],
        "findings": wrong,
    }
