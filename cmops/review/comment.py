"""A preview as the comment of a pull request: GitHub's Markdown, short enough to be one comment.

Everything that comes from files is quoted (``quoting``); only what stands here is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from cmops.adapters.contract import Media, Message
from cmops.findings import Diagnostic
from cmops.review.quoting import code, in_html, inline, quoted
from cmops.review.sheets import Card, Outlet, Preview, Sheet
from cmops.review.words import Words
from cmops.values import dataclass

MOST = 60_000
"""Characters of a comment. GitHub takes 65,536, and whoever posts it adds a few."""

_OPEN = 3
_ROWS, _ROW_BUDGET = 200, 20_000
_FILES, _FINDINGS = 30, 20
_PICTURE = 220
_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~%/?=&@:+-]*)?")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things can be seen: the repository's files at this very commit, the whole preview.

    Raises ValueError for what is no plain https address.
    """

    media: str | None = None
    site: str | None = None

    def __post_init__(self) -> None:
        for url in (self.media, self.site):
            if url is not None and not _URL.fullmatch(url):
                raise ValueError(url)


def comment(shown: Preview, words: Words, at: Addresses | None = None, most: int = MOST) -> str:
    """The preview as Markdown of at most ``most`` characters; what does not fit is listed."""
    return _Comment(shown, words, at or Addresses()).text(most)


def length(text: str) -> int:
    """How long GitHub finds it; whatever it counts, it is not more than this."""
    return len(text.encode("utf-16-le")) // 2


