"""French spaces that hold: a line never begins with ``:``, ``;``, ``!``, ``?`` or ``»``.

People type ordinary spaces there, and a page may break lines at those. The widths are those of
the Lexique des règles typographiques en usage à l’Imprimerie nationale.
"""

from __future__ import annotations

import re

_NARROW, _WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

# What is left as it is written: code and scripts, with what is in them, and every tag with its
# attributes.
_PIECE = re.compile(
    r"(<(?P<code>pre|code|kbd|samp|script|style|textarea)\b[^>]*>.*?</(?P=code)>|<[^>]*>)",
    re.DOTALL,
)
_PIECES = 3
"""What a split by it alternates between: a text, a piece of the rest, and the code's name."""

_BEFORE_MARK = re.compile(r" +(?=[;!?]+(?:[\s.,:)»…]|$))")
_BEFORE_COLON = re.compile(r" +(?=:(?:\s|$))")
_INSIDE_QUOTES = re.compile("(?<=«) +| +(?=»)")


def bound(html: str) -> str:
    """Rendered French whose spaces do not break where they may not; nothing else changes.

    Code, tags and their attributes stay as they are, and so does a mark that is no punctuation
    (``:-)``, ``!important``).
    """
    pieces = _PIECE.split(html)
    pieces[::_PIECES] = [_held(text) for text in pieces[::_PIECES]]
    return "".join(piece for at, piece in enumerate(pieces) if piece and at % _PIECES < _PIECES - 1)


def _held(text: str) -> str:
    if " " not in text:
        return text
    text = _BEFORE_MARK.sub(_NARROW, text)
    return _INSIDE_QUOTES.sub(_WIDE, _BEFORE_COLON.sub(_WIDE, text))
