"""URNs: what LinkedIn calls posts, comments, members and organisations, and where people see them.

The address that "Copy link to post" gives names a post by its share, its ugcPost or only its
activity; a share or a ugcPost can be shared and commented on, an activity only commented on.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

AUTHOR = re.compile(r"urn:li:(?:person:[\w-]{1,60}|organization:\d{1,20})")
"""Who posts: a member or an organisation."""

ORGANISATION = "urn:li:organization:"

_PLACE = re.compile(r"https?://(?:[a-z]{2,3}\.)?linkedin\.com/(?:feed/update|posts|embed)/(\S+)")
_URN = re.compile(r"urn:li:(share|ugcPost|activity):(\d{1,25})")
_SLUG = re.compile(r"-(share|ugcPost|activity)-(\d{1,25})(?:-|$)")


def post_urn(address: str) -> str | None:
    """The URN of the post at this address; None where it names none."""
    place = _PLACE.fullmatch(address)
    if place is None:
        return None
    path = unquote(place[1]).partition("?")[0]
    found = _URN.search(path) or _SLUG.search(path.strip("/"))
    return f"urn:li:{found[1]}:{found[2]}" if found else None


def is_activity(urn: str) -> bool:
    """Whether it is the trace of a post in people's feeds, which cannot be shared."""
    return urn.startswith("urn:li:activity:")


def address_of(urn: str) -> str:
    """Where people see a post."""
    return f"https://www.linkedin.com/feed/update/{urn}/"


def comment_address(post: str, comment: str) -> str:
    """Where people see a comment."""
    return f"{address_of(post)}?commentUrn={escaped(comment)}"


def escaped(urn: str) -> str:
    """The URN as a part of a path or of a query."""
    return quote(urn, safe="")


def listed(urns: list[str]) -> str:
    """Several URNs as a parameter: the protocol wants its brackets and commas bare."""
    return f"List({','.join(map(escaped, urns))})"
