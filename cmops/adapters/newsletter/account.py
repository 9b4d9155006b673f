"""The network half: one letter to one list, handed to the provider's mail server."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cmops.adapters.contract import Message, Problem, Sending
from cmops.adapters.files import reviewed
from cmops.adapters.newsletter import Newsletter
from cmops.adapters.newsletter.letter import address, letter, mailbox, message_id
from cmops.adapters.newsletter.smtp import Conversation
from cmops.adapters.ready import Ready
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel

_PORTS = {"tls": 465, "starttls": 587}


class Account(Newsletter):
    """One list at its provider."""

    def __init__(self, channel: Channel, root: Path, http: Http) -> None:
        self._channel = channel
        self._root = root
        self._http = http
        self._ready: Ready[bytes] = Ready()

    def verify(self) -> tuple[Problem, ...]:
        """Whether the server lets us in; whom the list reaches, only its provider knows."""
        with self._conversation():
            return ()

    def prepare(self, message: Message, sending: Sending) -> None:
        """Writes the letter, and reads its files; connects to nothing."""
        self._ready.keep(message, sending, self._letter(message, sending))

    def send(self, message: Message, sending: Sending) -> Receipt:
        """Hands the letter to the server. What happens to it then, cmops never learns."""
        written = self._ready.take(message, sending, self._letter)
        sender = address(mailbox(message.fields["from"]))
        to = address(mailbox(self._channel.account))
        wide = not (sender + to).isascii()
        with self._conversation() as server:
            server.send(sender, to, written, wide=wide)
        return Receipt(message_id(message, sending), self._http.now())

    def _letter(self, message: Message, sending: Sending) -> bytes:
        list_id = self._channel.settings.get("list_id")
        read = partial(reviewed, self._root)
        return letter(message, sending, self._channel.account, list_id, read)

    def _conversation(self) -> Conversation:
        settings = self._channel.settings
        security = str(settings.get("security", "starttls"))
        port = int(settings.get("port", _PORTS[security]))
        return Conversation((str(settings.get("host", "")), port, security), self._login())

    def _login(self) -> tuple[Secret, Secret] | None:
        """User and password; None for a server that asks for neither."""
        if not self._channel.secrets:
            return None
        return self._http.secret("user"), self._http.secret("password")
