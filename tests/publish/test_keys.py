from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.errors import UsageError
from cmops.publish.keys import (
    MOST,
    Name,
    deletion_key,
    delivery_key,
    parse_name,
    post_of,
    sending_key,
)

WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
DAY = st.none() | st.dates()


def test_a_key_reads_like_what_it_is() -> None:
    key = delivery_key("atelier-hiver", "mastodon", "@ateliers@mastodon.example", date(2026, 12, 1))
    assert key == "atelier-hiver~mastodon~@ateliers@mastodon.example~2026-12-01"


@given(WORD, WORD, WORD, DAY)
def test_a_key_is_a_file_name_on_every_system(
    post: str, platform: str, account: str, day: date | None
) -> None:
    key = delivery_key(post, platform, account, day)
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._-~%+")
    assert len(key) <= MOST + len("~2026-12-01")
    assert key[0] not in ".-"
    assert key[-1] != "."


@given(st.tuples(WORD, WORD, WORD, DAY), st.tuples(WORD, WORD, WORD, DAY))
def test_different_deliveries_have_different_keys(
    one: tuple[str, str, str, date | None], other: tuple[str, str, str, date | None]
) -> None:
    same = (*one[:2], one[2].lower(), one[3]) == (*other[:2], other[2].lower(), other[3])
    assert (delivery_key(*one) == delivery_key(*other)) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a~b", "c", "d"), ("a", "b~c", "d")),
        (("a", "b", "c~2026-12-01"), ("a", "b", "c", date(2026, 12, 1))),
        (("a", "b", "é"), ("a", "b", "%C3%A9")),
        (("x" * 300, "p", "a"), ("x" * 301, "p", "a")),
    ],
)
def test_no_part_can_pass_for_another(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert delivery_key(*one) != delivery_key(*other)  # type: ignore[arg-type]


def test_an_accounts_capitals_do_not_make_another_delivery() -> None:
    assert delivery_key("a", "bluesky", "Example.org") == delivery_key(
        "a", "bluesky", "example.org"
    )


@pytest.mark.parametrize("name", ["con", "nul.txt", "com1", "PRN", ".hidden", "-rf"])
def test_names_that_systems_reserve_are_written_otherwise(name: str) -> None:
    assert not delivery_key(name, "x", "y").startswith(name)
    assert post_of(delivery_key(name, "x", "y")) == name


def test_a_key_tells_its_post() -> None:
    assert post_of(delivery_key("été~2", "x", "y")) == "été~2"


def test_only_a_deliberate_repetition_gets_another_key() -> None:
    key = delivery_key("a", "b", "c")
    assert sending_key(key, 0) == key
    assert len({sending_key(key, times) for times in range(5)} | {deletion_key(key)}) == 6


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a@b", Name("a", "b")),
        (" post.1@my-channel ", Name("post.1", "my-channel")),
        ("a@b#2026-12-01", Name("a", "b", date(2026, 12, 1))),
    ],
)
def test_people_name_deliveries(text: str, name: Name) -> None:
    assert parse_name(text) == name
    assert parse_name(str(name)) == name


@pytest.mark.parametrize("text", ["", "a", "@b", "a@", "a@b@c", "a@b#2026-13-01", "a b@c", "a@b#"])
def test_other_texts_name_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_name(text)
