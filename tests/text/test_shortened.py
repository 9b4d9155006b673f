from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.shortened import on_mastodon, on_x

PIECES = ["http://", "https://", "example", ".", "org", "fr", "co.uk", "/", "?", "a=b", "(", ")"]
PIECES += ["é", "日本", ".みんな", "xn--", "-", "_", "@", "#", " ", ",", "t.co/", "\u200e", "ada"]


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in on_x(text)]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Voir https://example.org/a, puis example.fr!", ["https://example.org/a", "example.fr"]),
        ("https://example.org/a_(b)_(c)", ["https://example.org/a_(b)_(c)"]),
        ("(example.org/a)", ["example.org/a"]),
        ("https://sub.domain.example.co.uk:8080/x?y=z#w.", None),
        ("Rendez-vous à 18.30 h.Puis on danse", []),
        ("l’atelier.fr", ["atelier.fr"]),
        ("été.fr", ["té.fr"]),  # so does twitter-text: its first letter may precede a URL
        ("http://twitter.みんな/です", ["http://twitter.みんな/"]),
        ("\u200ehttps://example.org\u200e", ["https://example.org"]),
        ("$example.org @example.org #example.org", []),
        ("example.org@exemple", []),
        ("https://foo_bar.example.org", None),
        ("https://xn--80ak6aa92e.com", None),
        ("HTTPS://EXAMPLE.ORG", None),
    ],
)
def test_urls_are_found_where_x_finds_them(text: str, urls: list[str] | None) -> None:
    assert found(text) == ([text.rstrip(".")] if urls is None else urls)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_spans_are_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    for spans in (list(on_x(text)), [(start, end) for start, end, _ in on_mastodon(text)]):
        edges = [place for span in spans for place in span]
        assert edges == sorted(edges)
        assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize("text", ["é" * 3000 + ".fr-", "https://a.fr/" + "(" * 2000, "a." * 3000])
def test_hostile_words_are_read_before_the_tests_time_out(text: str) -> None:
    assert list(on_x(text)) == list(on_x(text + " "))
    assert list(on_mastodon(text)) == list(on_mastodon(text + " "))
