"""Links that say where they were clicked: ``utm_…`` parameters on links to certain sites."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from cmops.text import entities

# What stands in code is to be copied, not clicked.
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def tagged_text(
    text: str, values: Mapping[str, str], domains: Collection[str], without: str | None = None
) -> str:
    """The text with ``values`` on its links to ``domains``; all else stays byte for byte.

    A domain means those below it, too. ``without`` is a host whose links are left alone.
    """
    if "://" not in text:
        return text
    pieces = _CODE.split(text) if "`" in text else [text]
    return "".join(
        piece if index % 2 else _tagged(piece, values, domains, without)
        for index, piece in enumerate(pieces)
    )


def _tagged(
    text: str, values: Mapping[str, str], domains: Collection[str], without: str | None
) -> str:
    pieces: list[str] = []
    done = 0
    for url, start in entities.links(text):
        wanted = _leads_to(url, domains, without)
        pieces += (text[done:start], _with(url, values) if wanted else url)
        done = start + len(url)
    return "".join((*pieces, text[done:]))


def _leads_to(url: str, domains: Collection[str], without: str | None) -> bool:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    ours = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return ours and host != without


def _with(url: str, values: Mapping[str, str]) -> str:
    """The address with those of ``values`` that it has not got; what it says is not changed."""
    base, hash, place = url.partition("#")
    query = base.partition("?")[2]
    known = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    added = [
        f"{name}={quote(value, safe='')}" for name, value in values.items() if name not in known
    ]
    if not added:
        return url
    joint = "" if base.endswith(("?", "&")) else "&" if query else "?"
    return f"{base}{joint}{'&'.join(added)}{hash}{place}"
