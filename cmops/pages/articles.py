"""A post on a page: what it belongs to, what is wrong with it, its cards.

Everything that is returned is escaped already. Written here for the reason that ``turns`` gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import escape

from cmops.findings import Diagnostic
from cmops.pages.cards import Card, Cards
from cmops.pages.cards_html import CardsHtml
from cmops.pages.entries import Entry
from cmops.pages.links import Here
from cmops.pages.page import Html, initial
from cmops.pages.turns import Turns
from cmops.workspace.model import Post

if TYPE_CHECKING:
    from cmops.pages.site import Site


class Articles:
    """The posts of one page."""

    def __init__(self, site: Site, path: str) -> None:
        self._site = site
        self._here = Here(path, site.address)
        self._cards = Cards(site)
        self._turns = Turns(site, path)
        self._drawn = CardsHtml(site, path, self._turns)
        self._say = self._turns.say
        self._belongings: dict[tuple[str | None, ...], str] = {}

    def html(self, entry: Entry) -> Html:
        """A post; a search finds it by what is said and shown."""
        post, cards = entry.post, self._cards.of(entry)
        facts, file = (self._facts(post), self._file(post)) if post else (self._broken(), "")
        wrong = "".join([self._finding(each) for each in self._site.wrong(entry)])
        shown = "".join([self._drawn.html(card) for card in cards] or self._planned(entry))
        return Html(
            f'<div class="cmops">\n<article class="cmops-post">\n<p class="cmops-facts">\n{facts}'
            f'</p>\n{wrong}<div class="cmops-cards">\n{shown}</div>\n{file}</article>\n</div>',
            _words(cards),
        )

    def _facts(self, post: Post) -> str:
        """What it is about, and for whom."""
        belongs = (post.brand, post.campaign, post.event, post.pillar, post.audience)
        said = self._belongings.get(belongs)
        if said is None:
            said = self._belongings[belongs] = "".join(map(_span, self._belonging(post)))
        pill = "" if post.status == "ready" else self._site.pill(post.status)
        return f"{pill}{said}{''.join(map(_span, self._particular(post)))}"

    def _belonging(self, post: Post) -> Iterator[str]:
        site, space, settings = self._site, self._site.workspace, self._site.settings
        if brand := settings.brands.get(post.brand or ""):
            yield escape(brand.name)
        if campaign := space.campaigns.get(post.campaign or ""):
            yield self._linked("pages.campaign", f"campaigns/{campaign.id}.md", campaign.name)
        if event := space.events.get(post.event or ""):
            yield self._linked("pages.event", f"events/{event.id}.md", event.name)
        if pillar := settings.pillars.get(post.pillar or ""):
            yield escape(pillar.name)
        if audience := settings.audiences.get(post.audience or ""):
            yield escape(site.say("pages.for-audience", name=audience.name))

    def _particular(self, post: Post) -> Iterator[str]:
        if post.commercial:
            yield escape(self._site.say("pages.commercial", partner=post.commercial.partner))
        if post.repeat:
            yield self._say("pages.repeats")
        if post.batch:
            yield escape(self._site.say("pages.batch", name=post.batch))

    def _linked(self, phrase: str, path: str, name: str) -> str:
        link = f'<a href="{escape(self._here.link(path))}">{escape(name)}</a>'
        return f"{self._say(phrase)}{self._say('pages.colon')}{link}"

    def _broken(self) -> str:
        return f'<span class="cmops-wrong">{self._say("pages.broken")}</span>\n'

    def _file(self, post: Post) -> str:
        code = f"<code>{escape(post.path)}</code>"
        return f'<p class="cmops-source">{self._say("pages.file")} {code}</p>'

    def _finding(self, each: Diagnostic) -> str:
        severity = escape(initial(self._site.say(f"cli.severity.{each.severity}")))
        on = f" ({escape(self._site.channel(each.channel))})" if each.channel else ""
        hint = f' <span class="cmops-hint">→ {escape(each.hint)}</span>' if each.hint else ""
        link = escape(self._here.link(f"diagnostics/{each.code}.md"))
        return (
            f'<p class="cmops-finding cmops-{escape(each.severity)}"><a href="{link}">'
            f"{escape(each.code)}</a> {severity}{on}{self._say('pages.colon')}"
            f"{escape(each.message)}{hint}</p>\n"
        )

    def _planned(self, entry: Entry) -> Iterator[str]:
        """What was to go out of a post of which nothing can be shown."""
        for slot in entry.slots:
            for each in slot.deliveries:
                when = self._turns.when(each.subject.at) if each.subject.at else ""
                reason = self._turns.reason(each) or " "
                yield (
                    f'<p class="cmops-turn">{self._site.label(each.subject.channel)} {when} '
                    f"{self._site.pill(str(each.state))}{reason}</p>\n"
                )


def _span(said: str) -> str:
    return f"<span>{said}</span>"


def _words(cards: tuple[Card, ...]) -> str:
    """What a search finds a post by, beside its title: what is said and shown, once."""
    found = [
        text
        for card in cards
        for message in card.messages
        for text in (message.text, *[file.alt for file in message.media])
    ]
    return "\n".join(dict.fromkeys(found))
