"""What each error of the Graph API proves, of a request that publishes and of one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cmops.adapters.graph.api import Graph
from cmops.adapters.graph.errors import BLOCKED_FOR
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret
from cmops.wording import LANGUAGES, Wording
from tests.servers.graph import Meta, Says, error, meta

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Meta]:
    with meta() as made:
        yield made


def graph(server: Meta) -> Graph:
    http = Http({"token": Secret("TOKEN", "hush-hush")}, now=lambda: NOW, sleep=lambda _: None)
    return Graph(http, server.url, "v25.0")


def failed(server: Meta, answer: Says, *, publishes: bool) -> Failure:
    server.says("POST /v25.0/1/feed", answer)
    made = graph(server)
    with pytest.raises(Failure) as caught:
        (made.publish if publishes else made.read)("POST", "/1/feed", json={})
    return caught.value


# (the answer, what it proves of a publishing request, of another, the word for it)
CASES: list[tuple[Says, type[Failure], type[Failure], str]] = [
    (error(190, 460), NotSent, NotSent, "graph_token"),
    (error(190, 463, 401), NotSent, NotSent, "graph_token_over"),
    (error(190, 458), NotSent, NotSent, "graph_app_removed"),
    (error(190, 459), NotSent, NotSent, "graph_checkpoint"),
    (error(190, 492), NotSent, NotSent, "graph_no_role"),
    (error(190), NotSent, NotSent, "graph_token"),
    (error(10, status=403), NotSent, NotSent, "graph_permission"),
    (error(200, status=403), NotSent, NotSent, "graph_permission"),
    (error(299), NotSent, NotSent, "graph_permission"),
    (error(2635), NotSent, NotSent, "graph_version"),
    (error(4), Throttled, Throttled, "throttled"),
    (error(17), Throttled, Throttled, "throttled"),
    (error(32, status=403), Throttled, Throttled, "throttled"),
    (error(613), Throttled, Throttled, "throttled"),
    (error(9, 2207042), Throttled, Throttled, "graph_quota"),
    (error(368), Throttled, Throttled, "graph_blocked"),
    (error(4, 2207051), Throttled, Throttled, "graph_blocked"),
    (error(506), Rejected, Rejected, "graph_duplicate"),
    (error(100), Rejected, Rejected, "graph_invalid"),
    (error(100, 33), Rejected, Rejected, "graph_gone"),
    (error(1609005), Rejected, Rejected, "graph_link"),
    (error(382), Rejected, Rejected, "media_refused"),
    (error(6000), Rejected, Rejected, "media_refused"),
    (error(6001), NotSent, NotSent, "media_not_ready"),
    (error(389), NotSent, NotSent, "graph_not_fetched"),
    (error(190, 2069032), NotSent, NotSent, "graph_token"),
    (error(200, 2069033), NotSent, NotSent, "graph_permission"),
    (error(1, 2853006), NotSent, NotSent, "graph_permission"),
    (error(24, 2207008), NotSent, NotSent, "media_not_ready"),
    (error(25, 2207050), NotSent, NotSent, "graph_checkpoint"),
    (error(36000, 2207004), Rejected, Rejected, "media_refused"),
    (error(36001, 2207005), Rejected, Rejected, "media_refused"),
    (error(36004, 2207010), Rejected, Rejected, "graph_invalid"),
    (error(352, 2207026), Rejected, Rejected, "media_refused"),
    (error(100, 2207028), Rejected, Rejected, "media_refused"),
    (error(100, 2207040), Rejected, Rejected, "graph_invalid"),
    (error(-2, 2207003), NotSent, NotSent, "graph_not_fetched"),
    (error(-2, 2207020), NotSent, NotSent, "media_not_ready"),
    (error(-1, 2207032), Unclear, NotSent, "graph_trouble"),
    (error(-1, 2207053), Unclear, NotSent, "graph_trouble"),
    # "Instagram Media Insights", of stories
    (
        error(10, message="(#10) Not enough viewers for the media to show insights"),
        Rejected,
        Rejected,
        "graph_few",
    ),
    (error(36003, 2207009), Rejected, Rejected, "media_refused"),
    (error(9004, 2207052), NotSent, NotSent, "graph_not_fetched"),
    (error(9007, 2207027), NotSent, NotSent, "media_not_ready"),
    (error(1, status=500), Unclear, NotSent, "graph_trouble"),
    (error(2, status=503, is_transient=True), Unclear, NotSent, "graph_trouble"),
    (error(-1, 2207001), Unclear, NotSent, "graph_trouble"),
    (error(4711, is_transient=True), Unclear, NotSent, "graph_trouble"),
    (error(4711), Rejected, NotSent, "graph_4711"),
    (error(4711, status=500), Unclear, NotSent, "graph_4711"),
    # Not the API, but something before it.
    (Says(b"<html>Bad gateway", 502), Unclear, NotSent, "http_502"),
    (Says(b"<html>No", 404), NotSent, NotSent, "http_404"),
    (Says(b"[]", 400), NotSent, NotSent, "http_400"),
    (Says({"error": {"code": "190"}}, 401), NotSent, NotSent, "unauthorised"),
    (Says(b"", 429, {"Retry-After": "60"}), Throttled, Throttled, "throttled"),
]


@pytest.mark.parametrize(("answer", "of_publishing", "of_reading", "word"), CASES)
def test_an_error_is_typed_by_what_it_proves(
    answer: Says, of_publishing: type[Failure], of_reading: type[Failure], word: str, server: Meta
) -> None:
    for publishes, expected in ((True, of_publishing), (False, of_reading)):
        failure = failed(server, answer, publishes=publishes)
        assert (type(failure), failure.code) == (expected, word)
        assert "hush" not in repr(failure)
        assert "A message" not in repr(failure)


def test_a_publishing_request_is_never_repeated(server: Meta) -> None:
    failed(server, error(2, status=503), publishes=True)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({}, None),
        (
            {
                "X-Business-Use-Case-Usage": '{"112130216863063": [{"type": "pages", '
                '"call_count": 100, "estimated_time_to_regain_access": 19}]}'
            },
            timedelta(minutes=19),
        ),
        ({"X-Business-Use-Case-Usage": "?"}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [{"call_count": 5}], "2": 3}'}, None),
        ({"Retry-After": "90"}, timedelta(seconds=90)),
    ],
)
def test_a_limit_lasts_as_long_as_meta_says_if_it_does(
    headers: dict[str, str], rest: timedelta | None, server: Meta
) -> None:
    limited = Says(error(32).data, 400, headers)
    failure = failed(server, limited, publishes=True)
    assert isinstance(failure, Throttled)
    assert failure.until == (NOW + rest if rest is not None else None)


def test_a_blocked_account_is_left_alone_for_a_while(server: Meta) -> None:
    failure = failed(server, error(368), publishes=True)
    assert isinstance(failure, Throttled)
    assert failure.until == NOW + BLOCKED_FOR


def test_every_word_says_in_both_languages_what_to_do() -> None:
    ours = {word for _, _, _, word in CASES if word.startswith("graph_") and word != "graph_4711"}
    ours |= {"graph_no_account", "graph_words_only"}
    ours |= {"no_media_host", "media_host"}
    for language in LANGUAGES:
        wording = Wording(language)
        for word in ours:
            assert wording.say(f"reason.{word}")
        for word in ours:
            asked = f"doctor.failed-{word.replace('_', '-')}"
            if wording.has(asked):
                values = {"platform": "Facebook", "detail": "1", "variables": ("TOKEN",)}
                assert wording.say(asked, **values)
                assert wording.say(f"{asked}.next", **values)
