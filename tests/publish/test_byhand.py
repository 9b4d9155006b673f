"""Deliveries that a person publishes: given ahead of time, once, and waited for until answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cmops.adapters import registry
from cmops.errors import CmopsError, UsageError
from cmops.ledger.clock import Run
from cmops.ledger.entries import Kind, Scope
from cmops.ledger.history import History
from cmops.publish.desk import Desk
from cmops.publish.gates import deletable, not_paused, platform_built, secrets_present
from cmops.publish.naming import name_of
from cmops.publish.pause import pause
from cmops.publish.plan import Delivery
from cmops.publish.ports import Wanted
from cmops.publish.resolve import resolve_moved, resolve_not_published, resolve_published
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.publish.scene import NOON, Scene, post

STORIES = "  stories: {platform: handoff, for: instagram-story, account: nous}\n"
TOKENLESS = CMOPS_YML.replace("secrets: {token: MASTODON_TOKEN}", "handoff: {lead: 1h}")
URL = "https://network.example/s/1"
TIME = NOON.replace(hour=11, minute=15)  # 12:15 in Paris


@pytest.fixture
def scene(workspace: MakeWorkspace) -> Scene:
    files = {"cmops.yml": CMOPS_YML + STORIES, "content/posts/a.md": post("un", to="[stories]")}
    return opened(workspace(files))


def opened(root: Path) -> Scene:
    scene = Scene(root)
    scene.senders = lambda channel: registry.sender(channel, root=root)  # type: ignore[assignment,return-value]
    scene.clock.time = TIME - timedelta(minutes=20)
    return scene


def one(scene: Scene) -> Delivery:
    (found,) = scene.plan()
    return found


def desk(scene: Scene) -> Desk:
    run = Run()
    return Desk(run, scene.clock, scene.ledger(run))


def kinds(scene: Scene) -> list[str]:
    return [entry.kind for entry in scene.history().entries(one(scene).subject.target)]


def test_it_is_handed_over_a_quarter_of_an_hour_ahead_and_only_once(scene: Scene) -> None:
    assert scene.publish().deliveries == ()
    scene.clock.time = TIME - timedelta(minutes=15)
    (done,) = scene.publish().deliveries
    assert (done.outcome, done.receipt) == ("handed", None)
    assert scene.publish().deliveries == ()
    assert kinds(scene) == [Kind.CLAIM, Kind.HANDED]
    found = one(scene)
    assert (found.state, found.reason) == ("handed", None)


def test_a_run_that_waits_hands_it_over_when_its_lead_begins(scene: Scene) -> None:
    scene.publish(Wanted(until=TIME))
    assert one(scene).state == "handed"
    (entry,) = [e for e in scene.history().entries(one(scene).key) if e.kind == Kind.HANDED]
    assert TIME - timedelta(minutes=15) <= entry.at < TIME - timedelta(minutes=14)


def test_it_is_late_from_its_time_on_until_somebody_answers(scene: Scene) -> None:
    scene.clock.time = TIME
    scene.publish()
    scene.clock.time = TIME + timedelta(days=40)
    found = one(scene)
    assert found.state == "handed"
    assert found.reason is not None
    assert found.reason.code == "hand_late"
    resolve_published(desk(scene), found.record, name_of(found), URL, scene.clock.now())
    found = one(scene)
    assert (found.state, found.reason) == ("published", None)
    assert found.record.receipts[0].url == URL
    with pytest.raises(UsageError):
        resolve_published(desk(scene), found.record, name_of(found), URL, scene.clock.now())


def test_moved_is_an_answer_until_its_new_time(scene: Scene) -> None:
    scene.clock.time = TIME
    scene.publish()
    scene.clock.time = TIME + timedelta(hours=1)
    later, found = TIME + timedelta(days=2), one(scene)
    resolve_moved(desk(scene), found.record, name_of(found), scene.clock.now(), later)
    found = one(scene)
    assert found.record.moved == later
    assert found.reason is not None
    assert (found.state, found.reason.code) == ("handed", "hand_moved")
    assert scene.publish().deliveries == ()
    scene.clock.time = later + timedelta(minutes=1)
    found = one(scene)
    assert found.reason is not None
    assert found.reason.code == "hand_late"


def test_cancelled_is_an_answer(scene: Scene) -> None:
    scene.clock.time = TIME
    scene.publish()
    found = one(scene)
    resolve_not_published(desk(scene), found.record, name_of(found), scene.clock.now(), send=False)
    assert one(scene).state == "retracted"
    assert scene.publish().deliveries == ()


def test_an_answer_to_what_has_changed_meanwhile_is_void(scene: Scene) -> None:
    scene.clock.time = TIME
    scene.publish()
    found = one(scene)
    resolve_published(desk(scene), found.record, name_of(found), URL, scene.clock.now())
    with pytest.raises(CmopsError, match="changed"):
        resolve_not_published(
            desk(scene), found.record, name_of(found), scene.clock.now(), send=False
        )


def test_what_nobody_was_given_cannot_be_moved(scene: Scene) -> None:
    found = one(scene)
    with pytest.raises(UsageError):
        resolve_moved(desk(scene), found.record, name_of(found), scene.clock.now(), TIME)


def test_a_new_text_is_handed_over_again_however_late(scene: Scene) -> None:
    scene.clock.time = TIME
    scene.publish()
    (scene.root / "content/posts/a.md").write_text(post("deux", to="[stories]"))
    scene.clock.time = TIME + timedelta(days=1)
    (done,) = scene.publish().deliveries
    assert done.outcome == "handed"
    assert scene.publish().deliveries == ()
    claims = one(scene).record.claims
    assert len({claim.digest for claim in claims}) == 2


def test_one_address_answers_for_a_whole_thread(workspace: MakeWorkspace) -> None:
    text = "un\n\n---\n\ndeux\n\n---\n\ntrois"
    files = {"cmops.yml": CMOPS_YML + STORIES, "content/posts/a.md": post(text, to="[stories]")}
    scene = opened(workspace(files))
    scene.clock.time = TIME
    scene.publish()
    found = one(scene)
    resolve_published(desk(scene), found.record, name_of(found), URL, scene.clock.now())
    found = one(scene)
    assert found.state == "published"
    assert [found.record.receipts[place].url for place in range(3)] == [URL] * 3
    assert scene.history().duplicates == ()


def test_a_channel_set_to_hand_off_keeps_its_network_and_needs_no_secret(
    workspace: MakeWorkspace,
) -> None:
    files = {"cmops.yml": TOKENLESS, "content/posts/a.md": post("x" * 501, to="[mastodon]")}
    scene = opened(workspace(files))
    channels = scene.workspace().settings.channels
    found = one(scene)
    assert found.composition is not None
    assert [each.code for each in found.composition.problems] == ["CM501"]
    assert found.subject.lead == timedelta(hours=1)
    subject = found.subject
    assert secrets_present(channels, {})(subject) is None
    assert platform_built(channels)(subject) is None
    assert deletable(channels)(replace(subject, action="delete")) is not None


def test_a_channel_that_is_sent_to_by_now_sends_nothing_that_a_person_was_given(
    workspace: MakeWorkspace,
) -> None:
    files = {"cmops.yml": TOKENLESS, "content/posts/a.md": post("un", to="[mastodon]")}
    scene = opened(workspace(files))
    scene.clock.time = TIME
    scene.publish()
    changed = {"cmops.yml": CMOPS_YML, "content/posts/a.md": post("deux", to="[mastodon]")}
    workspace(changed)
    scene.senders = Scene(scene.root).senders
    assert scene.publish().deliveries == ()
    found = one(scene)
    assert found.state == "handed"
    # ... unless somebody says that it is to be sent.
    resolve_not_published(desk(scene), found.record, name_of(found), scene.clock.now(), send=True)
    (done,) = scene.publish().deliveries
    assert done.outcome == "published"


def test_a_person_who_asks_for_it_to_be_sent_is_given_it_again(scene: Scene) -> None:
    scene.clock.time = TIME
    scene.publish()
    scene.clock.time += timedelta(days=3)
    found = one(scene)
    resolve_not_published(desk(scene), found.record, name_of(found), scene.clock.now(), send=True)
    assert [done.outcome for done in scene.publish().deliveries] == ["handed"]
    assert scene.publish().deliveries == ()


def test_nothing_is_handed_over_in_a_pause(scene: Scene) -> None:
    scene.clock.time = TIME
    pause(desk(scene), Scope(), "crise")
    scene.gates = (not_paused(scene.history(), scene.clock.now()),)
    (done,) = scene.publish().deliveries
    assert done.outcome == "held"
    assert kinds(scene) == []


def test_a_run_that_died_before_handing_over_leaves_no_doubt(scene: Scene) -> None:
    scene.clock.time = TIME
    ports = scene.ports()
    scribe = Desk(ports.run, ports.clock, ports.ledger)
    found = one(scene)
    assert found.composition is not None
    from cmops.publish.claims import claim
    from cmops.publish.jobs import job_of

    job = job_of(found, "still", None, lambda claim: None)
    assert job is not None
    assert claim({"stories": [job]}, ports.outlets, scribe, ports.clock)
    assert one(scene).state == "claimed"
    scene.clock.time += timedelta(minutes=10)
    assert [done.outcome for done in scene.publish().deliveries] == ["handed"]


def test_people_are_told_at_once_and_only_of_what_they_were_given(scene: Scene) -> None:
    scene.clock.time = TIME
    told: list[list[str]] = []

    def tell(deliveries: object, history: History) -> None:
        assert isinstance(deliveries, list)
        told.append([each.key for each in deliveries])
        assert one(scene).key in history

    scene.publish(tell=tell)
    scene.publish(tell=tell)
    assert told == [[one(scene).key]]
