"""What the ledger says of posts that were changed after they went out.

The ledger knows a delivery by its post's id, its platform and its account: whoever changes one
of them makes a new delivery of it, which would be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from cmops.adapters.registry import identity
from cmops.check.corrected import Known, uncorrected
from cmops.check.rule import Scene
from cmops.check.same import Same
from cmops.check.slots import moment
from cmops.findings import Finding
from cmops.ledger.history import History
from cmops.workspace.model import Channel, Post


def published(scene: Scene) -> Iterator[Finding]:
    """Posts moved or renamed after publishing, and channels renamed."""
    known = _known(scene.history)
    if not known:
        return
    yield from _moved(scene, known)
    yield from _renamed(scene, known)
    yield from _channels(scene, known)
    yield from uncorrected(scene, known)


def published_ids(history: History) -> set[str]:
    """The ids of all posts that somebody has tried to send."""
    return {unquote(key.partition("~")[0]) for key in _tried(Same(history))}


def _known(history: History) -> Known:
    """By post and then by platform and account, the key of what was delivered once."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for key in _tried(Same(history)):
        parts = key.split("~")
        if "%" in key:
            parts = [unquote(part) for part in parts]
        if len(parts) == 3:  # a fourth is the day of a repeating post, or an operation
            found.setdefault(parts[0], {})[(parts[1], parts[2])] = key
    return found


# Two rules ask for the same.
@lru_cache(maxsize=1)
def _tried(asked: Same[History]) -> tuple[str, ...]:
    """The keys of what was claimed at least once; of what was only held nobody could miss it."""
    history = asked.value
    # A History is no mapping: its keys are what it can be asked for.
    keys = history.keys()
    return tuple(each for each in keys if history.settled(each) or history.of(each).attempts)


def _account(channel: Channel) -> tuple[str, str]:
    return channel.platform, identity(channel).lower()


def _moved(scene: Scene, known: Known) -> Iterator[Finding]:
    """A post that was sent and now has a time to come: it will not be sent again."""
    for id, keys in known.items():
        post = scene.workspace.posts.get(id)
        if post is None or post.repeat or (not post.variants and not _coming(post, scene)):
            continue
        for channel in _channels_of(post, scene):
            key = keys.get(_account(channel))
            when, at = moment(post, channel)
            if key is None or when is None or when <= scene.now:
                continue
            record = scene.history.of(key)
            planned = record.claims[-1].planned if record.claims else None
            if record.published and (planned is None or when > planned):
                first = min(receipt.at for receipt in record.receipts.values())
                values = {"post": id, "channel": channel.id, "published": first, "time": when}
                yield Finding("CM910", post.path, at, values, channel.id)


def _coming(post: Post, scene: Scene) -> bool:
    return post.publish_at is not None and post.publish_at > scene.now


def _renamed(scene: Scene, known: Known) -> Iterator[Finding]:
    """A post the ledger has never seen, at the place of one that has gone from the workspace."""
    gone = (
        known.keys() - scene.workspace.posts.keys() - {each.id for each in scene.workspace.broken}
    )
    if not gone:
        return
    places: dict[tuple[str, str, object], str] = {}
    for id in sorted(gone):
        for (platform, account), key in known[id].items():
            claims = scene.history.of(key).claims
            if claims and claims[-1].planned is not None:
                places[(platform, account, claims[-1].planned)] = id
    for post in scene.workspace.posts.values():
        if post.id not in known and post.status == "ready" and not post.repeat:
            yield from _successor(post, places, scene)


def _successor(
    post: Post, places: Mapping[tuple[str, str, object], str], scene: Scene
) -> Iterator[Finding]:
    for channel in _channels_of(post, scene):
        former = places.get((*_account(channel), moment(post, channel)[0]))
        if former is not None:
            values = {"id": post.id, "former": former, "channel": channel.id}
            yield Finding("CM911", post.path, ("id",), values)
            return


def _channels(scene: Scene, known: Known) -> Iterator[Finding]:
    """A channel that the ledger knows by another name, on the same account."""
    latest: dict[tuple[str, str], str] = {}
    for keys in known.values():
        latest.update(keys)
    channels = scene.workspace.settings.channels
    for channel in channels.values():
        key = latest.get(_account(channel))
        former = scene.history.of(key).channel if key else ""
        if former and former != channel.id and former not in channels:
            values = {"name": channel.id, "former": former, "account": channel.account}
            yield Finding("CM912", "cmops.yml", ("channels", channel.id), values, on_key=True)


def _channels_of(post: Post, scene: Scene) -> Iterator[Channel]:
    channels = scene.workspace.settings.channels
    return (channels[id] for id in post.to if id in channels)
