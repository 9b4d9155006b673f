"""A channel in cmops.yml, and every other byte as it was."""

from __future__ import annotations

from typing import Any

import pytest

from cmops.connect.entry import Entry, NotWritten, written
from cmops.workspace import dialect

KEYS: dict[str, Any] = {
    "platform": "x",
    "account": "@les:ateliers",
    "secrets": {"token": "X_TOKEN"},
}
NEW = Entry("nouveau", KEYS)
START = "# Notre espace\nversion: 1\nname: 'Les  Ateliers'   # oui\n"
CHANNELS = """\
channels:
  archive: {platform: outbox, path: a}
  mastodon:   # le premier
    platform: mastodon
    secrets: {token: T}  # ici

# La suite
publishing:
  spacing: 2h
"""


def test_a_new_channel_is_the_last_and_nothing_else_changes() -> None:
    text = written(START + CHANNELS, NEW)
    added = (
        '  nouveau:\n    platform: x\n    account: "@les:ateliers"\n    secrets: {token: X_TOKEN}\n'
    )
    before, after = text.split(added)
    assert before + after == START + CHANNELS
    assert before.endswith("# ici\n")


@pytest.mark.parametrize(
    "text",
    [
        START,
        START.rstrip("\n"),
        START + CHANNELS,
        START + "channels:\n    a:\n        platform: outbox\n        path: b",
        CHANNELS + START,
    ],
)
def test_whatever_the_form_the_file_means_the_same_and_the_channel_besides(text: str) -> None:
    before = dialect.parse(text).data or {}
    found = dialect.parse(written(text, NEW)).data
    assert found is not None
    assert found.pop("channels") == {**before.pop("channels", {}), "nouveau": KEYS}
    assert found == before


@pytest.mark.parametrize(
    "text",
    [
        "{version: 1}\n",
        START + "channels: {a: {platform: outbox, path: b}}\n",
        START + "channels: {}\n",
        START + "channels:\n  a:\n    platform: outbox\n    name: |\n      deux\n      lignes\n",
    ],
)
def test_a_form_that_is_not_safe_is_left_to_a_person(text: str) -> None:
    with pytest.raises(NotWritten) as refused:
        written(text, NEW)
    assert refused.value.lines.splitlines()[0] == "  nouveau:"


def test_a_channel_that_waited_for_its_review_gets_its_secrets_and_loses_the_hand_off() -> None:
    waiting = "  insta:\n    platform: instagram\n    handoff: true\n    name: Nous  # eux\n"
    start = START + "channels:\n"
    text = start + waiting + "  z: {platform: outbox, path: a}\n"
    keys = {"account": "17", "handoff": None, "secrets": {"token": "INSTA_TOKEN"}}
    found = written(text, Entry("insta", keys))
    assert found == start + (
        "  insta:\n    platform: instagram\n    name: Nous  # eux\n"
        '    account: "17"\n    secrets: {token: INSTA_TOKEN}\n'
        "  z: {platform: outbox, path: a}\n"
    )


def test_a_key_that_is_there_is_replaced_with_all_its_lines() -> None:
    text = START + "channels:\n  a:\n    platform: x\n    secrets:\n      token: T\n      key: K\n"
    found = written(text, Entry("a", {"secrets": {"token": "U"}, "platform": "x"}))
    assert found == START + "channels:\n  a:\n    platform: x\n    secrets: {token: U}\n"
