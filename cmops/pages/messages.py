"""What a network shows of one message: text, media, poll, link card, and what it answers.

Everything that is returned is escaped already. Written here for the reason that ``turns`` gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from cmops.adapters.contract import Look, Media, Message
from cmops.pages.drawing import formatted, lively
from cmops.pages.links import Here, host, safe

if TYPE_CHECKING:
    from cmops.pages.cards import Card
    from cmops.pages.site import Site

_UNSEEN = frozenset({"language", "html", "slug", "status", "link", "role"})
"""Fields that no card shows."""

_LONG = 1_200
"""Characters of a formatted text from which on it is folded."""

_MOST = 4
"""Files of a message that stand side by side."""

_Fields = Mapping[str, Any]


class Messages:
    """The messages of one page."""

    def __init__(self, site: Site, path: str) -> None:
        self._site = site
        self._here = Here(path, site.address)

    def html(self, message: Message, card: Card) -> str:
        """What is to be seen of a message on such a card."""
        text = self._text(message.text, card) if message.text else ""
        fields = {name: value for name, value in message.fields.items() if name not in _UNSEEN}
        if fields.get("visibility") == "public":
            del fields["visibility"]
        if not (fields or message.media or card.formatted):
            return text
        shown = "".join(self._shown(message, card, text, fields))
        if spoiler := fields.get("spoiler"):
            summary = f"<summary>{escape(spoiler)}</summary>"
            shown = f'<details class="cmops-spoiler">{summary}{shown}</details>\n'
        return f"{''.join(self._relations(fields))}{shown}{self._small(fields)}"

    def _text(self, text: str, card: Card) -> str:
        if not card.formatted:
            shown = lively(text, links=card.look is not Look.PHOTO)
            return f'<div class="cmops-text cmops-plain">{shown}</div>'
        if len(text) <= _LONG:
            return f'<div class="cmops-text">{formatted(text)}</div>'
        words = self._site.say("pages.read", count=len(text.split()))
        summary = f"<summary>{escape(words)}</summary>"
        return f'<details class="cmops-text">{summary}{formatted(text)}</details>\n'

    def _shown(self, message: Message, card: Card, text: str, fields: _Fields) -> Iterator[str]:
        """The parts of it, from the top; where people look at pictures, those are above."""
        media = self._gallery(message.media) if message.media else ""
        if card.look is Look.PHOTO:
            yield media
        if cover := fields.get("cover"):
            yield self._gallery((Media(**cover),))
        for name in ("title", "excerpt"):
            if value := fields.get(name):
                yield f'<p class="cmops-{name}">{escape(value)}</p>'
        yield f"{text}\n" if text and not card.formatted else text
        if card.look is not Look.PHOTO:
            yield media
        if poll := fields.get("poll"):
            yield self._poll(poll)
        if found := fields.get("card"):
            yield self._link_card(found)

    def _relations(self, fields: _Fields) -> Iterator[str]:
        """What it answers, quotes or repeats."""
        for name in ("reply_to", "quote", "repost"):
            if value := fields.get(name):
                said = escape(self._site.wording.field(name))
                yield f'<p class="cmops-relation">{said} {self._related(value)}</p>'

    def _related(self, value: str) -> str:
        """A link to an address, or to a post of the workspace."""
        if address := safe(value):
            return f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(value)}</a>'
        post, place = self._site.workspace.posts.get(value), self._site.post(value)
        if post is None or place is None:
            return escape(value)
        return f'<a href="{escape(self._here.link(*place))}">{escape(post.title)}</a>'

    def _small(self, fields: _Fields) -> str:
        """Of what kind it is and who sees it, where that is not the usual."""
        named = ((name, fields.get(name)) for name in ("format", "visibility"))
        said = " · ".join(self._named(name, value) for name, value in named if value)
        return f'<p class="cmops-small">{escape(said)}</p>\n' if said else ""

    def _named(self, name: str, value: str) -> str:
        site, phrase = self._site, f"pages.{name}.{value}"
        said = site.say(phrase) if site.wording.has(phrase) else value
        return f"{site.wording.field(name)}{site.say('pages.colon')}{said}"

    def _poll(self, poll: _Fields) -> str:
        several = poll["multiple"]
        options = "".join(f"<li>{escape(option)}</li>" for option in poll["options"])
        span = self._site.draw.span(timedelta(seconds=poll["duration_seconds"]))
        said = self._site.say(f"pages.poll-{'multiple' if several else 'single'}", span=span)
        return (
            f'<ul class="cmops-poll{" cmops-several" if several else ""}">{options}</ul>\n'
            f'<p class="cmops-small">{escape(said)}</p>\n'
        )

    def _gallery(self, files: Sequence[Media]) -> str:
        figures = "".join([self._figure(file) for file in files])
        most = min(len(files), _MOST)
        return f'<div class="cmops-media cmops-media-{most}">\n{figures}</div>\n'

    def _figure(self, file: Media) -> str:
        path, alt = self._site.shown(file.path), escape(file.alt)
        address = escape(self._here.media(path)) if path else ""
        if path and file.type.startswith("image/"):
            shown = f'<a href="{address}">{_image(address, alt, file.width, file.height)}</a>\n'
        elif path:
            shown = f'<video src="{address}" controls preload="none" aria-label="{alt}"></video>\n'
        else:
            shown = f'<p class="cmops-nofile">{escape(file.path)}</p>'
        return f"<figure>\n{shown}<figcaption>{self._alt(alt)}</figcaption>\n</figure>\n"

    def _alt(self, alt: str) -> str:
        """What is said of it to whoever does not see it."""
        if not alt:
            return f'<span class="cmops-noalt">{escape(self._site.say("pages.no-alt"))}</span>'
        title = escape(self._site.say("shown.alt"))
        summary = f'<summary><abbr title="{title}">ALT</abbr></summary>'
        return f'<details class="cmops-altbox">{summary}<p>{alt}</p></details>'

    def _link_card(self, found: _Fields) -> str:
        picture = Media(**found["image"]) if found.get("image") else None
        path = self._site.shown(picture.path) if picture else None
        shown = said = ""
        if picture and path:
            address, alt = escape(self._here.media(path)), escape(picture.alt)
            shown = _image(address, alt, picture.width, picture.height)
        if found.get("description"):
            said = f"<p>{escape(found['description'])}</p>"
        return (
            f'<div class="cmops-linkcard">\n{shown}<div>{_source(found.get("url"))}'
            f'<p class="cmops-title">{escape(found.get("title", ""))}</p>\n{said}</div>\n</div>\n'
        )


def _image(address: str, alt: str, width: int | None, height: int | None) -> str:
    """A picture; address and alternative text are escaped already."""
    size = f' width="{width}" height="{height}"' if width and height else ""
    return f'<img src="{address}" alt="{alt}" loading="lazy"{size}>'


def _source(url: str | None) -> str:
    """Whose page a link card leads to."""
    if not url:
        return ""
    address = safe(url)
    if not address:
        return f'<p class="cmops-small">{escape(url)}</p>'
    link = f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(host(url))}</a>'
    return f'<p class="cmops-small">{link}</p>'
