"""An author on LinkedIn, files to send, and what the documentation answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cmops.adapters.contract import (
    Media,
    Message,
    Sending,
)
from cmops.adapters.linkedin import LinkedIn
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.files import put
from tests.servers.graph import Meta, Says, meta

MEMBER = "urn:li:person:782bbtaQ"


PAGE = "urn:li:organization:5515715"


SHARE = "urn:li:share:6844785523593134080"


QUOTED = "urn%3Ali%3Ashare%3A6844785523593134080"


AUTHOR = "urn%3Ali%3Aorganization%3A5515715"


CREATED = Says(b"", 201, {"x-restli-id": SHARE})


CLAIMED = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)


SENDING = Sending("ouverture~linkedin~page", 0, "ouverture", CLAIMED, CLAIMED)


BELOW = replace(SENDING, index=1, before=(Receipt(SHARE, CLAIMED),))


COMMENT = Message("Le lien est ici (enfin).", fields={"role": "first_comment"})


SAID = {
    "actor": PAGE,
    "commentUrn": "urn:li:comment:(urn:li:activity:6631349431612559360,6636062862760562688)",
    "created": {"actor": PAGE, "time": int(CLAIMED.timestamp() * 1000) + 5_000},
    "id": "6636062862760562688",
    "message": {"attributes": [], "text": "Le lien est ici (enfin)."},
    "object": "urn:li:activity:6631349431612559360",
}


def serving() -> Iterator[Meta]:
    """A server that says what it is told."""
    with meta() as made:
        yield made


def author(server: Meta, urn: str = PAGE, root: Path = Path(), **own: Any) -> Any:
    given = {"token": "hush-hush", **own.pop("secrets", {})}
    channel = Channel(
        "linkedin", "linkedin", urn, "a", "Ateliers", "fr",
        secrets={name: f"LINKEDIN_{name.upper()}" for name in given},
        settings={"url": server.url, **own},
    )  # fmt: skip
    http = Http({name: Secret(name, value) for name, value in given.items()}, sleep=lambda _: None)
    return LinkedIn.create(channel, root=root, http=http)


def file(root: Path, name: str = "a.jpg", content: bytes = b"jpeg", alt: str = "") -> Media:
    kinds = {"mp4": "video/mp4", "pdf": "application/pdf"}
    kind = kinds.get(name.rpartition(".")[2], "image/jpeg")
    return put(root, name, content, kind, alt, (800, 600))


def body(commentary: str, who: str = PAGE, **more: Any) -> dict[str, Any]:
    return {
        "author": who,
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        **more,
    }


def refusal(status: int, code: str = "", message: str = "No", **headers: str) -> Says:
    said = {"status": status, "serviceErrorCode": 100, "code": code, "message": message}
    return Says(said, status, headers)


def post(commentary: str, seconds: int = 5, id: str = SHARE, **more: Any) -> dict[str, Any]:
    at = int(CLAIMED.timestamp() * 1000) + seconds * 1000
    return {"id": id, "author": PAGE, "commentary": commentary, "createdAt": at, **more}
