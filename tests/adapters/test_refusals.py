from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cmops.adapters.refusals import in_between, throttled
from cmops.failures import NotSent, Throttled, Unclear
from cmops.http import Answer

NOW = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)


def answer(status: int, body: bytes = b"", publishes: bool = True, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body, publishes, "POST example.org", NOW)


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_what_stands_before_a_platform_refuses_nothing_for_good(status: int) -> None:
    failure = in_between(answer(status, b"<html>No</html>"))
    assert type(failure) is NotSent
    assert (failure.code, failure.detail) == (f"http_{status}", "POST example.org")


def test_what_it_leaves_in_doubt_stays_in_doubt_and_its_waits_are_kept() -> None:
    assert type(in_between(answer(502))) is Unclear
    assert type(in_between(answer(502, publishes=False))) is NotSent
    later = in_between(answer(429, retry_after="60"))
    assert isinstance(later, Throttled)
    assert later.until == NOW + timedelta(seconds=60)


def test_a_body_tells_when_to_come_back_where_no_header_does() -> None:
    said = b'{"extras": {"wait_seconds": 7}}'
    told = throttled(answer(429, said), "extras", "wait_seconds")
    assert (told.code, told.until) == ("throttled", NOW + timedelta(seconds=7))
    headed = throttled(answer(429, said, retry_after="3"), "extras", "wait_seconds")
    assert headed.until == NOW + timedelta(seconds=3)
    unit = timedelta(milliseconds=1)
    assert throttled(answer(429, b'{"in": 1500}'), "in", unit=unit).until == NOW + 1500 * unit
    assert throttled(answer(429, b'{"in": 0.25}'), "in").until == NOW + timedelta(seconds=0.25)


@pytest.mark.parametrize(
    ("said", "rest"),
    [(b"-5", 0), (b"NaN", 0), (b"Infinity", 86_400), (b"1e300", 86_400), (b"9" * 400, 86_400)],
)
def test_a_body_cannot_send_us_into_the_past_nor_away_for_ever(said: bytes, rest: int) -> None:
    told = throttled(answer(429, b'{"in": ' + said + b"}"), "in")
    assert told.until == NOW + timedelta(seconds=rest)


@pytest.mark.parametrize("said", [b"", b"[]", b'{"in": "soon"}', b'{"in": null}', b"<html>"])
def test_a_body_that_tells_no_time_leaves_it_open(said: bytes) -> None:
    assert throttled(answer(429, said), "in").until is None
