"""Limits are written where they belong, and nothing else of the file changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.doctor.limits import NotWritten, with_limits
from cmops.workspace import dialect

BLOCK = """\
# Nos comptes
channels:
  mastodon:          # le nôtre
    platform: mastodon
    secrets: {token: MASTODON_TOKEN}   # jamais la valeur
  # Un autre, plus tard
  bluesky: {platform: bluesky, account: a}

publishing: {}
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    old, new = before.split("\n"), after.split("\n")
    return [each for each in old if each not in new], [each for each in new if each not in old]


def test_a_channel_without_limits_gets_one_line_below_its_others() -> None:
    after = with_limits(BLOCK, "mastodon", {"text": 5000, "images": 6})
    assert changed(BLOCK, after) == ([], ["    limits: {text: 5000, images: 6}"])
    lines = after.split("\n")
    assert lines[lines.index("    limits: {text: 5000, images: 6}") - 1].startswith("    secrets:")


def test_a_channel_on_one_line_stays_on_one_line() -> None:
    after = with_limits(BLOCK, "bluesky", {"text": 200})
    line = "  bluesky: {platform: bluesky, account: a, limits: {text: 200}}"
    assert changed(BLOCK, after)[1] == [line]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    limits: {text: 500}  # le sien", "    limits: {text: 5000}  # le sien"),
        ("    limits: {alt: 1}", "    limits: {alt: 1, text: 5000}"),
        ("    limits: { alt: 1 , }", "    limits: { alt: 1, text: 5000 , }"),
        ("    limits:\n      text: 500 # a", "    limits:\n      text: 5000 # a"),
        (
            "    limits:\n      alt: 1 # a\n\n    # b",
            "    limits:\n      alt: 1 # a\n      text: 5000\n\n    # b",
        ),
        (
            "    secrets:\n      token: A # a\n    # b",
            "    secrets:\n      token: A # a\n    limits: {text: 5000}\n    # b",
        ),
        (
            "    list: [a,\n      b]  # a",
            "    list: [a,\n      b]  # a\n    limits: {text: 5000}",
        ),
        ('    limits: {"text": 500}', '    limits: {"text": 5000}'),
        ("    name: 👩‍👩‍👧 à l’été", "    name: 👩‍👩‍👧 à l’été\n    limits: {text: 5000}"),
    ],
)
def test_what_is_there_keeps_its_layout(before: str, after: str) -> None:
    text = "# é 😀\nchannels:\n  m:\n    platform: mastodon\n{}\n  z: {{platform: x}}\n"
    assert with_limits(text.format(before), "m", {"text": 5000}) == text.format(after)


def test_a_file_without_a_last_line_end_is_no_matter() -> None:
    text = "channels:\n  m:\n    platform: mastodon"
    assert with_limits(text, "m", {"text": 1}) == f"{text}\n    limits: {{text: 1}}"


@pytest.mark.parametrize(
    "channel",
    [
        "  m:\n    platform: a\n    name: |\n      Un\n      deux",
        "  m:\n    platform: a\n    limits: {}",
        "  m:\n    platform: a\n    limits:",
        "  m: {}",
        "  m:",
        "  n: {platform: a}",
        "  m: &here {platform: a}\n  n: *here",
    ],
)
def test_what_is_laid_out_otherwise_is_left_to_a_person(channel: str) -> None:
    with pytest.raises(NotWritten):
        with_limits(f"channels:\n{channel}\n", "m", {"text": 1})


@pytest.mark.parametrize("text", ["", "a: 1\n", "channels: 3\n", "channels: []\n"])
def test_a_file_without_channels_is_left_alone(text: str) -> None:
    with pytest.raises(NotWritten):
        with_limits(text, "m", {"text": 1})


NAMES = st.sampled_from(["text", "alt", "images", "media"])
COMMENTS = st.sampled_from(["", "  # un", "\n    # deux\n", "\n"])


@given(
    st.dictionaries(NAMES, st.integers(0, 9)),
    st.dictionaries(NAMES, st.integers(10, 99), min_size=1),
    st.lists(COMMENTS, min_size=3, max_size=3),
    st.booleans(),
)
def test_whatever_is_written_is_what_was_meant(
    there: dict[str, int], wanted: dict[str, int], comments: list[str], flow: bool
) -> None:
    one, two, three = comments
    entries = [f"{name}: {most}" for name, most in there.items()]
    if flow:
        own = "    limits: {" + ", ".join(entries) + "}"
    else:
        own = "    limits:" + "".join(f"\n      {each}{one}" for each in entries)
    text = (
        f"channels:\n  m:{two}\n    platform: a{three}\n{own if entries else ''}\n  n: {{p: b}}\n"
    )
    after = with_limits(text, "m", wanted)
    data = dialect.parse(after).data
    assert data is not None
    assert data["channels"]["m"]["limits"] == {**there, **wanted}
    assert data["channels"]["n"] == {"p": "b"}
    for comment in ("# un", "# deux"):
        assert after.count(comment) == text.count(comment)
