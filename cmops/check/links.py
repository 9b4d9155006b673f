"""The addresses that a post leads to: whether they work for everybody, and look like it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

from cmops.check.passages import everything
from cmops.check.rule import Case
from cmops.check.slots import gathered
from cmops.findings import Finding
from cmops.shaping import resolved
from cmops.text import entities
from cmops.workspace.model import Post

# What nearly every link looks like: https, a host with a dot, a path without anything special.
_PLAIN = re.compile(r"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:/[\w./~%-]*)?", re.ASCII)
_BROKEN = re.compile(
    r"\b(?:https?:/(?!/)\S+|https?//\S+|https?;//\S+|https?:\\\\\S+)", re.IGNORECASE
)
_TRAILING = re.compile(r"[.,;:!?…»”\"'’)\]>]+$")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid?|twclid|li_fat_id")
_PRIVATE_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".test", ".invalid")
SHORTENERS = frozenset(
    (
        *("bit.ly", "buff.ly", "cutt.ly", "dlvr.it", "fb.me", "goo.gl", "is.gd", "lnkd.in"),
        *("ow.ly", "rb.gy", "rebrand.ly", "short.io", "shorturl.at", "t.co", "t.ly", "tiny.cc"),
        *("tinyurl.com", "urlr.me", "v.gd"),
    )
)


def links(case: Case) -> Iterator[Finding]:
    """What is wrong with the link of a post, or with one in its texts."""
    if case.post.status == "idea":
        return
    if case.post.link or case.post.variants:
        yield from gathered(_fields(case))
    for passage in everything(case):
        if "http" not in passage.text.lower():
            continue
        if broken := _BROKEN.search(passage.text):
            yield from passage.findings("CM621", case, broken.start(), url=broken[0])
        for url, position in entities.links(passage.text):
            for code, values in _wrong(url):
                yield from passage.findings(code, case, position, **values)


def _fields(case: Case) -> Iterator[tuple[Post, str, Finding]]:
    post = case.post
    for version in case.versions:
        url = resolved(post, version.channel, "link")  # before utm_… were put on it
        if not url:
            continue
        found = list(_wrong(url))
        if (end := _TRAILING.search(url)) and not _balanced(url):
            found.append(("CM622", {"url": url, "text": end[0]}))
        for code, values in found:
            at = version.edition.at("link")
            yield post, version.channel.id, Finding(code, post.path, at, values)


def _wrong(url: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Codes and values for one address."""
    plain = _PLAIN.fullmatch(url)
    if plain and not _suspicious(plain["host"]):
        return
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        parts.port  # noqa: B018  asking is what checks it
    except ValueError:
        yield "CM621", {"url": url}
        return
    if _malformed(url, host):
        yield "CM621", {"url": url}
        return
    yield from _judged(url, parts, host)


def _suspicious(host: str) -> bool:
    return host in SHORTENERS or host.endswith(_PRIVATE_NAMES) or host[-1].isdigit()


def _judged(url: str, parts: SplitResult, host: str) -> Iterator[tuple[str, dict[str, object]]]:
    if parts.username is not None or parts.password is not None:
        yield "CM626", {"host": host}  # never the address itself: it holds a password
        return
    if _private(host):
        yield "CM625", {"url": url, "host": host}
    elif parts.scheme.lower() == "http":
        yield "CM620", {"url": url, "suggestion": "https" + url[4:]}
    if host.removeprefix("www.") in SHORTENERS:
        yield "CM624", {"url": url, "host": host}
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    tracking = [name for name in names if _TRACKING.fullmatch(name.lower())]
    if tracking:
        yield "CM623", {"url": url, "names": tracking}


def _malformed(url: str, host: str) -> bool:
    twice = url.lower().count("://") > 1 and re.match(
        r"https?://https?(?::|//)", url, re.IGNORECASE
    )
    dotless = "." not in host and ":" not in host and host != "localhost"
    return bool(twice) or not host or dotless or ".." in host or host.startswith("-")


def _private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(_PRIVATE_NAMES)


def _balanced(url: str) -> bool:
    """Whether the bracket at the end belongs to the address: ``/Chat_(animal)``."""
    return (url[-1] == ")" and url.count("(") == url.count(")")) or (
        url[-1] == "]" and url.count("[") == url.count("]")
    )
