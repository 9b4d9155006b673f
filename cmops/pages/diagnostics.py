"""What is wrong now, and a page for each code that says why it matters and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby

from cmops.findings import Diagnostic, Severity
from cmops.pages.page import Heading, Page, Part, anchor
from cmops.pages.site import Site
from cmops.wording import codes

INDEX = "diagnostics/index.md"
SHOWN = 150
"""How many findings the page has; of the others it only says how many there are by code."""


def diagnostics(site: Site) -> Iterator[Page]:
    """The list by file, and a page for every code there is."""
    label = site.say("pages.diagnostics")
    found = sorted(site.facts.diagnostics, key=_urgent)
    yield site.page(INDEX, label, _list(site, found), label=label)
    for name in codes.names():
        here = [each for each in found if each.code == name]
        path = f"diagnostics/{name}.md"
        # What the page says of the code is the code's, behind which stands all that is kept.
        sources = [f"{each.path}:{each.line} {each.severity} {each.message}" for each in here]
        yield site.kept.page(path, sources, partial(_of_code, site, path, name, here))


def _of_code(site: Site, path: str, name: str, here: list[Diagnostic]) -> Page:
    code = codes.code(name)
    words = code.words[site.wording.language]
    parts = (site.html("code.html", path, code=code, here=here), *site.draw.prose(words.page))
    trail = ((INDEX, site.say("pages.diagnostics")),)
    return replace(site.page(path, f"{name} · {words.title}", parts, trail=trail), aside=True)


def _list(site: Site, found: list[Diagnostic]) -> Iterator[Part]:
    errors = sum(each.severity is Severity.ERROR for each in found)
    yield site.html("diagnostics.html", INDEX, errors=errors, warnings=len(found) - errors)
    posts = {post.path: post for post in site.workspace.posts.values()}
    shown = _first(found)
    for path, group in groupby(shown, key=lambda each: each.path):
        post = posts.get(path)
        yield Heading(2, post.title if post else path, anchor(path))
        place = site.post(post.id) if post else None
        yield site.html("file-diagnostics.html", INDEX, path=path, found=list(group), place=place)
    if len(shown) < len(found):
        left = Counter(each.code for each in found) - Counter(each.code for each in shown)
        yield site.heading("more-findings", "more")
        yield site.html("more-findings.html", INDEX, left=left.most_common())
    yield site.heading("all-codes", "codes")
    listed = [(name, codes.code(name).words[site.wording.language].title) for name in codes.names()]
    yield site.html("codes.html", INDEX, codes=listed)


def _first(found: list[Diagnostic]) -> list[Diagnostic]:
    """As many as a page holds: errors before warnings, then in the order of their files."""
    by_severity = sorted(found, key=lambda each: each.severity is not Severity.ERROR)
    return sorted(by_severity[:SHOWN], key=_urgent)


def _urgent(each: Diagnostic) -> tuple[str, bool, int]:
    return each.path, each.severity is not Severity.ERROR, each.line
