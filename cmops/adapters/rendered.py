"""Markdown as HTML, for the platforms that show it: its links must lead somewhere there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from cmops.adapters.contract import Edition, Platform, Problem
from cmops.text.markdown import raw_markup, render

_CODE_OR_TAG = re.compile(r"<code\b[^>]*>.*?</code>|<[^>]*>", re.DOTALL)


def html_of(edition: Edition) -> str:
    """The first text as HTML, with the post's link below unless the text has it already."""
    html = render(edition.parts[0]) if edition.parts else ""
    link = edition.link
    if link and not any(link in part for part in edition.parts):
        address = escape(link)
        html += f'<p><a href="{address}">{address}</a></p>\n'
    return html


def dead_addresses(platform: Platform, edition: Edition) -> Iterator[Problem]:
    """Links and pictures of the text that would lead nowhere: their address is not complete."""
    for text, at in zip(edition.parts, edition.part_places, strict=True):
        if "](" not in text:
            continue
        # What the renderer made no link of is left as it was written.
        shown = unescape(_CODE_OR_TAG.sub("", render(text)))
        for kind, _, snippet in raw_markup(shown):
            if kind in {"link", "image"}:
                yield Problem("CM519", at, {"platform": platform.title, "snippet": snippet})
