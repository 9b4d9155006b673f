"""A workspace with a past: posts that went out, what the networks counted, and numbers of a team.

The past is written down as plain rows first, so that a test can work out from them, without any
of cmops, what every figure must be.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from cmops.adapters.contract import Message, Metric
from cmops.adapters.registry import identity
from cmops.compose import Composition
from cmops.ledger.clock import Run, SystemClock
from cmops.ledger.entries import Receipt
from cmops.ledger.history import History
from cmops.ledger.scribe import Content, Scribe
from cmops.measure import place
from cmops.measure.figures import Figures
from cmops.measure.snapshots import CHANNEL, Snapshot
from cmops.measure.sources import Sources
from cmops.publish.keys import delivery_key
from cmops.publish.plan import Delivery, plan
from cmops.publish.subjects import subjects
from cmops.workspace.load import load
from cmops.workspace.model import Workspace

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 1, 12, 30, tzinfo=PARIS)
BRANDS = {"masto": "ateliers", "bleu": "ateliers", "boutique": "boutique"}

SETTINGS = """\
version: 1
name: Les Ateliers
language: fr
timezone: Europe/Paris
brands:
  ateliers: {name: Les Ateliers}
  boutique: {name: La boutique}
channels:
  masto:
    platform: mastodon
    brand: ateliers
    url: https://mastodon.example
    account: ateliers@mastodon.example
    secrets: {token: MASTODON_TOKEN}
  bleu:
    platform: bluesky
    brand: ateliers
    url: https://bsky.example
    account: ateliers.example
    secrets: {password: BLUESKY_PASSWORD}
  boutique:
    platform: bluesky
    brand: boutique
    url: https://bsky.example
    account: boutique.example
    secrets: {password: SHOP_PASSWORD}
pillars:
  coulisses: {name: Coulisses}
  agenda: {name: Agenda}
"""
POST = """\
---
title: Un post
publish_at: {at}
to: [{to}]
status: ready
{more}---
Bonjour.
"""


@dataclass(frozen=True)
class Sent:
    """A delivery: planned for then, live after so many minutes (None: it never went out)."""

    post: str
    channel: str
    planned: datetime
    delay: float | None
    pillar: str | None = None
    campaign: str | None = None

    @property
    def published(self) -> datetime | None:
        return None if self.delay is None else self.planned + timedelta(minutes=self.delay)

    @property
    def slices(self) -> set[tuple[str, str]]:
        platform = "mastodon" if self.channel == "masto" else "bluesky"
        found = {("all", ""), ("channel", self.channel), ("platform", platform)}
        found |= {("brand", BRANDS[self.channel]), ("format", "post")}
        found |= {("pillar", self.pillar)} if self.pillar else set()
        return found | ({("campaign", self.campaign)} if self.campaign else set())


@dataclass(frozen=True)
class Count:
    """What was counted of a delivery, or of a channel (``sent`` is None)."""

    channel: str
    sent: Sent | None
    at: datetime
    metric: str
    value: int


class SetClock(SystemClock):
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time.astimezone(UTC)

    def sleep(self, seconds: float) -> None:
        return


@dataclass
class World:
    """The past, and what cmops makes of it."""

    root: Path
    sent: list[Sent] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    now: datetime = NOW
    sandbox: bool = False

    def write(self) -> None:
        """The workspace's files, and the snapshots where they are kept outside git."""
        for name, text in {"cmops.yml": SETTINGS, **self._posts(), **self.files}.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        if self.counts:
            self.keep(self.counts)

    def keep(self, counts: list[Count]) -> None:
        """Adds snapshots."""
        clock = SetClock(self.now)
        lines: dict[str, bytes] = {}
        for each in counts:
            key = self.key(each.sent) if each.sent else CHANNEL
            made = Snapshot(each.channel, key, each.at, {Metric(each.metric): each.value})
            lines[made.path] = lines.get(made.path, b"") + made.line
        place.add(place.open_place(self.root, clock), clock, lambda there: lines)

    def key(self, sent: Sent) -> str:
        channel = self.workspace.settings.channels[sent.channel]
        return delivery_key(sent.post, channel.platform, identity(channel))

    def figures(self, **options: object) -> Figures:
        made_of = Sources(self.root, self, self.sandbox, **options)  # type: ignore[arg-type]
        return Figures(made_of)

    @cached_property
    def workspace(self) -> Workspace:
        loaded = load(self.root)
        assert loaded.findings == (), loaded.findings
        return loaded.workspace

    @cached_property
    def history(self) -> History:
        history, clock = History.of_entries(()), SetClock(self.now)
        scribe = Scribe(Run(), clock)
        for number, each in enumerate(self.sent):
            if each.published is None:
                continue
            clock.time = each.planned
            key = self.key(each)
            content = Content("sha256:a", ("sha256:a",), planned=each.planned.astimezone(UTC))
            claim = scribe.claim(history.of(key), each.channel, content)
            history = history.knowing([claim])
            receipt = Receipt(f"r{number}", each.published.astimezone(UTC))
            history = history.knowing([scribe.published(claim, 0, receipt)])
        return history

    @cached_property
    def deliveries(self) -> tuple[Delivery, ...]:
        made = Composition("network", (Message("Bonjour."),))
        found = subjects(self.workspace, lambda post, channel: made, self.now, self.history)
        return plan(found, self.history, (), self.now)

    def _posts(self) -> dict[str, str]:
        by_post: dict[str, list[Sent]] = {}
        for each in self.sent:
            by_post.setdefault(each.post, []).append(each)
        return {f"content/posts/{id}.md": _post(all_of) for id, all_of in by_post.items()}


