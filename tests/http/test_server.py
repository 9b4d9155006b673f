"""Requests over real connections: what was begun, what came back, and where secrets went."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Http, Secret, wire
from cmops.http.server import TRIES
from tests.servers.proxy import Proxy, nobody, proxy

TOKEN = Secret("TOKEN", "hush-hush")
AUTHORISED = {"Authorization": TOKEN.inside("Bearer {}")}


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that says these bytes, one connection after the other; what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    asked.append(_taken(connection))
                    try:
                        connection.sendall(answer)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _taken(connection: socket.socket) -> bytes:
    """A whole request, head and body."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = connection.recv(1 << 16)
        if not piece:
            return found
        found += piece
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(1 << 16)
    return head + b"\r\n\r\n" + body


def said(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


OK = said("200 OK", b'{"id": "1"}')


def http(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Http:
    return Http({"token": TOKEN}, now=now, sleep=lambda seconds: None)


@pytest.fixture
def between() -> Iterator[Proxy]:
    with proxy("http://127.0.0.1:9") as made:
        yield made


def test_an_answer_has_status_headers_and_json() -> None:
    with answering(said("201 Created", b'{"id": "7"}', "X-RestLi-Id: urn:1")) as (url, asked):
        answer = (
            http()
            .server(url + "/")
            .publish(
                "POST", "/posts", json={"token": TOKEN}, headers=AUTHORISED, params={"wait": "true"}
            )
        )
    assert (answer.status, answer.text("id"), answer.headers["x-restli-id"]) == (201, "7", "urn:1")
    assert asked[0].startswith(b"POST /posts?wait=true HTTP/1.1\r\n")
    assert b"Authorization: Bearer hush-hush\r\n" in asked[0]
    assert b"User-Agent: cmops/" in asked[0]
    assert b'{"token": "hush-hush"}' in asked[0]


def test_a_secret_may_be_part_of_the_path() -> None:
    with answering(OK) as (url, asked):
        http().server(url).publish("POST", TOKEN.inside("/bot{}/sendMessage"), form={"text": "é"})
    assert asked[0].startswith(b"POST /bothush-hush/sendMessage HTTP/1.1\r\n")


def test_a_connection_that_is_refused_publishes_nothing() -> None:
    with nobody() as url:
        for call in (http().server(url).publish, http().server(url).read):
            with pytest.raises(NotSent, match="unreachable"):
                call("POST", "/")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        said("200 OK", b"not gzip", "Content-Encoding: gzip"),
    ],
)
def test_an_answer_that_is_cut_off_is_unclear_and_asked_for_once(answer: bytes) -> None:
    with answering(answer, OK) as (url, asked):
        with pytest.raises(Unclear):
            http().server(url).publish("POST", "/").text("id")
        assert len(asked) == 1
        # A later read is answered.
        http().server(url).read("GET", "/")


def test_a_read_is_tried_again_and_not_for_ever() -> None:
    down = said("503 Service Unavailable")
    with answering(b"", down, OK) as (url, asked):
        assert http().server(url).read("GET", "/").text("id") == "1"
        assert len(asked) == 3
    with answering(*[down] * 9) as (url, asked):
        with pytest.raises(NotSent, match="http_503"):
            http().server(url).read("GET", "/")
        assert len(asked) == TRIES


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found"])
def test_a_no_is_not_asked_for_again(status: str) -> None:
    with answering(said(status), OK) as (url, asked):
        with pytest.raises(NotSent):
            http().server(url).read("GET", "/")
        assert len(asked) == 1


def test_what_an_adapter_accepts_is_an_answer() -> None:
    with answering(said("409 Conflict", b'{"error": "Twice"}')) as (url, _):
        answer = http().server(url).publish("POST", "/", accept={409})
    assert (answer.ok, answer.word()) == (False, "Twice")
    assert isinstance(answer.failure(), Rejected)


def test_an_answer_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST", 1000)
    long = said("200 OK", b" " * 200_000)
    with answering(long, *[long] * TRIES) as (url, _):
        with pytest.raises(Unclear):
            http().server(url).publish("POST", "/")
        with pytest.raises(NotSent):
            http().server(url).read("GET", "/")


def test_a_redirect_stays_on_its_host_and_reads_only() -> None:
    here = said("302 Found", b"", "Location: /there")
    with answering(here, OK) as (url, asked):
        answer = http().server(url).read("GET", "/", params={"a": "b"}, headers=AUTHORISED)
        assert answer.text("id") == "1"
    assert [each.split()[1] for each in asked] == [b"/?a=b", b"/there"]
    with answering(here, OK) as (url, asked):
        with pytest.raises(Unclear):
            http().server(url).publish("POST", "/", headers=AUTHORISED)
        assert len(asked) == 1
    with answering(here, OK) as (url, asked):
        with pytest.raises(NotSent, match="redirected"):
            http().server(url).read("POST", "/", headers=AUTHORISED)
        assert len(asked) == 1


@pytest.mark.parametrize("location", ["{}", "//{}", "{}/a", "https://example.org/"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "308 Permanent"])
def test_secrets_do_not_follow_a_redirect_to_another_host(
    between: Proxy, location: str, status: str
) -> None:
    bare = location.startswith("//")
    target = location.format(between.stranger.removeprefix("http://") if bare else between.stranger)
    with answering(*[said(status, b"", f"Location: {target}")] * 2) as (url, _):
        with pytest.raises(NotSent, match="redirected"):
            http().server(url).read("GET", "/", headers=AUTHORISED)
        with pytest.raises(Failure):
            http().server(url).publish("POST", "/", headers=AUTHORISED)
    assert between.strangers == []


