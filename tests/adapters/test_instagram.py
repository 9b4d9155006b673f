"""Instagram: each request whole, with the documentation's own answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Edition,
    Found,
    Media,
    Message,
    Metric,
    Refreshes,
    Sending,
    Unknown,
)
from cmops.adapters.graph.containers import WAITS
from cmops.adapters.instagram import Instagram
from cmops.adapters.instagram.account import Account, ByInstagram
from cmops.compose import compose
from cmops.failures import NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret, Server
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.files import put
from tests.servers.graph import Asked, Meta, Says, error, meta

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

IG = "17841400008460056"
MEDIA = "17920238422030506"
CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
SENDING = Sending("instagram-1.2026-12-01", 0, "ouverture", CLAIMED, CLAIMED)
V = "/v25.0"
CONTAINER = f"POST {V}/{IG}/media"
PUBLISH = f"POST {V}/{IG}/media_publish"
# https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/
# ig-user/content_publishing_limit
ROOM = {"data": [{"quota_usage": 2, "config": {"quota_total": 50, "quota_duration": 86400}}]}
FINISHED = {"status_code": "FINISHED", "status": "Finished: Media has been uploaded."}


class Instagrams(Meta):
    """The API, which looks at the files it is told of while a container is made."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.seen: list[bytes | None] = []
        self.says(f"GET {V}/{IG}/content_publishing_limit", ROOM)
        for name in ("1", "2", "3"):
            self.says(f"GET {V}/{name}", FINISHED)
        self.says(CONTAINER, {"id": "1"}, {"id": "2"}, {"id": "3"})
        self.says(PUBLISH, {"id": MEDIA})
        self.says(f"GET {V}/{MEDIA}", SHOWN)

    def answer(self, asked: Asked) -> Says:
        if asked.path.startswith("/files/"):
            return self._file(asked)
        if asked.line == CONTAINER:
            address = asked.json.get("image_url") or asked.json.get("video_url") or ""
            path = address.removeprefix(self.url)
            self.seen.append(self.files.get(path))
        return super().answer(asked)

    def _file(self, asked: Asked) -> Says:
        if asked.method == "PUT":
            self.files[asked.path] = asked.body
        if asked.method == "DELETE":
            self.files.pop(asked.path, None)
        return Says(b"", 405 if asked.method == "PROPFIND" else 201)


SHOWN = {
    "id": MEDIA,
    "permalink": "https://www.instagram.com/p/CuZyx/",
    "timestamp": "2026-12-01T11:15:20+0000",
}


@pytest.fixture
def server() -> Iterator[Instagrams]:
    with meta(Instagrams()) as made:
        assert isinstance(made, Instagrams)
        yield made


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def account(server: Instagrams, tmp_path: Path, slept: list[float]) -> Account:
    settings = {"url": server.url, "media_host": {"url": f"{server.url}/files"}}
    channel = Channel("insta", "instagram", IG, "a", "Ateliers", "fr", settings=settings)
    named = {"token": "hush-hush", "media_host": "files-secret"}
    secrets = {name: Secret(name, value) for name, value in named.items()}
    return Account(channel, tmp_path, Http(secrets, sleep=slept.append))


def picture(root: Path, name: str = "a.jpg", **fields: Any) -> Media:
    kind = "video/mp4" if name.endswith("mp4") else "image/jpeg"
    return replace(put(root, name, name.encode(), kind, size=(800, 600)), **fields)


def made(server: Instagrams) -> list[dict[str, Any]]:
    """The containers, their addresses told apart by nothing but the kind of file."""
    found = []
    for each in server.to(CONTAINER):
        body = dict(each.json)
        for name in ("image_url", "video_url"):
            if name in body:
                body[name] = body[name].rpartition(".")[2]
        found.append(body)
    return found


