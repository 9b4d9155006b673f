from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cmops.adapters.contract import Message
from cmops.compose import Composition
from cmops.publish.subjects import Subject, subjects
from cmops.workspace.load import load
from cmops.workspace.model import Channel, Post
from tests.conftest import MakeWorkspace
from tests.publish.scene import post

NOW = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)


def found(
    workspace: MakeWorkspace, files: dict[str, str | bytes], now: datetime = NOW
) -> list[Subject]:
    loaded = load(workspace(files))

    def composer(post: Post, channel: Channel) -> Composition:
        return Composition(channel.platform, (Message(post.body),))

    return list(subjects(loaded.workspace, composer, now))


def test_each_channel_of_a_ready_post_is_a_subject(workspace: MakeWorkspace) -> None:
    files: dict[str, str | bytes] = {
        "content/posts/a.md": post(to="[archive, mastodon, archive]"),
        "content/posts/b.md": post().replace("ready", "draft"),
        "content/posts/c.md": post().replace("ready", "idea"),
    }
    here = found(workspace, files)
    assert [each.key for each in here] == [
        "a~outbox~outbox%2Farchive",
        "a~mastodon~ateliers@mastodon.example",
    ]
    assert [each.path for each in here] == ["content/posts/a.md"] * 2


def test_a_variant_may_have_its_own_time(workspace: MakeWorkspace) -> None:
    text = post(to="[archive, mastodon]", variants="{mastodon: {publish_at: 2026-12-01 19:00}}")
    one, other = found(workspace, {"content/posts/a.md": text})
    assert (one.at and one.at.hour, other.at and other.at.hour) == (12, 19)


def test_a_post_without_a_time_is_held(workspace: MakeWorkspace) -> None:
    text = post().replace("publish_at: 2026-12-01 12:15\n", "")
    (subject,) = found(workspace, {"content/posts/a.md": text})
    assert subject.held is not None
    assert subject.held.code == "no_time"


def test_occurrences_are_kept_apart_by_their_day(workspace: MakeWorkspace) -> None:
    text = post(at="2026-11-30 12:15", repeat="FREQ=DAILY;COUNT=3")
    here = found(workspace, {"content/posts/a.md": text})
    assert [each.day for each in here] == [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)]
    assert len({each.key for each in here}) == 3
    assert all(each.at and (each.at.hour, each.at.minute) == (12, 15) for each in here)


def test_an_endless_repetition_is_looked_at_around_now_only(workspace: MakeWorkspace) -> None:
    text = post(at="2015-01-01 12:15", repeat="FREQ=DAILY")
    here = found(workspace, {"content/posts/a.md": text})
    assert 120 <= len(here) <= 125


def test_an_occurrence_of_long_ago_stays_if_the_ledger_knows_it(workspace: MakeWorkspace) -> None:
    files = {"content/posts/a.md": post(at="2026-01-05 12:15", repeat="FREQ=MONTHLY;COUNT=3")}
    known = {"a~outbox~outbox%2Farchive~2026-02-05"}
    loaded = load(workspace(files))
    here = subjects(loaded.workspace, lambda post, channel: Composition("", ()), NOW, known)
    assert [each.day for each in here] == [date(2026, 2, 5)]


@pytest.mark.parametrize(
    ("start", "day"),
    [("2026-03-27 02:30", date(2026, 3, 29)), ("2026-10-23 02:30", date(2026, 10, 25))],
    ids=["spring", "autumn"],
)
def test_an_occurrence_at_a_time_that_does_not_exist_or_comes_twice_is_held(
    workspace: MakeWorkspace, start: str, day: date
) -> None:
    now = datetime(day.year, day.month, day.day, tzinfo=UTC)
    text = post(at=start, repeat="FREQ=DAILY;COUNT=4")
    here = found(workspace, {"content/posts/a.md": text}, now)
    assert [each.day for each in here if each.held] == [day]
    assert len(here) == 4


def test_a_repetition_that_makes_no_sense_is_held(workspace: MakeWorkspace) -> None:
    loaded = load(workspace({"content/posts/a.md": post()}))
    (known,) = loaded.workspace.posts.values()
    odd = Post(
        id=known.id, path=known.path, title="", to=known.to, body="", status="ready",
        publish_at=known.publish_at, repeat="FREQ=NEVER",
    )  # fmt: skip
    changed = type(loaded.workspace)(
        root=loaded.workspace.root, settings=loaded.workspace.settings, posts={"a": odd}
    )
    (subject,) = subjects(changed, lambda post, channel: Composition("", ()), NOW)
    assert subject.held is not None
    assert subject.held.code == "bad_repeat"


def test_what_is_to_be_deleted_has_a_deletion_and_no_use_after_it(workspace: MakeWorkspace) -> None:
    text = post(delete_at="2026-12-03 12:15")
    publication, deletion = found(workspace, {"content/posts/a.md": text})
    assert (publication.action, deletion.action) == ("publish", "delete")
    assert deletion.target == publication.key != deletion.key
    assert publication.expires == deletion.at


def test_a_post_that_cannot_be_read_is_held_and_not_forgotten(workspace: MakeWorkspace) -> None:
    text = post(to="[archive, mastodon]").replace("status: ready", "status: soon")
    here = found(workspace, {"content/posts/a.md": text})
    assert [(each.channel, each.held and each.held.code) for each in here] == [
        ("archive", "broken"),
        ("mastodon", "broken"),
    ]
    assert [each.composition for each in here] == [None, None]


def test_a_channel_that_does_not_exist_is_held(workspace: MakeWorkspace) -> None:
    (subject,) = found(workspace, {"content/posts/a.md": post(to="[nowhere]")})
    assert subject.held is not None
    assert subject.held.code == "unknown_channel"


def test_two_channels_on_one_account_are_one_delivery(workspace: MakeWorkspace) -> None:
    settings = (
        "version: 1\nname: A\nlanguage: fr\ntimezone: Europe/Paris\nchannels:\n"
        "  one: {platform: outbox, path: out/Box}\n  two: {platform: outbox, path: out/box}\n"
    )
    one, two = found(
        workspace, {"cmops.yml": settings, "content/posts/a.md": post(to="[one, two]")}
    )
    assert one.held is None
    assert two.held is not None
    assert (two.held.code, two.held.values) == ("same_delivery", {"other": "a@one"})


def test_nothing_is_composed_before_somebody_looks_and_then_once(workspace: MakeWorkspace) -> None:
    loaded = load(workspace({"content/posts/a.md": post(repeat="FREQ=DAILY;COUNT=3")}))
    asked: list[str] = []

    def composer(post: Post, channel: Channel) -> Composition:
        asked.append(post.id)
        return Composition(channel.platform, (Message("A"),))

    here = list(subjects(loaded.workspace, composer, NOW))
    assert asked == []
    assert len({id(each.composition) for each in here}) == 1
    assert asked == ["a"]
