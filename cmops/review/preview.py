"""Changes -> what there is to see of them: post by post, what each network will show, and when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cmops.adapters.contract import Can, Capability, Message
from cmops.adapters.messages import media_data
from cmops.adapters.registry import UnknownPlatform, adapter
from cmops.compose import Composition
from cmops.findings import Diagnostic
from cmops.publish.plan import Delivery
from cmops.publish.prices import Money, cost_of, price
from cmops.review.changes import Change, Kind
from cmops.review.sheets import Card, Neighbour, Outlet, Preview, Sheet
from cmops.values import dataclass
from cmops.workspace.load import SETTINGS
from cmops.workspace.model import Post, Workspace

_BESIDE = ("language", "visibility", "html", "slug", "status", "link")
"""Fields of a message that do not make it look otherwise."""

_FOLDERS = ("content/", "calendar/", "playbooks/", "kpis/")
_NOT_TOLD = frozenset({"secret_missing", "unavailable"})
"""Reasons of the machine that a preview is made on, which say nothing of the change."""

_WITHOUT_TEXT = frozenset({Kind.CANCELLED, Kind.LEFT, Kind.SAME})
_PAID = frozenset({Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.DRAFT, Kind.BATCH})
_WITH_BEFORE = frozenset({Kind.CHANGED, Kind.EDITED, Kind.STALE})


@dataclass(frozen=True, slots=True)
class Material:
    """What a preview is drawn from: the workspace as it will be, and as it was."""

    workspace: Workspace
    before: Workspace
    planned: tuple[Delivery, ...]
    diagnostics: tuple[Diagnostic, ...]


def preview(found: Iterable[Change], files: Mapping[str, str], material: Material) -> Preview:
    """What a change does, post by post."""
    draw = _Drawing(material)
    sheets = tuple(draw.sheets(found))
    shown = {sheet.path for sheet in sheets}
    media = {f"content/{each.path}" for sheet in sheets for each in sheet.media}
    shown |= media | {f"{path}.yml" for path in media}
    others = {path: how for path, how in files.items() if _is_ours(path) and path not in shown}
    wrong = tuple(each for each in material.diagnostics if each.path in others)
    return Preview(material.workspace.settings.name, sheets, others, wrong)


def batch(name: str, found: Iterable[Change], material: Material) -> Preview:
    """Everything of a batch, to be approved."""
    sheets = tuple(_Drawing(material).sheets(found))
    return Preview(material.workspace.settings.name, sheets, batch=name)


class _Drawing:
    """Draws the sheets of one preview."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._days: dict[tuple[str, date], list[Delivery]] = {}
        for each in material.planned:
            at = each.subject.at
            if at is not None and each.subject.action == "publish":
                self._days.setdefault((each.subject.channel, at.date()), []).append(each)
        self._wrong: dict[str, list[Diagnostic]] = {}
        for wrong in material.diagnostics:
            self._wrong.setdefault(wrong.path, []).append(wrong)

    def sheets(self, found: Iterable[Change]) -> Iterator[Sheet]:
        by_post: dict[str, list[Change]] = {}
        for each in found:
            by_post.setdefault(each.subject.post, []).append(each)
        for id, changes in by_post.items():
            path = changes[0].subject.path
            post = self._post(id)
            wrong = tuple(each for each in self._wrong.get(path, ()) if each.channel is None)
            title = post.title if post else id
            cards = tuple(self._cards(changes))
            yield Sheet(id, title, path, cards, wrong, tuple(self._facts(post)))

    def _cards(self, found: Iterable[Change]) -> Iterator[Card]:
        by_look: dict[str, list[Change]] = {}
        for each in found:
            by_look.setdefault(_look(each), []).append(each)
        for changes in by_look.values():
            kind = changes[0].kind
            made, old = _made(changes[0]), _before(changes[0])
            yield Card(
                kind,
                tuple(self._outlet(each) for each in changes),
                made.messages if made else (),
                old.messages if old else (),
                _is_formatted(changes[0].subject.platform),
            )

    def _outlet(self, change: Change) -> Outlet:
        subject = change.subject
        material = self._material
        known = material.workspace.settings.channels.get(subject.channel)
        known = known or material.before.settings.channels.get(subject.channel)
        made = _made(change)
        wrong = self._wrong.get(subject.path, ())
        reason = change.reason
        return Outlet(
            change,
            known.name if known else subject.channel,
            made.counts if made else (),
            tuple(self._neighbours(change)),
            tuple(each for each in wrong if each.channel == subject.channel),
            None if reason and reason.code in _NOT_TOLD else reason,
            _cost(change, made),
        )

    def _neighbours(self, change: Change) -> Iterator[Neighbour]:
        turn = change.after
        at = turn.subject.at if turn and change.kind not in _WITHOUT_TEXT else None
        if turn is None or at is None:
            return
        for each in self._days.get((turn.subject.channel, at.date()), ()):
            when = each.subject.at
            if when is not None and each.subject.post != turn.subject.post:
                post = self._post(each.subject.post)
                yield Neighbour(when, post.title if post else each.subject.post, each.subject.post)

    def _post(self, id: str) -> Post | None:
        return self._material.workspace.posts.get(id) or self._material.before.posts.get(id)

    def _facts(self, post: Post | None) -> Iterator[tuple[str, str]]:
        """What it belongs to, by the phrase that says so."""
        if post is None:
            return
        workspace = self._material.workspace
        brands, campaigns = workspace.settings.brands, workspace.campaigns
        brand, campaign = brands.get(post.brand or ""), campaigns.get(post.campaign or "")
        if brand and len(brands) > 1:
            yield "brand", brand.name
        if campaign:
            yield "campaign", campaign.name
        if post.batch:
            yield "batch", post.batch
        if post.commercial:
            yield "commercial", post.commercial.partner


def _made(change: Change) -> Composition | None:
    """What will be shown; nothing where nothing is to be read again."""
    if change.kind in _WITHOUT_TEXT or change.after is None:
        return None
    return change.after.composition


def _before(change: Change) -> Composition | None:
    """What was to be sent before, where it differs."""
    if change.kind not in _WITH_BEFORE or change.before is None:
        return None
    old = change.before.composition
    return old if old and old.digest != change.after_digest else None


def _look(change: Change) -> str:
    """What makes two cards of two channels."""
    made, old = _made(change), _before(change)
    looks = [[_message(each) for each in one.messages] if one else None for one in (made, old)]
    formatted = _is_formatted(change.subject.platform) if made else False
    return json.dumps([change.kind, formatted, *looks], sort_keys=True, default=str)


def _message(message: Message) -> list[object]:
    fields = {name: value for name, value in message.fields.items() if name not in _BESIDE}
    return [message.text, [media_data(each) for each in message.media], fields]


def _cost(change: Change, made: Composition | None) -> Money | None:
    """What sending it will cost; what is live already was paid for."""
    cost = cost_of(change.subject.platform)
    if cost is None or made is None or change.kind not in _PAID:
        return None
    return Money(sum(price(cost, each) for each in made.messages), cost.currency)


def _is_formatted(platform: str) -> bool:
    try:
        return adapter(platform).platform.able(Capability.FORMATTING) is Can.YES
    except UnknownPlatform:
        return False


def _is_ours(path: str) -> bool:
    """Whether a file is part of the workspace rather than of the repository around it."""
    return path == SETTINGS or path.startswith(_FOLDERS)
