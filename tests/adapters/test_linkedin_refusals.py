"""LinkedIn: what each refusal proves, and that every one has words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.adapters.contract import (
    Message,
)
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.wording import LANGUAGES, Wording
from tests.adapters.linkedin_author import (
    BELOW,
    COMMENT,
    MEMBER,
    QUOTED,
    SENDING,
    SHARE,
    author,
    file,
    post,
    refusal,
    serving,
)
from tests.servers.graph import Meta, Says


@pytest.fixture
def server() -> Iterator[Meta]:
    yield from serving()


COMMENTS = "Not enough permissions to access: partnerApiSocialActions.CREATE.20260801"


FAILURES: list[tuple[Says, type[Failure], type[Failure], str]] = [
    (refusal(400, "FIELD_LENGTH_TOO_LONG"), Rejected, NotSent, "linkedin_too_long"),
    (refusal(400, "MISSING_FIELD"), Rejected, NotSent, "linkedin_invalid"),
    (refusal(400, "INVALID_VALUE_BLANK_FIELD"), Rejected, NotSent, "linkedin_invalid"),
    (refusal(400, "INVALID_URN_TYPE"), Rejected, NotSent, "linkedin_invalid"),
    (refusal(400, "INVALID_VALUE_FOR_FIELD"), Rejected, NotSent, "linkedin_invalid"),
    (refusal(400, "VERSION_MISSING"), NotSent, NotSent, "linkedin_version"),
    (refusal(401, "INVALID_ACCESS_TOKEN"), NotSent, NotSent, "linkedin_token"),
    (refusal(401, "EMPTY_ACCESS_TOKEN"), NotSent, NotSent, "linkedin_token"),
    (refusal(401, "EXPIRED_ACCESS_TOKEN"), NotSent, NotSent, "linkedin_token_over"),
    (refusal(401, "REVOKED_ACCESS_TOKEN"), NotSent, NotSent, "linkedin_token_revoked"),
    (refusal(403, "ACCESS_DENIED"), NotSent, NotSent, "linkedin_permission"),
    (refusal(403, "ACCESS_DENIED", COMMENTS), NotSent, NotSent, "linkedin_comments"),
    (refusal(403, "MEMBER_RESTRICTED", "Restricted"), NotSent, NotSent, "linkedin_restricted"),
    (refusal(404, "NOT_FOUND"), Rejected, NotSent, "linkedin_gone"),
    (refusal(409, "CONFLICT"), NotSent, NotSent, "linkedin_conflict"),
    (refusal(422, "", f"Content is a duplicate of {SHARE}"), Rejected, NotSent, "linkedin_dup"),
    (refusal(422, "DUPLICATE_POST"), Rejected, NotSent, "linkedin_duplicate"),
    (refusal(422, "UNPROCESSABLE_ENTITY"), Rejected, NotSent, "linkedin_invalid"),
    (refusal(426, "NONEXISTENT_VERSION"), NotSent, NotSent, "linkedin_version"),
    (refusal(429, "TOO_MANY_REQUESTS"), Throttled, Throttled, "throttled"),
    # "Videos API", error codes: nothing is wrong with the post, its file is not there yet.
    (refusal(400, "MEDIA_ASSET_WAITING_UPLOAD"), NotSent, NotSent, "media_not_ready"),
    (refusal(400, "EXPIRED_UPLOAD_URL"), NotSent, NotSent, "media_not_ready"),
    (refusal(400, "UPDATING_ASSET_FAILED"), NotSent, NotSent, "media_not_ready"),
    (refusal(400, "MEDIA_ASSET_PROCESSING_FAILED"), Rejected, NotSent, "media_refused"),
    (refusal(500, "INTERNAL_SERVER_ERROR"), Unclear, NotSent, "http_500"),
    (refusal(503, "SERVICE_UNAVAILABLE"), Unclear, NotSent, "http_503"),
    (Says(b"<html>", 502), Unclear, NotSent, "http_502"),
]


@pytest.mark.parametrize(("said", "publishing", "reading", "code"), FAILURES)
def test_every_refusal_says_what_it_proves(
    said: Says, publishing: type[Failure], reading: type[Failure], code: str, server: Meta
) -> None:
    server.says("POST /rest/posts", said)
    server.says("GET /rest/posts", {"elements": []})
    server.says("GET /v2/userinfo", said)
    with pytest.raises(publishing, match=code):
        author(server).send(Message("Bonjour"), SENDING)
    with pytest.raises(reading) as caught:
        list(author(server, MEMBER).verify())
    assert caught.value.code.startswith(code) or caught.value.code == f"http_{said.status}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(language: str) -> None:
    others = ("linkedin_client", "linkedin_words_only", "linkedin_duplicate", "post_not_found")
    for code in {*others, *(each[3] for each in FAILURES if each[3].startswith("linkedin_"))}:
        if code != "linkedin_dup":
            assert Wording(language).say(f"reason.{code}")


def test_an_allowance_comes_back_at_midnight_unless_linkedin_says_when(server: Meta) -> None:
    later = refusal(429, **{"Retry-After": "60"})
    server.says("POST /rest/posts", refusal(429), later)
    now = datetime.now(UTC)
    with pytest.raises(Throttled) as first:
        author(server).send(Message("Bonjour"), SENDING)
    until = first.value.until
    assert until is not None
    assert until > now
    assert (until.hour, until.minute, until.second) == (0, 0, 0)
    with pytest.raises(Throttled) as second:
        author(server).send(Message("Bonjour"), SENDING)
    assert second.value.until is not None
    assert second.value.until - datetime.now(UTC) <= timedelta(seconds=60)


# "Comments API", Throttling
def test_comments_are_let_in_again_after_a_minute(server: Meta) -> None:
    words = "Comment create throttled: creation rate limit exceeded for member"
    server.says(
        f"POST /rest/socialActions/{QUOTED}/comments", refusal(429, "TOO_MANY_REQUESTS", words)
    )
    with pytest.raises(Throttled) as throttled:
        author(server).send(COMMENT, BELOW)
    assert throttled.value.until is not None
    assert throttled.value.until - datetime.now(UTC) <= timedelta(minutes=1)


def test_a_yes_without_a_name_is_in_doubt(server: Meta) -> None:
    server.says("POST /rest/posts", Says(b"", 201))
    with pytest.raises(Unclear, match="rubbish"):
        author(server).send(Message("Bonjour"), SENDING)


def test_a_file_that_linkedin_refuses_is_refused_and_its_token_goes_nowhere_else(
    server: Meta, tmp_path: Path
) -> None:
    picture = Message("", (file(tmp_path),))
    server.says("POST /rest/images", refusal(400))
    with pytest.raises(Rejected, match="media_refused"):
        author(server, root=tmp_path).prepare(picture, SENDING)
    value = {"uploadUrl": "https://linkedin.com.example.org/up", "image": "urn:li:image:1"}
    server.says("POST /rest/images", {"value": value})
    with pytest.raises(NotSent, match="address"):
        author(server, root=tmp_path).prepare(picture, SENDING)
    server.says("POST /rest/images", {"value": {}})
    with pytest.raises(NotSent, match="rubbish"):
        author(server, root=tmp_path).prepare(picture, SENDING)


@pytest.mark.parametrize(
    ("statuses", "failure", "code"),
    [
        (["PROCESSING_FAILED"], Rejected, "media_refused"),
        (["PROCESSING"], NotSent, "media_not_ready"),
    ],
)
def test_a_film_that_is_not_ready_is_not_sent(
    statuses: list[str], failure: type[Failure], code: str, server: Meta, tmp_path: Path
) -> None:
    part = {"uploadUrl": f"{server.url}/up", "firstByte": 0, "lastByte": 3}
    value = {"video": "urn:li:video:1", "uploadInstructions": [part]}
    server.says("POST /rest/videos", {"value": value})
    server.says("PUT /up", Says(b"", 200, {"ETag": "1"}))
    server.says("GET /rest/videos/urn%3Ali%3Avideo%3A1", *({"status": each} for each in statuses))
    with pytest.raises(failure, match=code):
        author(server, root=tmp_path).prepare(Message("", (file(tmp_path, "a.mp4"),)), SENDING)


def test_a_duplicate_that_is_this_very_message_is_no_refusal(server: Meta) -> None:
    server.says("POST /rest/posts", refusal(422, "", f"Content is a duplicate of {SHARE}"))
    server.says("GET /rest/posts", {"elements": [post("Bonjour", -3_600)]})
    with pytest.raises(Rejected, match="linkedin_duplicate"):
        author(server).send(Message("Bonjour"), SENDING)
    server.says("GET /rest/posts", {"elements": [post("Bonjour")]})
    assert author(server).send(Message("Bonjour"), SENDING).id == SHARE
