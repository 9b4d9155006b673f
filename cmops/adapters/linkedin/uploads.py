"""Files on LinkedIn: uploaded to an address that it gives, seen by nobody until a post shows them.

Source: learn.microsoft.com, LinkedIn, "Images API", "Videos API" and "Documents API", read on
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cmops.adapters.contract import Media
from cmops.adapters.files import reviewed
from cmops.adapters.linkedin import PDF
from cmops.adapters.linkedin.addresses import escaped
from cmops.adapters.linkedin.api import Api
from cmops.adapters.wanted import kind
from cmops.failures import NotSent, Rejected
from cmops.http import Answer

WAITS = (1, 2, 4, 8, 15, 15, 15, 30, 30, 30, 30, 30)
"""Seconds between questions whether a file is ready."""

_FAILED = frozenset({"PROCESSING_FAILED", "CLIENT_ERROR"})
_REFUSED = frozenset({"http_400", "http_413", "http_415", "http_422"})


class Uploads:
    """The files of one author."""

    def __init__(self, api: Api, root: Path, owner: str, sleep: Callable[[float], None]) -> None:
        self._api = api
        self._root = root
        self._owner = owner
        self._sleep = sleep

    def put(self, media: Media) -> str:
        """What LinkedIn calls the file once it can be shown.

        Raises Rejected for a file that it refuses, and NotSent or Throttled.
        """
        if media.url is not None:
            raise NotSent("media_missing", media.path)
        content = reviewed(self._root, media.path, media.sha256)
        if kind(media) == "video":
            return self._film(content)
        room, name = ("documents", "document") if media.type == PDF else ("images", "image")
        place = self._begun(room, {"owner": self._owner})
        urn = place.text("value", name)
        self._api.upload(place.text("value", "uploadUrl"), content, media.type)
        self._wait(room, urn)
        return urn

    def _film(self, content: bytes) -> str:
        """Pieces that LinkedIn cuts, put together by the ETags of their uploads."""
        about = {
            "owner": self._owner,
            "fileSizeBytes": len(content),
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        place = self._begun("videos", about)
        urn = place.text("value", "video")
        pieces = place.look("value", "uploadInstructions")
        if not isinstance(pieces, list) or not pieces:
            raise place.rubbish()
        tags = []
        for number in range(len(pieces)):
            way = ("value", "uploadInstructions", number)
            first, last = (_number(place, *way, name) for name in ("firstByte", "lastByte"))
            part, url = content[first : last + 1], place.text(*way, "uploadUrl")
            tags.append(self._api.upload(url, part, "application/octet-stream", signed=False))
        token = place.look("value", "uploadToken") or ""
        end = {"video": urn, "uploadToken": token, "uploadedPartIds": tags}
        self._taken("POST", "/rest/videos?action=finalizeUpload", {"finalizeUploadRequest": end})
        self._wait("videos", urn)
        return urn

    def _begun(self, room: str, about: dict[str, Any]) -> Answer:
        path = f"/rest/{room}?action=initializeUpload"
        return self._taken("POST", path, {"initializeUploadRequest": about})

    def _taken(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """A call that makes nothing live; what LinkedIn refuses for good is the file."""
        try:
            return self._api.read(method, path, json=body)
        except NotSent as failure:
            if failure.code in _REFUSED:
                raise Rejected("media_refused", failure.detail) from None
            raise

    def _wait(self, room: str, urn: str) -> None:
        """Until it is ready; a token that may not ask publishes without knowing."""
        for seconds in WAITS:
            try:
                state = self._api.read("GET", f"/rest/{room}/{escaped(urn)}").look("status")
            except NotSent as failure:
                if failure.code == "linkedin_permission":
                    return
                raise
            if state in _FAILED:
                raise Rejected("media_refused")
            if state == "AVAILABLE":
                return
            self._sleep(seconds)
        raise NotSent("media_not_ready")


def _number(answer: Answer, *way: str | int) -> int:
    found = answer.look(*way)
    if not isinstance(found, int):
        raise answer.rubbish()
    return found