# https://developers.facebook.com/docs/instagram-platform/content-publishing
def test_a_picture_is_a_container_that_is_then_published(
    account: Account, server: Instagrams, tmp_path: Path
) -> None:
    message = Message("Bonjour #atelier", (picture(tmp_path, alt="Un établi"),))
    account.prepare(message, SENDING)
    assert made(server) == [
        {"image_url": "jpg", "alt_text": "Un établi", "caption": "Bonjour #atelier"}
    ]
    assert PUBLISH not in server.lines()
    receipt = account.send(message, SENDING)
    assert server.to(PUBLISH)[0].json == {"creation_id": "1"}
    assert server.to(PUBLISH)[0].headers["authorization"] == "Bearer hush-hush"
    assert receipt == Receipt(
        MEDIA, datetime(2026, 12, 1, 11, 15, 20, tzinfo=UTC), "https://www.instagram.com/p/CuZyx/"
    )
    assert server.lines() == [
        f"GET {V}/{IG}/content_publishing_limit",
        CONTAINER,
        f"GET {V}/1",
        PUBLISH,
        f"GET {V}/{MEDIA}",
    ]
    assert server.to(f"GET {V}/1")[0].query == {"fields": "status_code,status"}


def test_a_file_is_there_while_instagram_fetches_it_and_not_after(
    account: Account, server: Instagrams, tmp_path: Path
) -> None:
    account.prepare(Message("Un", (picture(tmp_path),)), SENDING)
    assert server.seen == [b"a.jpg"]
    assert server.files == {}


def test_a_file_is_taken_away_from_a_container_that_fails(
    account: Account, server: Instagrams, tmp_path: Path
) -> None:
    server.says(CONTAINER, error(36003, 2207009))
    with pytest.raises(Rejected, match="media_refused"):
        account.prepare(Message("Un", (picture(tmp_path),)), SENDING)
    assert server.files == {}


def test_several_files_are_a_carousel(account: Account, server: Instagrams, tmp_path: Path) -> None:
    files = (picture(tmp_path, alt="Un établi"), picture(tmp_path, "b.mp4"))
    message = Message("Bonjour", files)
    account.prepare(message, SENDING)
    account.send(message, SENDING)
    assert made(server) == [
        {"is_carousel_item": True, "image_url": "jpg", "alt_text": "Un établi"},
        {"is_carousel_item": True, "media_type": "VIDEO", "video_url": "mp4"},
        {"media_type": "CAROUSEL", "children": "1,2", "caption": "Bonjour"},
    ]
    assert server.to(PUBLISH)[0].json == {"creation_id": "3"}


@pytest.mark.parametrize(
    ("name", "fields", "body"),
    [
        ("a.mp4", {}, {"media_type": "REELS", "video_url": "mp4", "share_to_feed": True}),
        (
            "a.mp4",
            {"format": "reel", "share_to_feed": False},
            {"media_type": "REELS", "video_url": "mp4", "share_to_feed": False},
        ),
        ("a.mp4", {"format": "story"}, {"media_type": "STORIES", "video_url": "mp4"}),
        ("a.jpg", {"format": "story"}, {"media_type": "STORIES", "image_url": "jpg"}),
    ],
)
def test_reels_and_stories_have_a_type(
    name: str,
    fields: dict[str, Any],
    body: dict[str, Any],
    account: Account,
    server: Instagrams,
    tmp_path: Path,
) -> None:
    account.prepare(Message("", (picture(tmp_path, name),), fields), SENDING)
    assert made(server) == [body]


def test_a_first_comment_stands_below_the_post(account: Account, server: Instagrams) -> None:
    server.says(f"POST {V}/{MEDIA}/comments", {"id": "17873440459141021"})
    told = replace(SENDING, index=1, before=(Receipt(MEDIA, CLAIMED),))
    comment = Message("Le lien est ici.", fields={"role": "first_comment"})
    account.prepare(comment, told)
    assert server.asked == []
    assert account.send(comment, told).id == "17873440459141021"
    assert server.asked[0].json == {"message": "Le lien est ici."}


