from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.ledger.entries import Entry, Kind, Receipt
from cmops.ledger.history import History
from cmops.pages import tally
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import MakeWorkspace

DIGEST = "sha256:" + "a" * 64
POST = """---
title: {id}
status: ready
publish_at: 2026-12-01 {at}
to: [{to}]
---
Texte de {id}
"""


def published(key: str, channel: str, planned: datetime, late: timedelta) -> Iterator[Entry]:
    at = planned + late
    run = key.encode().hex()[:32].ljust(32, "0")
    yield Entry(
        kind=Kind.CLAIM, id=f"{run}.1", at=at, key=key, channel=channel, attempt=1,
        digest=DIGEST, digests=(DIGEST,), until=at + timedelta(minutes=5), created=at,
        planned=planned,
    )  # fmt: skip
    yield Entry(
        kind=Kind.PUBLISHED, id=f"{run}.2", at=at, key=key, channel=channel,
        claim=f"{run}.1", message=0, digest=DIGEST, receipt=Receipt("r", at),
    )  # fmt: skip


class Told(Project):
    """A project whose ledger says what a test says."""

    def __init__(self, root: Path, late: dict[str, timedelta]) -> None:
        super().__init__(root, at="2026-12-02 12:00", sandbox=True)
        planned = datetime(2026, 12, 1, 8, tzinfo=UTC)
        entries = [
            entry
            for subject in self.subjects
            if subject.post in late
            for entry in published(subject.key, subject.channel, planned, late[subject.post])
        ]
        self.__dict__["history"] = History.of_entries(entries)


@pytest.fixture
def site(workspace: MakeWorkspace) -> Site:
    root = workspace(
        {
            "content/posts/a.md": POST.format(id="a", at="09:00", to="mastodon"),
            "content/posts/b.md": POST.format(id="b", at="09:00", to="bluesky"),
            "content/posts/c.md": POST.format(id="c", at="10:00", to="bluesky"),
            "content/posts/d.md": POST.format(id="d", at="09:00", to="mastodon").replace(
                "2026-12-01", "2026-12-20"
            ),
        }
    )
    return Site(Told(root, {"a": timedelta(seconds=30), "b": timedelta(hours=1)}), as_folders)


def test_what_was_due_is_planned_and_what_has_receipts_is_published(site: Site) -> None:
    whole = tally.counted("", tally.outcomes(site))
    assert (whole.planned, whole.published, whole.lost) == (3, 2, 1)


def test_punctual_is_what_was_live_within_a_quarter_of_an_hour(site: Site) -> None:
    whole = tally.counted("", tally.outcomes(site))
    assert whole.punctual == 50
    assert whole.typical == timedelta(seconds=1815)


def test_figures_are_counted_by_channel(site: Site) -> None:
    found = {
        each.name: each for each in tally.by(tally.outcomes(site), lambda subject: subject.channel)
    }
    assert (found["bluesky"].planned, found["bluesky"].published) == (2, 1)
    assert found["mastodon"].punctual == 100
    assert found["bluesky"].punctual == 0


def test_without_anything_published_there_is_no_punctuality(workspace: MakeWorkspace) -> None:
    empty = Site(Project(workspace(), at="2026-12-02 12:00", sandbox=True), as_folders)
    nothing = tally.counted("", tally.outcomes(empty))
    assert nothing.punctual is None
    assert nothing.typical is None
    assert tally.by_month(tally.outcomes(empty)) == ()