def test_a_redirect_to_no_address_at_all_is_no_answer() -> None:
    nowhere = said("302 Found", b"", "Location: http://[")
    with answering(*[nowhere] * TRIES) as (url, _), pytest.raises(NotSent):
        http().server(url).read("GET", "/", headers=AUTHORISED)


def test_a_redirect_in_a_circle_ends() -> None:
    circle = [said("302 Found", b"", f"Location: /{n % 2}") for n in range(20)]
    with answering(*circle) as (url, asked):
        with pytest.raises(NotSent, match="redirected"):
            http().server(url).read("GET", "/start")
        assert len(asked) < 10


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "ftp://example.org",
        "https://",
        "https://user:hush@example.org",
        "https://example.org?a=b",
        "https://example.org:port",
        "http://127.0.0.1.example.org",
        "example.org",
        "",
    ],
)
def test_secrets_go_to_no_address_that_is_not_safe(url: str) -> None:
    with pytest.raises(NotSent) as caught:
        http().server(url)
    assert "hush" not in repr(caught.value)


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "naïve ☃"])
def test_a_header_that_cannot_be_sent_is_not_sent(value: str) -> None:
    with answering(OK) as (url, asked):
        with pytest.raises(NotSent, match="request"):
            http().server(url).publish("POST", "/", headers={"X-Key": Secret("KEY", value)})
        assert asked == []


def test_no_failure_shows_the_address_or_a_secret() -> None:
    with nobody() as url, pytest.raises(NotSent) as caught:
        http().server(url).publish("POST", TOKEN.inside("/bot{}"), headers=AUTHORISED)
    error: BaseException | None = caught.value
    while error is not None:
        assert "hush" not in repr(error) + str(error)
        error = error.__cause__ or error.__context__


def test_passwords_of_this_machines_netrc_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(OK) as (url, asked):
        http().server(url).read("GET", "/")
    assert b"Authorization" not in asked[0]


@pytest.mark.parametrize("answer", [b"", said("403 Forbidden"), said("502 Bad Gateway")])
def test_what_a_proxy_on_the_way_refuses_was_not_sent(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(answer) as (url, asked):
        monkeypatch.setenv("https_proxy", url)
        with pytest.raises(NotSent, match="unreachable"):
            http().server("https://example.org").publish("POST", "/", headers=AUTHORISED)
    assert asked[0].startswith(b"CONNECT example.org:443 HTTP/1.")
    assert b"hush" not in asked[0]


def test_a_large_file_arrives_whole() -> None:
    content = bytes(range(256)) * 20_000
    with answering(OK, OK) as (url, asked):
        server = http().server(url)
        server.read("POST", "/file", content=content, headers={"Content-Type": "video/mp4"})
        server.read("POST", "/form", files={"file": ("a.mp4", content, "video/mp4")})
    assert asked[0].endswith(b"\r\n\r\n" + content)
    assert content in asked[1]


def test_cookies_are_not_kept() -> None:
    with answering(said("200 OK", b"{}", "Set-Cookie: session=1"), OK) as (url, asked):
        server = http().server(url)
        server.read("GET", "/")
        server.read("GET", "/")
    assert b"Cookie" not in asked[1]


def test_a_server_that_wants_a_rest_is_not_asked_before() -> None:
    now = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)
    moments = [now]
    used_up = said("200 OK", b"{}", "RateLimit-Remaining: 0", "RateLimit-Reset: 60")
    with answering(used_up, OK, OK) as (url, asked):
        server = http(lambda: moments[-1]).server(url)
        server.publish("POST", "/posts")
        with pytest.raises(Throttled) as caught:
            server.publish("POST", "/posts")
        assert caught.value.until == now + timedelta(seconds=60)
        server.read("GET", "/other")
        moments.append(now + timedelta(seconds=61))
        server.publish("POST", "/posts")
        assert len(asked) == 3


def test_the_servers_date_is_told_unless_a_cache_kept_it() -> None:
    seen: list[tuple[str, datetime]] = []
    stamp = "Date: Tue, 01 Dec 2026 11:15:00 GMT"
    with answering(said("200 OK", b"{}", stamp), said("200 OK", b"{}", stamp, "Age: 60")) as (
        url,
        _,
    ):
        told = Http(observe=lambda host, date, *_: seen.append((host, date)))
        server = told.server(url)
        server.read("GET", "/")
        server.read("GET", "/")
    assert seen == [(url.removeprefix("http://"), datetime(2026, 12, 1, 11, 15, tzinfo=UTC))]


def test_an_idle_connection_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    alive = OK.replace(b"Connection: close", b"Connection: keep-alive")
    monkeypatch.setattr(wire, "IDLE", -1.0)
    with answering(alive, alive) as (url, asked):
        server = http().server(url)
        server.read("GET", "/")
        server.publish("POST", "/")
        assert len(asked) == 2


@pytest.fixture
def unknown_certificate(tmp_path: Path, program: Callable[[str], str]) -> Iterator[str]:
    """A server whose certificate nobody vouches for."""
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    command = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                    with context.wrap_socket(connection, server_side=True) as wrapped:
                        wrapped.recv(1)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_server_that_nobody_vouches_for_gets_nothing(unknown_certificate: str) -> None:
    with pytest.raises(NotSent, match="certificate"):
        http().server(unknown_certificate).publish("POST", "/", headers=AUTHORISED)


def test_a_server_that_never_answers_is_unclear(
    between: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "READ", 0.3)
    with answering() as (url, _), pytest.raises(Unclear):
        http().server(url).publish("POST", "/")


def test_requests_is_not_imported_before_it_is_needed() -> None:
    import sys

    script = (
        "import sys; from cmops.http import session; s = session({}).server('https://a.example');"
        "print('requests' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
