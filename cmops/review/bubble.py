"""One message as a network shows it, in HTML: text, pictures, poll, link card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from cmops.adapters.contract import Message
from cmops.review.markup import Html, formatted, html, lively, paragraphs
from cmops.review.pictures import Picture, Pictures
from cmops.review.words import Words

_FOLDED = 1600
"""Characters from which on a text is opened on demand."""

Address = Callable[[str, Picture], str]
"""Where a small picture is: in the page itself, or beside it in a letter."""


class Bubble:
    """Draws messages with the pictures of one workspace."""

    def __init__(self, words: Words, pictures: Pictures, address: Address) -> None:
        self._words = words
        self._pictures = pictures
        self._address = address

    def html(self, message: Message, part: str, *, formatting: bool) -> Html:
        """The message; ``part`` says which of a thread, ``formatting`` how its text is read."""
        words = self._words
        fields = [words.pair(name, value) for name, value in words.fields(message)]
        return html(
            '<div class="message">{part}{fields}{text}{media}{poll}{link}</div>\n',
            part=paragraphs([part], "part"),
            fields=paragraphs(fields, "field"),
            text=self._text(message.text, formatting=formatting),
            media=self._media(message),
            poll=self._poll(message),
            link=self._link(message),
        )

    def _text(self, text: str, *, formatting: bool) -> Html | None:
        if not text:
            return None
        if not formatting:
            return html('<div class="text plain">{text}</div>', text=lively(text))
        shown = html('<div class="text">{text}</div>', text=formatted(text))
        if len(text) < _FOLDED:
            return shown
        title = self._words.say("read", count=len(text.split()))
        return html("<details><summary>{title}</summary>{text}</details>", title=title, text=shown)

    def _media(self, message: Message) -> Html | None:
        figures = [self._figure(each.path, each.type, each.alt) for each in message.media]
        return html('<div class="media">{figures}</div>', figures=figures) if figures else None

    def _figure(self, path: str, kind: str, alt: str) -> Html:
        return html(
            "<figure>{picture}<figcaption>{alt}</figcaption></figure>",
            picture=self._picture(path, kind, alt)
            or html('<p class="filename">{name}</p>', name=PurePosixPath(path).name),
            alt=html('<span class="alt">ALT</span> {alt}', alt=self._words.alt(alt)),
        )

    def _picture(self, path: str, kind: str, alt: str) -> Html | None:
        small = self._pictures(path, kind)
        if small is None:
            return None
        return html(
            '<img src="{address}" alt="{alt}" width="{width}" height="{height}">',
            address=self._address(path, small),
            alt=alt,
            width=small.width,
            height=small.height,
        )

    def _poll(self, message: Message) -> Html | None:
        poll = message.fields.get("poll")
        if not poll:
            return None
        options = [html("<li>{option}</li>", option=str(each)) for each in poll["options"]]
        return html(
            '<ul class="poll">{options}</ul><p class="near">{how}</p>',
            options=options,
            how=self._words.poll(poll),
        )

    def _link(self, message: Message) -> Html | None:
        card = message.fields.get("card")
        if not card:
            return None
        image = card.get("image")
        return html(
            '<div class="link">{picture}<div><p><strong>{title}</strong></p>{description}'
            '<p class="near">{url}</p></div></div>',
            picture=self._picture(image["path"], image["type"], image["alt"]) if image else None,
            title=str(card.get("title") or ""),
            description=paragraphs([str(card.get("description") or "")], "note"),
            url=lively(str(card.get("url") or "")),
        )
