"""One conversation with a mail server, its failures typed by what they prove.

Until the dot that ends a letter is sent, the server has nothing that it could deliver; after it,
only its answer says whether it took the letter.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.http import Secret
from cmops.http.secret import reveal

CONNECT = 5.0
ANSWER = 10.0
GOODBYE = 1.0
"""Seconds to wait for the connection, for each answer, and for the last that says nothing."""

BEFORE_DOT = 18.0
"""Seconds after which a letter is not finished any more: the claim on it may end."""

_HERE = "[127.0.0.1]"
"""How we introduce ourselves: this machine's name is nobody's business, and slow to find."""

_NO_ACCESS = frozenset({530, 534, 535, 538})

T = TypeVar("T")

Server = tuple[str, int, str]
"""Host, port, and ``tls`` or ``starttls``."""


class Conversation:
    """An open, encrypted connection; use it as a context."""

    def __init__(self, server: Server, login: tuple[Secret, Secret] | None) -> None:
        self._host, self._port, self._security = server
        self._login = login
        self._begun = time.monotonic()

    def __enter__(self) -> Conversation:
        """Connects and logs in. Raises NotSent, or Throttled when the server has no time."""
        self._smtp = _told(self._connect, "unreachable")
        try:
            _told(self._enter, "unauthorised")
        except Failure:
            self._smtp.close()
            raise
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """Says goodbye after a success; whatever happens then changes nothing."""
        with suppress(smtplib.SMTPException, OSError):
            if failed is None and self._smtp.sock is not None:
                self._smtp.sock.settimeout(GOODBYE)
                self._smtp.quit()
        self._smtp.close()

    def send(self, sender: str, recipient: str, letter: bytes, *, wide: bool) -> None:
        """Hands the letter over. ``wide``: its addresses need more than ASCII (RFC 6531).

        Raises Rejected, Throttled, NotSent, and Unclear when the last answer was lost.
        """
        extras = []
        if wide:
            if not self._smtp.has_extn("smtputf8"):
                raise NotSent("no_smtputf8", self._host)
            extras = ["SMTPUTF8", "BODY=8BITMIME"]
        self._begin(sender, recipient, letter, extras)
        code = self._end()
        if not 200 <= code < 300:
            raise _refusal(code, self._host) or Unclear("rubbish", self._host)

    def _connect(self) -> smtplib.SMTP:
        if self._security == "tls":
            trusted = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, _HERE, timeout=CONNECT, context=trusted)
        return smtplib.SMTP(self._host, self._port, _HERE, timeout=CONNECT)

    def _enter(self) -> None:
        smtp = self._smtp
        if smtp.sock is not None:
            smtp.sock.settimeout(ANSWER)
        smtp.ehlo_or_helo_if_needed()
        if self._security != "tls":
            if not smtp.has_extn("starttls"):
                raise NotSent("no_encryption", self._host)
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if self._login is not None:
            self._authenticate(*(reveal(each).encode() for each in self._login))

    def _authenticate(self, user: bytes, password: bytes) -> None:
        """As RFC 4616 wants it, in UTF-8: smtplib's own ``login`` knows only ASCII."""
        ways = str(self._smtp.esmtp_features.get("auth", "")).upper().split()
        if "PLAIN" in ways:
            code, _ = self._smtp.docmd("AUTH", "PLAIN " + _base64(b"\0" + user + b"\0" + password))
        elif "LOGIN" in ways:
            code, _ = self._smtp.docmd("AUTH", "LOGIN " + _base64(user))
            if code == 334:
                code, _ = self._smtp.docmd(_base64(password))
        else:
            raise NotSent("unauthorised", self._host)
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, b"")

    def _begin(self, sender: str, recipient: str, letter: bytes, extras: list[str]) -> None:
        """Everything but the dot: as long as that is missing, nothing is delivered."""
        smtp = self._smtp
        size = [f"SIZE={len(letter)}"] if smtp.has_extn("size") else []

        def hand_over() -> int:
            for command, wanted in (
                (partial(smtp.mail, sender, [*size, *extras]), 2),
                (partial(smtp.rcpt, recipient), 2),
                (partial(smtp.docmd, "DATA"), 3),
            ):
                code: int = command()[0]
                if code // 100 != wanted:
                    return code
            smtp.send(_dotted(letter))
            return 0

        code = _told(hand_over, "unreachable")
        if code:
            raise _refusal(code, self._host) or NotSent("rubbish", self._host)
        if time.monotonic() - self._begun > BEFORE_DOT:
            self._smtp.close()
            raise NotSent("mail_slow", self._host)

    def _end(self) -> int:
        """Sends the dot; the code of the answer."""
        try:
            self._smtp.send(b".\r\n")
            return self._smtp.getreply()[0]
        except (smtplib.SMTPException, OSError):
            raise Unclear("no_answer", self._host) from None


def _dotted(letter: bytes) -> bytes:
    """The letter with a second dot before each line that begins with one (RFC 5321, 4.5.2)."""
    text = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
    doubled = text.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _told(ask: Callable[[], T], refused: str) -> T:
    """What ``ask`` gives. Nothing of the letter was finished in it, so its failures are sure."""
    failure: Failure
    try:
        return ask()
    except ssl.SSLCertVerificationError:
        failure = NotSent("certificate")
    except smtplib.SMTPAuthenticationError:
        failure = NotSent("unauthorised")
    except smtplib.SMTPResponseException as error:
        failure = Throttled("throttled") if 400 <= error.smtp_code < 500 else NotSent(refused)
    except smtplib.SMTPServerDisconnected:
        failure = NotSent("unreachable")
    except (smtplib.SMTPException, ValueError):
        failure = NotSent(refused)
    except OSError:
        failure = NotSent("unreachable")
    # Outside of the except, so that it does not carry what the server said.
    raise failure


def _refusal(code: int, host: str) -> Failure | None:
    """What a no proves; None for an answer that is neither yes nor no."""
    if code in _NO_ACCESS:
        return NotSent("unauthorised", host)
    if 400 <= code < 500:
        return Throttled(f"smtp_{code}", None, host)
    return Rejected(f"smtp_{code}", host) if 500 <= code < 600 else None
