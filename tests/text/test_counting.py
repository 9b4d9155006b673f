from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.counting import WAYS, Limit, graphemes, mastodon, x_weighted

ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
EMOJI = ["😷", "👨‍👩‍👧‍👦", "🙋🏽", "👨‍🎤", "🇫🇷", "1️⃣", "❤️", "☺", ENGLAND, "©️"]
ATOMS = [*EMOJI, "a", "é", "e\u0301", "日", "\r\n", "\n", " ", "\u200d", "\ufe0f", "한", "नि", "’"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(ATOMS)).map("".join)))
def test_the_quick_way_of_counting_graphemes_agrees_with_the_thorough_one(text: str) -> None:
    assert graphemes(text) == len(regex.findall(r"\X", text))


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_one_grapheme_and_weighs_two_on_x(emoji: str) -> None:
    assert graphemes(emoji) == 1
    assert x_weighted(emoji) == 2
    assert x_weighted(f"a{emoji}é{emoji}") == 6


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hi https://example.org", 26),
        ("Inscription sur example.org/ateliers", 16 + 23),
        ("example.org, exemple.fr et example.co.uk.", 23 * 3 + 2 + 4 + 1),
        ("contact@example.org", 19),
        ("C'est fini.Merci à tous", 23),
        ("version 3.11 ou 1.2.3", 21),
        ("日本語", 6),
        ("日本語example.com日本語", 12 + 23),
        ("http://例え.jp", 23),
        ("例え.jp", 7),
        ("e\u0301te\u0301", 3),
        ("H🐱☺👨‍👩‍👧‍👦", 7),
        ("« Bonjour » – l’été", 19),
        ("…", 2),
        ("‼", 2),
        ("© ® ™", 6),
        ("a" * 64 + ".com", 68),
        ("https://" + "a" * 63 + ".com", 23),
        ("https://example.org/a_(b)", 23),
        ("(https://example.org/a)", 25),
        ("http://example.notatld", 22),
        ("https://t.co/abcDEF123?x=1 https://t.co/" + "a" * 41, 23 + 1 + 54),
        ("_example.com -example.com", 25),
        ("http://twitter.za", 23),
    ],
)
def test_x_weighs_as_twitter_text_does(text: str, weight: int) -> None:
    assert x_weighted(text) == weight


LIGHT = [(0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037)]


@given(st.text(st.characters(exclude_characters=".", exclude_categories=["Mn", "So", "Sk", "Cf"])))
def test_without_urls_and_emoji_x_adds_up_the_weights_of_characters(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert x_weighted(text) == sum(
        1 if any(first <= ord(char) <= last for first, last in LIGHT) else 2 for char in composed
    )


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Bonjour 👨‍👩‍👧‍👦", 9),
        ("Voir https://example.org/une/adresse/bien/plus/longue/que/vingt-trois", 28),
        ("Voir example.org/bare", 21),
        ("Merci @ada@social.example !", 12),
        ("Merci @ada !", 12),
        ("écrire à ada@social.example", 27),
        ("https://social.example/@ada@autre.example", 41),
        ("https://social.org/@ada@autre.example", 23),
        ("https://example.org/été?q=«x» fin", 27),
        ("gemini://example.org", 23),
        ("@ada@ほげ.example", 4),
        ("@ada_@social.example@x", 22),
    ],
)
def test_mastodon_counts_urls_as_23_and_mentions_without_their_host(text: str, length: int) -> None:
    assert mastodon(text) == length


def test_every_other_way_counts_what_its_name_says() -> None:
    text = "été 😷 #Été #1 #a"
    assert WAYS["code_points"](text) == 16
    assert WAYS["utf16"](text) == 17
    assert WAYS["bytes"](text) == 16 + 2 + 1 + 3 + 2 - 1 + 0
    assert WAYS["hashtags"](text) == 2
    assert WAYS["links"]("https://a.example, http://b.example et https://a.example.") == 2
    assert WAYS["mentions"]("@a, @b@c.example et a@b.example") == 2


def test_a_limit_measures_in_its_own_units() -> None:
    limit = Limit(most=5, count="utf16", source="a test", checked="2026-01-01", least=1)
    assert limit.length("😷😷") == 4
    assert limit.allows("😷😷")
    assert not limit.allows("😷😷😷")
    assert not limit.allows("")


@given(st.text())
def test_no_text_is_too_strange_to_count(text: str) -> None:
    assert all(count(text) >= 0 for count in WAYS.values())


@given(st.one_of(st.text(), st.lists(st.sampled_from(ATOMS)).map("".join)))
def test_units_of_utf16_and_bytes_agree_with_counting_them_one_by_one(text: str) -> None:
    points = [ord(each) for each in text]
    assert WAYS["utf16"](text) == sum(2 if point > 0xFFFF else 1 for point in points)
    sizes = [1 + (point > 0x7F) + (point > 0x7FF) + (point > 0xFFFF) for point in points]
    assert WAYS["bytes"](text) == sum(sizes)
    assert WAYS["code_points"](text) == len(points)


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_a_glance_never_allows_what_counting_would_not(text: str) -> None:
    for way in WAYS:
        length = WAYS[way](text)
        tight = Limit(max(length - 1, 0), way, "", "")
        assert length == 0 or not tight.plainly_allows(text), way


@given(
    st.text("abé日 ", max_size=20),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.integers(1, 60),
)
def test_a_url_has_one_length_on_mastodon_and_on_x(before: str, name: str, size: int) -> None:
    url = f"https://{name}.example.org/{'a' * size}"
    assert mastodon(f"{before} {url}") == len(before) + 1 + 23
    heavy = sum(2 if each == "日" else 1 for each in before)
    assert x_weighted(f"{before} {url}") == heavy + 1 + 23


@given(st.from_regex(r"[a-z]{1,10}", fullmatch=True), st.from_regex(r"[a-z]{1,9}", fullmatch=True))
def test_a_remote_mention_counts_by_its_local_part(user: str, host: str) -> None:
    assert mastodon(f"@{user}@{host}.example") == len(user) + 1
