"""What was approved, whether that is enough, and what the gate holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmops.findings import Severity
from cmops.ledger.entries import Covered, Entry
from cmops.ledger.history import History
from cmops.project import Project
from cmops.publish.plan import State, plan
from cmops.publish.subjects import Subject
from cmops.review.approvable import Approvable, Severities
from cmops.review.approval_voices import Hearing, Voice, distinct, together
from cmops.review.approvals import Book, Judge, Why, approved
from cmops.workspace.model import (
    ApprovalRole,
    ApprovalRule,
    Approvals,
    Ask,
    Emergency,
    Matter,
)
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.publish.records import Hand

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
NOW = "2026-11-24 10:00"
POST = """\
---
title: Un post
publish_at: {at}
to: [mastodon]
status: ready
{more}---
Bonjour à toutes et à tous.
"""
ROLES = {
    "direction": ApprovalRole("Direction", ("claude",), "communication", email=True),
    "communication": ApprovalRole("Communication", ("sacha",)),
    "relecture": ApprovalRole("Relecture", ("camille",)),
}


def policy(*asks: Ask, **more: Any) -> Approvals:
    rules = tuple(ApprovalRule(ask, remind=timedelta(hours=24)) for ask in asks)
    return Approvals(ROLES, rules or (ApprovalRule(Ask(any=("relecture",))),), **more)


def entry(voices: dict[str, int], *covers: Covered, order: int = 1, **more: Any) -> Entry:
    pen = Hand().scribe
    means = more.pop("means", "review")
    pull = more.pop("pull", order)
    return pen.approved(order, means, voices=voices, covers=covers, pull=pull, **more)


def workspace_of(make: MakeWorkspace, at: str = "2026-12-01 13:00", more: str = "") -> Project:
    root: Path = make({"content/posts/a.md": POST.format(at=at, more=more)})
    return Project(root, at=NOW)


def subject_of(project: Project) -> tuple[Subject, Covered]:
    (subject, *_) = project.subjects
    covered = Approvable(project.workspace).covered(subject)
    assert covered is not None
    return subject, covered


def judge(project: Project, wanted: Approvals, *entries: Entry, now: datetime | None = None) -> Any:
    those = Approvable(project.workspace, None, wanted.rules)
    return Judge(wanted, those, Book(entries), now or project.now)


# Who was heard.


@pytest.mark.parametrize(
    ("ask", "voices", "missing"),
    [
        (Ask(any=("direction", "relecture")), {"relecture": 1}, ()),
        (Ask(any=("direction", "relecture")), {"legal": 3}, (("direction", "relecture"),)),
        (Ask(all=("direction", "relecture")), {"relecture": 2}, (("direction",),)),
        (Ask(all=("direction", "relecture")), {"direction+relecture": 1}, ()),
        (Ask(at_least=2, of=("direction", "relecture")), {"direction+relecture": 1}, 1),
        (Ask(at_least=2, of=("direction", "relecture")), {"direction": 1, "relecture": 1}, ()),
        (Ask(at_least=3, of=("relecture",)), {"relecture": 1, "legal": 5}, 2),
    ],
    ids=str,
)
def test_a_rule_hears_roles_and_counts_people(
    ask: Ask, voices: dict[str, int], missing: Any
) -> None:
    heard = [Voice(frozenset(name.split("+")), count, 0) for name, count in voices.items()]
    found = Hearing(policy()).missing(ask, heard)
    assert found == missing if isinstance(missing, tuple) else len(found) == missing


def test_people_are_counted_once_whatever_their_roles_and_without_names() -> None:
    both = frozenset({"relecture", "direction"})
    people = [both, frozenset({"relecture"}), frozenset[str](), both]
    assert together(people) == {"direction+relecture": 2, "relecture": 1}


def test_of_two_approvals_those_who_may_be_the_same_person_count_once() -> None:
    def voice(roles: str, source: int, count: int = 1) -> Voice:
        return Voice(frozenset(roles.split("+")), count, source)

    assert distinct([voice("a", 0), voice("a", 1)]) == 1
    assert distinct([voice("a", 0), voice("a+b", 1)]) == 1
    assert distinct([voice("a", 0), voice("b", 1)]) == 2
    assert distinct([voice("a", 0, 2), voice("a", 1), voice("b", 1)]) == 3
    assert distinct([]) == 0


# What counts for a delivery.


def test_an_approval_counts_for_its_version_and_time_alone(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    wanted = policy()
    other = covered._replace(digest="sha256:" + "0" * 64)
    later = covered._replace(planned=covered.planned + timedelta(minutes=1))
    elsewhere = covered._replace(key="b~mastodon~x")
    for known, why in (
        ((), Why.NEVER),
        ((elsewhere,), Why.NEVER),
        ((other,), Why.CHANGED),
        ((later,), Why.MOVED),
        ((covered,), None),
        ((other, later, covered), None),
    ):
        said = judge(project, wanted, entry({"relecture": 1}, *known)).standing(subject)
        assert said.why is why, known
    assert judge(project, wanted, entry({}, covered)).standing(subject).why is Why.NEVER


def test_the_time_is_the_moment_and_not_how_it_is_written(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    _, covered = subject_of(project)
    assert covered.planned == datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    moved = workspace_of(workspace, at="2026-12-01 12:00+00:00")
    assert subject_of(moved)[1] == covered


def test_all_days_of_a_repeating_post_are_approved_together_until_its_rule_changes(
    workspace: MakeWorkspace,
) -> None:
    weekly = workspace_of(workspace, more="repeat: FREQ=WEEKLY\n")
    those = Approvable(weekly.workspace)
    covers = {those.covered(each) for each in weekly.subjects}
    assert len(weekly.subjects) > 8
    assert len(covers) == 1
    daily = workspace_of(workspace, more="repeat: FREQ=DAILY\n")
    assert {Approvable(daily.workspace).covered(each) for each in daily.subjects} != covers


def test_of_a_pull_request_only_the_last_word_counts_whatever_the_clocks_said(
    workspace: MakeWorkspace,
) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    first = entry({"relecture": 1}, covered, order=1, pull=7)
    second = replace(entry({}, order=2, pull=7), at=first.at - timedelta(days=400))
    email = entry({"direction": 1}, covered, order=1, means="email", pull=None)
    assert judge(project, policy(), second, first).standing(subject).why is Why.NEVER
    other = entry({"relecture": 1}, covered, order=3, pull=8)
    assert judge(project, policy(), other, second, first).standing(subject).why is None
    board = policy(Ask(any=("direction",)))
    assert judge(project, board, email, second).standing(subject).why is None


def test_a_refusal_stands_until_a_later_approval(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    before = entry({"relecture": 1}, covered, order=1)
    no = entry({}, order=2, refuses=(covered,))
    after = entry({"relecture": 1}, covered, order=3)
    said = judge(project, policy(), before, no).standing(subject)
    assert (said.why, said.missing) == (Why.REFUSED, ("Relecture",))
    assert judge(project, policy(), before, no, after).standing(subject).why is None


@pytest.mark.parametrize("means", ["email", "solo", "emergency", "oracle"])
def test_what_the_policy_does_not_allow_counts_for_nothing(
    workspace: MakeWorkspace, means: str
) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    given = entry({"relecture": 2, "communication": 2}, covered, means=means)
    assert judge(project, policy(), given).standing(subject).why is Why.NEVER


def test_an_emergency_needs_as_many_people_as_it_says(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    wanted = policy(emergency=Emergency(("direction", "communication"), 2))
    for voices, why in (
        ({"communication+direction": 1}, Why.NEVER),
        ({"relecture": 9, "direction": 1}, Why.NEVER),
        ({"direction": 1, "communication": 1}, None),
    ):
        given = entry(voices, covered, means="emergency", pull=None)
        assert judge(project, wanted, given).standing(subject).why is why


def test_a_deputy_is_heard_in_the_second_half_of_the_reminder(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    wanted, given = policy(Ask(any=("direction",))), entry({"communication": 1}, covered)
    at = covered.planned
    for hours, why in ((48, Why.NEVER), (12.1, Why.NEVER), (12, None), (-1, None)):
        now = at - timedelta(hours=hours)
        assert judge(project, wanted, given, now=now).standing(subject).why is why, hours


def test_who_is_missing_is_said_once_and_in_words(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    subject, _ = subject_of(project)
    wanted = policy(
        Ask(any=("direction", "relecture")),
        Ask(all=("relecture", "direction")),
        Ask(at_least=2, of=("relecture", "communication")),
    )
    said = judge(project, wanted).standing(subject)
    assert said.missing == (
        "Direction / Relecture",
        "Relecture",
        "Direction",
        "2 × (Relecture / Communication)",
    )
    assert said.roles == ("direction", "relecture", "communication")


# What a rule is about.


@pytest.mark.parametrize(
    ("matter", "fits"),
    [
        (Matter(), True),
        (Matter(channel=("bluesky", "mastodon")), True),
        (Matter(channel=("bluesky",)), False),
        (Matter(brand=("autre",)), False),
        (Matter(pillar=("coulisses",)), True),
        (Matter(pillar=("coulisses",), channel=("bluesky",)), False),
        (Matter(campaign=("hiver",)), False),
        (Matter(commercial=True), True),
        (Matter(commercial=False), False),
        (Matter(severity="warning"), True),
        (Matter(severity="error"), False),
    ],
    ids=str,
)
def test_a_rule_is_about_what_fits_all_that_it_says(
    workspace: MakeWorkspace, matter: Matter, *, fits: bool
) -> None:
    more = "pillar: coulisses\ncommercial: {partner: X, type: gift}\n"
    root = workspace(
        {
            "cmops.yml": f"{CMOPS_YML}pillars: {{coulisses: {{name: Coulisses}}}}\n",
            "content/posts/a.md": POST.format(at="2026-12-01 13:00", more=more),
        }
    )
    project = Project(root, at=NOW)
    (subject,) = project.subjects
    worst: Severities = {"content/posts/a.md": {None: Severity.WARNING}}
    rule = ApprovalRule(Ask(any=("relecture",)), matter)
    assert bool(Approvable(project.workspace, worst, (rule,)).rules(subject)) is fits


def test_what_is_to_be_deleted_needs_nobody(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace, more="delete_at: 2026-12-02 13:00\n")
    said = {each.action: judge(project, policy()).standing(each) for each in project.subjects}
    assert said["delete"] is None
    assert said["publish"].why is Why.NEVER


# The gate.


def test_what_has_begun_goes_on_and_a_correction_waits(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    subject, covered = subject_of(project)
    hand = Hand()
    gate = approved(judge(project, policy()), hand.history.of, NOON - timedelta(days=30))
    assert gate(subject) is not None
    hand.claim("un", "deux", key=subject.target)
    begun = approved(judge(project, policy()), hand.history.of, NOON - timedelta(days=30))
    assert begun(subject) is None
    edit = replace(subject, key=f"{subject.key}~edit", action="edit")
    reason = begun(edit)
    assert reason is not None
    assert reason.code == "unapproved"
    given = entry({"relecture": 1}, covered)
    heard = approved(judge(project, policy(), given), hand.history.of, NOON)
    assert heard(edit) is None


def test_what_nobody_approved_in_time_is_missed_like_everything_else(
    workspace: MakeWorkspace,
) -> None:
    project = workspace_of(workspace)
    subject, _ = subject_of(project)
    history = History.of_entries(())
    for hours, state in ((-1, State.HELD), (5, State.HELD), (7, State.MISSED)):
        now = NOON + timedelta(hours=hours)
        gate = approved(judge(project, policy(), now=now), history.of, now - timedelta(hours=6))
        (found,) = plan([subject], history, [gate], now)
        assert found.state is state, hours


def test_what_nobody_ever_spoke_of_is_not_composed(workspace: MakeWorkspace) -> None:
    project = workspace_of(workspace)
    (subject,) = project.subjects

    def never() -> Any:
        raise AssertionError

    said = judge(project, policy()).standing(replace(subject, compose=never))
    assert said.why is Why.NEVER


def test_the_ledgers_approvals_are_read_once_while_nothing_is_added(
    workspace: MakeWorkspace,
) -> None:
    project = workspace_of(workspace)
    _, covered = subject_of(project)
    history = History.of_entries([entry({"relecture": 1}, covered)])
    assert history.approvals is history.approvals
    assert project.approving.book(history) is project.approving.book(history)
    more = history.knowing([entry({"relecture": 1}, covered, order=2)])
    assert len(project.approving.book(more).entries) == 2
    assert list(history.keys()) == []
    assert history.unsettled == ()
    assert history.unknown_kinds == frozenset()
