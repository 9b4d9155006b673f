"""A preview as one HTML page that stands alone: nothing is loaded from anywhere."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib import resources
from itertools import groupby

from cmops.adapters.contract import Message
from cmops.findings import Diagnostic
from cmops.review.bubble import Address, Bubble
from cmops.review.changes import Kind
from cmops.review.markup import Html, html, paragraphs, safe
from cmops.review.pictures import Picture, Pictures
from cmops.review.sheets import Card, Outlet, Preview, Sheet
from cmops.review.words import Words

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: cid:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<header>
<h1>{title}</h1>
<p class="counts">{counts}</p>
{answer}
</header>
{overview}
{sheets}
{others}
<footer><p>{made}</p></footer>
</main>
</body>
</html>
"""  # noqa: E501 - a policy is one line

_OUTLET = """\
<li class="outlet">
<p class="where"><strong>{name}</strong> <span class="network">{platform}</span> {pill}</p>
<p class="when">{when}</p>
<p class="facts">{counts}{version}</p>
{notes}{findings}
</li>
"""


def embedded(_path: str, picture: Picture) -> str:
    """In the page itself."""
    return picture.address


def page(
    shown: Preview, words: Words, now: datetime, pictures: Pictures, address: Address = embedded
) -> str:
    """The whole page."""
    draw = _Page(words, pictures, address)
    answer = words.say("answer") if shown.batch is not None else None
    return html(
        _PAGE,
        language=words.language,
        title=words.title(shown),
        style=Html(_style()),
        counts=[html("<span>{count}</span> ", count=each) for each in words.summary(shown)],
        answer=html('<p class="answer">{text}</p>', text=answer) if answer else None,
        overview=draw.overview(shown),
        sheets=[draw.sheet(sheet) for sheet in shown.sheets],
        others=draw.others(shown),
        made=words.say("made", when=words.wording.day_and_time(now)),
    )


@cache
def _style() -> str:
    return (resources.files("cmops.review") / "page.css").read_text("utf-8")


class _Page:
    def __init__(self, words: Words, pictures: Pictures, address: Address) -> None:
        self._words = words
        self._bubble = Bubble(words, pictures, address)

    def overview(self, shown: Preview) -> Html | None:
        """Every post and moment on one line, with a way to it."""
        if len(shown.sheets) < 2:
            return None
        rows = [
            self._row(sheet, kind, list(outlets))
            for sheet in shown.sheets
            for (kind, _), outlets in groupby(
                (each for card in sheet.cards for each in card.outlets),
                key=lambda each: (each.change.kind, _at(each)),
            )
        ]
        return html('<ol class="overview">{rows}</ol>', rows=rows)

    def _row(self, sheet: Sheet, kind: Kind, outlets: list[Outlet]) -> Html:
        at = _at(outlets[0])
        when = f"{self._words.short(at)} {at:%H:%M}" if at else self._words.say("no-time")
        return html(
            '<li><span class="time">{when}</span> <span><a href="#{anchor}">{title}</a> {pill}'
            ' <span class="near">{names}</span></span></li>\n',
            when=when,
            anchor=_anchor(sheet.id),
            title=sheet.title,
            pill=None if kind is Kind.BATCH else self._pill(kind),
            names=", ".join(each.name for each in outlets),
        )

    def _pill(self, kind: Kind) -> Html:
        word = self._words.kind(kind)
        return html('<span class="pill {kind}">{word}</span>', kind=str(kind), word=word)

    def sheet(self, sheet: Sheet) -> Html:
        """One post."""
        facts = [html(" · {fact}", fact=fact) for fact in self._words.facts(sheet)]
        return html(
            '<article id="{anchor}"><h2>{title}</h2>\n'
            '<p class="file"><code>{path}</code>{facts}</p>\n{findings}{cards}</article>\n',
            anchor=_anchor(sheet.id),
            title=sheet.title,
            path=sheet.path,
            facts=facts,
            findings=self._findings(sheet.diagnostics),
            cards=[self._card(sheet, card) for card in sheet.cards],
        )

    def _card(self, sheet: Sheet, card: Card) -> Html:
        before = None
        if card.before:
            live = card.kind in (Kind.EDITED, Kind.STALE)
            title = self._words.say("read-live" if live else "read-before")
            before = html(
                '<details class="before"><summary>{title}</summary>{texts}</details>\n',
                title=title,
                texts=self._messages(card.before, formatting=card.formatted),
            )
        return html(
            '<section class="card"><ul class="outlets">{outlets}</ul>\n{texts}{before}</section>\n',
            outlets=[self._outlet(outlet) for outlet in card.outlets],
            texts=self._messages(card.messages, formatting=card.formatted),
            before=before,
        )

    def _outlet(self, outlet: Outlet) -> Html:
        words, change = self._words, outlet.change
        notes = [words.what(outlet), *words.timing(outlet)]
        version = html(
            ' · <span class="version">{said}</span>',
            said=words.say("version", version=outlet.version),
        )
        over = any(most is not None and length > most for length, most in outlet.counts)
        return html(
            _OUTLET,
            name=outlet.name,
            platform=words.network(outlet),
            pill=None if change.kind is Kind.BATCH else self._pill(change.kind),
            when=words.when(change.after or change.before),
            counts=html(
                '<span class="count{over}">{counts}</span>',
                over=" over" if over else "",
                counts=words.counts(outlet),
            ),
            version=version if outlet.version else None,
            notes=[
                *paragraphs(notes, "note"),
                *paragraphs([words.reason(outlet)], "stopped"),
                *paragraphs([words.neighbours(outlet)], "near"),
            ],
            findings=self._findings(outlet.diagnostics),
        )

    def _messages(self, messages: tuple[Message, ...], *, formatting: bool) -> list[Html]:
        return [
            self._bubble.html(
                message, self._words.part(message, index, len(messages)), formatting=formatting
            )
            for index, message in enumerate(messages)
        ]

    def others(self, shown: Preview) -> Html | None:
        """The other files that a change touches, and what is wrong with them."""
        if not shown.files and not shown.diagnostics:
            return None
        files = [
            html(
                '<li><code>{path}</code> <span class="near">{how}</span></li>\n',
                path=path,
                how=self._words.say(f"file.{how}"),
            )
            for path, how in shown.files.items()
        ]
        return html(
            '<section class="others"><h2>{title}</h2><ul>{files}</ul>{findings}</section>',
            title=self._words.say("files"),
            files=files,
            findings=self._findings(shown.diagnostics, paths=True),
        )

    def _findings(self, found: tuple[Diagnostic, ...], *, paths: bool = False) -> list[Html]:
        return [
            html(
                '<p class="finding {severity}">{path}{text}</p>\n',
                severity=str(each.severity),
                path=html("<code>{path}</code> ", path=each.path) if paths else None,
                text=self._words.finding(each),
            )
            for each in found
        ]


def _at(outlet: Outlet) -> datetime | None:
    """The first time that it goes out, or would have."""
    turn = outlet.change.after or outlet.change.before
    return next((each for each in turn.times if each), None) if turn else None


def _anchor(id: str) -> str:
    return "p-" + safe("".join(letter if letter.isalnum() else "-" for letter in id))
