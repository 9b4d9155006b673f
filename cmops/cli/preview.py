"""``cmops preview``: what each network will show of a post, with its counts."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import click

from cmops.cli import output
from cmops.cli.options import format_option
from cmops.compose import Composition, message_data
from cmops.errors import UsageError
from cmops.findings import Diagnostic
from cmops.project import Project
from cmops.shaping import publish_at_place
from cmops.wording import Wording
from cmops.workspace.model import Channel, Post

WIDTH = 72
_FOLDERS = ("content/posts/", "content/articles/")


@click.command(help="cli.preview.help")
@click.argument("posts", nargs=-1, required=True, metavar="POST...")
@click.option("--channel", "only", metavar="CHANNEL", help="cli.preview.channel")
@format_option("text", "json")
@click.pass_obj
def preview(root: Path, posts: tuple[str, ...], only: str | None, form: str) -> int:
    """Shows posts (an id or a file) as each network gets them; 1 when one of them has an error."""
    project = Project(root)
    project.require()
    paths = [_path(project, name) for name in posts]
    wrong = {path: [each for each in project.diagnostics if each.path == path] for path in paths}
    readable = {post.path: post for post in project.workspace.posts.values()}
    chosen = [readable[path] for path in paths if path in readable]
    shown = [(post, channel) for post in chosen for channel in _channels(project, post, only)]
    if form == "json":
        output.as_json({"version": 1, "previews": [_data(project, *each) for each in shown]})
    else:
        for post, channel in shown:
            _show(project, post, channel, wrong[post.path])
        for found in wrong.values():
            for each in found:
                click.echo(output.line(each))
    return 1 if any(each.severity == "error" for found in wrong.values() for each in found) else 0


def _path(project: Project, name: str) -> str:
    """The file of a post by its id or as a path; also of one that cannot be read."""
    posts, broken = project.workspace.posts, project.workspace.broken
    if name in posts:
        return posts[name].path
    known = {post.path for post in posts.values()} | {each.path for each in broken}
    known |= {each.path for each in project.diagnostics if each.path.startswith(_FOLDERS)}
    given = _from_root(project, name)
    for path in sorted(known):
        if path == given or PurePosixPath(path).stem == name:
            return path
    for each in broken:
        if each.id == name:
            return each.path
    raise UsageError("cli.no-such-post", post=name)


def _from_root(project: Project, name: str) -> str:
    try:
        return project.relative([name])[0]
    except UsageError:
        return name


def _channels(project: Project, post: Post, only: str | None) -> list[Channel]:
    known = list(project.compositions.channels(post))
    if only is None:
        return known
    found = [each for each in known if only in (each.id, each.platform)]
    if not found:
        raise UsageError("cli.preview.not-there", post=post.id, channel=only, channels=post.to)
    return found


def _data(project: Project, post: Post, channel: Channel) -> dict[str, Any]:
    made = project.compositions.of(post, channel)
    at, _ = publish_at_place(post, channel)
    return {
        "post": post.id,
        "path": post.path,
        "channel": channel.id,
        "platform": channel.platform,
        "at": at.isoformat() if at else None,
        "digest": made.digest,
        "messages": [
            {**message_data(message), "length": length, "limit": limit}
            for message, (length, limit) in zip(made.messages, made.counts, strict=True)
        ],
    }


def _show(project: Project, post: Post, channel: Channel, wrong: list[Diagnostic]) -> None:
    made = project.compositions.of(post, channel)
    wording = project.wording
    at, _ = publish_at_place(post, channel)
    when = wording.day_and_time(at) if at else wording.say("cli.preview.no-time")
    click.echo(output.style(f"┌─ {channel.name} · {channel.id} ({channel.platform})", bold=True))
    click.echo(f"│  {post.title} — {when}")
    for index in range(len(made.messages)):
        click.echo("│")
        _message(made, index, wording)
    held = any(each.severity == "error" and each.channel in (None, channel.id) for each in wrong)
    click.echo(f"└─ {wording.say('cli.preview.version', digest=made.digest[7:19])}")
    if held:
        click.echo(output.style(f"   {wording.say('cli.preview.held')}", fg="red"))
    click.echo()


def _message(made: Composition, index: int, wording: Wording) -> None:
    message, (length, limit) = made.messages[index], made.counts[index]
    for row in output.printable(message.text).split("\n"):
        click.echo(f"│  {row}".rstrip())
    for media in message.media:
        size = f" {media.width}x{media.height}" if media.width else ""
        click.echo(f"│  [{media.path}{size}] {output.printable(media.alt)}")
    for name, value in message.fields.items():
        said = wording.say("cli.preview.field", name=wording.field(name), value=_plain(value))
        click.echo(output.style(f"│  {said}", dim=True))
    said = wording.say("cli.preview.count", length=length, limit=limit or "∞")
    colour = "red" if limit is not None and length > limit else "green"
    many = f"{index + 1}/{len(made.messages)}  " if len(made.messages) > 1 else ""
    click.echo(f"│  {output.style(many + said, fg=colour)}")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return " | ".join(map(_plain, value))
    text = output.printable(str(value))
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"
