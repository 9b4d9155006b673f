"""The network half: posts of one account, their media, and what X counts of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from cmops.adapters.contract import (
    Answer,
    Guarantee,
    Media,
    Message,
    Metric,
    Platform,
    Problem,
    Sending,
)
from cmops.adapters.counts import counted
from cmops.adapters.files import reviewed
from cmops.adapters.ready import Ready
from cmops.adapters.verifying import other_account
from cmops.adapters.wanted import kind
from cmops.adapters.x import URL, X, looking
from cmops.adapters.x.addresses import address_of, post_id
from cmops.adapters.x.api import Api, Fields
from cmops.failures import NotSent, Rejected
from cmops.http import Http
from cmops.ledger.entries import Receipt
from cmops.values import dataclass
from cmops.workspace.model import Channel

POSTS = "/2/tweets"
PIECE = 4 << 20
"""Bytes of a file that are sent at once; docs.x.com allows 5 MB."""

LONGEST_WAIT = 240
"""Seconds that a film may take to be made ready; X says when to ask again."""

_AT_ONCE = 100
_COUNTS = {
    "impression_count": Metric.IMPRESSIONS,
    "like_count": Metric.LIKES,
    "reply_count": Metric.COMMENTS,
    "retweet_count": Metric.SHARES,
    "repost_count": Metric.SHARES,
    "quote_count": Metric.QUOTES,
    "bookmark_count": Metric.SAVES,
}
_METRICS: Fields = ({"tweet.fields": "public_metrics"}, {"post.fields": "public_metrics"})
_OF_ACCOUNT = {
    "followers_count": Metric.FOLLOWERS,
    "following_count": Metric.FOLLOWING,
    "tweet_count": Metric.POSTS,
    "post_count": Metric.POSTS,
}


@dataclass(frozen=True, slots=True)
class _Request:
    """The publishing request, all that it refers to being uploaded; ``id`` of what is shared."""

    path: str
    body: Mapping[str, Any]
    id: str | None = None


class Account(X):
    """One account, written to with its own token."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        url = str(channel.settings.get("url") or URL)
        self._api = Api(http, url, channel.account, channel.secrets)
        self._ready: Ready[_Request] = Ready()

    def verify(self) -> Iterator[Problem]:
        """Whether the token is that of the account."""
        self._api.forget()
        if not self._api.is_wanted:
            yield other_account(self._channel, self.platform, self._api.name)

    def refresh(self) -> Mapping[str, str]:
        """New tokens of OAuth 2, by the variables that hold them."""
        new = self._api.refreshed()
        names = self._channel.secrets
        return {names[name]: value for name, value in new.items() if name in names}

    def prepare(self, message: Message, sending: Sending) -> None:
        """Uploads the message's files; nobody sees them yet."""
        self._ready.keep(message, sending, self._request(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Publishes the post, or shares another one."""
        request = self._ready.take(message, sending, self._request)
        answer = self._api.publish("POST", request.path, json=request.body)
        if request.id is not None:
            if answer.look("data", "retweeted") is not True:
                raise answer.rubbish()
            extra = (("repost", request.id),)
            return Receipt(request.id, answer.at, f"https://x.com/i/status/{request.id}", extra)
        id = answer.text("data", "id")
        return Receipt(id, answer.at, address_of(self._channel.account, id))

    def delete(self, receipt: Receipt) -> None:
        """Deletes the post, or takes the share back; one that is gone already is no error."""
        shared = dict(receipt.extra).get("repost")
        path = f"/2/users/{self._api.id}/retweets/{shared}" if shared else f"{POSTS}/{receipt.id}"
        try:
            self._api.publish("DELETE", path)
        except Rejected as refused:
            if refused.code != "http_404":
                raise

    def measure(self, receipts: Sequence[Receipt]) -> Mapping[str, Mapping[Metric, int]]:
        """What X counts of our posts; a hundred are read, and paid for, at once."""
        ids = [each.id for each in receipts if not dict(each.extra).get("repost")]
        found: dict[str, Mapping[Metric, int]] = {}
        for start in range(0, len(ids), _AT_ONCE):
            asked = {"ids": ",".join(ids[start : start + _AT_ONCE])}
            for post in self._api.posts(POSTS, asked, _METRICS).look("data") or ():
                found[str(post.get("id"))] = counted(post.get("public_metrics"), _COUNTS)
        return found

    def measure_channel(self) -> Mapping[Metric, int]:
        """What X counts of the account."""
        answer = self._api.read("GET", "/2/users/me", params={"user.fields": "public_metrics"})
        return counted(answer.look("data", "public_metrics"), _OF_ACCOUNT)

    def _request(self, message: Message, sending: Sending) -> _Request:
        fields = message.fields
        shared = fields.get("repost")
        if shared:
            id = _id_of(shared)
            return _Request(f"/2/users/{self._api.id}/retweets", {"tweet_id": id}, id)
        parent = sending.before[-1].id if sending.before else fields.get("reply_to")
        if parent and not sending.before:
            parent = _id_of(parent)
        quoted = fields.get("quote")
        body = {
            "text": message.text,
            "media": {"media_ids": [self._upload(each) for each in message.media]},
            "poll": _poll(fields["poll"]) if fields.get("poll") else None,
            "reply": {"in_reply_to_tweet_id": parent} if parent else None,
            "quote_tweet_id": _id_of(quoted) if quoted else None,
        }
        if not message.media:
            body["media"] = None
        # Whose token it is was asked by ``verify``; what is uploaded goes nowhere else.
        return _Request(POSTS, {name: value for name, value in body.items() if value})

    def _upload(self, media: Media) -> str:
        """What X calls the file once it can be attached; nobody sees it until then."""
        content = reviewed(self._root, media.path, media.sha256)
        about = {
            "media_type": media.type,
            "total_bytes": len(content),
            "media_category": _category(media),
        }
        id = str(self._taken("POST", "/2/media/upload/initialize", json=about).text("data", "id"))
        for index, start in enumerate(range(0, len(content), PIECE)):
            piece = content[start : start + PIECE]
            self._taken(
                "POST",
                f"/2/media/upload/{id}/append",
                form={"segment_index": str(index)},
                files={"media": (media.sha256[:16], piece, "application/octet-stream")},
            )
        # Asked once: X refuses to end an upload twice, which is no fault of the file.
        end = self._api.publish("POST", f"/2/media/upload/{id}/finalize")
        self._wait(id, end.look("data", "processing_info"))
        if media.alt:
            words = {"id": id, "metadata": {"alt_text": {"text": media.alt}}}
            self._taken("POST", "/2/media/metadata", json=words)
        return id

    def _taken(self, method: str, path: str, **request: Any) -> Any:
        """A call that makes nothing live; what X refuses for good is the file."""
        try:
            return self._api.read(method, path, **request)
        except NotSent as failure:
            if failure.code in ("http_400", "http_404", "http_413", "http_415"):
                raise Rejected("media_refused", failure.detail) from None
            raise

    def _wait(self, id: str, state: Any) -> None:
        waited = 0
        while isinstance(state, Mapping) and state.get("state") in ("pending", "in_progress"):
            seconds = min(max(int(state.get("check_after_secs") or 1), 1), 60)
            waited += seconds
            if waited > LONGEST_WAIT:
                raise NotSent("media_not_ready")
            self._http.sleep(seconds)
            asked = {"command": "STATUS", "media_id": id}
            answer = self._taken("GET", "/2/media/upload", params=asked)
            state = answer.look("data", "processing_info")
        if isinstance(state, Mapping) and state.get("state") == "failed":
            raise Rejected("media_refused")


class ReadAccount(Account):
    """The same for a channel whose owner pays for reading back."""

    platform: ClassVar[Platform] = replace(
        X.platform, guarantee=Guarantee.READS_BACK, found_by_text=True
    )

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the post is among the account's own since the claim."""
        shared = message.fields.get("repost")
        parent = sending.before[-1].id if sending.before else None
        if parent is None and message.fields.get("reply_to"):
            parent = _id_of(message.fields["reply_to"])
        wanted = looking.Wanted(message.text, parent, _id_of(shared) if shared else None)
        return looking.found(self._api, wanted, sending, self._kept)

    def _kept(self, id: str, at: datetime, shared: str | None) -> Receipt:
        if shared:
            return Receipt(shared, at, f"https://x.com/i/status/{shared}", (("repost", shared),))
        return Receipt(id, at.astimezone(UTC), address_of(self._channel.account, id))


def _id_of(address: str) -> str:
    found = post_id(address)
    if found is None:
        raise Rejected("post_not_found", address)
    return found


def _category(media: Media) -> str:
    if media.type == "image/gif":
        return "tweet_gif"
    return "tweet_video" if kind(media) == "video" else "tweet_image"


def _poll(poll: Mapping[str, Any]) -> dict[str, Any]:
    minutes = -(-int(poll["duration_seconds"]) // 60)
    return {"options": list(poll["options"]), "duration_minutes": minutes}
