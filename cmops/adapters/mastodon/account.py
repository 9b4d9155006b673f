"""The network half: statuses of one account, their files, and looking for what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Answer, Media, Message, Metric, Problem, Sending
from cmops.adapters.files import reviewed
from cmops.adapters.mastodon import Mastodon, editing, looking, numbers
from cmops.adapters.mastodon.api import INSTANCE, Api, Status
from cmops.adapters.reading import moment
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import lacking, other_account
from cmops.failures import NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

WAITS = (0.5, 0.5, 1, 1, 2, 2, 3, 5, 5, 10, 10, 10, 10)
"""Seconds between questions whether an uploaded file is ready: a minute in all."""

_REFUSED = frozenset({400, 413, 415, 422})
_GONE = frozenset({404, 410})
_VISIBILITY = {"followers": "private"}

# What ``/api/v2/instance`` calls the limits that adapters.limits has names for.
_LIMITS = {
    "text": ("statuses", "max_characters"),
    "images": ("statuses", "max_media_attachments"),
    "image_bytes": ("media_attachments", "image_size_limit"),
    "image_pixels": ("media_attachments", "image_matrix_limit"),
    "video_bytes": ("media_attachments", "video_size_limit"),
    "alt": ("media_attachments", "description_limit"),
    "poll_options": ("polls", "max_options"),
    "poll_option": ("polls", "max_characters_per_option"),
    "poll_seconds": ("polls", "max_expiration"),
}


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request, all that it refers to being there."""

    path: str
    body: Mapping[str, Any]


