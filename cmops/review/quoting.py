"""Text from outside as GitHub's Markdown that shows exactly this text, and does nothing else.

Whoever writes a post must not make a preview load a picture, call people, refer to issues, hide
something in a comment, or give commands.
"""

from __future__ import annotations

import re
from html import escape

from cmops.review.visible import on_one_line, visible

JOINER = "\u2060"
"""Shows nothing, and keeps what stands around it from being read as one."""

# What is markup wherever it stands, and what only is where a line begins.
_MARKUP = re.compile(r"[\\`*_\[\]<>&#|~$]|(?<=\])[(:]|^[-+=:/]|^\d+[.)]")
# What GitHub reads in finished HTML, where escaping does not count: @who, #12, GH-12, :emoji:,
# $formula$, autolinked references (ABC-12), www., commits.
_LIVELY = re.compile(
    r"[@#$](?=\S)|:(?=[\w+-]+:|/)|(?<=[A-Za-z])-(?=\d)|\bwww(?=\.)|[0-9a-f]{6}(?=[0-9a-f])",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\\`*_\[\]|~$]")
_INDENT = re.compile(r"^[ \t]+")


def quoted(text: str) -> str:
    """The text as a quotation; its lines stay lines."""
    lines = visible(text).split("\n")
    shown = [_line(line) for line in lines]
    kept = [
        f"{line}\\" if line and following else line
        for line, following in zip(shown, [*shown[1:], ""], strict=True)
    ]
    return "\n".join(f"> {line}".rstrip(" ") for line in kept)


def inline(text: str) -> str:
    """The text on one line, for a sentence, a heading or a cell of a table."""
    return _escaped(on_one_line(text))


def code(text: str) -> str:
    """The text as code on one line: names, paths, versions."""
    plain = on_one_line(text).replace("|", "¦")
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{space}{plain or ' '}{space}{fence}"


def in_html(text: str) -> str:
    """The text on one line between tags or in an attribute, Markdown being read there or not."""
    shown = escape(_disarmed(on_one_line(text)))
    return _MARKS.sub(lambda found: f"&#{ord(found[0])};", shown)


def _line(text: str) -> str:
    indent = _INDENT.match(text)
    lead = "&nbsp;" * len(indent[0].expandtabs(4)) if indent else ""
    return lead + _escaped(text[indent.end() if indent else 0 :].rstrip())


def _escaped(text: str) -> str:
    return _MARKUP.sub(_literal, _disarmed(text))


def _literal(found: re.Match[str]) -> str:
    # References hold in blocks of HTML too, where a backslash is only a backslash.
    text = found[0]
    return {"<": "&lt;", "&": "&amp;"}.get(text, f"{text[:-1]}\\{text[-1]}")


def _disarmed(text: str) -> str:
    return _LIVELY.sub(lambda found: found[0] + JOINER, text)
