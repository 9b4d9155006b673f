"""Text as a reviewer may see it: nothing in it steers a terminal, a line, or the reader's eye."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # steers terminals
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turns the order of what is read
    "\u2028\u2029\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """The text with such characters named (``[U+202E]``); all others stay, line ends too."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)


def on_one_line(text: str) -> str:
    """The same for what must not begin a line of its own."""
    return " ".join(visible(text).split())
