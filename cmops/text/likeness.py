"""Near-duplicate texts, found without comparing every text with every other.

A signature is the set of a text's word triples, each as a 32-bit checksum. Two texts are as alike
as their sets are (Jaccard: common triples by all triples). Texts that are at least so alike share
one of their rarest triples, so only texts that do are compared ("prefix filtering"), which finds
all of them in a time close to linear. Where hundreds of texts share even their rarest triples
(one template, filled in again and again), each is compared with the latest 200 only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from math import ceil
from zlib import crc32

Signature = tuple[int, ...]

LEAST = 0.6
"""How alike texts are that a reader calls the same: a word or two changed in a short post."""

_LOOK_AT = 200
_ROUNDING = 1e-9
_SHORT = 6  # words; shorter texts are only alike when they are equal
_LINK = re.compile(r"https?://\S+")
_WORDS = re.compile(r"\w+")


def signature(text: str) -> Signature:
    """The text's word triples as sorted 32-bit numbers; the same on every machine and run.

    Case, punctuation, emoji and links do not matter. A text of fewer than six words is one
    number, and a text without anything is the empty signature, which is like nothing.
    """
    folded = _LINK.sub(" ", text).casefold()
    words = _WORDS.findall(folded)
    if len(words) < _SHORT:
        whole = " ".join(words) or "".join(text.split())
        return (crc32(f"={whole}".encode("utf-8", "surrogatepass")),) if whole else ()
    told = [word.encode() for word in words]
    triples = zip(told, told[1:], told[2:], strict=False)
    return tuple(sorted(set(map(crc32, map(b" ".join, triples)))))


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """How alike two texts are by their signatures: 0 (nothing in common) to 1 (the same)."""
    if not one or not other:
        return 0.0
    common = len(set(one).intersection(other))
    return common / (len(one) + len(other) - common)


def pairs(
    signatures: Sequence[Sequence[int]],
    least: float = LEAST,
    enough: int = 3,
    since: Sequence[int] | None = None,
) -> Iterator[tuple[int, int, float]]:
    """Pairs of texts that are at least so alike: the earlier index, the later one, the likeness.

    Each text is paired with up to ``enough`` earlier ones, the latest of them first, so that a
    thousand texts from one template give thousands of pairs and not half a million. ``least`` is
    above 0 and at most 1. ``since`` gives, for each text, the first index that it may be paired
    with: a search among neighbours costs what they are, however many texts there are.
    """
    if not 0 < least <= 1:
        raise ValueError(f"least must be above 0 and at most 1, not {least}")
    search = _Search(signatures, least, enough)
    for index in range(len(signatures)):
        first = since[index] if since is not None else 0
        for earlier, alike in search.earlier_than(index, first):
            yield earlier, index, alike


class _Search:
    """The texts seen so far, by their rarest triples and by their whole signature."""

    def __init__(self, signatures: Sequence[Sequence[int]], least: float, enough: int) -> None:
        self._signatures = signatures
        self._frequency = Counter(chain.from_iterable(signatures)).__getitem__
        self._sets: dict[int, frozenset[int]] = {}
        self._least = least
        self._enough = enough
        self._by_triple: dict[int, list[int]] = {}
        self._by_whole: dict[tuple[int, ...], int] = {}

    def earlier_than(self, index: int, first: int) -> Iterator[tuple[int, float]]:
        """Earlier texts like this one; then this one is among the earlier ones."""
        mine = tuple(self._signatures[index])
        if not mine:
            return
        same = self._by_whole.get(mine)
        self._by_whole[mine] = index
        rare = self._rarest(mine)
        if same is not None and same >= first:
            # Its other likenesses are those of the equal text, which stands for both.
            yield same, 1.0
        else:
            yield from self._alike(index, rare, first)
        for number in rare:
            self._by_triple.setdefault(number, []).append(index)

    def _rarest(self, mine: tuple[int, ...]) -> list[int]:
        """So many triples that any text that is like enough shares one of them."""
        needed = len(mine) - ceil(self._least * len(mine) - _ROUNDING) + 1
        # Sorting is stable, and a signature is in the order of its numbers: no ties for chance.
        return sorted(mine, key=self._frequency)[:needed]

    def _set(self, index: int) -> frozenset[int]:
        found = self._sets.get(index)
        if found is None:
            found = self._sets[index] = frozenset(self._signatures[index])
        return found

    def _alike(self, index: int, rare: Sequence[int], first: int) -> Iterator[tuple[int, float]]:
        mine, found = self._set(index), 0
        looked_at: set[int] = set()
        for number in rare:
            for other in reversed(self._by_triple.get(number, ())):
                if other < first:
                    break
                if other in looked_at:
                    continue
                if len(looked_at) == _LOOK_AT:
                    return
                looked_at.add(other)
                theirs = self._set(other)
                common = len(mine & theirs)
                alike = common / (len(mine) + len(theirs) - common)
                if alike >= self._least:
                    yield other, alike
                    found += 1
                    if found == self._enough:
                        return
