"""A preview as an e-mail that a person sends: plain text, HTML, and the pictures inside."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from cmops.review.page import page
from cmops.review.pictures import Picture, Pictures
from cmops.review.sheets import Preview
from cmops.review.terminal import plain
from cmops.review.visible import on_one_line
from cmops.review.words import Words


def letter(shown: Preview, words: Words, now: datetime, pictures: Pictures) -> bytes:
    """The message without sender and recipients: a person fills them in.

    ``X-Unsent`` makes mail programs open it as a draft.
    """
    inside: dict[str, tuple[str, Picture]] = {}

    def beside(path: str, picture: Picture) -> str:
        name = f"{hashlib.sha256(path.encode()).hexdigest()[:24]}@cmops"
        inside[path] = (name, picture)
        return f"cid:{name}"

    body = page(shown, words, now, pictures, beside)
    message = EmailMessage()
    message["Subject"] = on_one_line(_subject(shown, words))
    message["Date"] = format_datetime(now)
    message["X-Unsent"] = "1"
    answer = words.say("answer")
    message.set_content(f"{plain(shown, words)}\n\n{answer}\n")
    message.add_alternative(body, subtype="html")
    payload = message.get_payload()
    related = payload[1] if isinstance(payload, list) else None
    if isinstance(related, EmailMessage):
        for name, picture in inside.values():
            related.add_related(
                picture.data, "image", "jpeg", cid=f"<{name}>", disposition="inline"
            )
    return message.as_bytes()


def _subject(shown: Preview, words: Words) -> str:
    count = sum(shown.counts.values())
    if shown.batch is not None:
        return words.say("mail.subject", batch=shown.batch, count=count)
    return words.say("mail.subject.change", name=shown.name, count=count)
