from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.review.talk import MOST, Misunderstood, Verb, Wish, read

URL = "https://x.example/1"
ONE = "un@x#2026-12-01"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("/cmops preview", Wish(Verb.PREVIEW)),
        (
            "Bonjour,\n\n/cmops hold un deux@x\nMerci",
            Wish(Verb.HOLD, ("un", "deux@x")),
        ),
        ("/cmops HOLD `un`", Wish(Verb.HOLD, ("un",))),
        ("/cmops at 2026-12-01 12:15", Wish(Verb.AT, (), "2026-12-01 12:15")),
        ("/cmops at 2026-12-01 9h05 un", Wish(Verb.AT, ("un",), "2026-12-01 09:05")),
        ("/cmops pause", Wish(Verb.PAUSE)),
        ("/cmops pause mastodon  c’est grave\r\n", Wish(Verb.PAUSE, (), "mastodon c’est grave")),
        ("/cmops resume mastodon", Wish(Verb.RESUME, ("mastodon",))),
        (
            "/cmops resolve un@x https://x.example/1",
            Wish(Verb.RESOLVE, ("un@x",), "https://x.example/1"),
        ),
        (
            "/cmops retract un@x#2026-12-01 trop tôt",
            Wish(Verb.RETRACT, ("un@x#2026-12-01",), "trop tôt"),
        ),
        ("/cmops", Wish(Verb.HELP)),
        ("/cmops help\n/cmops pause", Wish(Verb.HELP)),
    ],
)
def test_the_first_line_that_begins_so_is_the_command(text: str, wish: Wish) -> None:
    assert read(text) == wish


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merci !",
        "Écrivez /cmops pause pour arrêter.",
        "> /cmops pause",
        "    /cmops pause",
        "/cmopspause",
        "```\n/cmops pause\n```",
        "~~~~\n```\n/cmops pause\n~~~~",
        "/cmops refuse un@mastodon",
    ],
)
def test_what_is_quoted_explained_or_for_others_is_no_command(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/cmops publish", "verb"),
        ("/cmops hold ../../etc", "name"),
        ("/cmops hold $(reboot)", "name"),
        ("/cmops at demain", "time"),
        ("/cmops at 2026-12-01", "time"),
        ("/cmops at 2026-12-01 12:15 un deux", "time"),
        ("/cmops resolve un@x", "resolve"),
        ("/cmops resolve un@x javascript:alert(1)", "resolve"),
        ("/cmops retract un", "retract"),
        ("/cmops resume a b", "words"),
        ("/cmops preview tout", "words"),
        ("/cmops pause " + "x" * MOST, "long"),
        ("/cmops pause \x1b[31m", "unprintable"),
        ("/cmops pause \u202e", "unprintable"),
    ],
)
def test_what_is_not_understood_is_said_so_and_not_guessed(text: str, why: str) -> None:
    found = read(text)
    assert isinstance(found, Misunderstood)
    assert found.why == why


@given(st.text())
def test_whatever_somebody_writes_is_read(text: str) -> None:
    read(text)
    read(f"/cmops {text}")


def test_five_megabytes_of_fences_take_no_time() -> None:
    assert read("```\n~~~\n" * 700_000 + "/cmops pause") is None
