"""Requests that no description knows are found out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.adapters.described import described
from tests.servers.chats import Asked

URL = "https://chat.example.org/api/v4"
HEADERS = {"authorization": "Bearer hush-hush", "content-type": "application/json"}
BODY = {"channel_id": "d" * 26, "message": "Bonjour"}


def asked(line: str, body: Any = None, **changes: Any) -> Asked:
    content = b"" if body is None else json.dumps(body).encode()
    values = {"query": {}, "headers": HEADERS, **changes}
    return Asked(line, values["query"], values["headers"], content)


@pytest.mark.parametrize(
    "request_",
    [
        asked(f"POST {URL}/posts", BODY),
        asked(f"GET {URL}/channels/{'d' * 26}/posts", query={"since": "1796123700000"}),
        asked(f"GET {URL}/channels/{'d' * 26}/members/me"),
    ],
    ids=["a body", "a question", "the more exact of two"],
)
def test_what_is_described_passes(request_: Asked) -> None:
    described("mattermost").check([request_])


@pytest.mark.parametrize(
    "request_",
    [
        asked(f"POST {URL}/messages", BODY),
        asked(f"PUT {URL}/posts", BODY),
        asked(f"POST {URL}/posts"),
        asked(f"POST {URL}/posts", {**BODY, "text": "?"}),
        asked(f"POST {URL}/posts", {"message": "Bonjour"}),
        asked(f"POST {URL}/posts", {**BODY, "message": 3}),
        asked(f"POST {URL}/posts", BODY, headers={**HEADERS, "authorization": "hush"}),
        asked(f"POST {URL}/posts", BODY, headers={**HEADERS, "content-type": "text/plain"}),
        asked(f"GET {URL}/channels/{'d' * 26}/posts", query={"since": "hier"}),
        asked(f"GET {URL}/users/me", query={"fields": "username"}),
    ],
    ids=[
        "another path",
        "another method",
        "no body",
        "an unknown field",
        "a missing field",
        "another type",
        "no token",
        "another kind of body",
        "no number",
        "an unknown question",
    ],
)
def test_what_is_not_described_is_said(request_: Asked) -> None:
    with pytest.raises(AssertionError, match="/api/v4"):
        described("mattermost").check([request_])


@pytest.mark.parametrize("name", ["discord", "discourse", "mattermost", "slack", "x"])
def test_each_description_says_where_it_was_read(name: str) -> None:
    from jsonschema import Draft202012Validator

    found = described(name)
    assert re.search(r"\d{4}-\d\d-\d\d", found.source)
    assert found.calls
    for call in found.calls.values():
        for schema in (*call.get("body", {}).values(), call.get("query", {})):
            if schema is not True:
                Draft202012Validator.check_schema(schema)
