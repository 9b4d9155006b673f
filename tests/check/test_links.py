"""Addresses that do not work for everybody, or do not look like it."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, post

PATH = "content/posts/a.md"


@pytest.mark.parametrize(
    ("code", "url"),
    [
        ("CM620", "http://example.org/ateliers"),
        ("CM621", "https://https://example.org"),
        ("CM621", "https://exemple/ateliers"),
        ("CM621", "https://example..org/"),
        ("CM621", "https://example.org:port/"),
        ("CM622", "https://example.org/ateliers."),
        ("CM622", "https://example.org/a)"),
        ("CM623", "https://example.org/?id=3&utm_source=mastodon"),
        ("CM623", "https://example.org/?fbclid=IwAR0"),
        ("CM624", "https://bit.ly/3xyz"),
        ("CM625", "https://localhost/a"),
        ("CM625", "https://192.168.1.12/a"),
        ("CM625", "https://preprod.ateliers.local/"),
        ("CM625", "http://127.0.0.1:8000/"),
        ("CM626", "https://equipe:motdepasse@example.org/"),
    ],
)
def test_a_poor_link_is_found(code: str, url: str, finds: Finds) -> None:
    finds(code, {PATH: post(f'link: ⟦"{url}"')})


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org/ateliers?page=2#programme",
        "https://fr.wikipedia.org/wiki/Chat_(animal)",
        "https://example.org/été/à-côté",
        "https://example.org:8443/a",
        "https://sub.domain.example.org/a/b/c.html",
        "https://xn--bcher-kva.example/",
    ],
)
def test_a_good_link_is_left_alone(url: str, check: Check) -> None:
    found = check({PATH: post(f'link: "{url}"', f"Voir {url} bientôt.\n")})
    assert not {code for code in found.codes if code.startswith("CM62")}


def test_links_in_the_text_are_looked_at_where_they_stand(finds: Finds) -> None:
    finds("CM620", {PATH: post("", "Voir (⟦http://example.org/a).\n")})


def test_the_end_of_a_sentence_is_no_part_of_a_link_in_a_text(check: Check) -> None:
    assert "CM622" not in check({PATH: post("", "Voir https://example.org/a.\n")}).codes


@pytest.mark.parametrize("text", ["https:/example.org", "https//example.org", "http:\\\\a.example"])
def test_an_address_with_a_slip_in_the_text_is_found(text: str, finds: Finds) -> None:
    finds("CM621", {PATH: post("", f"Voir ⟦{text} bientôt.\n")})


def test_a_password_in_a_link_is_not_repeated(check: Check) -> None:
    found = check({PATH: post("link: https://equipe:motdepasse@example.org/")})
    (diagnostic,) = found.of("CM626")
    assert "motdepasse" not in str(diagnostic)


def test_the_link_of_a_variant_is_found_there(finds: Finds) -> None:
    front = (
        "to: [mastodon, bluesky]\nlink: https://example.org/a\n"
        "variants:\n  bluesky: {link: ⟦http://example.org/a}"
    )
    (found,) = finds("CM620", {PATH: post(front)})
    assert found.channel == "bluesky"
