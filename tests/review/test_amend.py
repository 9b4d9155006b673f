from __future__ import annotations

import pytest

from cmops.errors import CmopsError
from cmops.review.amend import with_value, without_channel

PATH = "content/posts/un.md"
PLAIN = (
    "---\ntitle: Été\npublish_at: 2026-12-01 12:15   # midi\nto: [a, b , c]\n---\ncorps  \n\n---\n"
)
BLOCK = "\ufeff---\r\nto:\r\n  - a\r\n  - b\r\nstatus:\r\npublish_at: '2026-12-01 12:15'\r\n---\r\n"


def test_one_value_changes_and_not_another_byte() -> None:
    made = with_value(PATH, PLAIN.encode(), "publish_at", "2026-12-02 09:30").decode()
    assert made == PLAIN.replace("2026-12-01 12:15", "2026-12-02 09:30")
    made = with_value(PATH, BLOCK.encode(), "publish_at", "2026-12-02 09:30").decode()
    assert made == BLOCK.replace("'2026-12-01 12:15'", "2026-12-02 09:30")


def test_a_value_that_was_not_there_gets_a_line_of_its_own() -> None:
    made = with_value(PATH, PLAIN.encode(), "status", "draft").decode()
    assert made == PLAIN.replace("title:", "status: draft\ntitle:")
    made = with_value(PATH, BLOCK.encode(), "status", "draft").decode()
    assert made == BLOCK.replace("status:", "status: draft")


@pytest.mark.parametrize(("channel", "left"), [("a", "[b , c]"), ("b", "[a, c]"), ("c", "[a, b]")])
def test_a_channel_is_taken_out_of_a_list_on_one_line(channel: str, left: str) -> None:
    made = without_channel(PATH, PLAIN.encode(), channel).decode()
    assert made == PLAIN.replace("[a, b , c]", left)


def test_a_channel_is_taken_out_of_a_list_on_lines() -> None:
    made = without_channel(PATH, BLOCK.encode(), "b").decode()
    assert made == BLOCK.replace("  - b\r\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "---\ntitle: [\n---\n",
        "---\ntitle: a\ntitle: b\n---\n",
        "---\n{title: x, status: ready}\n---\n",
        "---\nstatus: >-\n  ready\n---\n",
        "---\nstatus: [ready]\n---\n",
    ],
)
def test_what_cannot_be_changed_so_is_left_alone(text: str) -> None:
    if "{" not in text:
        with pytest.raises(CmopsError):
            with_value(PATH, text.encode(), "status", "draft")
    with pytest.raises(CmopsError):
        with_value(PATH, text.encode(), "publish_at", "2026-12-01 12:15: x")


@pytest.mark.parametrize("front", ["to: [a]", "to: [b, c]", "to: [a,\n  b]", "x: 1"])
def test_the_only_channel_and_lists_of_several_lines_are_left_alone(front: str) -> None:
    with pytest.raises(CmopsError):
        without_channel(PATH, f"---\n{front}\n---\n".encode(), "a")
