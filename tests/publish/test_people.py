"""Pausing, resolving, retracting, publishing again: what people decide, and when they may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cmops.errors import CmopsError, UsageError
from cmops.failures import NotSent, Unclear
from cmops.ledger.clock import Run
from cmops.ledger.entries import Scope
from cmops.ledger.errors import LedgerError
from cmops.ledger.record import Record
from cmops.publish.desk import Desk
from cmops.publish.gates import not_paused
from cmops.publish.keys import Name
from cmops.publish.naming import name_of, named
from cmops.publish.pause import pause, resume
from cmops.publish.plan import Delivery
from cmops.publish.ports import Wanted
from cmops.publish.report import plan_report, run_report, say, say_error
from cmops.publish.resolve import publish_again, resolve_not_published, resolve_published
from cmops.publish.retract import retract
from cmops.wording import Wording
from tests.conftest import MakeWorkspace
from tests.publish.scene import Scene, post
from tests.publish.test_deliver import failing, outcomes, raising, sent

NAME = Name("a", "archive")
URL = "https://network.example/1"


@pytest.fixture
def scene(workspace: MakeWorkspace) -> Scene:
    return Scene(workspace({"content/posts/a.md": post("un")}))


def desk(scene: Scene) -> Desk:
    run = Run()
    return Desk(run, scene.clock, scene.ledger(run))


def one(scene: Scene) -> Delivery:
    (found,) = scene.plan()
    return found


def in_doubt(scene: Scene) -> Record:
    """A delivery whose answer was lost, on a platform that nobody can ask."""
    failing(scene, raising(Unclear("timeout"), "un"))
    scene.publish()
    return one(scene).record


def test_a_person_says_that_it_is_live(scene: Scene) -> None:
    seen = in_doubt(scene)
    resolve_published(desk(scene), seen, NAME, URL, scene.clock.now())
    assert one(scene).state == "published"
    assert named(scene.plan(), URL).key == seen.key


def test_a_person_says_that_it_is_not_and_it_goes_out_however_late(scene: Scene) -> None:
    seen = in_doubt(scene)
    scene.clock.sleep(86400)
    resolve_not_published(desk(scene), seen, NAME, scene.clock.now(), send=True)
    failing(scene, lambda message, sending: None)
    assert outcomes(scene.publish()) == {"a@archive": "published"}


def test_a_person_drops_it(scene: Scene) -> None:
    seen = in_doubt(scene)
    resolve_not_published(desk(scene), seen, NAME, scene.clock.now(), send=False)
    assert one(scene).state == "retracted"
    assert scene.publish().deliveries == ()
    assert sent(scene.root) == {}


def test_an_answer_is_void_once_something_has_changed(scene: Scene) -> None:
    seen = in_doubt(scene)
    resolve_not_published(desk(scene), seen, NAME, scene.clock.now(), send=True)
    with pytest.raises(CmopsError) as refused:
        resolve_published(desk(scene), seen, NAME, URL, scene.clock.now())
    assert refused.value.phrase == "publish.resolve-changed"


def test_nobody_answers_for_a_run_that_is_still_at_it(scene: Scene) -> None:
    seen = one(scene).record
    from cmops.ledger.scribe import Content

    here = desk(scene)
    content = Content("sha256:x", ("x",))
    here.decide(lambda history: [here.scribe.claim(seen, "archive", content)])
    seen = one(scene).record
    with pytest.raises(CmopsError) as refused:
        resolve_not_published(here, seen, NAME, scene.clock.now(), send=True)
    assert refused.value.phrase == "publish.resolve-live"
    scene.clock.sleep(600)
    resolve_not_published(here, seen, NAME, scene.clock.now(), send=False)


def test_what_is_not_in_doubt_needs_no_answer(scene: Scene) -> None:
    scene.publish()
    with pytest.raises(UsageError):
        resolve_published(desk(scene), one(scene).record, NAME, URL, scene.clock.now())


def test_a_thread_in_doubt_needs_to_know_which_message(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un\n\n---\n\ndeux")}))
    from cmops.ledger.scribe import Content

    here = desk(scene)
    content = Content("sha256:x", ("x", "y"))
    here.decide(lambda history: [here.scribe.claim(one(scene).record, "archive", content)])
    scene.clock.sleep(600)
    with pytest.raises(UsageError):
        resolve_published(here, one(scene).record, NAME, URL, scene.clock.now())
    resolve_published(here, one(scene).record, NAME, URL, scene.clock.now(), message=0)
    assert sorted(one(scene).record.receipts) == [0]


def test_publishing_again_on_purpose_makes_another_item(scene: Scene) -> None:
    scene.publish()
    publish_again(desk(scene), one(scene).record, NAME, "perdu avec le serveur")
    assert outcomes(scene.publish()) == {"a@archive": "published"}
    assert len(list((scene.root / "outbox" / "archive").glob("*.json"))) == 2
    assert scene.publish().deliveries == ()


def test_publishing_again_wants_a_reason_and_something_published(scene: Scene) -> None:
    with pytest.raises(UsageError):
        publish_again(desk(scene), one(scene).record, NAME, "pourquoi pas")
    scene.publish()
    with pytest.raises(UsageError):
        publish_again(desk(scene), one(scene).record, NAME, " ")


def test_what_is_retracted_is_deleted_by_the_next_run(scene: Scene) -> None:
    scene.publish()
    record = retract(one(scene).key, "archive", desk(scene), "une erreur")
    assert [item.message for item in record.to_delete] == [0]
    assert scene.publish().counts["retracted"] == 1
    assert sent(scene.root) == {}


def test_a_thread_is_deleted_last_message_first(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post("un\n\n---\n\ndeux")}))
    scene.publish()
    record = retract(one(scene).key, "archive", desk(scene))
    assert [item.message for item in record.to_delete] == [1, 0]


def test_what_was_never_sent_cannot_be_retracted(scene: Scene) -> None:
    with pytest.raises(UsageError):
        retract(one(scene).key, "archive", desk(scene))


def test_a_pause_holds_and_what_it_held_too_long_is_missed(scene: Scene) -> None:
    pause(desk(scene), Scope("channel", "archive"), "une crise")
    scene.gates = (not_paused(scene.history(), scene.clock.now()),)
    assert outcomes(scene.publish()) == {"a@archive": "held"}
    scene.clock.sleep(7 * 3600)
    (ended,) = resume(desk(scene), Scope("channel", "archive"), scene.clock.now())
    assert ended.reason == "une crise"
    scene.gates = (not_paused(scene.history(), scene.clock.now()),)
    assert outcomes(scene.publish()) == {"a@archive": "missed"}


def test_a_pause_wants_a_reason_and_a_resume_something_to_end(scene: Scene) -> None:
    with pytest.raises(UsageError):
        pause(desk(scene), Scope(), "  ")
    with pytest.raises(UsageError):
        resume(desk(scene), None, scene.clock.now())


def test_a_pause_may_end_by_itself(scene: Scene) -> None:
    until = scene.clock.now() + timedelta(hours=1)
    pause(desk(scene), Scope(), "un deuil national", until)
    assert not_paused(scene.history(), scene.clock.now())(one(scene).subject) is not None
    assert not_paused(scene.history(), until)(one(scene).subject) is None


def test_a_decision_that_cannot_be_pushed_is_an_error(scene: Scene) -> None:
    from cmops.ledger.contract import Pushed
    from cmops.ledger.race import Result

    here = desk(scene)
    here._ledger.push = lambda *a, **k: Pushed(Result.REFUSED, reason="no")  # type: ignore[method-assign]
    with pytest.raises(LedgerError):
        pause(here, Scope(), "une crise")


def test_people_name_a_delivery_with_its_day_if_it_repeats(workspace: MakeWorkspace) -> None:
    scene = Scene(workspace({"content/posts/a.md": post(repeat="FREQ=DAILY;COUNT=2")}))
    with pytest.raises(UsageError) as which:
        named(scene.plan(), "a@archive")
    assert which.value.phrase == "publish.which-day"
    found = named(scene.plan(), "a@archive#2026-12-02")
    assert str(name_of(found)) == "a@archive#2026-12-02"
    with pytest.raises(UsageError):
        named(scene.plan(), "b@archive")
    with pytest.raises(UsageError):
        named(scene.plan(), "https://nowhere.example")


def test_a_plan_and_a_run_print_what_others_rely_on(scene: Scene) -> None:
    now = scene.clock.now()
    report = plan_report(scene.plan(), now, Wording("fr"))
    assert report["version"] == 1
    (delivery,) = report["deliveries"]
    assert delivery["state"] == "due"
    assert delivery["digest"].startswith("sha256:")
    assert delivery["messages"] == [{"text": "un", "length": 2, "limit": None, "media": []}]
    ran = run_report(scene.publish())
    assert set(ran) == {"version", "run", "counts", "deliveries"}
    assert set(ran["counts"]) >= {
        "published", "rejected", "throttled", "unclear", "held", "missed",
    }  # fmt: skip
    (done,) = ran["deliveries"]
    assert (done["outcome"], done["error"]) == ("published", None)
    assert done["id"] == f"{delivery['key']}.0"


def test_every_reason_that_is_given_has_its_words(scene: Scene) -> None:
    import re
    from pathlib import Path

    import cmops.publish

    source = "".join(
        path.read_text("utf-8") for path in Path(cmops.publish.__path__[0]).glob("*.py")
    )
    codes = set(re.findall(r'Reason\(\s*"([a-z_]+)"', source))
    assert len(codes) > 25
    for language in ("fr", "en"):
        wording = Wording(language)
        for code in codes:
            assert wording.say(f"reason.{code}", count=2)


def test_errors_of_cmops_are_said_in_words_and_those_of_platforms_as_they_are(
    scene: Scene,
) -> None:
    failing(scene, raising(NotSent("http-503"), "un"))
    (done,) = scene.publish(Wanted()).deliveries
    assert done.error is not None
    assert say_error(done.error, Wording("fr")) == "http-503"
    assert "interrompu" in say_error("stopped", Wording("fr"))
    reason = one(scene).reason
    assert reason is not None
    assert "http-503" in say(reason, Wording("en"))
