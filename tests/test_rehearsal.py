from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmops import rehearsal
from cmops.project import Project
from cmops.publish.results import Done, Outcome, RunResult
from cmops.publish.stopping import Stop
from cmops.rehearsal import SetClock
from tests.cli.conftest import post
from tests.conftest import MakeWorkspace

END = "2026-11-24 10:00"


def rehearse(root: Path, since: str | None = None, stop: Stop | None = None) -> list[RunResult]:
    project = Project(root, at=END, sandbox=True)
    first = Project(root, at=since).now if since else None
    return rehearsal.run(project, first, frozenset(), stop or Stop())


def sent(results: list[RunResult]) -> list[str]:
    return [
        each.key.partition("~")[0]
        for result in results
        for each in result.deliveries
        if each.outcome is Outcome.PUBLISHED
    ]


def test_a_clock_that_is_set_runs_on_from_there() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    clock = SetClock.to(moment)
    assert timedelta(0) <= clock.now() - moment < timedelta(minutes=1)
    assert clock.now().tzinfo is not None


def test_one_moment_sends_what_is_due_then(workspace: MakeWorkspace) -> None:
    root = workspace(
        {"content/posts/a.md": post(), "content/posts/b.md": post(at="2026-11-20 09:30")}
    )
    (result,) = rehearse(root)
    assert sent([result]) == ["a"]
    assert {each.post: str(each.outcome) for each in result.deliveries}["b"] == "missed"


def test_a_span_sends_everything_in_its_order(workspace: MakeWorkspace) -> None:
    days = {"c": "2026-11-20", "a": "2026-11-10", "b": "2026-11-12"}
    files = {
        f"content/posts/{n}.md": post(f"Jour {n}", at=f"{day} 09:30") for n, day in days.items()
    }
    root = workspace(files)
    assert sent(rehearse(root, "2026-11-01 00:00")) == ["a", "b", "c"]
    assert sent(rehearse(root, "2026-11-01 00:00")) == []


def test_a_repeating_post_is_sent_on_each_of_its_days(workspace: MakeWorkspace) -> None:
    text = post(at="2026-08-03 09:30").replace("status", "repeat: FREQ=WEEKLY\nstatus")
    root = workspace({"content/posts/a.md": text})
    assert len(sent(rehearse(root, "2026-08-01 00:00"))) == 17
    assert sent(rehearse(root, "2026-08-01 00:00")) == []


def test_an_incident_holds_from_its_declaration_until_it_is_closed(
    workspace: MakeWorkspace,
) -> None:
    def incident(title: str, declared: str, ends: str) -> str:
        front = f"title: {title}\nplaybook: panne\nlevel: rouge\ndeclared_at: {declared}\n"
        return f"---\n{front}{ends}pauses: {{everything: true}}\n---\n"

    days = {"avant": "11-10 09:30", "pendant": "11-12 09:30", "apres": "11-14 09:30"}
    root = workspace(
        {
            **{f"content/posts/{n}.md": post(n, at=f"2026-{day}") for n, day in days.items()},
            "content/posts/retenu.md": post("x", at=END.replace("10:00", "09:30")),
            "playbooks/incidents/a.md": incident(
                "Ancien", "2026-11-11 08:00", "status: closed\nclosed_at: 2026-11-13 08:00\n"
            ),
            "playbooks/incidents/b.md": incident(
                "Nouveau", END.replace("10:00", "09:00"), "status: open\n"
            ),
        }
    )
    results = rehearse(root, "2026-11-01 00:00")
    assert sent(results) == ["avant", "apres"]
    outcomes = {each.post: each.outcome for each in rehearsal.merged(results).deliveries}
    assert outcomes["retenu"] is Outcome.HELD
    assert outcomes["pendant"] is Outcome.MISSED


def test_a_span_that_has_not_begun_is_one_moment(workspace: MakeWorkspace) -> None:
    root = workspace({"content/posts/a.md": post()})
    assert sent(rehearse(root, "2026-12-01 00:00")) == ["a"]


def test_who_stops_gets_what_was_done(workspace: MakeWorkspace) -> None:
    stop = Stop()
    stop.ask()
    assert rehearse(workspace({"content/posts/a.md": post()}), "2026-11-01 00:00", stop) == []


def test_the_last_word_on_a_delivery_is_told_but_not_instead_of_its_receipt() -> None:
    held = Done("k", "a", "c", Outcome.HELD)
    missed = Done("k", "a", "c", Outcome.MISSED)
    other = Done("l", "b", "c", Outcome.PUBLISHED)
    merged = rehearsal.merged([RunResult("1", (held, other)), RunResult("2", (missed,))])
    assert merged.deliveries == (missed, other)
    assert merged.run == "2"
    assert rehearsal.merged([]).deliveries == ()
