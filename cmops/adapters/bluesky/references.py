"""What a post on Bluesky is called: by people an address, by its network a URI and a hash."""

from __future__ import annotations

import re

from cmops.values import dataclass

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"

_WEB = re.compile(r"https://bsky\.app/profile/(?P<actor>[^/?#\s]+)/post/(?P<key>[\w.~:-]+)/?")
_URI = re.compile(rf"at://(?P<actor>[^/?#\s]+)/{re.escape(POST)}/(?P<key>[\w.~:-]+)")
_DID = re.compile(r"did:[a-z]+:[\w.:%-]*[\w.-]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]){_LABEL}")


@dataclass(frozen=True, slots=True)
class Named:
    """A post as it was written down: whose it is (handle or DID) and its record key."""

    actor: str
    key: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A record as other records refer to it: its URI, and the hash of its content (CID)."""

    uri: str
    cid: str

    @property
    def data(self) -> dict[str, str]:
        """As ``com.atproto.repo.strongRef``."""
        return {"uri": self.uri, "cid": self.cid}


def named(address: str) -> Named | None:
    """The post at an address of bsky.app, or an ``at://`` URI; None for anything else."""
    found = _WEB.fullmatch(address) or _URI.fullmatch(address)
    if found is None:
        return None
    actor = found["actor"]
    known = is_did(actor) or _HANDLE.fullmatch(actor.lower())
    return Named(actor, found["key"]) if known else None


def is_did(text: str) -> bool:
    """Whether this is an account's identifier for life, and not a handle."""
    return _DID.fullmatch(text) is not None


def parts(uri: str) -> tuple[str, str, str] | None:
    """Repository, collection and key of a record's URI."""
    pieces = uri.removeprefix("at://").split("/")
    return (pieces[0], pieces[1], pieces[2]) if len(pieces) == 3 and all(pieces) else None


def web_address(uri: str) -> str | None:
    """Where people see the post."""
    found = parts(uri)
    if found is None or found[1] != POST:
        return None
    return f"https://bsky.app/profile/{found[0]}/post/{found[2]}"
