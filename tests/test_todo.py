from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from cmops.project import Project
from cmops.publish.plan import Rules, State, plan
from cmops.todo import Task, todo
from cmops.wording import LANGUAGES, Wording
from tests.cli.conftest import NOW, post
from tests.conftest import MakeWorkspace
from tests.publish.records import Hand

SOON, LATE = "2026-11-28 09:30", "2026-12-24 09:30"
INCIDENT = """\
---
title: Site en panne
playbook: panne
status: open
declared_at: 2026-11-24 08:00
level: rouge
pauses: {everything: true}
---
"""


def tasks(root: Path, at: str = NOW) -> tuple[Task, ...]:
    return Project(root, at=at, sandbox=True).todo


def subjects(root: Path, at: str = NOW) -> list[str]:
    return [f"{task.kind}: {task.subject}" for task in tasks(root, at)]


def say(task: Task, language: str = "fr") -> str:
    wording = Wording(language)
    advice = wording.say(task.advice, **task.values) if task.advice else ""
    return f"{wording.say(task.phrase, **task.values)} → {advice}"


def test_what_is_well_needs_nobody(workspace: MakeWorkspace) -> None:
    assert tasks(workspace({"content/posts/a.md": post(at=SOON)})) == ()


def test_a_mistake_that_holds_a_post_soon_is_its_task_with_the_place(
    workspace: MakeWorkspace,
) -> None:
    (task,) = tasks(workspace({"content/posts/a.md": post(at=SOON, to="nulle-part")}))
    assert (task.kind, task.subject) == ("held", "a@nulle-part")
    assert (task.path, task.line, task.channel) == ("content/posts/a.md", 4, "nulle-part")
    assert task.at is not None
    assert "content/posts/a.md:4:6" in say(task)


def test_a_mistake_in_a_post_that_is_far_away_can_wait(workspace: MakeWorkspace) -> None:
    assert tasks(workspace({"content/posts/a.md": post(at=LATE, to="nulle-part")})) == ()


def test_a_file_that_cannot_be_read_cannot_wait(workspace: MakeWorkspace) -> None:
    root = workspace({"content/posts/a.md": "", "content/replies/b.md": "x"})
    assert subjects(root) == ["error: content/posts/a.md:1", "error: content/replies/b.md:1"]


def test_a_broken_post_that_still_says_its_channels_is_told_once(workspace: MakeWorkspace) -> None:
    text = post(at=SOON).replace("title: Un post", "titre: Un post")
    found = tasks(workspace({"content/posts/a.md": text}))
    assert [task.subject for task in found] == ["a@archive"]


def test_warnings_need_nobody(workspace: MakeWorkspace) -> None:
    assert tasks(workspace({"content/notes.md": "x"})) == ()


@pytest.mark.parametrize(
    ("at", "asked"),
    [("2026-11-23 09:30", True), ("2026-11-12 09:30", True), ("2026-11-09 09:30", False)],
)
def test_a_missed_post_asks_for_a_fortnight(at: str, asked: bool, workspace: MakeWorkspace) -> None:
    found = tasks(workspace({"content/posts/a.md": post(at=at)}))
    assert [task.kind for task in found] == (["missed"] if asked else [])
    assert all("cmops publish a@archive" in say(task) for task in found)


def test_an_occurrence_is_named_with_its_day(workspace: MakeWorkspace) -> None:
    text = post(at="2026-11-20 09:30").replace("status", "repeat: FREQ=DAILY;COUNT=2\nstatus")
    found = tasks(workspace({"content/posts/a.md": text}))
    assert [task.subject for task in found] == ["a@archive#2026-11-20", "a@archive#2026-11-21"]


def test_an_open_incident_comes_first_and_its_own_mistakes_are_not_hidden(
    workspace: MakeWorkspace,
) -> None:
    files = {"playbooks/incidents/a.md": INCIDENT, "content/posts/vide.md": ""}
    first, *others = tasks(workspace(files))
    assert first.kind == "incident"
    assert "Site en panne" in say(first)
    # There is no such playbook: what the incident itself says wrong stays to be mended.
    paths = {task.path for task in others}
    assert paths == {"playbooks/incidents/a.md", "content/posts/vide.md"}


def test_settings_that_cannot_be_used_are_a_task(workspace: MakeWorkspace) -> None:
    found = tasks(workspace({"cmops.yml": "version: 1\n"}))
    assert {task.path for task in found} == {"cmops.yml"}


@pytest.mark.parametrize(
    ("code", "asked"), [("unauthorised", True), ("wrong_account", True), ("unreachable", False)]
)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=1)])
def test_a_secret_that_was_refused_is_a_task_until_it_is_mended(
    workspace: MakeWorkspace, code: str, asked: bool, later: timedelta
) -> None:
    project = Project(workspace({"content/posts/a.md": post(at=NOW)}), at=NOW, sandbox=True)
    hand = Hand()
    hand.time = project.now.astimezone(UTC)
    claim = hand.claim("A", key=project.deliveries[0].key)
    until = hand.time + timedelta(minutes=2)
    hand.write(hand.scribe.not_sent(claim, 0, code, until))
    now = project.now + later
    planned = plan(project.subjects, hand.history, (), now)
    found = todo(project.workspace, planned, (), hand.history, now)
    assert [(each.kind, each.subject) for each in found] == [("locked_out", "a@archive")] * asked
    for task in found:
        for language in LANGUAGES:
            assert "cmops doctor archive" in say(task, language)
            assert "{" not in say(task, language)


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("no_secret", "locked_out", "cmops doctor archive"),
        ("wrong_account", "locked_out", "cmops doctor archive"),
        ("CM521", "locked_out", "CM521"),
        ("unreachable", "shut_out", "cmops doctor archive"),
        ("bug:KeyError", "shut_out", "bug:KeyError"),
        ("commit_unknown", "held", "cmops publish"),
    ],
)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=30)])
def test_what_a_run_could_not_even_claim_is_a_task(
    workspace: MakeWorkspace, code: str, kind: str, said: str, later: timedelta
) -> None:
    project = Project(workspace({"content/posts/a.md": post(at=NOW)}), at=NOW, sandbox=True)
    hand = Hand()
    key = project.deliveries[0].key
    hand.write(hand.scribe.held(hand.history.of(key), "archive", code))
    now = project.now + later
    planned = plan(project.subjects, hand.history, (), now, Rules(looks=True))
    [task] = todo(project.workspace, planned, (), hand.history, now)
    assert (task.kind, task.subject, task.channel) == (kind, "a@archive", "archive")
    assert task.late == (later > timedelta(0))
    for language in LANGUAGES:
        assert said in say(task, language)
        assert "{" not in say(task, language)


def test_nothing_at_all_is_nothing_to_do(workspace: MakeWorkspace) -> None:
    project = Project(workspace(), at=NOW, sandbox=True)
    assert todo(project.workspace, (), (), project.history, project.now) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_advice_that_may_be_given_has_its_words(language: str) -> None:
    from cmops.todo import _ADVISED

    wording = Wording(language)
    pressing = (State.UNCLEAR, State.REJECTED, State.HANDED, State.MISSED, State.HELD)
    phrases = [f"todo.{state}{end}" for state in pressing for end in ("", ".advice")]
    phrases += [f"todo.advice.{code}" for code in _ADVISED]
    assert [phrase for phrase in phrases if not wording.has(phrase)] == []
    assert all(wording.has(f"reason.{code}") or code == "secret_missing" for code in _ADVISED)
