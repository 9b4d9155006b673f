"""Everyday rules: editorial line, guidelines, what moderators look for, and saved replies."""

from __future__ import annotations

from collections.abc import Iterator

from cmops.pages.documents import prose
from cmops.pages.page import Heading, Page, Part, anchor
from cmops.pages.site import Site
from cmops.workspace.model import Editorial, Guideline

EDITORIAL = "guidelines/editorial.md"
INDEX = "guidelines/index.md"
MODERATION = "guidelines/moderation.md"
REPLIES = "guidelines/replies.md"


def rulebook(site: Site) -> Iterator[Page]:
    """The community's rules, the editorial line, the moderation rules and the replies."""
    yield site.page(
        INDEX, site.say("pages.guidelines"), _guidelines(site), label=site.say("pages.guidelines")
    )
    line = site.workspace.editorial
    if line:
        title = site.say("pages.editorial")
        yield site.page(EDITORIAL, title, _editorial(site, line), label=title)
    if site.view.lacks("moderation"):
        return
    title = site.say("pages.moderation")
    yield site.page(MODERATION, title, _moderation(site), label=title)
    title = site.say("pages.replies")
    yield site.page(REPLIES, title, _replies(site), label=title)


def rule_place(site: Site, id: str | None) -> tuple[tuple[str, str], Guideline] | None:
    """Where a guideline's rule stands, and the rule."""
    for document in site.workspace.guidelines.values():
        for rule in document.rules:
            if rule.id == id:
                return (INDEX, anchor(document.id, rule.id)), rule
    return None


def _guidelines(site: Site) -> Iterator[Part]:
    if not site.workspace.guidelines:
        yield site.html("none.html", INDEX, phrase="pages.guidelines-none")
    for document in site.workspace.guidelines.values():
        yield Heading(2, document.title, anchor(document.id))
        yield site.html("guidelines.html", INDEX, document=document)
        yield from prose(site, document.body, document.path, INDEX, 3)
        for rule in document.rules:
            title = f"{rule.number}. {rule.title}"
            yield Heading(3, title, anchor(document.id, rule.id))
            watching = [
                each for each in site.workspace.moderation.values() if each.guideline == rule.id
            ]
            yield site.html(
                "guideline.html", INDEX, rule=rule, document=document, watching=watching
            )


def _editorial(site: Site, line: Editorial) -> Iterator[Part]:
    yield site.html("editorial.html", EDITORIAL, line=line, part="tone")
    yield from prose(site, line.body, line.path, EDITORIAL)
    for part, found in (("banned", line.banned), ("spelling", line.spelling)):
        if found:
            yield site.heading(part, part)
            yield site.html("editorial.html", EDITORIAL, line=line, part=part)
    if site.settings.pillars:
        yield site.heading("pillars", "pillars")
        yield site.html("editorial.html", EDITORIAL, line=line, part="pillars")


def _moderation(site: Site) -> Iterator[Part]:
    if not site.workspace.moderation:
        yield site.html("none.html", MODERATION, phrase="pages.moderation-none")
    for rule in site.workspace.moderation.values():
        yield Heading(2, rule.title, anchor(rule.id))
        yield site.html(
            "moderation.html", MODERATION, rule=rule, guideline=rule_place(site, rule.guideline)
        )


def _replies(site: Site) -> Iterator[Part]:
    if not site.workspace.replies:
        yield site.html("none.html", REPLIES, phrase="pages.replies-none")
    for reply in site.workspace.replies.values():
        yield Heading(2, reply.title, anchor(reply.id))
        texts = {reply.language or site.settings.language: reply.body.strip(), **reply.texts}
        yield site.html(
            "reply.html",
            REPLIES,
            reply=reply,
            texts=texts,
            guideline=rule_place(site, reply.guideline),
        )
