"""Texts as such: their blocks, invisible characters, raw Markdown, placeholders, mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import adapter
from cmops.check.names import nearest
from cmops.check.passages import Passage, everything, messages
from cmops.check.rule import Case
from cmops.findings import BODY, Finding
from cmops.text.entities import mentions
from cmops.text.markdown import raw_markup, split
from cmops.text.style import invisible

_BLOCKS = {
    "unclosed": "CM240",
    "nested": "CM241",
    "unnamed": "CM242",
    "duplicate": "CM243",
    "stray": "CM244",
    "empty": "CM245",
    "setext": "CM246",
}
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MOST = 3


def texts(case: Case) -> Iterator[Finding]:
    """What is wrong with a text whatever it says."""
    if case.post.kind == "post":
        yield from _blocks(case)
    if case.post.status == "idea":
        return
    for passage in everything(case):
        if not passage.text.isascii():
            yield from _invisible(passage, case)
        if case.post.status == "ready":
            yield from _placeholders(passage, case)
        if "@" in passage.text:
            yield from _mentions(passage, case)
    yield from _raw(case)


def _blocks(case: Case) -> Iterator[Finding]:
    post = case.post
    body = split(post.body)
    for problem in body.problems:
        yield Finding(_BLOCKS[problem.kind], post.path, (BODY, problem.offset), problem.values)
    if not body.variants and not post.variants:
        return
    channels = case.workspace.settings.channels
    names = {name for id in post.to if id in channels for name in (id, channels[id].platform)}
    names.update(post.to)
    for name, offset in body.blocks.items():
        variant = post.variants.get(name)
        if variant is not None and variant.text is not None:
            yield Finding("CM224", post.path, (BODY, offset), {"name": name})
        if name not in names:
            yield _nobody(case, name, names, in_body=True)
    for name in post.variants:
        if name not in names:
            yield _nobody(case, name, names, in_body=False)


def _nobody(case: Case, name: str, names: set[str], *, in_body: bool) -> Finding:
    offset = split(case.post.body).blocks[name] if in_body else 0
    at = (BODY, offset) if in_body else ("variants", name)
    known = sorted(names)
    values = {"name": name, "suggestion": nearest(name, known), "known": known}
    return Finding("CM223", case.post.path, at, values, on_key=not in_body)


def _invisible(passage: Passage, case: Case) -> Iterator[Finding]:
    for character, position in invisible(passage.text)[:_MOST]:
        code = "CM602" if character in _DIRECTION else "CM601"
        before = passage.text[max(0, position - 12) : position].split("\n")[-1]
        values = {"character": f"U+{ord(character):04X}", "before": before}
        yield from passage.findings(code, case, position, **values)


# A cheap look first: most texts hold nothing like these.
_MAYBE = (
    *("TODO", "TBD", "FIXME", "XXX", "[", "{", "<", "Lorem ipsum", "lorem ipsum", "to be "),
    *("compléter", "completer", "définir", "definir", "préciser", "preciser"),
)
# Where one can begin is asked first: otherwise each branch is tried at every letter.
_PLACEHOLDER = re.compile(
    r"(?=[tfxlaà\[{<])(?:"
    r"(?<!\w)(?:TODO|TBD|FIXME|XXX+)(?!\w)"
    r"|\blorem ipsum\b"
    r"|(?<!\w)(?:à|a) (?:compléter|completer|définir|definir|préciser)(?!\w)(?! (?:ensemble|avec))"
    r"|\bto be (?:completed|defined|confirmed|announced)\b"
    r"|\[(?:(?:your |votre |le |la )?(?:pr[ée]nom|nom|date|lieu|heure|lien|titre|ville|prix|name"
    r"|place|time|link|title|city|price|url)|(?:insert|ins[ée]rer|ajouter|add|xx+"
    r"|à (?:compl[ée]|remplir|d[ée]finir|pr[ée]ciser|ajouter|ins[ée]rer))[^\]\n]*)\](?!\()"
    r"|\{\{[^}\n]*\}\}"
    r"|<(?:pr[ée]nom|nom|date|lieu|heure|lien|name|place|time|link|url)>)",
    re.IGNORECASE,
)
_CAPITALS = frozenset({"todo", "tbd", "fixme"})


def _placeholders(passage: Passage, case: Case) -> Iterator[Finding]:
    if not any(map(passage.text.__contains__, _MAYBE)):
        return
    for match in _PLACEHOLDER.finditer(passage.text):
        word = match[0]
        # "todo" is Spanish, and "xxx" kisses.
        if (word.lower() in _CAPITALS or word.lower().startswith("xx")) and not word.isupper():
            continue
        yield from passage.findings("CM631", case, match.start(), text=word)
        return


def _mentions(passage: Passage, case: Case) -> Iterator[Finding]:
    """``@name`` that cmops.yml knows, on a network for which it does not say who that is."""
    known = case.workspace.settings.mentions
    if not known:
        return
    for mention, position in mentions(passage.text):
        name = mention[1:]
        for version in passage.versions:
            channel = version.channel
            if name in known and channel.platform not in known[name]:
                values = {"name": name, "platform": channel.platform, "channel": channel.id}
                yield Finding("CM225", case.post.path, passage.at(position), values, channel.id)


def _raw(case: Case) -> Iterator[Finding]:
    """Markdown on networks that show it as it is typed."""
    for passage in messages(case):
        found = next(raw_markup(passage.text), None)
        if found is None:
            continue
        kind, position, snippet = found
        for version in passage.versions:
            platform = adapter(version.channel.platform).platform
            if platform.able(Capability.FORMATTING) is Can.NO:
                values = {"kind": kind, "text": snippet, "platform": platform.title}
                channel = version.channel.id
                yield Finding("CM630", case.post.path, passage.at(position), values, channel)
