"""Terms and patterns over text: banned words of the editorial line, rules of moderation.

Matching is done by RE2, whose time is linear whatever people write into a rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import Any

from cmops.values import dataclass

EMPTY = "empty"
"""The problem of a term that is found everywhere, because it is empty or matches no text."""


@dataclass(frozen=True, slots=True)
class Term:
    """What to look for: whole words, or a regular expression.

    In words, ``*`` stands for any letters (``chauss*``) and a space for any white space. Case and
    accents do not matter unless ``case`` or ``accents`` says so. ``normalise`` also finds what
    people write to get past a filter: ``c0nn@rd``, ``c.o.n``, ``coooon``, invisible characters.
    """

    text: str
    pattern: bool = False
    case: bool = False
    accents: bool = False
    normalise: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One place where a term was found: the term's index, and the span in the text as given."""

    term: int
    start: int
    end: int
    text: str


class Matcher:
    """Looks for many terms at once.

    ``problems`` holds, by the term's index, what RE2 says of the patterns that it refuses, or
    ``EMPTY``; those terms never match.
    """

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self.problems: dict[int, str] = {}
        self._exact = _Sieve()
        self._folded = _Sieve()
        for index, term in enumerate(self.terms):
            self._add(index, term)
        self._exact.close()
        self._folded.close()

    def find(self, text: str) -> list[Match]:
        """Every match, in the order of the text; matches of one term do not overlap."""
        if not text:
            return []
        plain = _plain(text)
        found = [
            Match(index, start, end, text[start:end])
            for index, start, end in self._exact.find(plain)
        ]
        if self._folded:
            folded, places = _fold(plain)
            for index, first, last in self._folded.find(folded):
                start, end = _span(places, first, last)
                found.append(Match(index, start, end, text[start:end]))
        return sorted(found, key=lambda match: (match.start, match.end, match.term))

    def _add(self, index: int, term: Term) -> None:
        sieve = self._exact if term.accents else self._folded
        wanted = _plain(term.text).strip()
        if not term.accents:
            wanted = _fold(wanted)[0]
        wildcards_only = not wanted.strip("* \t\n")
        problem = EMPTY if wildcards_only else sieve.add(_Search(index, wanted, term))
        if problem:
            self.problems[index] = problem


class _Search:
    """One term as an expression, and what may stand beside its matches."""

    def __init__(self, index: int, wanted: str, term: Term) -> None:
        self.index = index
        self.expression = wanted if term.pattern else _words(wanted, term.normalise)
        self.case = term.case
        # A wildcard at the edge runs to the edge of the word by itself.
        self._left = not term.pattern and _is_word(wanted[0])
        self._right = not term.pattern and _is_word(wanted[-1])

    @cached_property
    def compiled(self) -> Any:
        import re2

        return re2.compile(self.expression, _options(self.case))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of every match; of whole words where words are asked for."""
        position = 0
        while position < len(text) and (match := self.compiled.search(text, position)):
            start, end = match.span()
            whole = end > start and not (
                (self._left and start and _is_word(text[start - 1]))
                or (self._right and end < len(text) and _is_word(text[end]))
            )
            if whole:
                yield start, end
            position = end if whole else start + 1


class _Sieve:
    """Many searches: one pass tells which of them match, then only those are located."""

    def __init__(self) -> None:
        self._searches: list[_Search] = []
        self._set: Any = None

    def __bool__(self) -> bool:
        return bool(self._searches)

    def add(self, search: _Search) -> str:
        """Takes one search; says what is wrong with it, or nothing."""
        import re2

        try:
            if search.compiled.search("") is not None:
                return EMPTY
        except re2.error as refused:
            message = refused.args[0]
            return message.decode() if isinstance(message, bytes) else str(message)
        self._searches.append(search)
        return ""

    def close(self) -> None:
        """Builds the one pass over all expressions."""
        if len(self._searches) < 2:
            return
        import re2

        # Without regard to case: what it lets through is looked at again.
        together = re2.Set.SearchSet(_options(case=False))
        for search in self._searches:
            together.Add(search.expression)
        try:
            together.Compile()
        except re2.error:
            return  # too large for one pass; every expression is tried, slowly but surely
        self._set = together

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Index, start and end of every match."""
        if not self._searches:
            return
        present = range(len(self._searches)) if self._set is None else self._set.Match(text)
        for number in present or ():
            search = self._searches[number]
            for start, end in search.spans(text):
                yield search.index, start, end


_MEMORY = 64 << 20  # for the automaton of all expressions; it takes what it needs of that


@cache
def _options(case: bool) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = case
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


_WORD = r"\pL\pM\pN_"
_SPACE = r"[\s\x{A0}\x{2000}-\x{200A}\x{202F}\x{3000}]+"
_BETWEEN = r"[.\-_*·\x{AD}\x{200B}-\x{200D}\x{2060}\x{FEFF}]*"
_LEET = {
    "a": "a4@",
    "b": "b8",
    "e": "e3€",
    "g": "g9",
    "i": "i1!|",
    "l": "l1|",
    "o": "o0",
    "s": "s5$",
    "t": "t7+",
    "z": "z2",
}


def _words(term: str, normalise: bool) -> str:
    """The expression for a term; the boundaries of words are looked at where it matches.

    In RE2 itself they would be Unicode classes, which cost three milliseconds a term to compile.
    """
    pieces = re.findall(r"\*+|\s+|[^*\s]+", term)
    return "".join(_expression(piece, normalise) for piece in pieces)


def _expression(piece: str, normalise: bool) -> str:
    if piece.isspace():
        return _SPACE
    if piece[0] == "*":
        return f"[{_WORD}]*"
    if normalise:
        return _BETWEEN.join(_disguised(letter) for letter in piece)
    return _escaped(piece)


def _disguised(letter: str) -> str:
    looks = _LEET.get(letter.lower())
    return f"[{_escaped(looks)}]+" if looks else f"{_escaped(letter)}+"


def _escaped(text: str) -> str:
    return re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", text)


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum() or unicodedata.category(char)[0] == "M"


def _plain(text: str) -> str:
    """The text with one apostrophe and one hyphen, however it was typed; as long as before."""
    if not text.isascii():
        for typed, meant in (("’", "'"), ("‘", "'"), ("ʼ", "'"), ("＇", "'"), ("\u2011", "-")):
            text = text.replace(typed, meant)
    return text


def _fold(text: str) -> tuple[str, list[int]]:
    """The text without accents, and for each place in it the place in the text.

    The list is empty where the places are the same. It has one entry more than the folded text.
    """
    if text.isascii():
        return text, []
    folded = text.translate(_WITHOUT_ACCENTS)
    if len(folded) == len(text) and all(
        len(_WITHOUT_ACCENTS[ord(char)]) == 1 for char in set(text)
    ):
        return folded, []
    places = [index for index, char in enumerate(text) for _ in _WITHOUT_ACCENTS[ord(char)]]
    return folded, [*places, len(text)]


def _span(places: list[int], first: int, last: int) -> tuple[int, int]:
    """A span of the folded text in the text: whole ligatures, accents with their letter."""
    if not places:
        return first, last
    return places[first], max(places[last], places[last - 1] + 1)


_LIGATURES = {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l"}


class _Unaccented(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        decomposed = _LIGATURES.get(char) or unicodedata.normalize("NFKD", char)
        bare = "".join(part for part in decomposed if not unicodedata.combining(part))
        self[code] = bare
        return bare


_WITHOUT_ACCENTS = _Unaccented()
