"""URLs and mentions as X and Mastodon see them: they count less, or more, than their letters.

Both networks use one grammar, that of the twitter-text library; Mastodon widens it for paths and
narrows it to URLs with a protocol. A URL needs a top-level domain that exists: the few that most
texts use are known here, the others are looked up in the public suffix list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

LENGTH = 23
"""What a URL counts on X and on Mastodon, however long it is."""

Span = tuple[int, int]


def on_x(text: str) -> Iterator[Span]:
    """Start and end of every URL that X shortens; bare domains such as ``example.org`` too."""
    for offset, token, domains in _candidates(text):
        for match in _x_url(domains).finditer(token):
            for start, end in _x_spans(match, domains):
                yield offset + start, offset + end


def on_mastodon(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and what Mastodon counts instead, for URLs with a protocol and for mentions."""
    urls: list[Span] = []
    if "://" in text:
        for offset, token, domains in _candidates(text):
            for match in _mastodon_url(domains).finditer(token):
                if _encodable(match["domain"]):
                    urls.append((offset + match.start("url"), offset + match.end("url")))
    found = [(start, end, "x" * LENGTH) for start, end in urls]
    if "@" in text:
        found += _mentions(text, urls)
    yield from sorted(found)


# A dot with a letter or digit behind it: nothing else can be a domain.
_DOT = re.compile(r"\.\w")
_TOKEN = re.compile(r"\S+")
_LABEL = re.compile(r"\.([^\W_][^\s!-/:-@\[-`{-~]{1,23})")
_ASCII_LETTERS = re.compile("[A-Za-z0-9]+")


def _candidates(text: str) -> Iterator[tuple[int, str, frozenset[str]]]:
    """The words that may hold a URL, each with its offset and the top-level domains in it.

    A URL never holds white space, so looking at single words changes nothing but the time.
    """
    if not _DOT.search(text):
        return
    for match in _TOKEN.finditer(text):
        token = match[0]
        if "." in token and (domains := frozenset(_domains(token))):
            yield match.start(), token, domains


def _domains(token: str) -> Iterator[str]:
    """Top-level domains that exist, at any dot of the word; in lower case."""
    for match in _LABEL.finditer(token):
        label = match[1].lower()
        ascii_part = _ASCII_LETTERS.match(label)
        if ascii_part:
            if _exists(ascii_part[0]):
                yield ascii_part[0]
        elif label[0] >= "\u0370":  # no top-level domain begins with an accented Latin letter
            # Chinese and Japanese go on after a domain without a space.
            yield from (label[:end] for end in range(len(label), 1, -1) if _exists(label[:end]))
    if ".xn--" in token.lower():
        yield "xn--"


# South Africa's is here because the list holds its second level (co.za) only.
_COMMON = frozenset(
    ["be", "ca", "ch", "com", "de", "eu", "fr", "info", "io", "net", "org", "social", "uk", "za"]
)


@cache
def _exists(domain: str) -> bool:
    if domain in _COMMON:
        return True
    if domain.isdigit():
        return False
    return bool(_suffixes().publicsuffix(domain))


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False, only_icann=True)


# The grammar. Names are those of twitter-text's regexp folder. Labels are matched possessively,
# which changes nothing (what ends them is never part of them) but keeps the time linear.
_INVALID = "\ufffe\ufeff\uffff"
_DIRECTIONAL = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_SPACES = "\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_LETTER = f"[^{_PUNCTUATION}{_SPACES}{_INVALID}{_DIRECTIONAL}]"
_BEFORE = f"(?P<before>[^A-Za-z0-9@＠$#＃{_INVALID}]|^)"
_SUBDOMAIN = rf"{_LETTER}++(?:[_-]++{_LETTER}++)*+\."
_NAME = rf"{_LETTER}++(?:-++{_LETTER}++)*+\."

_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}]"
_X_PARENTHESES = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_X_PATH_END = rf"(?:[+\-a-z\u0400-\u04ff0-9=_#/{_LATIN}]|{_X_PARENTHESES})"
_X_PATH = rf"(?:{_PATH}*(?:{_X_PARENTHESES}{_PATH}*)*{_X_PATH_END}|@{_PATH}+/)"
_X_QUERY = r"[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"

