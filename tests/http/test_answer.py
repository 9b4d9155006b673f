"""What a status, a date and a body prove."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http.answer import Answer, date, rests_until, until

NOW = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)


def answer(
    status: int, *, publishes: bool, body: bytes = b"{}", headers: dict[str, str] | None = None
) -> Answer:
    return Answer(status, headers or {}, body, publishes, "POST example.org", NOW)


@pytest.mark.parametrize(
    ("status", "publishing", "reading"),
    [
        *((status, Rejected, NotSent) for status in (400, 404, 409, 410, 413, 415, 422)),
        *((status, NotSent, NotSent) for status in (401, 403, 301, 307, 308)),
        *(
            (status, Unclear, NotSent)
            for status in (302, 303, 304, 408, 425, 499, 500, 502, 503, 504)
        ),
        (429, Throttled, Throttled),
    ],
)
def test_a_status_is_typed_by_what_it_proves(
    status: int, publishing: type[Failure], reading: type[Failure]
) -> None:
    assert type(answer(status, publishes=True).failure()) is publishing
    assert type(answer(status, publishes=False).failure()) is reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("0", NOW),
        ("-5", NOW),
        ("0.5", NOW + timedelta(seconds=0.5)),
        (str(int(NOW.timestamp()) + 60), NOW + timedelta(seconds=60)),
        ("Tue, 01 Dec 2026 11:20:00 GMT", NOW + timedelta(minutes=5)),
        ("2026-12-01T11:20:00.000Z", NOW + timedelta(minutes=5)),
        ("9999999999", NOW + timedelta(days=31)),
        ("99999999999999", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("bientôt", None),
        ("Tue, 99 Dec 2026 11:20:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_an_epoch_or_a_date(text: str, expected: datetime | None) -> None:
    assert until({"retry-after": text}, NOW) == expected


def test_an_allowance_that_is_used_up_says_when_it_comes_back() -> None:
    reset = str(int(NOW.timestamp()) + 90)
    assert rests_until({"ratelimit-remaining": "1", "ratelimit-reset": reset}, NOW) is None
    assert rests_until({"ratelimit-remaining": "0", "ratelimit-reset": reset}, NOW) == (
        NOW + timedelta(seconds=90)
    )
    discord = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1",
        "x-ratelimit-reset-after": "2.5",
    }
    assert rests_until(discord, NOW) == NOW + timedelta(seconds=2.5)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": ', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_proves_nothing(body: bytes) -> None:
    with pytest.raises(Unclear):
        _ = answer(200, publishes=True, body=body).data
    with pytest.raises(NotSent):
        _ = answer(200, publishes=False, body=body).data
    assert answer(400, publishes=True, body=body).word() == ""


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"id": 1}', b'{"id": ""}', b'{"id": null}', b"3"])
def test_a_text_that_is_not_there_proves_nothing(body: bytes) -> None:
    with pytest.raises(Unclear):
        answer(200, publishes=True, body=body).text("id")


def test_a_text_is_found_at_its_place() -> None:
    body = b'{"statuses": [{"id": "7"}]}'
    assert answer(200, publishes=True, body=body).text("statuses", 0, "id") == "7"
    assert answer(200, publishes=True, body=body).look("statuses", 1) is None


def test_neither_body_nor_headers_are_shown() -> None:
    shown = repr(answer(200, publishes=True, body=b"hush-hush", headers={"set-cookie": "hush"}))
    assert "hush" not in shown
    assert "hush" not in repr(answer(400, publishes=True, body=b'{"error": "hush"}').failure())


def test_dates_without_a_zone_are_utc() -> None:
    assert date("Tue, 01 Dec 2026 11:15:00 -0000") == NOW
    assert date("2026-12-01T11:15:00") == NOW