def test_a_container_is_waited_for(
    account: Account, server: Instagrams, tmp_path: Path, slept: list[float]
) -> None:
    server.says(
        f"GET {V}/1", {"status_code": "IN_PROGRESS"}, {"status_code": "IN_PROGRESS"}, FINISHED
    )
    account.prepare(Message("", (picture(tmp_path, "a.mp4"),)), SENDING)
    assert slept == list(WAITS[:2])
    assert server.files == {}


@pytest.mark.parametrize(
    ("state", "expected", "word"),
    [
        ({"status_code": "IN_PROGRESS"}, NotSent, "media_not_ready"),
        ({"status_code": "EXPIRED"}, NotSent, "media_not_ready"),
        (
            {"status_code": "ERROR", "status": "Error: failed with error code 2207026"},
            Rejected,
            "media_refused",
        ),
        (
            {"status_code": "ERROR", "status": "Error: failed with error code 2207052"},
            NotSent,
            "graph_not_fetched",
        ),
        (
            {"status_code": "ERROR", "status": "Error: failed with error code 2207001"},
            NotSent,
            "media_not_ready",
        ),
        ({"status_code": "ERROR"}, NotSent, "media_not_ready"),
        ({}, NotSent, "rubbish"),
    ],
)
def test_a_container_that_is_never_ready_is_not_published(
    state: object,
    expected: type[Exception],
    word: str,
    account: Account,
    server: Instagrams,
    tmp_path: Path,
) -> None:
    server.says(f"GET {V}/1", state)
    with pytest.raises(expected, match=word):
        account.prepare(Message("", (picture(tmp_path),)), SENDING)
    assert PUBLISH not in server.lines()
    assert server.files == {}


def test_an_account_that_has_published_enough_waits(
    account: Account, server: Instagrams, tmp_path: Path
) -> None:
    full = {"data": [{"quota_usage": 50, "config": {"quota_total": 50, "quota_duration": 86400}}]}
    server.says(f"GET {V}/{IG}/content_publishing_limit", full)
    with pytest.raises(Throttled, match="graph_quota"):
        account.prepare(Message("", (picture(tmp_path),)), SENDING)
    assert server.lines() == [f"GET {V}/{IG}/content_publishing_limit"]
    assert server.asked[0].query == {"fields": "quota_usage,config"}


def test_a_lost_answer_to_publishing_is_in_doubt(
    account: Account, server: Instagrams, tmp_path: Path
) -> None:
    server.says(PUBLISH, error(2, status=500))
    with pytest.raises(Unclear, match="graph_trouble"):
        account.send(Message("", (picture(tmp_path),)), SENDING)
    assert len(server.to(PUBLISH)) == 1
    assert server.files == {}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"id": IG, "username": "ateliers"}, []),
        ({"id": "1", "username": "boutique"}, ["CM521"]),
    ],
)
def test_the_token_must_open_the_account(
    answer: object, found: list[str], account: Account, server: Instagrams
) -> None:
    server.says(f"GET {V}/{IG}", answer)
    granted = ["instagram_basic", "instagram_content_publish", "instagram_manage_comments"]
    server.says(f"GET {V}/debug_token", {"data": {"scopes": granted}})
    assert [each.code for each in account.verify()] == found
    server.says(f"GET {V}/debug_token", {"data": {"scopes": granted[:1]}})
    assert [each.code for each in account.verify()] == (found or ["CM530"])


def test_an_account_that_the_token_does_not_know_is_said_so(
    account: Account, server: Instagrams
) -> None:
    server.says(f"GET {V}/{IG}", error(100, 33))
    with pytest.raises(NotSent, match="graph_no_account") as caught:
        list(account.verify())
    assert caught.value.detail == IG


def listed(caption: str | None, id: str = MEDIA) -> dict[str, Any]:
    item = {"id": id, "timestamp": "2026-12-01T11:15:20+0000", "permalink": "https://i.example/p/x"}
    return item if caption is None else {**item, "caption": caption}