_WIDE = r"[^\s<>()?]"
_WIDE_PARENTHESES = rf"\((?:{_WIDE}+|{_WIDE}*\({_WIDE}+\){_WIDE}*)\)"
_WIDE_PATH_END = rf"(?:[^\s()?!*\"'「」<>;:=,.$%\[\]~&|@]|{_WIDE_PARENTHESES})"
_WIDE_PATH = rf"(?:{_WIDE}*(?:{_WIDE_PARENTHESES}{_WIDE}*)*{_WIDE_PATH_END}|{_WIDE}+/)"
_BEYOND = "\u00a0-\U0010fffd"
_WIDE_QUERY = rf"[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{_BEYOND}]*[a-z0-9_&=#/\-{_BEYOND}]"
_MASTODON_PROTOCOLS = "https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini"


def _url(protocol: str, path: str, query: str, domains: frozenset[str]) -> re.Pattern[str]:
    domain = f"(?:{_SUBDOMAIN})*{_NAME}{_top_level(domains)}"
    return re.compile(
        rf"{_BEFORE}(?P<url>{protocol}(?P<domain>{domain})(?::[0-9]+)?"
        rf"(?P<path>/{path}*)?(?P<query>\?{query})?)",
        re.IGNORECASE,
    )


def _top_level(domains: frozenset[str]) -> str:
    known = sorted(domains - {"xn--"}, key=lambda name: (-len(name), name))
    choices = [rf"(?:{'|'.join(known)})(?=[^0-9a-zA-Z@+-]|$)"] if known else []
    return f"(?:{'|'.join([*choices, 'xn--[-0-9a-z]+'])})"


@lru_cache(maxsize=128)
def _x_url(domains: frozenset[str]) -> re.Pattern[str]:
    return _url("(?P<protocol>https?://)?", _X_PATH, _X_QUERY, domains)


@lru_cache(maxsize=128)
def _mastodon_url(domains: frozenset[str]) -> re.Pattern[str]:
    return _url(f"(?:{_MASTODON_PROTOCOLS})://", _WIDE_PATH, _WIDE_QUERY, domains)


@lru_cache(maxsize=128)
def _ascii_domain(domains: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:[\-a-z0-9{_LATIN}]+\.)+{_top_level(domains)}", re.IGNORECASE)


_TCO = re.compile(rf"https?://t\.co/([a-z0-9]+)(?:\?{_X_QUERY})?", re.IGNORECASE)
_TCO_LONGEST = 40
_LONGEST = 4096


def _x_spans(match: re.Match[str], domains: frozenset[str]) -> Iterator[Span]:
    start, end = match.span("url")
    if end - start > _LONGEST or not _encodable(match["domain"]):
        return
    if match["protocol"]:
        if shortened := _TCO.match(match["url"]):
            if len(shortened[1]) > _TCO_LONGEST:
                return
            end = start + shortened.end()
        yield start, end
    elif match["before"] not in {"-", "_", ".", "/"}:
        yield from _bare(match, domains)


def _bare(match: re.Match[str], domains: frozenset[str]) -> Iterator[Span]:
    """Without a protocol only a Latin domain is a URL: ``日本example.com`` holds one."""
    start = match.start("url")
    spans = [
        (start + found.start(), start + found.end())
        for found in _ascii_domain(domains).finditer(match["domain"])
    ]
    if spans and match["path"]:
        spans[-1] = (spans[-1][0], match.end("url"))
    yield from spans


def _encodable(domain: str) -> bool:
    """Whether the domain has a form in the domain name system: labels of at most 63 bytes."""
    if domain.isascii():
        return all(0 < len(label) <= 63 for label in domain.split("."))
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True


# Account::MENTION_RE of mastodon/mastodon, and what twitter-text refuses behind a mention.
_USER = r"[a-zA-Z0-9_]+(?:[.-]+[a-zA-Z0-9_]+)*"
_MENTION = re.compile(rf"(?<![=/\w])(?>(@{_USER})(?:@\w+(?:[.-]+\w+)*)?)(?![@＠{_LATIN}]|://)")


def _mentions(text: str, urls: list[Span]) -> Iterator[tuple[int, int, str]]:
    for match in _MENTION.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in urls):
            yield match.start(), match.end(), match[1]