class _Comment:
    def __init__(self, shown: Preview, words: Words, at: Addresses) -> None:
        self._shown = shown
        self._words = words
        self._at = at

    def text(self, most: int) -> str:
        """The whole."""
        words = self._words
        top = [f"## {inline(_short(words.title(self._shown), 200))}", "", self._summary(), ""]
        head = "\n".join([*top, *self._table()])
        end = "\n".join(self._others())
        room = most - length(head) - length(end) - 600
        sheets, left = self._sheets(room)
        more = [self._more(left)] if left else []
        return "\n".join([head, *sheets, *more, end]).strip() + "\n"

    def _summary(self) -> str:
        first, *others = self._words.summary(self._shown)
        return " · ".join([f"**{inline(first)}**", *map(inline, others)])

    def _table(self) -> Iterator[str]:
        outlets = [
            (sheet, card, outlet)
            for sheet in self._shown.sheets
            for card in sheet.cards
            for outlet in card.outlets
        ]
        if not outlets:
            return
        say = self._words.say
        names = ("what", "post", "channel", "when", "version")
        yield "| " + " | ".join(say(f"table.{name}") for name in names) + " |"
        yield "| --- | --- | --- | --- | --- |"
        room = _ROW_BUDGET
        for number, (sheet, card, outlet) in enumerate(outlets):
            row = self._row(sheet, card, outlet)
            room -= length(row)
            if number >= _ROWS or room < 0:
                yield ""
                yield say("more-rows", count=len(outlets) - number)
                break
            yield row
        yield ""

    def _row(self, sheet: Sheet, card: Card, outlet: Outlet) -> str:
        words = self._words
        change = outlet.change
        wrong = (*sheet.diagnostics, *outlet.diagnostics)
        sign = " ❌" if any(each.severity == "error" for each in wrong) else " ⚠️" if wrong else ""
        cells = [
            words.kind(card.kind) + sign,
            inline(_short(sheet.title)),
            inline(outlet.name),
            inline(words.when(change.after or change.before)),
            code(outlet.version) if outlet.version else "–",
        ]
        return f"| {' | '.join(cells)} |"

    def _sheets(self, room: int) -> tuple[list[str], int]:
        """As many posts as there is room for, in full, and how many are left."""
        kept: list[str] = []
        left = 0
        opened = len(self._shown.sheets) <= _OPEN
        for sheet in self._shown.sheets:
            text = "\n".join(self._sheet(sheet, opened=opened))
            if length(text) + 1 > room:
                left += 1
                continue
            room -= length(text) + 1
            kept.append(text)
        return kept, left

    def _more(self, left: int) -> str:
        words = self._words
        cut = words.say("cut", count=left)
        if self._at.site:
            return f"**{cut}** {words.say('whole', url=self._at.site)}\n"
        return f"**{cut}** {words.say('whole-local')}\n"

    def _sheet(self, sheet: Sheet, *, opened: bool) -> Iterator[str]:
        words = self._words
        yield f"<details{' open' if opened else ''}>"
        yield f"<summary>{in_html(sheet.title)}</summary>"
        yield ""
        facts = [code(sheet.path), *map(inline, words.facts(sheet))]
        yield " · ".join(facts)
        yield ""
        yield from self._findings(sheet.diagnostics)
        for card in sheet.cards:
            yield from self._card(card)
        yield "</details>"
        yield ""

    def _card(self, card: Card) -> Iterator[str]:
        words = self._words
        for outlet in card.outlets:
            yield from self._outlet(card, outlet)
        yield from self._messages(card.messages)
        if card.before:
            live = card.kind in ("edited", "stale")
            title = words.say("read-live" if live else "read-before")
            yield f"<details><summary>{in_html(title)}</summary>"
            yield ""
            yield from self._messages(card.before)
            yield "</details>"
            yield ""

    def _outlet(self, card: Card, outlet: Outlet) -> Iterator[str]:
        words = self._words
        change = outlet.change
        where = f"{outlet.name} ({words.network(outlet)})"
        said = [words.when(change.after or change.before), words.counts(outlet)]
        line = " · ".join(inline(each) for each in said if each)
        version = f" · {words.say('version', version=code(outlet.version))}"
        yield f"**{inline(where)}** · {words.kind(card.kind)} · {line}" + (
            version if outlet.version else ""
        )
        notes = [words.what(outlet), *words.timing(outlet), words.reason(outlet)]
        for note in (*notes, words.neighbours(outlet)):
            if note:
                yield f"- {inline(note)}"
        yield ""
        yield from self._findings(outlet.diagnostics)

    def _messages(self, messages: tuple[Message, ...]) -> Iterator[str]:
        words = self._words
        for index, message in enumerate(messages):
            part = words.part(message, index, len(messages))
            if part:
                yield f"*{inline(part)}*"
                yield ""
            for name, value in words.fields(message):
                yield f"> {inline(words.pair(name, value))}"
                yield ">"
            if message.text:
                yield quoted(message.text)
                yield ""
            yield from self._attached(message)

    def _attached(self, message: Message) -> Iterator[str]:
        for media in message.media:
            yield self._picture(media)
            yield ""
        poll = message.fields.get("poll")
        if poll:
            yield from (f"> - {inline(str(option))}" for option in poll["options"])
            yield ""
            yield inline(self._words.poll(poll))
            yield ""
        card = message.fields.get("card")
        if card:
            values = (card.get(name) for name in ("title", "description", "url"))
            named = [inline(str(value)) for value in values if value]
            title = inline(self._words.wording.field("card"))
            yield "> " + " — ".join([f"**{title}**", *named])
            yield ""

    def _picture(self, media: Media) -> str:
        alt = self._words.alt(media.alt)
        path = f"content/{media.path}"
        if not self._at.media or not media.type.startswith("image/") or media.url:
            return f"> {code(path)} — {inline(alt)}"
        url = f"{self._at.media.rstrip('/')}/{quote(path, safe='/')}"
        return f'<img src="{url}" width="{_PICTURE}" alt="{in_html(media.alt)}">\n\n> {inline(alt)}'

    def _others(self) -> Iterator[str]:
        words, shown = self._words, self._shown
        if shown.files:
            yield f"### {inline(words.say('files'))}"
            yield ""
            paths = list(shown.files.items())
            for path, how in paths[:_FILES]:
                yield f"- {code(_short(path, 200))} {words.say(f'file.{how}')}"
            if len(paths) > _FILES:
                yield f"- {words.say('more-files', count=len(paths) - _FILES)}"
            yield ""
        yield from self._findings(shown.diagnostics, paths=True)

    def _findings(self, found: tuple[Diagnostic, ...], *, paths: bool = False) -> Iterator[str]:
        for each in found[:_FINDINGS]:
            sign = "❌" if each.severity == "error" else "⚠️"
            where = f"{code(_short(each.path, 200))} " if paths else ""
            yield f"- {sign} {where}{inline(_short(self._words.finding(each), 600))}"
        if len(found) > _FINDINGS:
            yield f"- {self._words.say('more-findings', count=len(found) - _FINDINGS)}"
        if found:
            yield ""


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
