"""Makes the example's numbers: a year of figures that are plausible, and invented.

Run from the repository's root: ``python example/metrics.py``. The same seed gives the same file.
It counts only beside the rehearsal's ledger, and every page that shows it says that it is an
example.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from cmops.project import Project
from cmops.publish.subjects import Subject
from cmops.workspace.model import Channel

TARGET = "kpis/data/chiffres.example.csv"
SEED = 20261201
START, END = date(2025, 10, 6), date(2027, 1, 31)
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
AFTER = (1, 3, 10, 30)
"""Days after publication on which a post's numbers are taken."""

FOLLOWERS = {
    "ateliers-mastodon": (1180, 1690),
    "ateliers-bluesky": (640, 1420),
    "boutique-x": (2310, 2240),
    "boutique-bluesky": (210, 780),
    "ateliers-facebook": (1540, 1655),
    "ateliers-linkedin": (310, 590),
    "ateliers-instagram": (980, 1830),
    "ateliers-threads": (120, 460),
}
"""At the start and at the end."""

MEMBERS = {
    "voisins-telegram": (230, 412),
    "benevoles-discord": (46, 83),
    "equipe-slack": (14, 17),
    "forum": (260, 540),
}
"""The same of communities."""

SIZES = {**FOLLOWERS, **MEMBERS}

_FEED = {"likes": 0.021, "shares": 0.008, "comments": 0.004}
TOLD = {
    "mastodon": _FEED,
    "bluesky": {**_FEED, "quotes": 0.001},
    "x": {**_FEED, "impressions": 0.6, "clicks": 0.009, "saves": 0.002},
    "wordpress": {"views": 0.42, "comments": 0.006, "clicks": 0.05},
    "facebook": {
        **{"views": 0.35, "reach": 0.28, "likes": 0.012, "comments": 0.003, "shares": 0.005},
        "clicks": 0.011,
    },
    "linkedin": {
        **{"impressions": 0.9, "reach": 0.6, "likes": 0.024, "comments": 0.003, "shares": 0.004},
        "clicks": 0.018,
    },
    "instagram": {
        **{"views": 0.75, "reach": 0.55, "likes": 0.045, "comments": 0.004, "shares": 0.006},
        "saves": 0.008,
    },
    "threads": {"views": 0.5, "likes": 0.02, "comments": 0.003, "quotes": 0.001, "shares": 0.004},
    "discourse": {"views": 0.35, "likes": 0.02, "comments": 0.012},
    "discord": {"likes": 0.12, "comments": 0.03},
    "slack": {"likes": 0.25, "comments": 0.05},
}
"""What a network tells of a post, for each one who may see it; none tells everything."""

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
    for name, (first, last) in MEMBERS.items():
        chance = _chance(name)
        for day, share in _weeks():
            yield _row(day, name, "members", first + (last - first) * share + chance.uniform(-1, 1))
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
    for subject in _subjects(project):
        channel = channels.get(subject.channel)
        if subject.action != "publish" or subject.at is None or channel is None:
            continue
        post = posts.get(subject.post)
        factor = PILLARS.get(post.pillar or "", 1.0) if post else 1.0
        factor *= CAMPAIGNS.get(subject.campaign or "", 1.0)
        name = f"{subject.post}#{subject.day}" if subject.day else subject.post
        for day, values in _counts(subject, channel, factor):
            if day <= END:
                for metric, value in values.items():
                    yield _row(day, channel.id, metric, value, post=name)


def _subjects(project: Project) -> Iterable[Subject]:
    """Everything that is ever to go out; of what repeats, a month is known at a time."""
    found: dict[str, Subject] = {}
    moment = project.now
    while moment.date() > START:
        found |= {each.key: each for each in project.subjects_at(moment)}
        moment -= MONTH
    return found.values()


def _counts(
    subject: Subject, channel: Channel, factor: float
) -> Iterator[tuple[date, dict[str, float]]]:
    """The numbers of a delivery on the days on which they are taken."""
    at, told = subject.at, TOLD.get(channel.platform)
    if at is None or told is None:
        return
    chance = _chance(subject.key)
    first, last = SIZES.get(channel.id, (900, 1300))
    share = (at.date() - START) / (END - START)
    size = first + (last - first) * share
    luck = factor * HOURS.get(at.hour, 0.75) * chance.lognormvariate(0, 0.35)
    for days in AFTER:
        grown = 1 - math.exp(-days / 1.4)
        seen = size * luck * grown
        yield at.date() + timedelta(days=days), {name: rate * seen for name, rate in told.items()}


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
