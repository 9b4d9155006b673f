"""A message as the bytes of an email; pure. The same message always makes the same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from html import escape
from typing import Any

from cmops.adapters.contract import Message, Sending
from cmops.adapters.newsletter import content_id, one_line
from cmops.failures import Rejected

Read = Callable[[str, str], bytes]
"""The bytes of a file, by its path and its hash."""

_MAILBOX = re.compile(r"(?:(?P<name>[^<>]*?)\s*<)?(?P<user>[^\s<>@]+)@(?P<domain>[^\s<>@]+)>?")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Mailbox = tuple[str, str, str]
"""A name to be read, a user and a domain; the domain in ASCII."""


def mailbox(text: str) -> Mailbox:
    """Who a mailbox belongs to and what it is called; raises Rejected for what is none."""
    found = _MAILBOX.fullmatch(text.strip())
    if found is None or _CONTROL.search(text):
        raise Rejected("mailbox")
    try:
        domain = found["domain"].encode("idna").decode()
    except UnicodeError:
        raise Rejected("mailbox") from None
    return (found["name"] or "").strip(' "'), found["user"], domain


def address(box: Mailbox) -> str:
    """The mailbox as the envelope names it."""
    return f"{box[1]}@{box[2]}"


def message_id(message: Message, sending: Sending) -> str:
    """The letter's own name, for ever the same: from the message's key and who sends it."""
    name = hashlib.sha256(sending.message_key.encode()).hexdigest()[:32]
    return f"<{name}@{mailbox(message.fields['from'])[2]}>"


def letter(message: Message, sending: Sending, to: str, list_id: str | None, read: Read) -> bytes:
    """The whole email. Raises Rejected for texts and addresses that no email can hold."""
    try:
        return _letter(message, sending, to, list_id, read)
    except (UnicodeError, ValueError, LookupError):
        raise Rejected("unwritable") from None


def _letter(message: Message, sending: Sending, to: str, list_id: str | None, read: Read) -> bytes:
    fields = message.fields
    sender, recipient = mailbox(fields["from"]), mailbox(to)
    answers = mailbox(fields["answers_to"]) if fields.get("answers_to") else None
    made = EmailMessage(_POLICY)
    _fill(made, message, read)
    _name_boundaries(made, sending)
    headers = {
        "From": _header(sender),
        "To": _header(recipient),
        "Reply-To": _header(answers) if answers else None,
        "Subject": _encoded(fields["title"], "Subject"),
        "Date": format_datetime(sending.since),
        "Message-ID": message_id(message, sending),
        # Nobody's holiday notice should answer the whole list (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<{list_id}>" if list_id else None,
        "Content-Language": fields.get("language"),
    }
    for name, value in headers.items():
        if value:
            made.set_raw(name, value)
    return made.as_bytes()


# 7bit, so that no server on the way has to write it anew. Headers are encoded here and not
# touched again: Pythons before 3.11.10 and 3.12.5 decode an encoded word in a header that they
# are given, and write out the line ends in it (CVE-2024-6923).
_POLICY = SMTPUTF8.clone(cte_type="7bit", refold_source="none")


def _encoded(text: str, name: str) -> str:
    """A text as a header holds it (RFC 2047), in lines that are short enough."""
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def _header(box: Mailbox) -> str:
    """A mailbox as a header holds it. Only its user may be more than ASCII (RFC 6532)."""
    name = f"{_encoded(box[0], 'Reply-To')}\r\n " if box[0] else ""
    return f"{name}<{address(box)}>"


def _fill(made: EmailMessage, message: Message, read: Read) -> None:
    """Plain text, the same as HTML with its pictures, and the documents."""
    made.set_content(_plain(message), cte=_encoding(_plain(message)))
    page = _page(message)
    made.add_alternative(page, subtype="html", cte=_encoding(page))
    html: Any = made.get_payload(1)
    pictures, documents = _files(message)
    for sha256, file in pictures.items():
        _attach(
            html, "add_related", file, read, cid=f"<{content_id(sha256)}>", disposition="inline"
        )
    for file in documents:
        _attach(made, "add_attachment", file, read)


def _encoding(text: str) -> str:
    """Texts are encoded as quoted-printable, which also keeps the spaces at the ends of lines."""
    return "quoted-printable" if len(text.encode()) < 3 * len(text) // 2 + 1 else "base64"


def _plain(message: Message) -> str:
    """The text as it was written, its link, and what the pictures show."""
    link = message.fields.get("link")
    pieces = [message.text] if message.text else []
    if link and link not in message.text:
        pieces.append(link)
    pictures, _ = _files(message)
    pieces += [f"[{one_line(file['alt'])}]" for file in pictures.values() if file["alt"]]
    return "\n\n".join(pieces) + "\n"


def _page(message: Message) -> str:
    title, language = escape(message.fields["title"]), message.fields.get("language", "")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f"<title>{title}</title></head>\n<body>\n{message.fields['html']}</body>\n</html>\n"
    )


def _files(message: Message) -> tuple[dict[str, Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Pictures by their hash, each once, and documents."""
    files = [
        {"path": each.path, "sha256": each.sha256, "type": each.type, "alt": each.alt}
        for each in message.media
    ]
    cover = message.fields.get("cover")
    given: list[Mapping[str, Any]] = [cover, *files] if cover else [*files]
    pictures = {each["sha256"]: each for each in given if each["type"].startswith("image/")}
    return pictures, [each for each in given if not each["type"].startswith("image/")]


def _attach(holder: Any, add: str, file: Mapping[str, Any], read: Read, **rest: str) -> None:
    kind, _, form = file["type"].partition("/")
    content = read(file["path"], file["sha256"])
    getattr(holder, add)(content, maintype=kind, subtype=form, filename=_name(file), **rest)
    if file["alt"]:
        made = holder.get_payload()[-1]
        made.set_raw("Content-Description", _encoded(one_line(file["alt"]), "Content-Description"))


def _name(file: Mapping[str, Any]) -> str:
    """What the file is called when somebody keeps it: its own name, if that is a plain one."""
    name = str(file["path"].rpartition("/")[2])
    plain = re.fullmatch(r"[\w .,()+-]+", name)
    return name if plain else f"{file['sha256'][:8]}.{file['type'].rpartition('/')[2]}"


def _name_boundaries(made: EmailMessage, sending: Sending) -> None:
    """Fixed ones, for drawn ones would differ; ``=_`` is never in an encoded body."""
    stem = hashlib.sha256(f"boundary {sending.message_key}".encode()).hexdigest()[:24]
    for number, part in enumerate(made.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{stem}_{number}")
