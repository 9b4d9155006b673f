from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from cmops.review.letter import letter
from cmops.review.page import page
from cmops.review.pictures import LARGEST, pictures
from cmops.review.terminal import plain
from cmops.review.words import Words
from cmops.wording import Wording
from tests.review.conftest import HERE, Desk, MakeDesk, post
from tests.review.test_quoting import HOSTILE

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FRENCH = Words(Wording("fr"))
NETWORKS = "mastodon, bluesky, archive"


class Tags(HTMLParser):
    """Which tags there are, and where their addresses lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"src", "srcset", "data", "action", "style"}:
                self.loaded.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)


def drawn(made: Desk) -> str:
    return page(made.preview(), FRENCH, NOW, pictures(made.root))


@pytest.mark.parametrize("text", [*HOSTILE, "<script>alert(1)</script>", "</style><b onload=x>"])
def test_nothing_hostile_becomes_markup_or_loads_anything(desk: MakeDesk, text: str) -> None:
    made = desk({})
    quoted = text.replace("\n", " ").replace("'", "’")
    made.write({HERE: post(text, title=f"'{quoted}'", to=NETWORKS)})
    found = Tags(drawn(made))
    assert not found.tags & {"script", "iframe", "img", "object", "link", "form", "base"}
    assert not found.loaded
    assert not found.handlers


def test_pictures_are_small_and_inside_the_page(desk: MakeDesk) -> None:
    made = desk({})
    made.write(with_picture(large_picture()))
    found = Tags(drawn(made))
    (address,) = set(found.loaded)
    assert address.startswith("data:image/jpeg;base64,")
    assert len(address) < 60_000
    small = pictures(made.root)("media/a.png", "image/png")
    assert small is not None
    assert max(small.width, small.height) == LARGEST


def large_picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    written = BytesIO()
    Image.radial_gradient("L").resize((3000, 2000)).save(written, "PNG")
    return written.getvalue()


def with_picture(picture: bytes) -> dict[str, str | bytes | None]:
    return {
        HERE: post(more="status: ready\nmedia: [media/a.png]\nbatch: 2026-S49"),
        "content/media/a.png": picture,
        "content/media/a.png.yml": "alt: {fr: Un cercle}\n",
    }


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\xff" * 40])
def test_a_damaged_picture_is_named_instead(desk: MakeDesk, content: bytes) -> None:
    made = desk({})
    made.write(with_picture(content))
    assert not Tags(drawn(made)).loaded
    assert pictures(made.root)("media/a.png", "image/png") is None


def test_no_picture_is_read_outside_of_the_workspace(desk: MakeDesk, picture: bytes) -> None:
    made = desk({"content/media/x.txt": "x"})
    (made.root.parent / "secret.png").write_bytes(picture)
    assert pictures(made.root)("../../secret.png", "image/png") is None
    (made.root / "content/media/link.png").symlink_to(made.root.parent / "secret.png")
    assert pictures(made.root)("media/link.png", "image/png") is None


def test_the_letter_has_both_texts_and_its_pictures(desk: MakeDesk, picture: bytes) -> None:
    made = desk({})
    made.write(with_picture(picture))
    shown = made.preview()
    raw = letter(shown, FRENCH, NOW, pictures(made.root))
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["From"] is None
    assert message["To"] is None
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    version = shown.sheets[0].cards[0].outlets[0].version
    for part in (text, html):
        assert version in part.get_content()
        assert "Bonjour à toutes et à tous." in part.get_content()
    (inside,) = re.findall(r'src="cid:([^"]+)"', html.get_content())
    images = [each for each in message.walk() if each.get_content_type() == "image/jpeg"]
    assert [each["Content-ID"] for each in images] == [f"<{inside}>"]


def test_no_line_of_the_plain_text_begins_with_what_a_file_says(desk: MakeDesk) -> None:
    made = desk({})
    made.write({HERE: post("::error::x\nrouge\n::add-mask::y", to=NETWORKS)})
    lines = plain(made.preview(), FRENCH).splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::")]
    assert any("::add-mask::y" in line for line in lines)
