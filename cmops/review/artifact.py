"""The comment on its way from a job that may do nothing to the one that may post it.

A check of a fork runs the fork's own code: whatever it hands over may be forged. What is read
here can show text and pictures of the repository itself, and nothing else: no comments that hide
something or play our marker, nobody is called, no link, no address that is loaded, no command.
Whoever posts it must still ask GitHub which pull request the run was for.
"""

from __future__ import annotations

import json
import re

from cmops.errors import CmopsError
from cmops.review.comment import MOST, Addresses, length
from cmops.review.quoting import JOINER
from cmops.review.visible import visible
from cmops.values import dataclass

VERSION = 1
MOST_BYTES = 400_000
"""Of the file: a comment of the largest size, every character of which needs escaping."""

_ADDED = 4_000
_NAMES = ("version", "pull", "head", "markdown")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKUP = re.compile(r"(?P<slashes>\\*)[<&]")
_LITERAL = {"<": "&lt;", "&": "&amp;"}
_REFERENCE = re.compile(r"&(?:nbsp|lt|gt|amp|quot|#x27|#(?:36|42|9[1-6]|124|126));")
_TAG = re.compile(r"</?details>|<details open>|</?summary>")
_IMAGE = re.compile(
    r'<img src="(?P<address>[^"<>\s]*)" width="\d{1,3}" alt="(?P<alt>[^"<>\n]*)">(?=\n|\Z)'
)
_FILE = re.compile(r"(?:[A-Za-z0-9_%~-][A-Za-z0-9._%~-]*/)*[A-Za-z0-9_%~-][A-Za-z0-9._%~-]*")
# A mention, a reference, an address: what GitHub makes something of wherever it stands.
_LIVELY = re.compile(
    r"[@#](?=\\?\w)|\bGH-(?=\d)|(?:https?|ftp)\\?:(?=\\?/)|\bwww(?=\\?\.)", re.IGNORECASE
)
_COMMAND = re.compile(r"^([ \t>]*)/", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A comment for a pull request, made when its head was this commit."""

    pull: int
    head: str
    markdown: str


def write(artifact: Artifact) -> bytes:
    """The file's content."""
    values = {"pull": artifact.pull, "head": artifact.head, "markdown": artifact.markdown}
    return json.dumps({"version": VERSION, **values}, ensure_ascii=False).encode()


def read(raw: bytes, at: Addresses | None = None) -> Artifact:
    """What may be posted of a file that anybody may have written; raises CmopsError.

    ``at`` has the address below which pictures may be, that of the repository's own files, and
    the only one that may be linked. Both must come from whoever posts, never from the file.
    """
    if len(raw) > MOST_BYTES:
        raise _refused("size")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise _refused("json") from None
    if not isinstance(data, dict) or data.keys() != set(_NAMES):
        raise _refused("fields")
    version, pull, head, markdown = (data[name] for name in _NAMES)
    if type(version) is not int or version != VERSION:
        raise _refused("version")
    if type(pull) is not int or not 0 < pull < 2**31 or not isinstance(markdown, str):
        raise _refused("values")
    if not isinstance(head, str) or not _COMMIT.fullmatch(head):
        raise _refused("values")
    safe = harmless(markdown, at or Addresses())
    if length(safe) > MOST + _ADDED:
        raise _refused("size")
    return Artifact(pull, head, safe)


def harmless(markdown: str, at: Addresses) -> str:
    """Markdown in which only our own few tags are tags and nothing reaches out.

    What ``comment`` makes stays as it is.
    """
    text = _COMMENT.sub("", visible(markdown))
    pieces: list[str] = []
    done = 0
    for found in _MARKUP.finditer(text):
        start = found.end() - 1
        if start < done:
            continue
        kept = _kept(text, start, at) if text[start] == "<" else _reference(text, start)
        escaped = start if kept else found.start() + len(found["slashes"]) // 2 * 2
        pieces += [_plain(text[done:escaped]), kept or _LITERAL[text[start]]]
        done = start + (len(kept) or 1)
    pieces.append(_plain(text[done:]))
    safe = _COMMAND.sub(r"\1\\/", "".join(pieces))
    return safe.replace(_plain(at.site), at.site) if at.site else safe


def _kept(text: str, start: int, at: Addresses) -> str:
    """The tag that begins here, if it is one of ours."""
    tag = _TAG.match(text, start)
    if tag:
        return tag[0]
    image = _IMAGE.match(text, start)
    if image and at.media:
        base, address = f"{at.media.rstrip('/')}/", image["address"]
        path = address.removeprefix(base)
        if path != address and _FILE.fullmatch(path) and "%2e" not in path.lower():
            return image[0]
    return ""


def _reference(text: str, start: int) -> str:
    """The character reference that begins here, if it stands for nothing that GitHub acts on."""
    found = _REFERENCE.match(text, start)
    return found[0] if found else ""


def _plain(text: str) -> str:
    """Text without links, pictures, definitions, mentions and references."""
    for mark in ("![", "](", "]:", "]["):
        text = text.replace(mark, f"{mark[0]}\\{mark[1]}")
    return _LIVELY.sub(lambda found: found[0] + JOINER, text)


def _refused(reason: str) -> CmopsError:
    return CmopsError("review.artifact", reason=reason)