@pytest.mark.parametrize(
    ("text", "data", "id"),
    [
        ("Merci @ville !", [listed("Autre", "1"), listed("Merci ville !")], MEDIA),
        ("Merci", [listed("Autre", "1")], None),
        ("Merci", [listed("Merci"), listed("Merci", "1")], "?"),
        ("", [listed(None)], "?"),
    ],
)
def test_a_post_is_found_by_its_caption(
    text: str, data: list[object], id: str | None, account: Account, server: Instagrams
) -> None:
    server.says(f"GET {V}/{IG}/media", {"data": data})
    answer = account.find(Message(text), SENDING)
    if id == MEDIA:
        assert isinstance(answer, Found)
        assert answer.receipt.id == MEDIA
    else:
        assert answer == (Absent() if id is None else Unknown())


def test_a_comment_is_found_among_those_of_others(account: Account, server: Instagrams) -> None:
    told = replace(SENDING, index=1, before=(Receipt(MEDIA, CLAIMED),))
    comment = Message("Le lien", fields={"role": "first_comment"})
    theirs = {"id": "8", "text": "Le lien", "timestamp": "2026-12-01T11:16:00+0000"}
    ours = {**theirs, "id": "9", "user": {"id": IG}}
    line, both = f"GET {V}/{MEDIA}/comments", [theirs, ours]
    server.says(line, {"data": []}, {"data": [theirs]}, {"data": both})
    assert account.find(comment, told) == Absent()
    assert account.find(comment, told) == Unknown()
    answer = account.find(comment, told)
    assert isinstance(answer, Found)
    assert answer.receipt.id == "9"


def test_a_story_has_no_words_to_be_found_by(account: Account, server: Instagrams) -> None:
    story = Message("", fields={"format": "story"})
    server.says(f"GET {V}/{IG}/stories", {"data": []}, {"data": [listed(None)]})
    assert account.find(story, SENDING) == Absent()
    assert account.find(story, SENDING) == Unknown()


def test_numbers_of_posts_and_of_stories(account: Account, server: Instagrams) -> None:
    # https://developers.facebook.com/docs/instagram-platform/insights
    post = [
        {"name": "views", "period": "lifetime", "values": [{"value": 90}], "id": f"{MEDIA}/x"},
        {"name": "saved", "period": "lifetime", "values": [{"value": 0}]},
    ]
    server.says(f"GET {V}/{MEDIA}/insights", {"data": post})
    server.says(
        f"GET {V}/5/insights", error(100), {"data": [{"name": "reach", "values": [{"value": 7}]}]}
    )
    server.says(f"GET {V}/6/insights", error(100, 33))
    # ".../instagram-media/insights", "Story media metrics": fewer than five have seen it.
    few = "(#10) Not enough viewers for the media to show insights"
    server.says(f"GET {V}/7/insights", error(100), error(10, message=few))
    receipts = [Receipt(id, CLAIMED) for id in (MEDIA, "5", "6", "7")]
    assert account.measure(receipts) == {
        MEDIA: {Metric.VIEWS: 90, Metric.SAVES: 0},
        "5": {Metric.REACH: 7},
    }
    wanted = ("views,reach,likes,comments,shares,saved", "views,reach,shares")
    assert [each.query["metric"] for each in server.to(f"GET {V}/5/insights")] == list(wanted)
    server.says(f"GET {V}/8/insights", error(10, status=403))
    with pytest.raises(NotSent, match="graph_permission"):
        account.measure([Receipt("8", CLAIMED)])
    server.says(f"GET {V}/{IG}", {"followers_count": 12, "media_count": 3, "id": IG})
    assert account.measure_channel() == {Metric.FOLLOWERS: 12, Metric.POSTS: 3}


class Here(Http):
    """Talks to the test's server in place of any other."""

    def __init__(self, url: str) -> None:
        super().__init__({"token": Secret("TOKEN", "hush-hush")}, sleep=lambda _: None)
        self._here = url

    def server(self, url: str) -> Server:
        assert url == "https://graph.instagram.com"
        return super().server(self._here)


