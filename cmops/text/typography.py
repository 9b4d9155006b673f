"""French spaces that hold: a line never begins with ``:``, ``;``, ``!``, ``?`` or ``»``.

People type ordinary spaces there, and a page may break lines at those. The widths are those of
the Lexique des règles typographiques en usage à l’Imprimerie nationale.
"""

from __future__ import annotations

import re

_NARROW, _WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

# What is left as it is written: every tag with its attributes, and what is in some.
_TAG = re.compile(r"""(<!--.*?-->|<(?:[^<>"']|"[^"]*"|'[^']*')*>)""", re.DOTALL)
_OPENS = re.compile(r"<(pre|code|kbd|samp|script|style|textarea|math|svg)\b", re.IGNORECASE)
_DRAWN = re.compile(r"""<(\w+)\b[^>]*\bclass=["'][^"']*\b(?:arithmatex|mermaid)\b""")

_BEFORE_MARK = re.compile(r"(?<! ) +(?=[;!?]+(?:[\s.,:)»…]|$))")
_BEFORE_COLON = re.compile(r"(?<! ) +(?=:(?:\s|$))")
_INSIDE_QUOTES = re.compile("(?<=«) +|(?<! ) +(?=»)")


def bound(html: str) -> str:
    """Rendered French whose spaces do not break where they may not; nothing else changes.

    Code, tags and their attributes stay as they are, and so does a mark that is no punctuation
    (``:-)``, ``!important``).
    """
    pieces = _TAG.split(html)
    verbatim, depth = "", 0
    for at, piece in enumerate(pieces):
        if at % 2 and not verbatim:
            opened = _OPENS.match(piece) or _DRAWN.match(piece)
            verbatim, depth = (opened[1].lower(), 1) if opened else ("", 0)
        elif at % 2:
            depth += _step(piece.lower(), verbatim)
            verbatim = verbatim if depth else ""
        elif not verbatim:
            pieces[at] = _held(piece)
    return "".join(pieces)


def _step(tag: str, name: str) -> int:
    """Whether a tag goes into another element of that name, or out of one."""
    if re.match(rf"</{name}\b", tag):
        return -1
    return 1 if re.match(rf"<{name}\b", tag) and not tag.endswith("/>") else 0


def _held(text: str) -> str:
    if " " not in text:
        return text
    text = _BEFORE_MARK.sub(_NARROW, text)
    return _INSIDE_QUOTES.sub(_WIDE, _BEFORE_COLON.sub(_WIDE, text))
