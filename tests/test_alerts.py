from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cmops.alerts import KINDS, alerts, knows_secret, of_secrets
from cmops.doctor.channels import Examined
from cmops.doctor.check import Check, Level
from cmops.publish.plan import State
from cmops.todo import Task
from cmops.wording import LANGUAGES, Wording

FRENCH = Wording("fr")
FILES = "https://github.example/a/b/blob/HEAD"
AT = datetime(2026, 12, 1, 12, 15, tzinfo=ZoneInfo("Europe/Paris"))


def task(kind: str = "unclear", subject: str = "a@mastodon", **more: object) -> Task:
    values = {"delivery": subject, "message": "Refus", "code": "x"}
    return Task(kind, subject, f"todo.{kind}", values, f"todo.{kind}.advice", **more)  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\\", "")


def test_an_alert_says_what_is_asked_where_and_when() -> None:
    told = task(path="content/posts/été #1.md", line=4, at=AT)
    (alert,) = alerts([told], FRENCH, FILES, ("camille",))
    assert (alert.key, alert.assignees) == ("unclear:a@mastodon", ("camille",))
    assert plain(alert.title) == "a@mastodon : On ne sait pas s’il est en ligne"
    body = plain(alert.body)
    assert body.startswith("**On ne sait pas s’il est en ligne.**\n\n→ ")
    assert "cmops resolve a@mastodon --published" in body
    assert "mardi 1er décembre 2026, 12:15 (CET)" in body
    assert f"({FILES}/content/posts/%C3%A9t%C3%A9%20%231.md?plain=1#L4)" in body


@pytest.mark.parametrize("kind", ["held", "shut_out", "error", "incident"])
def test_what_is_said_elsewhere_is_no_alert(kind: str) -> None:
    assert alerts([task(kind)], FRENCH, FILES) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_held_is_an_alert_once_it_is_late(language: str) -> None:
    (alert,) = alerts([task("held", at=AT, late=True)], Wording(language), FILES, ("camille",))
    assert (alert.key, alert.assignees) == ("held:a@mastodon", ("camille",))
    assert "cmops plan" in alert.body


@pytest.mark.parametrize("code", ["paused", "incident", "before_genesis", "secret_missing"])
def test_what_people_decided_and_what_is_so_only_here_is_no_alert_however_late(code: str) -> None:
    known = {"since": AT, "why": "x", "incident": "x", "title": "x", "at": AT, "variables": ["X"]}
    held = Task("held", "a@b", f"reason.{code}", {**known, "count": 1}, None, late=True)
    assert alerts([held], FRENCH, FILES) == ()


def test_a_channel_that_does_not_answer_is_one_alert_for_all_that_is_late() -> None:
    shut = [
        Task("shut_out", name, "reason.unreachable", {"channel": "x"}, None, channel="x", late=late)
        for name, late in (("a@x", True), ("b@x", True), ("c@x", False))
    ]
    (alert,) = alerts(shut, FRENCH, FILES)
    assert alert.key == "shut_out:x"
    assert alert.title.startswith("x")


def test_whoever_was_handed_something_is_told_that_it_is_late() -> None:
    late = Task("handed", "a@x", "reason.hand_late", {"at": AT}, "todo.handed.advice", at=AT)
    assert [each.key for each in alerts([late], FRENCH, FILES)] == ["handed:a@x"]
    overdue = replace(late, late=True, values={"at": AT, "delivery": "a@x"})
    given, reminder = alerts([overdue], FRENCH, FILES, ("camille",))
    assert (given.key, reminder.key) == ("handed:a@x", "hand_late:a@x")
    assert "cmops resolve a@x" in plain(reminder.body)
    assert reminder.assignees == ("camille",)


def test_every_state_that_waits_for_a_person_is_an_alert() -> None:
    states = {State.UNCLEAR, State.MISSED, State.REJECTED, State.HANDED}
    assert {str(each) for each in states} <= KINDS


