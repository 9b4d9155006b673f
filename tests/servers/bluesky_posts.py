"""Posts as the tests of Bluesky send them, and as they are found on the server."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from cmops.adapters.bluesky.account import Account
from cmops.adapters.contract import Edition, Message, Sending
from cmops.adapters.contract import Media as Attached
from cmops.adapters.registry import sender
from cmops.compose import compose
from cmops.findings import BODY
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.bluesky import Pds, Person

SETTINGS = """\
version: 1
name: Les Ateliers
language: fr
timezone: UTC
channels:
  bluesky:
    platform: bluesky
    url: {url}
    account: {handle}
    secrets: {{password: BLUESKY_PASSWORD}}
"""

SINCE = datetime(2026, 11, 22, 11, 15, 30, 123456, tzinfo=UTC)


def account(person: Person, url: str, root: Path = Path(), **settings: Any) -> Account:
    given = {"url": url, **settings}
    name = given.pop("account", person.handle)
    channel = Channel("bluesky", "bluesky", name, "b", "Bluesky", "fr", settings=given)
    secrets = {"password": Secret("BLUESKY_PASSWORD", given.get("password", person.password))}
    made = sender(channel, root=root, http=Http(secrets, sleep=lambda seconds: None))
    assert isinstance(made, Account)
    return made


def settings(url: str, person: Person) -> str:
    """``cmops.yml`` of somebody who has this one channel."""
    return SETTINGS.format(url=url, handle=person.handle)


def composed(person: Person, *parts: str, **fields: Any) -> tuple[Message, ...]:
    channel = Channel("bluesky", "bluesky", person.handle, "b", "Bluesky", "fr")
    places = tuple((BODY, 100 * number) for number in range(len(parts)))
    values = {"language": "fr", **fields}
    made = compose(Edition("ouverture", channel, parts, places, "Ouverture", **values))
    assert made.problems == ()
    return made.messages


def told(key: str, index: int = 0, before: tuple[Receipt, ...] = ()) -> Sending:
    return Sending(key, index, "ouverture", SINCE, SINCE, before)


def sent(
    person: Person, url: str, key: str, *parts: str, root: Path = Path(), **fields: Any
) -> list[Receipt]:
    """A whole delivery, one message after the other."""
    bluesky = account(person, url, root)
    receipts: list[Receipt] = []
    for index, message in enumerate(composed(person, *parts, **fields)):
        receipts.append(bluesky.send(message, told(key, index, tuple(receipts))))
    return receipts


def live(pds: Pds, receipt: Receipt) -> dict[str, Any]:
    did, collection, _ = receipt.id.removeprefix("at://").split("/")
    [found] = [each for each in pds.records(did, collection) if each["uri"] == receipt.id]
    assert found["cid"] == dict(receipt.extra)["cid"]
    value: dict[str, Any] = found["value"]
    return value


def picture(
    root: Path,
    name: str = "atelier.png",
    size: tuple[int, int] = (80, 60),
    drawn: Image.Image | None = None,
) -> Attached:
    place = root / "content" / "media" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    (drawn or Image.new("RGB", size, (len(name) % 255, 90, 40))).save(written, "PNG")
    place.write_bytes(written.getvalue())
    return attached(root, f"media/{name}", "image/png", size)


def attached(root: Path, path: str, type: str, size: tuple[int, int] | None = None) -> Attached:
    content = (root / "content" / path).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    width, height = size or (None, None)
    return Attached(path, "Un établi", type, len(content), digest, width, height)