def _post(all_of: list[Sent]) -> str:
    first = all_of[0]
    more = f"pillar: {first.pillar}\n" if first.pillar else ""
    more += f"campaign: {first.campaign}\n" if first.campaign else ""
    to = ", ".join(each.channel for each in all_of)
    return POST.format(at=f"{first.planned:%Y-%m-%d %H:%M}", to=to, more=more)


def drawn(root: Path, seed: int = 1) -> World:
    """Fourteen months of posts and numbers, drawn at random; always the same."""
    chance = random.Random(seed)
    world = World(root)
    for number in range(60):
        planned = datetime(2025, 10, 1, tzinfo=PARIS) + timedelta(days=chance.randrange(440))
        planned = planned.replace(hour=chance.choice((9, 12, 18)), minute=chance.choice((0, 15)))
        pillar = chance.choice(("coulisses", "agenda", None))
        campaign = "hiver" if chance.random() < 0.3 else None
        for channel in chance.sample(sorted(BRANDS), chance.randint(1, 3)):
            past = planned < NOW - timedelta(hours=1)
            late = chance.choice((0, 2, 15, 16, 200, None)) if past else None
            world.sent.append(Sent(f"post-{number}", channel, planned, late, pillar, campaign))
    world.counts += [*_of_posts(world.sent, chance), *_of_channels(chance)]
    world.files["kpis/data/equipe.csv"] = _of_the_team(chance)
    world.write()
    return world


def _of_posts(sent: list[Sent], chance: random.Random) -> Iterator[Count]:
    for each in sent:
        if each.published is None or chance.random() < 0.2:
            continue
        metrics = ["likes", "comments", "shares"]
        metrics += ["impressions"] if each.channel == "boutique" else []
        for days in (0.1, 3, 29, 31, 200):
            at = each.published + timedelta(days=days)
            for metric in metrics:
                usual = 400 if metric == "impressions" else 9
                value = round(usual * chance.random() * (1 + days))
                if at <= NOW:
                    yield Count(each.channel, each, at, metric, value)


def _of_the_team(chance: random.Random) -> str:
    """Numbers of every week that no network gives."""
    rows = ["date,channel,metric,value,post"]
    for week in range(60):
        day = (datetime(2025, 10, 6, tzinfo=PARIS) + timedelta(weeks=week)).date()
        for name in ("masto", "boutique"):
            rows.append(f"{day},{name},mentions,{chance.randrange(20)},")
        rows.append(f"{day},boutique,reply_hours,{chance.uniform(1, 9):.1f},")
        rows.append(f"{day},masto,members,{100 + week},")
        rows.append(f"{day},masto,retained_members,{80 + chance.randrange(9)},")
        rows.append(f"{day},masto,new_members,{chance.randrange(5)},")
        rows.append(f"{day},bleu,sentiment,{chance.uniform(-1, 1):.2f},")
    return "\n".join(rows) + "\n"


def _of_channels(chance: random.Random) -> Iterator[Count]:
    for channel in ("masto", "bleu"):
        day = datetime(2025, 9, 20, 6, tzinfo=PARIS)
        while day <= NOW:
            yield Count(channel, None, day, "followers", 1000 + chance.randrange(100))
            day += timedelta(days=chance.randint(1, 20))
