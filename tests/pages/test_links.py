from __future__ import annotations

import pytest

from cmops.pages.links import Address, Here, as_files, as_folders, as_written, safe


@pytest.mark.parametrize(
    ("address", "here", "there", "expected"),
    [
        (as_folders, "index.md", "posts/2026-12.md", "posts/2026-12/"),
        (as_folders, "posts/2026-12.md", "index.md", "../../"),
        (as_folders, "posts/2026-12.md", "posts/index.md", "../"),
        (as_folders, "posts/index.md", "posts/2026-12.md", "2026-12/"),
        (as_folders, "crisis/a.md", "crisis/a.md", "./"),
        (as_files, "posts/2026-12.md", "crisis/a.md", "../crisis/a.html"),
        (as_files, "index.md", "posts/index.md", "posts/index.html"),
        (as_written, "posts/2026-12.md", "index.md", "../index.md"),
    ],
)
def test_a_link_leads_from_one_page_to_another(
    address: Address, here: str, there: str, expected: str
) -> None:
    assert Here(here, address).link(there) == expected


def test_a_link_to_a_place_on_the_same_page_is_only_that_place() -> None:
    assert Here("a.md", as_folders).link("a.md", "là") == "#l%C3%A0"
    assert Here("a.md", as_folders).link("b.md", "x") == "../b/#x"


def test_media_are_found_from_any_page() -> None:
    here = Here("posts/2026-12.md", as_folders)
    assert here.media("media/à voir.png") == "../../assets/media/%C3%A0%20voir.png"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.org",
        "https://a b",
        "",
        None,
    ],
)
def test_an_address_that_could_do_harm_is_no_link(url: str | None) -> None:
    assert safe(url) == ""


@pytest.mark.parametrize(
    "url", ["https://example.org/é?a=b#c", "HTTP://example.org", "mailto:a@b.c"]
)
def test_addresses_of_the_web_and_of_mail_are_links(url: str) -> None:
    assert safe(url) == url
