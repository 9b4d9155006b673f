"""The marks of each chat: how it writes bold, code, links and quotations."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from html import escape

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Flavour:
    """How one chat marks what Markdown means.

    ``text`` keeps words from being taken for marks; ``mark`` is given ``strong``, ``em``, ``s`` or
    ``heading`` and the words; ``fence`` lines of code and their language; ``link`` an address and
    the words that lead there.
    """

    text: Callable[[str], str]
    mark: Callable[[str, str], str]
    code: Callable[[str], str]
    fence: Callable[[str, str], str]
    link: Callable[[str, str], str]
    quote: Callable[[str], str]


def _safe(text: str) -> str:
    return escape(text, quote=False)


_EDGE = "\ue000"
"""Stands beside one of Slack's marks until it is known what comes next to it."""

_IN_WORD = re.compile(rf"(?<=[^\W_]){_EDGE}|{_EDGE}(?=[^\W_])")
_NAMED = re.compile(r"<(?:[@#][A-Z0-9]+|!subteam\^[A-Z0-9]+)>")
_EVERYONE = re.compile(r"<!(?:here|channel|everyone)>")
_MRKDWN = {"strong": "*", "em": "_", "s": "~", "heading": "*"}


def joined(mrkdwn: str) -> str:
    """With an invisible joint where a mark stands in a word, since Slack would show it there."""
    return _IN_WORD.sub("\u200b", mrkdwn).replace(_EDGE, "")


def _slack_text(text: str, *, everyone: bool) -> str:
    told = {*_NAMED.findall(text), *(_EVERYONE.findall(text) if everyone else ())}
    escaped = _safe(text)
    for name in told:
        escaped = escaped.replace(_safe(name), name)
    return escaped


def _slack_mark(kind: str, inner: str) -> str:
    if kind == "heading":  # bold as a whole: what is bold in it would end that
        inner = inner.replace(f"{_EDGE}*", "").replace(f"*{_EDGE}", "")
    opening, closing = f"{_EDGE}{_MRKDWN[kind]}", f"{_MRKDWN[kind]}{_EDGE}"
    # Slack marks no more than one line at a time.
    return "\n".join(f"{opening}{each}{closing}" if each else "" for each in inner.split("\n"))


def _slack_link(url: str, inner: str) -> str:
    address = _safe(url).replace("|", "%7C")
    shown = inner.replace("|", "\uff5c").replace("\n", " ")
    return f"<{address}>" if shown in ("", address) else f"<{address}|{shown}>"


def mrkdwn(*, everyone: bool) -> Flavour:
    """Slack's; what it makes goes through ``joined``."""
    return Flavour(
        text=partial(_slack_text, everyone=everyone),
        mark=_slack_mark,
        code=lambda text: f"`{_safe(text)}`",
        fence=lambda text, language: f"```\n{_safe(text)}\n```",
        link=_slack_link,
        quote=lambda inner: "\n".join(f"> {line}".rstrip() for line in inner.split("\n")),
    )


def _telegram_mark(kind: str, inner: str) -> str:
    tag = {"strong": "b", "em": "i", "s": "s", "heading": "b"}[kind]
    return f"<{tag}>{inner}</{tag}>"


def _telegram_fence(text: str, language: str) -> str:
    if not language:
        return f"<pre>{_safe(text)}</pre>"
    name = escape(language.partition(" ")[0])
    return f'<pre><code class="language-{name}">{_safe(text)}</code></pre>'


def _telegram_quote(inner: str) -> str:
    # One quotation cannot hold another.
    bare = inner.replace("<blockquote>", "").replace("</blockquote>", "")
    return f"<blockquote>{bare}</blockquote>"


TELEGRAM = Flavour(
    text=_safe,
    mark=_telegram_mark,
    code=lambda text: f"<code>{_safe(text)}</code>",
    fence=_telegram_fence,
    link=lambda url, inner: f'<a href="{escape(url)}">{inner}</a>',
    quote=_telegram_quote,
)

WORDS = Flavour(
    text=str,
    mark=lambda kind, inner: inner,
    code=str,
    fence=lambda text, language: text,
    link=lambda url, inner: inner,
    quote=str,
)
"""The words without any mark."""
