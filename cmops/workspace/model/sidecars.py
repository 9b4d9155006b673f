"""What is known of a picture or a video: its description, and the right to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from cmops.values import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether the people who can be recognised agreed.

    ``state`` is ``not-needed`` (nobody can be recognised), ``given`` or ``missing``;
    ``reference`` says where the paper is kept, never a name.
    """

    state: str
    until: date | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture that one network shows, in pixels of the original."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """``<media file>.yml``; ``media`` is the path from ``content/`` of what it describes.

    ``alt`` is by language. ``networks`` names the platforms or channels that may show it; None
    means all of them. ``url`` and ``sha256`` stand for a file too large for the repository.
    """

    path: str
    media: str
    alt: Mapping[str, str] = field(default_factory=dict)
    decorative: bool = False
    credit: str | None = None
    licence: str | None = None
    source: str | None = None
    rights_until: date | None = None
    networks: tuple[str, ...] | None = None
    consent: Consent | None = None
    ai_generated: bool = False
    crops: Mapping[str, Crop] = field(default_factory=dict)
    url: str | None = None
    sha256: str | None = None

    def alt_in(self, language: str) -> str:
        """The description in this language (``fr`` for ``fr-CA`` too); empty when there is none."""
        return self.alt.get(language) or self.alt.get(language.partition("-")[0]) or ""
