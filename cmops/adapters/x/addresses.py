"""Addresses of posts: ``https://x.com/<account>/status/<id>``."""

from __future__ import annotations

import re

_POST = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/\w+/status(?:es)?/(\d{1,20})(?:[/?#]\S*)?",
    re.IGNORECASE,
)


def post_id(address: str) -> str | None:
    """The id of the post at this address; None where it names none."""
    found = _POST.fullmatch(address)
    return found[1] if found else None


def address_of(account: str, id: str) -> str:
    """Where people see a post."""
    return f"https://x.com/{account}/status/{id}"
