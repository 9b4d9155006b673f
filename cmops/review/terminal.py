"""A preview as plain text, for a terminal and for logs."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.adapters.contract import Message
from cmops.findings import Diagnostic
from cmops.review.sheets import Card, Outlet, Preview, Sheet
from cmops.review.visible import on_one_line, visible
from cmops.review.words import Words


def plain(shown: Preview, words: Words) -> str:
    """The whole, in lines; none begins with what comes from a file."""
    return "\n".join(_Plain(shown, words).lines())


class _Plain:
    def __init__(self, shown: Preview, words: Words) -> None:
        self._shown = shown
        self._words = words

    def lines(self) -> Iterator[str]:
        """Every line of it."""
        words, shown = self._words, self._shown
        yield on_one_line(words.title(shown))
        yield ", ".join(words.summary(shown))
        for sheet in shown.sheets:
            yield ""
            yield from self._sheet(sheet)
        if shown.files:
            yield ""
            yield words.say("files")
            for path, how in shown.files.items():
                yield f"  {words.say(f'file.{how}'):10} {on_one_line(path)}"
        yield from self._findings(shown.diagnostics, "  ", paths=True)

    def _sheet(self, sheet: Sheet) -> Iterator[str]:
        words = self._words
        yield f"━━ {on_one_line(sheet.title)}"
        yield "   " + on_one_line(" · ".join([sheet.path, *words.facts(sheet)]))
        yield from self._findings(sheet.diagnostics, "   ")
        for card in sheet.cards:
            yield ""
            yield from self._card(card)

    def _card(self, card: Card) -> Iterator[str]:
        words = self._words
        for outlet in card.outlets:
            yield from self._outlet(card, outlet)
        yield from self._messages(card.messages)
        if card.before:
            live = card.kind in ("edited", "stale")
            yield f"│  ({words.say('read-live' if live else 'read-before')})"
            yield from self._messages(card.before)

    def _outlet(self, card: Card, outlet: Outlet) -> Iterator[str]:
        words = self._words
        change = outlet.change
        where = f"{outlet.name} ({words.network(outlet)})"
        yield on_one_line(f"┌─ {words.kind(card.kind)} · {where} · {outlet.called}")
        version = words.say("version", version=outlet.version) if outlet.version else ""
        first = [words.when(change.after or change.before), words.counts(outlet), version]
        notes = [words.what(outlet), *words.timing(outlet), words.reason(outlet)]
        yield f"│  {on_one_line(' · '.join(each for each in first if each))}"
        for note in (*notes, words.neighbours(outlet)):
            if note:
                yield f"│  {on_one_line(note)}"
        yield from self._findings(outlet.diagnostics, "│  ")

    def _messages(self, messages: tuple[Message, ...]) -> Iterator[str]:
        words = self._words
        for index, message in enumerate(messages):
            yield "│"
            part = words.part(message, index, len(messages))
            if part:
                yield f"│  [{part}]"
            for name, value in words.fields(message):
                yield f"│  {on_one_line(words.pair(name, value))}"
            for line in visible(message.text).split("\n") if message.text else ():
                yield f"│    {line}".rstrip()
            yield from (f"│  {on_one_line(line)}" for line in self._attached(message))

    def _attached(self, message: Message) -> Iterator[str]:
        for media in message.media:
            size = f" {media.width}x{media.height}" if media.width else ""
            yield f"[content/{media.path}{size}] {self._words.alt(media.alt)}"
        poll = message.fields.get("poll")
        if poll:
            yield from (f"( ) {option}" for option in poll["options"])
            yield self._words.poll(poll)
        card = message.fields.get("card")
        if card:
            values = (card.get(name) for name in ("title", "description", "url"))
            named = " — ".join(str(value) for value in values if value)
            yield self._words.pair(self._words.wording.field("card"), named)

    def _findings(
        self, found: tuple[Diagnostic, ...], lead: str, *, paths: bool = False
    ) -> Iterator[str]:
        for each in found:
            where = f"{each.path}:{each.line}:{each.column} " if paths else ""
            yield lead + on_one_line(f"{where}{self._words.finding(each)}")
