"""The outbox: each delivery becomes one JSON file in a folder of the workspace.

It is a platform like any other, takes everything, and is what the sandbox uses in place of
every network. A file is replaced as a whole, so a reader never sees half of one.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

from cmops.adapters import schemas
from cmops.adapters.contract import (
    Absent,
    Answer,
    Can,
    Capability,
    Edition,
    Found,
    Guarantee,
    LinkPlace,
    Message,
    Platform,
    Problem,
    Sending,
    Unknown,
)
from cmops.adapters.messages import compose_messages, media_data, message_data
from cmops.adapters.outbox.delivery import Delivery, add, at, dump, parse, plain, take
from cmops.adapters.outbox.folder import Folder, OpenFolder, Unsettled
from cmops.failures import NotSent, Rejected, Unclear
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

_ABLE = dict.fromkeys(Capability, Can.YES) | {
    Capability.METRICS: Can.NO,
    Capability.INBOX: Can.NO,
}

_SETTINGS = schemas.keys(
    "path",
    path=schemas.text(
        ("Dossier", "Folder"),
        (
            "Où écrire les envois, depuis la racine de l’espace : « outbox/archive ».",
            'Where deliveries are written, from the workspace\'s root: "outbox/archive".',
        ),
    ),
)

# Short words for the ledger; what else the system may say is "io".
_CODES = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EROFS: "read_only",
    errno.ELOOP: "outside",
    errno.ENOTDIR: "outside",
    errno.EAGAIN: "busy",
}

SANDBOX = "outbox"
_KEY = re.compile(r"[^\s/\\.][^/\\\x00-\x1f\x7f]*")
_LONGEST = 250


class Outbox:
    """The files of one channel, one a delivery: ``<path>/<key>.json``."""

    platform: ClassVar[Platform] = Platform(
        name="outbox",
        title="Outbox",
        limits={},
        can=_ABLE,
        settings=_SETTINGS,
        options={"type": "object"},
        guarantee=Guarantee.DEDUPLICATES,
        link=LinkPlace.FIELD,
        hashtags_in_text=False,
    )

    def __init__(self, channel: Channel, folder: Folder, *, sandbox: bool = False) -> None:
        self._channel = channel
        self._folder = folder
        self._sandbox = sandbox

    @classmethod
    def create(cls, channel: Channel, *, root: Path, http: Any = None) -> Self:
        """The outbox at the channel's ``path`` below ``root``."""
        return cls(channel, Folder(root, str(channel.settings.get("path", ""))))

    @classmethod
    def sandbox(cls, channel: Channel, *, root: Path) -> Self:
        """What stands in for any channel's network: the folder ``outbox/<channel>/``.

        An outbox that publishes to that very folder does not take these files for its own.
        """
        return cls(channel, Folder(root, f"{SANDBOX}/{channel.id}"), sandbox=True)

    @classmethod
    def compose(cls, edition: Edition) -> tuple[Message, ...]:
        """The messages as a network would get them; link and hashtags beside the text."""
        first, *others = compose_messages(cls.platform, edition)
        article = edition.kind == "article"
        values = {
            "title": edition.title if article else None,
            "link": edition.link,
            "hashtags": list(edition.hashtags),
            "cover": media_data(edition.cover) if edition.cover else None,
            "options": dict(edition.options),
        }
        fields = {**first.fields, **{name: value for name, value in values.items() if value}}
        return (Message(first.text, first.media, fields), *others)

    @classmethod
    def problems(cls, edition: Edition) -> Iterable[Problem]:
        """An outbox takes everything."""
        return ()

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Writes the message to its delivery's file; what is there already is not written again.

        Raises Rejected when something else has its place, NotSent when nothing was written,
        Unclear when that cannot be known.
        """
        name, data = _file_name(sending.key), message_data(message)
        try:
            with self._folder.opened() as folder:
                delivery = self._read(folder, name) or self._delivery(sending)
                if add(delivery["messages"], sending.index, data):
                    folder.write(name, dump(delivery))
        except Unsettled as error:
            raise Unclear(_code(error), name) from error
        except OSError as error:
            raise NotSent(_code(error), name) from error
        return _receipt(sending, delivery)

    def find(self, message: Message, sending: Sending) -> Answer:
        """Whether the message is in its delivery's file; nothing else ever writes there."""
        try:
            with self._folder.opened(create=False) as folder:
                delivery = self._read(folder, _file_name(sending.key))
        except (FileNotFoundError, Rejected):
            return Absent()
        except (OSError, Unclear):
            return Unknown()
        there = at(delivery["messages"], sending.index) if delivery else None
        if delivery is None or there is None:
            return Absent()
        same = plain(there) == plain(message_data(message))
        return Found(_receipt(sending, delivery)) if same else Unknown()

    def edit(self, receipt: Receipt, message: Message) -> Receipt:
        """Puts the message in the place of the one that its file has; the same twice is one.

        Raises Rejected when there is none.
        """
        name, index = _place(receipt)
        try:
            with self._folder.opened(create=False) as folder:
                delivery = self._read(folder, name)
                if delivery is None or at(delivery["messages"], index) is None:
                    raise Rejected("gone")
                delivery["messages"][index] = message_data(message)
                folder.write(name, dump(delivery))
        except FileNotFoundError:
            raise Rejected("gone") from None
        except Unsettled as error:
            raise Unclear(_code(error), name) from error
        except OSError as error:
            raise NotSent(_code(error), name) from error
        return receipt

    def delete(self, receipt: Receipt) -> None:
        """Takes the message out of its file, and the file away with its last message."""
        name, index = _place(receipt)
        try:
            with self._folder.opened(create=False) as folder:
                delivery = self._read(folder, name)
                if delivery is None or at(delivery["messages"], index) is None:
                    return
                take(delivery["messages"], index)
                if delivery["messages"]:
                    folder.write(name, dump(delivery))
                else:
                    folder.remove(name)
        except FileNotFoundError:
            return
        except OSError as error:
            raise NotSent(_code(error), name) from error

    def verify(self) -> Iterator[Problem]:
        """Whether the folder is inside the workspace and can be written to."""
        reason = self._folder.trouble()
        if reason is not None:
            values = {"channel": self._channel.id, "path": self._folder.path}
            at = ("channels", self._channel.id, "path")
            yield Problem("CM520", at, {**values, "reason": _code(reason)})

    def _read(self, folder: OpenFolder, name: str) -> Delivery | None:
        """The delivery in a file; a live one is not known from what the sandbox wrote."""
        delivery = parse(folder.read(name))
        rehearsed = delivery is not None and delivery.get("sandbox") is True
        return None if rehearsed and not self._sandbox else delivery

    def _delivery(self, sending: Sending) -> Delivery:
        return {
            **({"sandbox": True} if self._sandbox else {}),
            "key": sending.key,
            "post": sending.post,
            "channel": self._channel.id,
            "platform": self._channel.platform,
            "at": sending.at.isoformat(),
            "messages": [],
        }


def _file_name(key: str) -> str:
    if not _KEY.fullmatch(key) or len(key.encode("utf-8", "surrogatepass")) > _LONGEST:
        raise Rejected("key")
    return f"{key}.json"


def _place(receipt: Receipt) -> tuple[str, int]:
    """The file and the place in it that a receipt is of."""
    key, _, number = receipt.id.rpartition(".")
    if not number.isdecimal():
        raise Rejected("gone")
    return _file_name(key), int(number)


def _receipt(sending: Sending, delivery: Delivery) -> Receipt:
    from datetime import datetime

    return Receipt(sending.message_key, datetime.fromisoformat(delivery["at"]))


def _code(error: OSError) -> str:
    return _CODES.get(error.errno or 0, "io")