class Account(Mastodon):
    """One account on its server."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        self._api = Api(http, str(channel.settings.get("url", "")), channel.account)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is that of the account, and may do what publishing takes."""
        self._api.forget()
        if not self._api.is_wanted:
            yield other_account(self._channel, self.platform, self._api.name)
        missing = self._api.missing_scopes()
        if missing:
            yield lacking(self._channel, self.platform, missing)

    def limits(self) -> Mapping[str, int]:
        """What the server says of itself."""
        said = self._api.read("GET", INSTANCE)
        found = {
            name: said.look("configuration", section, key)
            for name, (section, key) in _LIMITS.items()
        }
        return {name: most for name, most in found.items() if isinstance(most, int) and most > 0}

    def expires(self) -> None:
        """Never: tokens of applications last until somebody revokes them.

        https://docs.joinmastodon.org/spec/oauth/ and doorkeeper's ``access_token_expires_in nil``.
        """
        return

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's files and looks up what it refers to; makes nothing live."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes the status, or boosts another one."""
        request = self._ready.take(message, sending, self._request)
        # A courtesy: servers forget it within the hour, and some never look at it.
        key = hashlib.sha256(sending.message_key.encode()).hexdigest()
        answer = self._api.publish(
            "POST", request.path, json=request.body, headers={"Idempotency-Key": key}
        )
        answer.text("id")
        return receipt(answer.data, sending.since, message)

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the status is among the account's own, all pages since the claim read."""
        reposted = message.fields.get("repost")
        if reposted:
            return looking.for_boost(self._api, self._api.resolve(reposted), sending, receipt)
        parent = self._parent(message, sending)
        keep = partial(receipt, message=message)
        return looking.for_status(self._api, message, parent, sending, keep)

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Makes the status what the message says; a poll keeps its votes. Raises Rejected."""
        path = f"/api/v1/statuses/{receipt.id}"
        answer = self._api.read("GET", path, accept=_GONE)
        if not answer.ok:
            raise Rejected("gone")
        if answer.look("account", "id") != self._api.id:
            raise Rejected("not_ours")
        live, now = answer.data, self._http.now()
        editing.refuse(live, message, _visibility(message), now)
        known = editing.attached(receipt, live)
        mine = all(each.sha256[:16] in known for each in message.media)
        language = message.fields.get("language")
        said = live.get("language") == language and looking.says(self._api, live, message)
        if mine and said:
            return receipt
        files = [(m, known.get(m.sha256[:16]) or self._upload(m)) for m in message.media]
        body = editing.body(live, message, files, now)
        if not self._api.publish("PUT", path, json=body, accept=_GONE).ok:
            raise Rejected("gone")
        return replace(receipt, extra=editing.named(files))

    def delete(self, receipt: Receipt) -> None:
        """Deletes the status, or takes the boost back."""
        boosted = dict(receipt.extra).get("reblog")
        if boosted:
            self._api.publish("POST", f"/api/v1/statuses/{boosted}/unreblog", accept={404})
        else:
            self._api.publish("DELETE", f"/api/v1/statuses/{receipt.id}", accept={404, 410})

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What the server counts of our statuses."""
        return numbers.of_statuses(self._api, receipts)

    def measure_channel(self) -> Mapping[Metric, int]:
        """What the server counts of the account."""
        return numbers.of_account(self._api)

    def _request(self, message: Message, sending: Sending) -> _Request:
        fields = message.fields
        visibility = _visibility(message)
        if fields.get("repost"):
            boosted = self._api.resolve(fields["repost"])["id"]
            return _Request(f"/api/v1/statuses/{boosted}/reblog", {"visibility": visibility})
        spoiler = fields.get("spoiler")
        # What is left unsaid is what the account prefers, so nothing is: not the defaults either.
        body = {
            "status": message.text,
            "visibility": visibility,
            "sensitive": spoiler is not None,
            "spoiler_text": spoiler,
            "language": fields.get("language"),
            "in_reply_to_id": self._parent(message, sending),
            "poll": _poll(fields["poll"]) if fields.get("poll") else None,
            "media_ids": [self._upload(each) for each in message.media],
        }
        given = {name: value for name, value in body.items() if value not in (None, [])}
        return _Request("/api/v1/statuses", given)

    def _parent(self, message: Message, sending: Sending) -> str | None:
        """The status that this one answers: our own before it, or somebody's."""
        if sending.before:
            return sending.before[-1].id
        address = message.fields.get("reply_to")
        return str(self._api.resolve(address)["id"]) if address else None

    def _upload(self, media: Media) -> str:
        """What the server calls the file once it can be attached; nobody sees it until then."""
        name = f"{media.sha256[:16]}{Path(media.path).suffix}"
        content = reviewed(self._root, media.path, media.sha256)
        answer = self._api.read(
            "POST",
            "/api/v2/media",
            files={"file": (name, content, media.type)},
            form={"description": media.alt} if media.alt else {},
            accept=_REFUSED,
        )
        if not answer.ok:
            raise Rejected("media_refused")
        id = answer.text("id")
        if answer.status == 202 or answer.look("url") is None:
            self._wait_for(id)
        return id

    def _wait_for(self, id: str) -> None:
        for seconds in WAITS:
            self._http.sleep(seconds)
            answer = self._api.read("GET", f"/api/v1/media/{id}", accept=_REFUSED)
            if not answer.ok:
                raise Rejected("media_refused")
            if answer.status == 200:
                return
        raise NotSent("media_not_ready")


def _visibility(message: Message) -> str:
    said = str(message.fields["visibility"])
    return _VISIBILITY.get(said, said)


def receipt(status: Status, since: datetime, message: Message | None = None) -> Receipt:
    """What is kept of a status that is live; nothing but its id can be missing from it."""
    boosted = status.get("reblog") or {}
    extra: tuple[tuple[str, str], ...] = ()
    if "id" in boosted:
        extra = (("reblog", str(boosted["id"])),)
    files = [str(each.get("id")) for each in status.get("media_attachments") or ()]
    if message is not None and not boosted and len(files) == len(message.media):
        extra = editing.named(list(zip(message.media, files, strict=True)))
    shown = boosted or status
    url = shown.get("url") or shown.get("uri")
    at = moment(status.get("created_at")) or since
    return Receipt(str(status["id"]), at, url if isinstance(url, str) else None, extra)


def _poll(poll: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "options": poll["options"],
        "expires_in": poll["duration_seconds"],
        "multiple": poll["multiple"],
    }
