"""The words for findings, states, errors and pages, in French and English.

Rooms below say what happened with a code or a phrase and its values; only here does it become
a sentence. ``phrases/<room>.json`` maps a phrase to its words in each language, and
``codes/CM101.md`` holds all that is said about one diagnostic code.
"""

from __future__ import annotations

from cmops.wording.catalogue import LANGUAGES, Wording

__all__ = ["LANGUAGES", "Wording"]
