"""Makes the example's numbers: a year of figures that are plausible, and invented.

Run from the repository's root: ``python example/metrics.py``. The same seed gives the same file.
It counts only beside the rehearsal's ledger, and every page that shows it says that it is an
example.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from cmops.project import Project
from cmops.publish.plan import Delivery
from cmops.workspace.model import Channel

TARGET = "kpis/data/chiffres.example.csv"
SEED = 20261201
START, END = date(2025, 10, 6), date(2027, 1, 31)
WEEK = timedelta(days=7)
AFTER = (1, 3, 10, 30)
"""Days after publication on which a post's numbers are taken."""

FOLLOWERS = {
    "ateliers-mastodon": (1180, 1690),
    "ateliers-bluesky": (640, 1420),
    "boutique-x": (2310, 2240),
    "boutique-bluesky": (210, 780),
}
"""At the start and at the end."""

HOURS = {8: 0.8, 9: 0.9, 10: 1.0, 12: 1.35, 13: 1.1, 17: 1.15, 18: 1.3, 19: 1.2, 20: 1.05}
PILLARS = {"coulisses": 1.3, "savoir-faire": 1.2, "agenda": 0.8, "boutique": 0.75, "entraide": 1.1}
CAMPAIGNS = {"noel-solidaire": 1.25, "reparer-avant-de-jeter": 1.15}

Row = tuple[str, str, str, str, str]
"""Date, channel, metric, value, post."""


def main() -> None:
    """Writes the file."""
    project = Project(Path(), at=f"{END} 23:00", sandbox=True)
    rows = [*_weekly(), *_posts(project)]
    rows.sort()
    with Path(TARGET).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("date", "channel", "metric", "value", "post"))
        writer.writerows(rows)


def _weekly() -> Iterator[Row]:
    """What is counted every Monday: of channels, and of the two brands."""
    for name, (first, last) in FOLLOWERS.items():
        chance = _chance(name)
        for day, share in _weeks():
            wave = 12 * math.sin(9 * share) + chance.uniform(-6, 6)
            yield _row(day, name, "followers", first + (last - first) * share + wave)
            yield _row(day, name, "mentions", chance.uniform(2, 9) * _season(day))
    for name, metric, usual in (
        ("ateliers", "inscriptions", 13.0),
        ("boutique", "commandes", 24.0),
        ("ateliers", "new_members", 5.0),
    ):
        chance = _chance(f"{name}{metric}")
        for day, share in _weeks():
            value = usual * _season(day) * chance.uniform(0.8, 1.2 + share / 4)
            yield _row(day, name, metric, value)
    chance = _chance("replies")
    for day, share in _weeks():
        yield _row(day, "ateliers", "retained_members", 148 + 46 * share + chance.uniform(-4, 4))
        yield _row(day, "boutique", "reply_hours", 7.5 - 4.2 * share + chance.uniform(-0.8, 1.2), 1)
        yield _row(day, "ateliers", "reply_hours", 5.0 - 1.5 * share + chance.uniform(-0.7, 0.9), 1)


def _posts(project: Project) -> Iterator[Row]:
    """What each planned delivery gets, if it goes out when it is planned."""
    posts, channels = project.workspace.posts, project.workspace.settings.channels
    for delivery in project.deliveries:
        subject = delivery.subject
        channel = channels.get(subject.channel)
        if subject.action != "publish" or subject.at is None or channel is None:
            continue
        post = posts.get(subject.post)
        factor = PILLARS.get(post.pillar or "", 1.0) if post else 1.0
        factor *= CAMPAIGNS.get(subject.campaign or "", 1.0)
        name = f"{subject.post}#{subject.day}" if subject.day else subject.post
        for day, values in _counts(delivery, channel, factor):
            if day <= END:
                for metric, value in values.items():
                    yield _row(day, channel.id, metric, value, post=name)


def _counts(
    delivery: Delivery, channel: Channel, factor: float
) -> Iterator[tuple[date, dict[str, float]]]:
    """The numbers of a delivery on the days on which they are taken."""
    at = delivery.subject.at
    if at is None or channel.platform == "outbox":
        return
    chance = _chance(delivery.key)
    first, last = FOLLOWERS.get(channel.id, (900, 1300))
    share = (at.date() - START) / (END - START)
    size = first + (last - first) * share
    luck = factor * HOURS.get(at.hour, 0.75) * chance.lognormvariate(0, 0.35)
    for days in AFTER:
        grown = 1 - math.exp(-days / 1.4)
        yield at.date() + timedelta(days=days), _of(channel.platform, size * luck * grown)


def _of(platform: str, seen: float) -> dict[str, float]:
    """What a network tells of a post; none tells everything."""
    if platform == "wordpress":
        return {"views": 0.42 * seen, "comments": 0.006 * seen, "clicks": 0.05 * seen}
    found = {"likes": 0.021 * seen, "shares": 0.008 * seen, "comments": 0.004 * seen}
    if platform == "x":
        found |= {"impressions": 0.6 * seen, "clicks": 0.009 * seen, "saves": 0.002 * seen}
    if platform == "bluesky":
        found |= {"quotes": 0.001 * seen}
    return found


def _season(day: date) -> float:
    """Busy before Christmas, quiet in August."""
    return {8: 0.45, 11: 1.15, 12: 1.45, 1: 0.8}.get(day.month, 1.0)


def _weeks() -> Iterator[tuple[date, float]]:
    day = START
    while day <= END:
        yield day, (day - START) / (END - START)
        day += WEEK


def _row(
    day: date, channel: str, metric: str, value: float, digits: int = 0, post: str = ""
) -> Row:
    shown = f"{value:.{digits}f}" if digits else str(max(round(value), 0))
    return day.isoformat(), channel, metric, shown, post


def _chance(name: str) -> random.Random:
    """The same for the same name, whatever else there is."""
    return random.Random(f"{SEED}{name}")  # noqa: S311 - drawn again, the same


if __name__ == "__main__":
    main()
