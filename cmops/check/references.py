"""What posts refer to: channels, campaigns, events, other posts and so on must exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cmops.check.names import Names, unknown
from cmops.check.rule import Scene
from cmops.check.slots import moment
from cmops.findings import Finding, Pointer
from cmops.workspace.model import Post, Workspace

_SINGLE = (
    ("brand", "brand"),
    ("campaign", "campaign"),
    ("pillar", "pillar"),
    ("audience", "audience"),
    ("objective", "objective"),
    ("event", "event"),
)


def references(scene: Scene) -> Iterator[Finding]:
    """Every name in a post's front matter that nothing in the workspace has."""
    names = Names(scene.workspace)
    channels = scene.workspace.settings.channels.keys()
    for post in scene.workspace.posts.values():
        if not channels >= set(post.to):
            yield from _channels(post, names)
        yield from _single(post, names)
        if post.contest is not None:
            yield from _contest(post, scene.workspace)
        if post.hashtags or post.variants:
            yield from _hashtags(post, scene.workspace)
        if post.translation_of is not None:
            yield from _translation(post, names)
        if post.reply_to or post.quote or post.repost or post.variants:
            yield from _posts(post, scene.workspace, names)


def _channels(post: Post, names: Names) -> Iterator[Finding]:
    """Each unknown one; the post's other channels are not held by it."""
    for found in names.all("channel", post.to, post.path, ("to",)):
        yield replace(found, channel=str(found.values["name"]))


def _single(post: Post, names: Names) -> Iterator[Finding]:
    """What a post belongs to."""
    for field, kind in _SINGLE:
        name = getattr(post, field)
        if name is not None and name not in names.known[kind]:
            yield from names.one(kind, name, post.path, (field,))


def _contest(post: Post, workspace: Workspace) -> Iterator[Finding]:
    """The event with the contest's rules: it exists and is a contest."""
    name = post.contest or ""
    event = workspace.events.get(name)
    if event is None:
        contests = [each.id for each in workspace.events.values() if each.type == "contest"]
        yield unknown("CM216", name, contests, post.path, ("contest",))
    elif event.type != "contest":
        values = {"name": name, "type": event.type, "event": event.path}
        yield Finding("CM217", post.path, ("contest",), values)


def _hashtags(post: Post, workspace: Workspace) -> Iterator[Finding]:
    known = workspace.settings.hashtags
    for at, tags in _everywhere(post, "hashtags"):
        for index, tag in enumerate(tags):
            if tag[0] == "+" and tag[1:] not in known:
                yield unknown("CM218", tag[1:], known, post.path, (*at, index))


def _translation(post: Post, names: Names) -> Iterator[Finding]:
    if post.translation_of == post.id:
        values = {"name": post.id, "field": "translation_of"}
        yield Finding("CM221", post.path, ("translation_of",), values)
    yield from names.one("post", post.translation_of, post.path, ("translation_of",))


def _posts(post: Post, workspace: Workspace, names: Names) -> Iterator[Finding]:
    """Posts of this workspace that are answered, quoted or reposted."""
    for field in ("reply_to", "quote", "repost"):
        for at, name in _everywhere(post, field):
            if "/" in name or ":" in name:  # an address, or a network's own name for a post
                continue
            if name == post.id:
                yield Finding("CM221", post.path, at, {"name": name, "field": field})
            elif name not in names.known["post"]:
                yield from names.one("post", name, post.path, at)
            else:
                yield from _order(post, workspace, name, at)


def _order(post: Post, workspace: Workspace, name: str, at: Pointer) -> Iterator[Finding]:
    """What is answered must be there before: on the same channel, earlier, and ready."""
    target = workspace.posts.get(name)
    if target is None or post.status == "idea":
        return
    for id in post.to:
        channel = workspace.settings.channels.get(id)
        if channel is None or (at[0] == "variants" and at[1] not in (id, channel.platform)):
            continue
        mine, theirs = moment(post, channel)[0], moment(target, channel)[0]
        late = mine is not None and theirs is not None and theirs >= mine
        unready = post.status == "ready" and target.status != "ready"
        if id not in target.to or late or unready:
            values = {"name": name, "channel": id, "other": target.path}
            yield Finding("CM222", post.path, at, values, id)


def _everywhere(post: Post, field: str) -> Iterator[tuple[Pointer, Any]]:
    """A shared field's values, the post's own and its variants', each with its place."""
    value = getattr(post, field)
    if value:
        yield (field,), value
    for name, variant in post.variants.items():
        value = getattr(variant, field, None)
        if value:
            yield ("variants", name, field), value
