from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.entities import emoji, hashtags, links, mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bravo 🎉🎉 !", [("🎉", 6), ("🎉", 7)]),
        ("👨‍👩‍👧‍👦 et 🇫🇷🇧🇪", [("👨‍👩‍👧‍👦", 0), ("🇫🇷", 11), ("🇧🇪", 13)]),
        ("1️⃣ 2 #️⃣ *", [("1️⃣", 0), ("#️⃣", 6)]),
        ("👍🏽 ❤️ ☀", [("👍🏽", 0), ("❤️", 3), ("☀", 6)]),
        ("© 2026, ®", []),
        ("©️", [("©️", 0)]),
        ("3 * 4 # 5 → « … »", []),
    ],
)
def test_emoji_are_found_as_readers_see_them(text: str, expected: list[tuple[str, int]]) -> None:
    assert emoji(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un #Atelier, un #été2026 !", ["#Atelier", "#été2026"]),
        ("#1 #2026 #_ # #", []),
        ("#a_b #3D (#hiver) «#neige»", ["#a_b", "#3D", "#hiver", "#neige"]),
        ("https://example.org/#ancre et C#sharp &#39;a", []),
        ("＃東京 #中文", ["＃東京", "#中文"]),
        ("#️⃣un", []),
        ("✌️#paix", ["#paix"]),
        ("#un#deux", ["#un"]),
        ("#https://example.org", []),
    ],
)
def test_hashtags_are_what_networks_link(text: str, expected: list[str]) -> None:
    assert [tag for tag, _ in hashtags(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merci @ada et @bob@social.example.", ["@ada", "@bob@social.example"]),
        ("@name.bsky.example, bravo", ["@name.bsky.example"]),
        ("contact@example.org, https://social.example/@ada", []),
        ("(@ada) @", ["@ada"]),
    ],
)
def test_mentions_are_no_addresses(text: str, expected: list[str]) -> None:
    assert [mention for mention, _ in mentions(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Voir https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a_(b)), HTTP://x.fr?", ["https://example.org/a_(b)", "HTTP://x.fr"]),
        (
            "« https://example.org », «https://example.fr»",
            ["https://example.org", "https://example.fr"],
        ),
        ("“https://example.org/é?x=1&y=[2]”…", ["https://example.org/é?x=1&y=[2]"]),
        ("[texte](https://example.org/page)", ["https://example.org/page"]),
        ("http https:// ftp://example.org example.org", []),
        ("l'adresse https://example.org/l’été’", ["https://example.org/l’été"]),
        ("**https://example.org**", ["https://example.org"]),
    ],
)
def test_links_end_where_the_sentence_goes_on(text: str, expected: list[str]) -> None:
    assert [link for link, _ in links(text)] == expected


@given(st.text(st.sampled_from("ab1é_#@:/.)( https👍🏽‍\ufe0f🇫🇷")))
def test_what_is_found_stands_where_it_is_said_to_stand(text: str) -> None:
    for find in (emoji, hashtags, mentions, links):
        for what, offset in find(text):
            assert text[offset : offset + len(what)] == what
