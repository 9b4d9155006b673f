"""All that is said about one diagnostic code: severity, message, hint, and the page behind it.

Each code is one file, ``codes/CM101.md``, read only when the code occurs or is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from cmops.findings import Severity
from cmops.values import dataclass
from cmops.wording.catalogue import LANGUAGES, Wording, fill


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about a code in one language; ``message`` and ``hint`` are templates."""

    title: str
    message: str
    hint: str
    page: str


@dataclass(frozen=True, slots=True)
class Code:
    """A diagnostic code: its short name, how bad it is, and its words by language."""

    code: str
    name: str
    severity: Severity
    words: Mapping[str, Words]

    def said(self, values: Mapping[str, object], wording: Wording) -> tuple[str, str]:
        """Message and hint with the finding's values; a hint whose value is empty is left out."""
        words = self.words[wording.language]
        named = set(re.findall(r"\{(\w+)\}", words.hint))
        empty = any(values.get(name) in ("", None, ()) for name in named)
        hint = "" if empty else fill(words.hint, values, wording)
        return fill(words.message, values, wording), hint


class UnknownCode(LookupError):
    """There is no such code."""


@cache
def code(name: str) -> Code:
    """Everything about a code; raises UnknownCode."""
    import yaml

    file = resources.files("cmops.wording") / "codes" / f"{name}.md"
    if not re.fullmatch(r"CM\d{3}", name) or not file.is_file():
        raise UnknownCode(name)
    _, front, body = file.read_text("utf-8").split("---\n", 2)
    data = yaml.load(front, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    pages = _pages(body)
    words = {
        language: Words(
            data[language]["title"],
            data[language]["message"],
            data[language]["hint"],
            pages[language],
        )
        for language in LANGUAGES
    }
    return Code(name, data["name"], Severity(data["severity"]), words)


def names() -> tuple[str, ...]:
    """Every code there is, in order."""
    folder = resources.files("cmops.wording") / "codes"
    return tuple(sorted(file.name[:-3] for file in folder.iterdir() if file.name.endswith(".md")))


def _pages(body: str) -> dict[str, str]:
    parts = re.split(r"^## (fr|en)\s*$", body, flags=re.MULTILINE)
    return {language: text.strip() for language, text in zip(parts[1::2], parts[2::2], strict=True)}