# https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token
def test_a_token_made_by_way_of_instagram_can_be_refreshed(
    account: Account, server: Instagrams
) -> None:
    assert not isinstance(account, Refreshes)
    settings = {"url": "https://graph.instagram.com"}
    channel = Channel("insta", "instagram", IG, "a", "Ateliers", "fr", settings=settings)
    made = Instagram.create(channel, root=Path(), http=Here(server.url))
    assert isinstance(made, ByInstagram)
    assert isinstance(made, Refreshes)
    server.says("GET /refresh_access_token", {"access_token": "longer", "token_type": "bearer"})
    assert made.refresh() == {"token": "longer"}
    asked = {"grant_type": "ig_refresh_token", "access_token": "hush-hush"}
    assert server.asked[-1].query == asked
    server.says(f"GET {V}/me", {"user_id": IG, "username": "ateliers", "id": "app-scoped"})
    assert list(made.verify()) == []
    assert server.asked[-1].query == {"fields": "user_id,username"}
    assert made.expires() is None


def found(edition: Edition) -> list[tuple[str, object]]:
    return [(each.code, each.at) for each in compose(edition).problems]


@pytest.mark.parametrize(
    ("width", "height", "format", "codes"),
    [
        (1080, 1350, "post", []),
        (1910, 1000, "post", []),
        (1080, 1920, "post", ["CM561"]),
        (2000, 1000, "post", ["CM561"]),
        (1080, 1920, "story", []),
        (None, None, "post", []),
    ],
)
def test_a_picture_must_have_a_shape_that_the_feed_shows(
    width: int | None,
    height: int | None,
    format: str,
    codes: list[str],
    edition: MakeEdition,
    media: MakeMedia,
) -> None:
    file = replace(media(alt=""), width=width, height=height)
    texts = ("Un",) if format == "post" else ()
    problems = found(edition("instagram", *texts, media=(file,), format=format))
    assert [code for code, _ in problems] == codes


def test_a_format_needs_its_files(edition: MakeEdition, media: MakeMedia) -> None:
    film = media("media/a.mp4", "", "video/mp4")
    for format, files in (("carousel", (media(),)), ("reel", (media(),)), ("reel", (film, film))):
        wanted = edition("instagram", "Un", media=files, format=format)
        assert found(wanted) == [("CM562", ("format",))]


def test_a_story_shows_no_words(edition: MakeEdition, media: MakeMedia) -> None:
    story = edition(
        "instagram", "Un", media=(media(alt=""),), format="story", first_comment="Le lien"
    )
    assert found(story) == [("CM563", (BODY, 0)), ("CM563", ("first_comment",))]
    assert found(edition("instagram", media=(media(),), format="story")) == [("CM514", ("media",))]


def test_a_film_may_be_too_long_for_a_story(edition: MakeEdition, media: MakeMedia) -> None:
    film = replace(media("media/a.mp4", "", "video/mp4"), duration=61.0)
    assert found(edition("instagram", media=(film,), format="story")) == [("CM540", ("media",))]
    assert found(edition("instagram", "Un", media=(film,))) == []
    assert found(edition("instagram", "Un", media=(film, media(alt="")))) == [("CM540", ("media",))]


# ".../ig-user/media", "Story Video Specifications"
def test_a_film_may_be_too_heavy_for_a_story(edition: MakeEdition, media: MakeMedia) -> None:
    film = media("media/a.mp4", "", "video/mp4", 104_857_601)
    assert found(edition("instagram", media=(film,), format="story")) == [("CM511", ("media",))]
    assert found(edition("instagram", "Un", media=(film,))) == []
    light = replace(film, size=104_857_600)
    assert found(edition("instagram", media=(light,), format="story")) == []


def test_a_reel_may_stay_out_of_the_feed(edition: MakeEdition, media: MakeMedia) -> None:
    film = media("media/a.mp4", "", "video/mp4")
    options = {"share_to_feed": False}
    [message] = Instagram.compose(edition("instagram", "Un", media=(film,), options=options))
    assert message.fields == {"share_to_feed": False}
    [message] = Instagram.compose(edition("instagram", "Un", media=(media(),), options=options))
    assert message.fields == {}