def test_one_subject_has_one_alert_that_says_everything() -> None:
    values = [{"path": "ledger/a.ndjson", "line": line, "channel": "a"} for line in (3, 9)]
    lines = [Task("ledger", "ledger/a.ndjson", "todo.unreadable", each) for each in values]
    (alert,) = alerts(lines, FRENCH, FILES)
    assert "ligne 3" in alert.body
    assert "ligne 9" in alert.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_so_in_each_language(language: str) -> None:
    tasks = [task(kind) for kind in ("unclear", "missed", "rejected", "handed")]
    found = alerts(tasks, Wording(language), FILES)
    assert len({each.title for each in found}) == 4


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](https://tracker.example/pixel.png)",
        "<img src=https://tracker.example/pixel.png>",
        "@ateliers/tous regardez",
        "x @camille",
        "--> <!-- cmops:alert:missed:b@x -->",
        "`a` **b** _c_ ~~d~~ [e](f) | g | # h",
        "&#64;camille &lt;b&gt;",
        "a\n\n# b\n\n- c",
    ],
)
def test_words_from_outside_are_shown_and_do_nothing(hostile: str) -> None:
    from markdown_it import MarkdownIt

    told = Task("rejected", "a@x", "todo.error", {"message": hostile, "code": "x"})
    (alert,) = alerts([told], FRENCH, FILES)
    first = alert.body.partition("\n\n---")[0]
    assert "\n" not in first
    shown = MarkdownIt("gfm-like", {"linkify": False}).parse(first)
    inner = [each for token in shown for each in token.children or ()]
    assert {each.type for each in inner} == {"strong_open", "text", "strong_close"} | (
        {"text_special"} & {each.type for each in inner}
    )
    text = "".join(each.content for each in inner)
    assert text.replace("\u2060", "") == f"{' '.join(hostile.split())} (x)"
    assert "@camille" not in text
    assert "@ateliers" not in text


def secret(phrase: str) -> Examined:
    values = {"platform": "X", "day": AT.date(), "count": 3, "code": "", "variables": ("X_TOKEN",)}
    check = Check("x", Level.NOTE, f"doctor.{phrase}", values)
    return Examined("x", (check,), ends=AT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", ["token-ends", "token-over"])
def test_a_secret_that_ends_is_an_alert_whose_title_stays(phrase: str, language: str) -> None:
    (alert,) = of_secrets([secret(phrase)], Wording(language), ("camille",))
    assert (alert.key, alert.assignees) == ("token:x", ("camille",))
    assert "2026-12-01" in alert.title
    assert "→ " in alert.body
    assert knows_secret(secret(phrase))


@pytest.mark.parametrize("phrase", ["token-valid", "token-lasting", "token-ends-refresh"])
def test_a_secret_that_lasts_is_none(phrase: str) -> None:
    assert of_secrets([secret(phrase)], FRENCH) == ()
    assert knows_secret(secret(phrase))


@pytest.mark.parametrize("phrase", ["token-unsaid", "failed-unreachable"])
def test_a_secret_that_could_not_be_looked_at_is_not_known(phrase: str) -> None:
    assert of_secrets([secret(phrase)], FRENCH) == ()
    assert not knows_secret(secret(phrase))


def test_a_channel_that_does_not_let_in_is_one_alert_for_all_that_waits() -> None:
    waiting = [
        Task(
            "locked_out",
            f"{post}@x",
            "reason.unauthorised",
            {"delivery": f"{post}@x", "channel": "x", "when": AT},
            "todo.locked_out.advice",
            f"content/posts/{post}.md",
            channel="x",
        )
        for post in ("a", "b")
    ]
    (alert,) = alerts(waiting, FRENCH, FILES)
    assert alert.key == "locked_out:x"
    assert "posts/a.md" in alert.body
    assert "posts/b.md" in alert.body
    assert alert.body.count("cmops doctor x") == 1
