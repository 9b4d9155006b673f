"""How deliveries stand on the cards, and what of the ledger is told below."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cmops.ledger.entries import Entry, Receipt
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.pages.turns import Turns
from tests.conftest import MakeWorkspace
from tests.ledger.world import Watch, content, scribe
from tests.pages.shown import html, made, post, recorded

AT = datetime(2026, 12, 2, 11, 15, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = "2026-12-04 12:30"
KEY = "essai~mastodon~ateliers@mastodon.example"
URL = "https://mastodon.example/@ateliers/1?a&b"
TOLD = re.compile(r"<ul class=\"cmops-told\".*?</ul>", re.DOTALL)

Between = Callable[[Entry], list[Entry]]


def sent(between: Between | None = None, url: str | None = URL, messages: int = 1) -> list[Entry]:
    """A claim, what came between, and a receipt for every message, by a second claim if so."""
    claim = scribe("a", Watch(AT)).claim(Record(KEY), "mastodon", content(messages))
    entries, at = [claim], AT
    if between:
        entries += between(claim)
        at += 30 * MINUTE
        known = History.of_entries(entries).of(KEY)
        claim = scribe("b", Watch(at)).claim(known, "mastodon", content(messages))
        entries.append(claim)
    pen = scribe("c", Watch(at))
    return [*entries, *(pen.published(claim, n, Receipt(str(n), at, url)) for n in range(messages))]


def told(workspace: MakeWorkspace, entries: list[Entry], body: str = "Un", **how: bool) -> str:
    project = recorded(made(workspace, post("to: [mastodon]", body), at=LATER), entries, **how)
    assert next(iter(project.subjects)).key == KEY
    return "".join(TOLD.findall(html(project)))


def waited(claim: Entry) -> list[Entry]:
    return [scribe("w", Watch(AT)).throttled(claim, 0, AT + MINUTE, "rate_limit")]


def refused(claim: Entry) -> list[Entry]:
    return [scribe("w", Watch(AT)).rejected(claim, 0, "too_long")]


def lost(claim: Entry) -> list[Entry]:
    pen = scribe("w", Watch(AT))
    return [pen.unclear(claim, 0, "timeout"), pen.resolved(Record(KEY, "mastodon"), "send")]


def test_a_time_is_that_of_the_workspace_and_leads_to_what_is_live(
    workspace: MakeWorkspace,
) -> None:
    text = told(workspace, sent())
    assert '<time datetime="2026-12-02T12:15:20+01:00">mer. 2 déc. 12:15:20</time>' in text
    assert 'href="https://mastodon.example/@ateliers/1?a&amp;b" rel="noopener noreferrer"' in text


def test_nothing_is_told_of_what_went_out_in_its_minute_and_is_to_be_seen_nowhere(
    workspace: MakeWorkspace,
) -> None:
    assert not told(workspace, sent(url=None))
    assert told(workspace, sent(waited, url=None))


def test_an_address_that_a_page_may_not_link_is_left_out(workspace: MakeWorkspace) -> None:
    assert "javascript" not in told(workspace, sent(waited, url="javascript:alert(1)"))


def test_of_a_thread_it_is_said_which_message_each_receipt_is_of(
    workspace: MakeWorkspace,
) -> None:
    text = told(workspace, sent(messages=2), "Un\n\n---\n\nDeux")
    assert text.count("<li>") == 2
    assert "(message 1) <time" in text
    assert "(message 2) <time" in text


def test_that_it_had_to_wait_is_no_news_and_that_it_was_refused_is(
    workspace: MakeWorkspace,
) -> None:
    assert told(workspace, sent(waited)).count("<li>") == 1
    text = told(workspace, sent(refused))
    assert text.count("<li>") == 2
    assert " · too_long</li>" in text


@pytest.mark.parametrize("between", [None, waited, refused, lost])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_is_told_from_receipts_is_what_the_entries_say(
    between: Between | None,
    elsewhere: bool,
    workspace: MakeWorkspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = sent(between, messages=2)
    shown = told(workspace, entries, "Un\n\n---\n\nDeux", elsewhere=elsewhere)
    monkeypatch.setattr(Turns, "_is_plain", lambda self, record: False)
    assert shown == told(workspace, entries, "Un\n\n---\n\nDeux", elsewhere=elsewhere)
    assert shown
