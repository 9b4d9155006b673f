"""Files at a public address: put there for a moment, taken away whatever happens."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import Edition, Media
from cmops.adapters.hosting import Host
from cmops.compose import compose
from cmops.failures import NotSent
from cmops.http import Http, Secret
from tests.servers.graph import Asked, Meta, Says, meta

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

NAME = re.compile(r"/cmops/cmops-([0-9a-f]{32})\.jpg")


class Dav(Meta):
    """A server that keeps files; ``listed`` is what it says when it is asked for its list."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.listed = Says(b"", 405)

    def answer(self, asked: Asked) -> Says:
        self.asked.append(asked)
        if asked.method == "PUT":
            self.files[asked.path] = asked.body
            return Says(b"", 201)
        if asked.method == "DELETE":
            return Says(b"", 204 if self.files.pop(asked.path, None) is not None else 404)
        return self.listed


@pytest.fixture
def dav() -> Iterator[Dav]:
    with meta(Dav()) as made:
        assert isinstance(made, Dav)
        yield made


def host(server: Meta, root: Path, **own: str) -> Host:
    http = Http({"media_host": Secret("FILES", "hush-hush")}, sleep=lambda _: None)
    return Host(http, {"media_host": {"url": f"{server.url}/cmops/", **own}}, root)


def picture(root: Path, name: str = "a.jpg") -> Media:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())
    return Media(name, "", "image/jpeg", 5, hashlib.sha256(name.encode()).hexdigest())


def test_a_file_is_there_inside_only(dav: Dav, tmp_path: Path) -> None:
    with host(dav, tmp_path).shown([picture(tmp_path), picture(tmp_path, "b.jpg")]) as addresses:
        assert sorted(dav.files.values()) == [b"a.jpg", b"b.jpg"]
        assert [each.removeprefix(dav.url) for each in addresses] == list(dav.files)
    assert dav.files == {}
    put = next(each for each in dav.asked if each.method == "PUT")
    assert NAME.fullmatch(put.path)
    assert put.headers["content-type"] == "image/jpeg"
    assert put.headers["authorization"] == "Bearer hush-hush"


def test_nobody_can_guess_an_address(dav: Dav, tmp_path: Path) -> None:
    found = set()
    for _ in range(3):
        with host(dav, tmp_path).shown([picture(tmp_path)]) as [address]:
            match = NAME.fullmatch(address.removeprefix(dav.url))
            assert match
            found.add(match[1])
    assert len(found) == 3


def test_it_is_taken_away_when_something_goes_wrong(dav: Dav, tmp_path: Path) -> None:
    shown = host(dav, tmp_path).shown([picture(tmp_path)])
    with pytest.raises(NotSent, match="media_not_ready"), shown:
        raise NotSent("media_not_ready")
    assert dav.files == {}


def test_the_first_of_two_is_taken_away_when_the_second_is_missing(
    dav: Dav, tmp_path: Path
) -> None:
    missing = replace(picture(tmp_path), path="c.jpg")
    with (
        pytest.raises(NotSent, match="media_missing"),
        host(dav, tmp_path).shown([picture(tmp_path), missing]),
    ):
        pass
    assert [each.method for each in dav.asked if each.method != "PROPFIND"] == ["PUT", "DELETE"]
    assert dav.files == {}


def test_a_user_has_a_password(dav: Dav, tmp_path: Path) -> None:
    with host(dav, tmp_path, user="cmops").shown([picture(tmp_path)]):
        pass
    expected = base64.b64encode(b"cmops:hush-hush").decode()
    assert {each.headers["authorization"] for each in dav.asked} == {f"Basic {expected}"}


def test_a_file_with_an_address_is_used_as_it_is(dav: Dav, tmp_path: Path) -> None:
    away = replace(picture(tmp_path), url="https://example.org/a.mp4")
    with Host(Http(), {}, tmp_path).shown([away]) as addresses:
        assert addresses == ("https://example.org/a.mp4",)
    assert dav.asked == []


