"""Links that say where they were clicked, and everything that must stay as it was written."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.tagged import tagged_text

OURS = ("example.org",)
VALUES = {"utm_source": "x", "utm_medium": "social", "utm_campaign": "hiver 2026"}
ADDED = "utm_source=x&utm_medium=social&utm_campaign=hiver%202026"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org", f"https://example.org?{ADDED}"),
        ("https://example.org/a?b=1", f"https://example.org/a?b=1&{ADDED}"),
        ("Vu https://example.org/a?", f"Vu https://example.org/a?{ADDED}?"),
        ("https://example.org/a?b=1&#c", f"https://example.org/a?b=1&{ADDED}#c"),
        ("https://example.org/a#lieu", f"https://example.org/a?{ADDED}#lieu"),
        ("Voir (https://example.org/a).", f"Voir (https://example.org/a?{ADDED})."),
        ("[là](https://example.org/a) !", f"[là](https://example.org/a?{ADDED}) !"),
        ("https://www.EXAMPLE.org/É", f"https://www.EXAMPLE.org/É?{ADDED}"),
        (
            "https://example.org/a?utm_source=affiche",
            "https://example.org/a?utm_source=affiche&utm_medium=social&utm_campaign=hiver%202026",
        ),
        (f"https://example.org/?{ADDED}", f"https://example.org/?{ADDED}"),
        ("https://autre.example/a", "https://autre.example/a"),
        ("https://notexample.org/a", "https://notexample.org/a"),
        ("https://example.org.evil.example/a", "https://example.org.evil.example/a"),
        (
            "https://evil.example/?u=https://example.org",
            "https://evil.example/?u=https://example.org",
        ),
        ("`https://example.org/i.sh` ici", "`https://example.org/i.sh` ici"),
        ("```\ncurl https://example.org\n```", "```\ncurl https://example.org\n```"),
        ("http://[::1", "http://[::1"),
        ("marie@example.org", "marie@example.org"),
        ("https://ici.example.org/a", "https://ici.example.org/a"),
    ],
)
def test_only_links_to_ones_own_sites_say_it(text: str, expected: str) -> None:
    assert tagged_text(text, VALUES, OURS, without="ici.example.org") == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_is_no_link_of_ours_stays_and_twice_is_once(before: str, after: str) -> None:
    text = f"{before} https://example.org/a {after}"
    once = tagged_text(text, VALUES, OURS)
    assert tagged_text(once, VALUES, OURS) == once
    if "`" not in text:
        assert f"https://example.org/a?{ADDED}" in once
    if "example.org" not in before + after:
        assert once.replace(f"?{ADDED}", "") == text


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=10), min_size=1))
def test_values_of_any_letters_are_read_back_as_they_were(values: dict[str, str]) -> None:
    found = tagged_text("https://example.org/a?d=1#e", values, OURS)
    parts = urlsplit(found)
    assert dict(parse_qsl(parts.query, keep_blank_values=True)) == {"d": "1", **values}
    assert parts.fragment == "e"
