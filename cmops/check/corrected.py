"""Posts that were changed after they went out, where readers will go on seeing the old text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import adapter, identity
from cmops.check.rule import Scene
from cmops.findings import Finding
from cmops.ledger.corrected import changed_since, stands
from cmops.ledger.record import Record
from cmops.ledger.settled import made_from, sources
from cmops.workspace.model import Channel, Post

Known = Mapping[str, Mapping[tuple[str, str], str]]
"""By post and then by platform and account, the key of what was delivered once."""


def uncorrected(scene: Scene, known: Known) -> Iterator[Finding]:
    """Changes that cannot be made where the post is live: by its network, or by its form.

    Posts that repeat are left alone: who changes one means what is to come.
    """
    made = scene.compositions
    if made is None:
        return
    channels = scene.workspace.settings.channels
    accounts = {id: (each.platform, identity(each).lower()) for id, each in channels.items()}
    for id, keys in known.items():
        post = scene.workspace.posts.get(id)
        if post is None or post.repeat or post.status != "ready":
            continue
        source = partial(made.source, post)
        for channel in made.channels(post):
            key = keys.get(accounts[channel.id])
            if key and made_from(scene.history.glance(key, sources), source):
                continue
            record = scene.history.of(key) if key else None
            if record and changed_since(record, source()) and stands(record):
                digests = made.of(post, channel).digests
                if digests != record.shown:
                    yield from _finding(post, channel, record, len(digests))


def _finding(post: Post, channel: Channel, record: Record, messages: int) -> Iterator[Finding]:
    platform = adapter(channel.platform).platform
    values: dict[str, object] = {
        "post": post.id,
        "channel": channel.id,
        "platform": platform.title,
        "published": min(receipt.at for receipt in record.receipts.values()),
    }
    if platform.able(Capability.EDIT) is not Can.YES:
        yield Finding("CM920", post.path, (), values, channel.id)
    elif messages != record.messages:
        counts = {"messages": record.messages, "now": messages}
        yield Finding("CM921", post.path, (), {**values, **counts}, channel.id)
