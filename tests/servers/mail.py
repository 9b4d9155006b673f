"""A mail server in the tests' own process, encrypted, which answers as it is told to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.process import free_ports

USER, PASSWORD = "ateliers", "mot de passe très secret"


@dataclass
class Mailbox:
    """What came in, and what is answered instead: by command, ``RCPT``: ``550 No such user``."""

    port: int
    letters: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    cut: str = ""
    """Where the line is cut: ``before`` or ``after`` the letter is kept."""

    def letter(self) -> EmailMessage:
        """The only letter that came in, as a mail program reads it."""
        [envelope] = self.letters
        return message_from_bytes(self.raw(envelope), policy=policy.SMTP)

    @staticmethod
    def raw(envelope: Envelope) -> bytes:
        """A letter's bytes."""
        assert isinstance(envelope.content, bytes)
        return envelope.content

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The recipient."""
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The letter, once its last dot is there."""
        if self.cut != "before" and "DATA" not in self.answers:
            self.letters.append(envelope)
        if self.cut:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if "late" in self.answers:
            await asyncio.sleep(float(self.answers["late"]))
        return self.answers.get("DATA", "250 OK: queued")


def _authenticated(mailbox: Mailbox) -> Any:
    def check(server: SMTP, session: Session, envelope: Envelope, way: str, data: Any) -> Any:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        mailbox.logins.append(data.login.decode())
        right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    return check


@dataclass(frozen=True)
class Certificate:
    """Made by the test for 127.0.0.1; trusted by nobody who is not told to."""

    certificate: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        """For the server's side."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


def certificate(folder: Path, address: str = "127.0.0.1") -> Certificate:
    """A certificate that its owner signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / f"{address}.crt", folder / f"{address}.private")
    files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@contextmanager
def serving(files: Certificate, security: str, **options: Any) -> Iterator[Mailbox]:
    """A server on 127.0.0.1; ``security`` is ``tls``, ``starttls`` or ``none``."""
    [port] = free_ports(1)
    mailbox = Mailbox(port)
    given: dict[str, Any] = {
        "authenticator": _authenticated(mailbox),
        "auth_require_tls": security == "starttls",
        "auth_required": security == "starttls",
        "require_starttls": security == "starttls",
        "tls_context": files.context if security == "starttls" else None,
        "ssl_context": files.context if security == "tls" else None,
        "enable_SMTPUTF8": True,
        "server_hostname": "mail.test",
        **options,
    }
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **given)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def scripted(
    files: Certificate, *lines: str, pause: float = 0.0
) -> Iterator[tuple[int, list[bytes]]]:
    """A server, encrypted from the start, that says these lines one by one and then hangs up.

    The first is its greeting; each other one answers a line of the client's, or a whole letter
    after ``354``. Gives its port and what it heard. ``pause`` seconds pass before it hangs up.
    """
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_say, args=(listener, files, lines, heard, pause))
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        thread.join()
        listener.close()


def _say(
    listener: socket.socket,
    files: Certificate,
    lines: tuple[str, ...],
    heard: list[bytes],
    pause: float,
) -> None:
    with suppress(OSError):
        connection, _ = listener.accept()
        with files.context.wrap_socket(connection, server_side=True) as near:
            asked = near.makefile("rb")
            for number, line in enumerate(lines):
                if number:
                    heard.append(_question(asked, whole=lines[number - 1].startswith("354")))
                near.sendall(line.encode() + b"\r\n")
            heard.append(_question(asked, whole=lines[-1].startswith("354")) if pause else b"")
            time.sleep(pause)


def _question(asked: Any, *, whole: bool) -> bytes:
    lines = [asked.readline()]
    while whole and lines[-1] not in (b".\r\n", b""):
        lines.append(asked.readline())
    return b"".join(lines)
