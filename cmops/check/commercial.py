"""Commercial content must be seen to be that: its mention stands in the text, before the fold.

In France the influencers' act of 9 June 2023 (no. 2023-451, art. 5) and the ARPP's
recommendation on digital advertising want the mention to be explicit, legible and there at once;
elsewhere in Europe the directive on unfair commercial practices asks for the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from cmops.check.passages import Passage, messages
from cmops.check.rule import Case, Version
from cmops.findings import Finding
from cmops.text.style import fold
from cmops.values import dataclass

MENTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "fr": {
        "advertising": ("publicité", "annonce publicitaire", "contenu sponsorisé", "sponsorisé"),
        "partnership": (
            "collaboration commerciale",
            "partenariat rémunéré",
            "partenariat commercial",
            "publicité",
        ),
        "gift": ("produit offert", "service offert", "cadeau", "collaboration commerciale"),
        "affiliate": ("lien affilié", "liens affiliés", "affiliation", "publicité"),
    },
    "en": {
        "advertising": ("advertisement", "advertising", "ad", "sponsored"),
        "partnership": ("paid partnership", "paid collaboration", "sponsored", "ad"),
        "gift": ("gifted", "gift", "free product", "ad"),
        "affiliate": ("affiliate link", "affiliate links", "affiliate", "ad"),
    },
}
"""Words that name each type of commercial content, the best first."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How much of a text a network shows before "see more", in characters and lines.

    Networks do not document it and change it; ``source`` says where the number comes from.
    """

    characters: int
    lines: int | None
    source: str
    checked: str


FOLDS: Mapping[str, Fold] = {
    "facebook": Fold(125, 3, "Meta Ads Guide, primary text shown on a phone (?)", "2026-11-22"),
    "instagram": Fold(125, 2, "Meta Ads Guide, caption shown before 'more' (?)", "2026-11-22"),
    "linkedin": Fold(140, 3, "LinkedIn's app on a phone, as seen (?)", "2026-11-22"),
    "tiktok": Fold(100, 2, "TikTok's app, as seen (?)", "2026-11-22"),
    "youtube": Fold(100, 2, "YouTube's description on a phone, as seen (?)", "2026-11-22"),
    "x": Fold(280, None, "docs.x.com: longer posts are shown to 280 characters", "2026-11-22"),
}
_ARTICLE = Fold(
    300, None, "our own: the beginning that a reader sees without scrolling", "2026-11-22"
)

# Not "sponsor" alone: an association may well look for sponsors.
_LOOKS = re.compile(
    r"#(?:ad|ads|pub|publicit[ée]|sponsored|sponsoris[ée]e?|partenariat|collab(?:oration)?"
    r"|advertisement|produitoffert|gifted)\b"
    r"|\ben (?:partenariat|collaboration) (?:rémunérée? |commerciale? )?avec\b"
    r"|\b(?:paid partnership|sponsored by|in (?:paid )?partnership with|sponsorisé par)\b"
    r"|\b(?:code promo|promo code|discount code|lien affilié|affiliate link)\b",
    re.IGNORECASE,
)
_MAYBE = ("#", "artenariat", "ollaboration", "artnership", "ponsor", "promo", "ffili", "iscount")


def commercial(case: Case) -> Iterator[Finding]:
    """Commercial content without its mention in sight, and what looks like it without saying so."""
    if case.post.status == "idea":
        return
    if case.post.commercial is None:
        yield from _undeclared(case)
        return
    for version in case.versions:
        yield from _declared(version, case)


def _declared(version: Version, case: Case) -> Iterator[Finding]:
    edition, wanted = version.edition, mentions(case, version)
    values = {"mention": wanted[0], "channel": version.channel.id}
    at = edition.part_places[0] if edition.part_places else ("commercial",)
    texts = (edition.spoiler or "", *edition.parts)
    if not any(_says(text, wanted) for text in texts):
        yield Finding("CM701", case.post.path, ("commercial",), values, version.channel.id)
    elif not _says(_visible(version, case.post.kind), wanted):
        yield Finding("CM702", case.post.path, at, values, version.channel.id)


def mentions(case: Case, version: Version) -> tuple[str, ...]:
    """The words of which one must stand in the text, in the post's language."""
    declared = case.post.commercial
    if declared is None:
        return ()
    if declared.mention is not None:
        return (declared.mention,)
    language = version.edition.language.partition("-")[0]
    return MENTIONS.get(language, MENTIONS["en"])[declared.type]


def _visible(version: Version, kind: str) -> str:
    """What a reader sees of the first message without doing anything."""
    edition = version.edition
    if edition.spoiler:
        return edition.spoiler
    text = edition.parts[0] if edition.parts else ""
    limit = _ARTICLE if kind == "article" else FOLDS.get(version.channel.platform)
    return fold(text, limit.characters, limit.lines) if limit else text


def _says(text: str, wanted: tuple[str, ...]) -> bool:
    bare = _bare(text)
    tight = bare.replace(" ", "")
    for words in map(_bare, wanted):
        if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", bare):
            return True
        # #CollaborationCommerciale is the mention too.
        if re.search(rf"#{re.escape(words.replace(' ', ''))}(?!\w)", tight):
            return True
    return False


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return re.sub(r"\s+", " ", letters).strip()


def _undeclared(case: Case) -> Iterator[Finding]:
    for passage in messages(case):
        if any(map(passage.text.__contains__, _MAYBE)):
            yield from _looks(passage, case)


def _looks(passage: Passage, case: Case) -> Iterator[Finding]:
    found = _LOOKS.search(passage.text)
    if found:
        yield from passage.findings("CM703", case, found.start(), text=found[0])
