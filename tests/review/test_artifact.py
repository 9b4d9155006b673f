from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.errors import CmopsError
from cmops.review.artifact import Artifact, harmless, read, write
from cmops.review.comment import Addresses
from tests.review.conftest import HERE, MakeDesk, post
from tests.review.reading import read as as_read
from tests.review.test_quoting import HOSTILE

HEAD = "0123456789abcdef0123456789abcdef01234567"
FILES = "https://raw.example/octo/repo/abc"
AT = Addresses(media=FILES, site="https://octo.example/preview/")
OURS = {"details", "summary", "img"}
MARKDOWN = {
    *("p", "br", "ul", "ol", "li", "blockquote", "em", "strong", "code", "pre", "hr", "s"),
    *("table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"),
}


def made(**values: Any) -> bytes:
    return json.dumps({"version": 1, "pull": 7, "head": HEAD, "markdown": "x", **values}).encode()


def test_what_was_written_is_read() -> None:
    artifact = Artifact(7, HEAD, "## Aperçu\n")
    assert read(write(artifact)) == artifact


def test_a_comment_of_ours_stays_as_it_is(desk: MakeDesk, picture: bytes) -> None:
    made = desk({})
    made.write(
        {
            HERE: post(
                "\n".join(HOSTILE),
                title='"<b> @moi #12 [a](b) & `c`"',
                more="status: ready\nmedia: [media/a.png]",
            ),
            "content/posts/2.md": post("Un\\\n  - deux & <trois>"),
            "content/posts/3.md": post("x", to="nulle-part"),
            "content/posts/4.md": post(more="status: draft"),
            "content/media/a.png": picture,
            "content/media/a.png.yml": 'alt: {fr: "Une <image> & [un](lien) @moi"}\n',
        }
    )
    text = made.comment(AT)
    assert f'<img src="{FILES}/content/media/a.png"' in text
    assert harmless(text, AT) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        made(version=2),
        made(version=True),
        made(version="1"),
        made(pull="7"),
        made(pull=True),
        made(pull=0),
        made(pull=-1),
        made(pull=2**40),
        made(pull=7.0),
        made(head="main"),
        made(head=HEAD + "\n"),
        made(head="../../etc/passwd"),
        made(head=None),
        made(markdown=None),
        made(markdown=["x"]),
        made(path="../../x"),
        json.dumps({"version": 1, "pull": 7, "head": HEAD}).encode(),
        made(markdown="x" * 70_000),
        made(markdown="<" * 30_000),
        made(markdown="x" * 5_000_000),
    ],
)
def test_what_is_of_no_right_form_is_refused(raw: bytes) -> None:
    with pytest.raises(CmopsError) as refused:
        read(raw, AT)
    assert refused.value.phrase == "review.artifact"


FORGED = [
    *HOSTILE,
    "<details>\n\\<img src=https://evil.example/t.gif>\n</details>",
    "<details>\n\\\\<script>alert(1)</script>",
    "<details><summary>x</summary><iframe src=https://evil.example></details>",
    "<details open ontoggle=alert(1)>",
    f'<img src="{FILES}/../../../evil/t.png" width="9" alt="">',
    f'<img src="{FILES}/%2e%2e/evil/t.png" width="9" alt="">',
    f'<img src="{FILES}@evil.example/t.png" width="9" alt="">',
    f'<img src="{FILES}.evil.example/t.png" width="9" alt="">',
    f'<img src="{FILES}/a.png?x=1" width="9" alt="">',
    f'<img src="{FILES}/a.png" width="9" alt="" onerror="alert(1)">',
    '<img src="https://evil.example/t.gif" width="9" alt="">',
    "<https://evil.example>",
    "<a href='https://evil.example'>x</a>",
    "[x][y]\n\n[y]: https://evil.example",
    "[![x](https://evil.example/a)](https://evil.example/b)",
    "[^1]\n\n[^1]: note",
    "<!-- cmops:preview -->",
    "<!-- never closed",
    "&#64;octocat &commat;octocat &#x40;octocat &#35;12",
    "<<details>img src=https://evil.example/t.gif>",
    "<!--<!-- -->--><img src=https://evil.example/t.gif>",
    "\n/cmops publish\n> /cmops publish\n\t/cmops publish",
    "\x00\x1b]0;x\x07\u202e\u2066",
]


@pytest.mark.parametrize("markdown", FORGED)
def test_forged_text_reaches_nothing_and_nobody(markdown: str) -> None:
    safe = harmless(markdown, AT)
    found = as_read(safe)
    assert set(found.tags) <= OURS | MARKDOWN
    assert all(re.fullmatch(rf"{FILES}/[\w/-]+\.png", each) for each in found.addresses)
    assert not found.comments
    assert "<!--" not in safe
    assert not re.search(r"[@#]\w|https?://|www\.", found.text)
    assert not re.search(r"^[ \t>]*/cmops", safe, re.MULTILINE)
    assert harmless(safe, AT) == safe


PIECES = st.lists(
    st.sampled_from(
        ["<", ">", "!", "[", "]", "(", ")", "\\", ":", "/", "@a", "#1", "&", "#64;", "--", "\n",
         "<img src=", '"', "https://e.example", "<details>", "</details>", "`", "x", " ", "<!--",
         "-->", "<summary>", "www.", "<a href=", "&lt;", "GH-", "1"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(PIECES)
def test_no_piecing_together_brings_a_tag_or_an_address_to_life(markdown: str) -> None:
    safe = harmless(markdown, AT)
    found = as_read(safe)
    assert set(found.tags) <= OURS | MARKDOWN
    assert not found.addresses
    assert not found.comments
    assert not re.search(r"[@#]\w|https?://", found.text)


def test_only_the_address_of_the_preview_itself_is_a_link() -> None:
    text = harmless("https://octo.example/preview/ https://evil.example/", AT)
    assert "https://octo.example/preview/" in text
    assert "https://evil.example/" not in text
