"""The same server, nearer to those that people have: run by its own interpreter, with a port.

It knows no idempotency key, takes its time over pictures, gives short pages, trims texts, knows
a post of another server by its address, and has a domain that is not its host.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

DOMAIN = "variante.example"
ELSEWHERE = "https://ailleurs.example/@voisine/1"
PAGE = 3
PROCESSING = 2
"""How often a picture is not ready when it is asked for."""

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Change = Callable[[int, Any], tuple[int, Any]]


class Variant:
    """What changes questions on their way in and answers on their way out."""

    def __init__(self, app: App, known: dict[str, str]) -> None:
        self._app = app
        self._known = known
        self._asked: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        asked = f"{scope['method']} {scope['path']}"
        scope["headers"] = [each for each in scope["headers"] if each[0] != b"idempotency-key"]
        if asked == "GET /api/v1/apps/verify_credentials":
            return await _say(send, 200, {"name": "cmops", "scopes": _scopes(scope)})
        if asked == "POST /api/v1/statuses":
            receive = await _trimmed(scope, receive)
        await self._app(scope, receive, _changing(send, self._change(asked, scope)))

    def _change(self, asked: str, scope: Scope) -> Change:
        """What is to become of the answer; the question may be led elsewhere."""
        query = dict(parse_qsl(scope["query_string"].decode()))
        if asked == "GET /api/v2/search":
            known = self._known.get(query.get("q", "")) if query.get("resolve") == "true" else None
            scope["path"] = f"/api/v1/statuses/{known or 0}"
            return _found
        if asked.startswith("GET /api/v1/accounts/") and asked.endswith("/statuses"):
            scope["query_string"] = urlencode({**query, "limit": PAGE}).encode()
        if asked.startswith("GET /api/v1/media/"):
            self._asked[asked] += 1
            return _not_ready if self._asked[asked] <= PROCESSING else _same
        return _taken if asked == "POST /api/v2/media" else _same


def _same(status: int, data: Any) -> tuple[int, Any]:
    return status, data


def _found(status: int, data: Any) -> tuple[int, Any]:
    return 200, {"accounts": [], "statuses": [data] if status == 200 else [], "hashtags": []}


def _taken(status: int, data: Any) -> tuple[int, Any]:
    return (202, {**data, "url": None}) if status == 200 else (status, data)


def _not_ready(status: int, data: Any) -> tuple[int, Any]:
    return 206, {**data, "url": None}


def _scopes(scope: Scope) -> list[str]:
    """What the token may do: a test names a narrow one after what it lacks."""
    return ["read"] if b"narrow" in dict(scope["headers"])[b"authorization"] else ["read", "write"]


def _changing(send: Send, change: Change) -> Send:
    """Keeps the answer until it is whole, and sends it changed."""
    if change is _same:
        return send
    start: Event = {}
    body = bytearray()

    async def changed(event: Event) -> None:
        nonlocal start
        if event["type"] == "http.response.start":
            start = event
            return
        body.extend(event.get("body", b""))
        if not event.get("more_body"):
            await _say(send, *change(start["status"], json.loads(body)))

    return changed


async def _trimmed(scope: Scope, receive: Receive) -> Receive:
    """The same question with its texts as the server keeps them."""
    body, more = b"", True
    while more:
        event = await receive()
        body, more = body + event.get("body", b""), event.get("more_body", False)
    data = json.loads(body)
    for name in ("status", "spoiler_text"):
        data[name] = (data.get(name) or "").strip()
    body = json.dumps(data).encode()
    scope["headers"] = [each for each in scope["headers"] if each[0] != b"content-length"]

    async def again() -> Event:
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _say(send: Send, status: int, data: Any) -> None:
    body = json.dumps(data).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main(port: int) -> None:
    """Listens on 127.0.0.1 until it is ended."""
    import uvicorn  # type: ignore[import-not-found]
    from mastodon_mock.app import create_app  # type: ignore[import-not-found]
    from mastodon_mock.config import (  # type: ignore[import-not-found]
        MastodonMockConfig,
        SeedAccount,
        SeedConfig,
        SeedStatus,
    )
    from mastodon_mock.db.models import Status  # type: ignore[import-not-found]

    here = SeedAccount(username="ateliers", access_token="mock_token")
    narrow = SeedAccount(username="etroit", access_token="narrow_token")
    there = SeedAccount(username="voisine", domain="ailleurs.example")
    said = SeedStatus(account="voisine", text="Bonjour d’ailleurs")
    seed = SeedConfig(accounts=[here, narrow, there], statuses=[said])
    app = create_app(MastodonMockConfig(domain=DOMAIN, url_scheme="https", seed=seed))
    with app.state.session_factory() as session:
        status = session.query(Status).one()
        status.url = ELSEWHERE
        known = {ELSEWHERE: str(status.id)}
        session.commit()
    uvicorn.run(Variant(app, known), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
