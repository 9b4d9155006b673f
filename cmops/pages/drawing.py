"""Templates -> HTML, with the words and links that every template needs.

Everything that a template is given is escaped; only what was rendered here is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from html import unescape
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from cmops.pages.facts import Facts
from cmops.pages.links import Address, Here, safe
from cmops.pages.page import Heading, Html, Part, anchor, initial
from cmops.text.markdown import Leads, render
from cmops.text.typography import bound
from cmops.wording import Wording

if TYPE_CHECKING:
    from jinja2 import Environment

_URL = re.compile(r"https?://[^\s<>\"']*[\w/#=&-]")
_WORD = re.compile(r"([#@](?<![\w/&].)(?:\w[\w.@-]*\w|\w))")
_HEADING = re.compile(r"<(/?)(?:blockquote|[uo]l)\b[^>]*>|<h([1-6])>(.*?)</h\2>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_IMAGE = re.compile(r'<img src="((?:[a-zA-Z]+:[^"]*)?)" alt="([^"]*)"[^>]*>')
_NOWHERE = re.compile(r'<a href=""[^>]*>(.*?)</a>', re.DOTALL)


class Draw:
    """Makes the HTML of pages in one language, with addresses of one site."""

    def __init__(self, facts: Facts, address: Address) -> None:
        self.wording = facts.wording
        self.say = facts.wording.say
        self.address = address
        self._days: dict[int, str] = {}

    def html(self, template: str, path: str, /, **values: Any) -> Html:
        """The template's block for the page at ``path``."""
        here = Here(path, self.address)
        drawn = self._environment.get_template(template).render(
            **values, link=here.link, media=here.media
        )
        return Html(f'<div class="cmops">\n{drawn.strip()}\n</div>')

    def prose(self, text: str, level: int = 2, leads: Leads | None = None) -> Iterator[Part]:
        """Markdown that a person of the team wrote, its headings from ``level`` on.

        ``leads`` says where relative addresses lead to.
        """
        rendered = rewritten(render(text, leads=leads))
        if self.wording.language == "fr":
            rendered = bound(rendered)
        top = min((int(found[2]) for found in _HEADING.finditer(rendered) if found[2]), default=1)
        depth, done = 0, 0
        for found in _HEADING.finditer(rendered):
            if not found[2]:
                depth += -1 if found[1] else 1
            elif depth == 0:
                yield from _written(rendered[done : found.start()])
                words = unescape(_TAG.sub("", found[3]))
                yield Heading(min(level + int(found[2]) - top, 6), words)
                done = found.end()
        yield from _written(rendered[done:])

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from cmops.pages.compiled import Compiled

        folder = Path(str(resources.files("cmops.pages") / "templates"))
        made = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            auto_reload=False,
            optimized=False,  # looking for what is constant takes longer than it saves
            bytecode_cache=Compiled(),
        )
        wording = self.wording
        made.globals.update(say=wording.say, has=wording.has, wording=wording, w=_Words(wording))
        made.filters.update(
            day=wording.day,
            day_and_time=wording.day_and_time,
            month=wording.month,
            short_day=self.short_day,
            date=self.date,
            number=wording.number,
            href=safe,
            span=self.span,
            figure=self.figure,
            delay=self.delay,
            bytes=self.size,
            anchor=anchor,
            initial=initial,
            local=self._local,
        )
        del made.filters["safe"]  # so that no template can trust what came from outside
        return made

    def short_day(self, at: date) -> str:
        """``mar. 1er déc.``: a day where there is little room."""
        day = at.toordinal()
        if day not in self._days:
            self._days[day] = self._short_day(at)
        return self._days[day]

    def _short_day(self, at: date) -> str:
        weekday = self.say(f"pages.weekday.{at.isoweekday()}")
        number = self.say("pages.first") if at.day == 1 else str(at.day)
        return f"{weekday} {number} {self.say(f'pages.month.{at.month}')}"

    def date(self, at: date) -> str:
        """``1er déc. 2026``: a day where its weekday does not matter."""
        number = self.say("pages.first") if at.day == 1 else str(at.day)
        return f"{number} {self.say(f'pages.month.{at.month}')} {at.year}"

    def figure(self, value: float) -> str:
        """A number with one decimal where it has one: ``1\u202f204``, ``97,5``."""
        whole, tenths = divmod(round(abs(value) * 10), 10)
        shown = self.wording.number(whole)
        comma = self.say("pages.decimal")
        return f"{'-' if value < 0 else ''}{shown}{comma}{tenths}" if tenths else shown

    def delay(self, length: timedelta) -> str:
        """How late something was, roughly: ``12 s``, ``4 min``, ``3 h``."""
        seconds = length.total_seconds()
        for unit, size in (("day", 172_800), ("hour", 7_200), ("minute", 120)):
            if seconds >= size:
                one = {"day": 86_400, "hour": 3_600, "minute": 60}[unit]
                return self.say(f"pages.span.{unit}", count=round(seconds / one))
        return self.say("pages.span.second", count=round(seconds))

    def size(self, count: int) -> str:
        """A file's size: ``240 ko``."""
        for unit, one in (("mega", 1_000_000), ("kilo", 1_000)):
            if count >= one:
                return self.say(f"pages.bytes.{unit}", number=self.figure(count / one))
        return self.say("pages.bytes.one", number=count)

    def span(self, length: timedelta) -> str:
        """A length of time in its largest whole unit: ``30 min``, ``2 h``, ``1 semaine``."""
        minutes = round(length.total_seconds() / 60)
        for unit, size in (("week", 10_080), ("day", 1_440), ("hour", 60)):
            if minutes >= size and minutes % size == 0:
                return self.say(f"pages.span.{unit}", count=minutes // size)
        return self.say("pages.span.minute", count=minutes)

    def _local(self, texts: Any) -> str:
        """The text in the site's language of a mapping by language, else the first there is."""
        language = self.wording.language
        return str(texts.get(language) or next(iter(texts.values()), ""))


class _Words(dict[str, str]):
    """Phrases without values, each looked up once: ``w["pages.see"]``."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def __missing__(self, phrase: str) -> str:
        return self.setdefault(phrase, self._wording.say(phrase))


def lively(text: str, links: bool = True) -> Markup:
    """Text as networks show it: mentions and hashtags stand out, addresses where they are links."""
    if not links or "://" not in text:
        return Markup(_marked(text))  # noqa: S704  escaped, as below
    pieces: list[str] = []
    done = 0
    for found in _URL.finditer(text):
        url = escape(found[0])
        pieces.append(_marked(text[done : found.start()]))
        pieces.append(f'<a href="{url}" rel="noopener noreferrer nofollow">{url}</a>')
        done = found.end()
    pieces.append(_marked(text[done:]))
    return Markup("".join(pieces))  # noqa: S704


def formatted(text: str) -> Markup:
    """Text as networks show it that have formatting: its Markdown, without foreign pictures."""
    return Markup(rewritten(render(text)))  # noqa: S704  escaped there


def _marked(text: str) -> str:
    """Escaped text whose mentions and hashtags are marked."""
    if "#" not in text and "@" not in text:
        return escape(text)
    pieces: list[str] = _WORD.split(text)
    return "".join(
        [
            f'<span class="cmops-tag">{escape(piece)}</span>' if index % 2 else escape(piece)
            for index, piece in enumerate(pieces)
        ]
    )


def rewritten(html: str) -> str:
    """Rendered Markdown whose foreign pictures are links: a page asks nothing of other servers.

    An address that leads nowhere is no link.
    """
    linked = _NOWHERE.sub(r"\1", _IMAGE.sub(r'<a href="\1">\2</a>', html))
    return linked.replace('<a href="http', '<a rel="noopener noreferrer" href="http')


def _written(html: str) -> Iterator[Html]:
    if html.strip():
        yield Html(f'<div class="cmops cmops-prose">\n{html.strip()}\n</div>')