def test_without_a_server_nothing_is_sent(tmp_path: Path) -> None:
    with (
        pytest.raises(NotSent, match="no_media_host"),
        Host(Http(), {}, tmp_path).shown([picture(tmp_path)]),
    ):
        pass


def test_without_its_secret_nothing_is_sent(dav: Dav, tmp_path: Path) -> None:
    made = Host(Http(), {"media_host": {"url": dav.url}}, tmp_path)
    with pytest.raises(NotSent, match="no_secret"), made.shown([picture(tmp_path)]):
        pass
    with pytest.raises(NotSent, match="no_secret"):
        made.verify()
    host(dav, tmp_path).verify()
    Host(Http(), {}, tmp_path).verify()


def test_a_server_that_is_not_encrypted_gets_nothing(tmp_path: Path) -> None:
    http = Http({"media_host": Secret("FILES", "x")})
    made = Host(http, {"media_host": {"url": "http://files.example.org"}}, tmp_path)
    with pytest.raises(NotSent, match="not_encrypted"), made.shown([picture(tmp_path)]):
        pass


@pytest.mark.parametrize("status", [401, 403, 409, 413, 500, 507])
def test_a_server_that_takes_no_files_is_the_one_to_blame(status: int, tmp_path: Path) -> None:
    class Full(Dav):
        def answer(self, asked: Asked) -> Says:
            said = super().answer(asked)
            return Says(b"", status) if asked.method == "PUT" else said

    with (
        meta(Full()) as server,
        pytest.raises(NotSent, match="media_host"),
        host(server, tmp_path).shown([picture(tmp_path)]),
    ):
        pass
    # Whether it was taken all the same, nobody knows.
    assert server.asked[-1].method == "DELETE"


def entry(name: str, age: timedelta) -> str:
    when = format_datetime(datetime.now(UTC) - age, usegmt=True)
    return (
        f"<D:response><D:href>/cmops/{name}</D:href><D:propstat><D:prop>"
        f"<D:getlastmodified>{when}</D:getlastmodified></D:prop></D:propstat></D:response>"
    )


def test_what_dead_runs_left_is_taken_away_and_nothing_else(dav: Dav, tmp_path: Path) -> None:
    old, young = f"cmops-{'a' * 32}.jpg", f"cmops-{'b' * 32}.jpg"
    strange = "cmops-../x.jpg"
    day = timedelta(days=1)
    body = "".join(
        (
            '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">',
            "<D:response><D:href>/cmops/</D:href></D:response>",
            entry(old, day),
            entry(young, timedelta(minutes=4)),
            entry("vacances.jpg", day),
            entry(strange, day),
            f"<d:response><d:href>/cmops/cmops-{'c' * 32}.jpg</d:href></d:response>",
            "</D:multistatus>",
        )
    )
    dav.listed = Says(body.encode(), 207)
    made = host(dav, tmp_path)
    with made.shown([picture(tmp_path)]):
        gone = [each.path for each in dav.asked if each.method == "DELETE"]
    assert gone == [f"/cmops/{old}"]
    with made.shown([picture(tmp_path)]):
        pass
    asked = [each for each in dav.asked if each.method == "PROPFIND"]
    assert [each.headers["depth"] for each in asked] == ["1"]


def test_where_nothing_can_be_fetched_it_is_said_before(
    edition: MakeEdition, media: MakeMedia
) -> None:
    def found(platform: str, **fields: Any) -> list[str]:
        made = edition(platform, "Un", **fields)
        made = replace(made, channel=replace(made.channel, settings={}))
        return [each.code for each in compose(made).problems]

    away = replace(media("media/a.mp4", "", "video/mp4"), url="https://example.org/a.mp4")
    for platform in ("instagram", "threads"):
        assert found(platform, media=(media(),)) == ["CM560"]
        assert found(platform, media=(away,)) == []
    assert found("threads") == []
