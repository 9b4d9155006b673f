"""The editorial line: terms that are not ours, and the one way in which we write some words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from cmops.check.passages import Passage, everything
from cmops.check.rule import Case
from cmops.check.same import Same
from cmops.findings import Finding
from cmops.text.matching import Matcher, Term
from cmops.values import dataclass
from cmops.workspace import model

if TYPE_CHECKING:
    from cmops.workspace.model import BannedTerm, Editorial, Spelling

_BANNED = {"warning": "CM603", "error": "CM604"}


def editorial_line(case: Case) -> Iterator[Finding]:
    """Banned terms and spellings of ``playbooks/editorial.md`` in a post's texts."""
    editorial = case.workspace.editorial
    if editorial is None or case.post.status == "idea":
        return
    if not (editorial.banned or editorial.spelling):
        return
    words = _words(Same(editorial))
    for passage in everything(case):
        yield from _found(words, passage, case)


@dataclass(frozen=True, slots=True)
class _Words:
    """The matcher over all terms, and what each of them stands for."""

    matcher: Matcher
    meant: tuple[BannedTerm | Spelling, ...]


@lru_cache(maxsize=2)
def _words(editorial: Same[Editorial]) -> _Words:
    terms: list[Term] = []
    meant: list[BannedTerm | Spelling] = []
    for banned in editorial.value.banned:
        terms.append(Term(banned.term, case=banned.case, accents=banned.accents))
        meant.append(banned)
    for spelling in editorial.value.spelling:
        for other in spelling.rather_than:
            # The wrong form often differs from the right one by a capital or an accent only.
            terms.append(Term(other, case=True, accents=True))
            meant.append(spelling)
    return _Words(Matcher(terms), tuple(meant))


def _found(words: _Words, passage: Passage, case: Case) -> Iterator[Finding]:
    said: set[int] = set()
    for match in words.matcher.find(passage.text):
        meant = words.meant[match.term]
        if match.term in said or _inside_address(passage.text, match.start):
            continue
        said.add(match.term)
        if isinstance(meant, model.Spelling):
            if match.text == meant.write:
                continue
            values = {"text": match.text, "write": meant.write, "why": meant.why or ""}
            yield from passage.findings("CM605", case, match.start, **values)
        elif not meant.languages or _speaks(passage.language, meant.languages):
            values = {"text": match.text, "why": meant.why, "instead": meant.instead or ""}
            yield from passage.findings(_BANNED[meant.severity], case, match.start, **values)


def _inside_address(text: str, position: int) -> bool:
    """Whether the place is in a link, a mention or a hashtag's middle: names, not words."""
    start = max(text.rfind(" ", 0, position), text.rfind("\n", 0, position)) + 1
    return text.startswith(("http://", "https://", "@"), start)


def _speaks(language: str, languages: tuple[str, ...]) -> bool:
    return any(language == each or language.startswith(f"{each}-") for each in languages)
