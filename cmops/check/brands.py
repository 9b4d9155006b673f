"""A post speaks for the brand of its channels."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.check.rule import Case
from cmops.findings import Finding


def brands(case: Case) -> Iterator[Finding]:
    """A post whose brand is not that of a channel, or whose channels have several brands."""
    post = case.post
    if len(case.workspace.settings.brands) < 2:
        return
    theirs = {version.channel.id: version.channel.brand for version in case.versions}
    if post.brand is None:
        if len(set(theirs.values())) > 1:
            values = {"brands": tuple(dict.fromkeys(theirs.values()))}
            yield Finding("CM231", post.path, ("to",), values)
        return
    for id, brand in theirs.items():
        if brand != post.brand:
            given = {"brand": post.brand, "channel": id, "theirs": brand}
            yield Finding("CM227", post.path, ("brand",), given, id)
