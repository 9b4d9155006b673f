"""A card on a page: its channels with their deliveries, and the messages as a network shows them.

Everything that is returned is escaped already. Written here for the reason that ``turns`` gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import escape

from cmops.adapters.contract import Look, Message
from cmops.adapters.messages import FIRST_COMMENT
from cmops.pages.cards import Card, Face, Outlet
from cmops.pages.links import Here
from cmops.pages.messages import Messages
from cmops.pages.turns import Turns, is_changed

if TYPE_CHECKING:
    from cmops.pages.site import Site


class CardsHtml:
    """The cards of one page."""

    def __init__(self, site: Site, path: str, turns: Turns) -> None:
        self._site = site
        self._here = Here(path, site.address)
        self._turns = turns
        self._say = turns.say
        self._messages = Messages(site, path)
        self._bylines: dict[Face, str] = {}

    def html(self, card: Card) -> str:
        """One card."""
        many, colour = len(card.messages) > 1, card.face.colour
        outlets = "".join([self._outlet(each, many=many) for each in card.outlets])
        places = range(len(card.messages))
        messages = "".join([self._message(card, place) for place in places])
        style = f' style="--cmops-brand: {escape(colour)}"' if colour else ""
        return (
            f'<section class="cmops-card">\n<ul class="cmops-outlets">\n{outlets}</ul>\n'
            f'<div class="cmops-net cmops-net-{card.look}"{style}>\n{messages}</div>\n</section>\n'
        )

    def _outlet(self, outlet: Outlet, *, many: bool) -> str:
        """A channel: how long each message is there, and what goes out."""
        known = [(each, each.record) for each in outlet.deliveries]
        turns = [self._turns.html(each, record, many=many) for each, record in known]
        if any(is_changed(each, record, outlet.made) for each, record in known):
            turns.append(f'<p class="cmops-reason">{self._say("pages.changed")}</p>')
        counts = "".join([self._count(*each) for each in outlet.made.counts])
        return (
            f'<li>\n<p class="cmops-outlet">{self._site.label(outlet.channel)}\n'
            f'<span class="cmops-counts">{counts}</span></p>\n{"".join(turns)}</li>\n'
        )

    def _count(self, length: int, most: int | None) -> str:
        """How long a message is, in words, and whether that is too long."""
        number = self._site.wording.number
        if most is None:
            return f'<span class="cmops-count">{number(length)}</span>'
        over = " cmops-over" if length > most else ""
        return f'<span class="cmops-count{over}">{number(length)} / {number(most)}</span>'

    def _message(self, card: Card, place: int) -> str:
        message = card.messages[place]
        if card.look is Look.LETTER:
            head = self._envelope(card.face, message)
        else:
            nth = self._nth(card, place) if len(card.messages) > 1 else ""
            byline = self._bylines.get(card.face) or self._byline(card.face)
            head = f'<p class="cmops-byline">{byline}{nth}</p>'
        return (
            f'<div class="cmops-message">\n{head}\n<div class="cmops-said">\n'
            f"{self._messages.html(message, card)}</div>\n</div>\n"
        )

    def _envelope(self, face: Face, message: Message) -> str:
        sender = escape(message.fields.get("from") or face.name)
        return (
            f'<dl class="cmops-envelope"><dt>{self._say("shown.from")}</dt><dd>{sender}</dd>'
            f"<dt>{self._say('shown.to')}</dt><dd>{escape(', '.join(face.handles))}</dd></dl>"
        )

    def _byline(self, face: Face) -> str:
        """Who speaks."""
        mark = f'<span class="cmops-avatar" aria-hidden="true">{escape(face.initials)}</span>'
        if face.avatar:
            mark = (
                f'<img class="cmops-avatar" src="{escape(self._here.media(face.avatar))}"'
                ' alt="" width="40" height="40" loading="lazy">'
            )
        handles = [f' <span class="cmops-handle">{escape(each)}</span>' for each in face.handles]
        made = (
            f'{mark}<span class="cmops-who"><strong>{escape(face.name)}</strong>'
            f"{''.join(handles)}</span>"
        )
        return self._bylines.setdefault(face, made)

    def _nth(self, card: Card, place: int) -> str:
        """Which message of a thread it is."""
        number, count = place + 1, len(card.messages)
        if card.messages[place].fields.get("role") == FIRST_COMMENT:
            said = self._say("pages.first-comment")
        else:
            words = escape(self._site.say("pages.message-of", number=number, count=count))
            said = (
                f'<span class="cmops-hidden">{words}</span>'
                f'<span aria-hidden="true">{number}/{count}</span>'
            )
        return f' <span class="cmops-nth">{said}</span>'
