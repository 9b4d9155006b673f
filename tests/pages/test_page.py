from __future__ import annotations

import re

import markdown  # type: ignore[import-untyped]
import pytest
import yaml

from cmops.pages.page import Heading, Html, Page, anchor, initial, plain

HOSTILE = [
    "<script>alert(1)</script>",
    "**gras** _et_ `code` [lien](javascript:alert(1))",
    "{#ailleurs .classe onclick=x}",
    "&lt;/title&gt;&lt;script&gt;",
    "# pas un titre\n\n## ni ça",
    "1. ni une liste",
    "a | b",
]


def convert(text: str) -> str:
    _, _, body = text.split("---\n", 2)
    return str(markdown.markdown(body, extensions=["toc", "tables", "fenced_code", "attr_list"]))


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_shown_and_never_becomes_markup(title: str) -> None:
    made = convert(Page("a.md", title, (Heading(2, title, "ici"),)).markdown)

    assert made.count("<h1") == 1
    assert made.count("<h2") == 1
    assert 'id="ici"' in made
    for tag in ("<script", "<a", "<strong", "<em", "<code", "<li", "<table", "onclick="):
        assert tag not in made.replace("onclick=x", "") or tag == "onclick="
    assert "<script" not in made


@pytest.mark.parametrize("title", HOSTILE)
def test_a_page_title_survives_themes_that_strip_tags_and_decode_entities(title: str) -> None:
    from markupsafe import Markup

    front = yaml.safe_load(Page("a.md", title, ()).markdown.split("---\n")[1])

    assert "<" not in str(Markup(front["title"]).striptags())


def test_finished_html_passes_through_markdown_unchanged_with_its_blank_lines() -> None:
    text = (
        '<div class="cmops">\n<div class="cmops-plain">un\n\n    **deux**\n\n\ntrois</div>\n</div>'
    )

    made = convert(Page("a.md", "A", (Html(text),)).markdown)

    assert made.replace("&#10;", "\n").replace("\n", "") == (
        f'<h1 id="a">A</h1>{text}'.replace("\n", "")
    )
    assert "<strong>" not in made


def test_a_page_is_the_same_for_mkdocs_as_through_markdown() -> None:
    page = Page("a.md", "A & <b>", (Html("<p>un</p>"), Heading(2, "B"), Html("<p>deux</p>")))

    assert page.html == (
        '<h1 id="a-b">A &amp; &lt;b&gt;</h1>\n<p>un</p>\n<h2 id="b">B</h2>\n<p>deux</p>'
    )
    assert page.html.count("<h") == convert(page.markdown).count("<h")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_heading_is_only_text_without_markdown_too(title: str) -> None:
    page = Page("a.md", title, (Heading(2, title, "ici"), Html("<p>x</p>", f"{title} <i>")))
    for made in (page.html, page.searchable):
        assert set(re.findall(r"<(\w+)", made)) == {"h1", "h2", "p"}


def test_headings_have_ids_of_their_own_and_the_outline_their_order() -> None:
    headings = (Heading(2, "B"), Heading(3, "B"), Heading(3, "C", "b"), Heading(2, "B"))
    page = Page("a.md", "A", headings)

    ids = re.findall(r'id="([^"]+)"', page.html)
    assert len(set(ids)) == 5
    assert "b" in ids
    (top,) = page.outline
    assert [(each.text, [below.text for below in each.below]) for each in top.below] == [
        ("B", ["B", "C"]),
        ("B", []),
    ]


def test_a_search_is_given_words_and_no_markup() -> None:
    page = Page("a.md", "A", (Html("<p>un <b>deux</b></p>"), Html("<p>beaucoup</p>", "peu")))

    assert re.findall(r"<p>(.*?)</p>", page.searchable) == [" un  deux  ", "peu"]


def test_an_anchor_can_stand_in_a_url() -> None:
    assert anchor("content/posts/à voir.md") == "content-posts-à-voir-md"
    assert anchor("a", "…") == "a-x"


def test_our_own_name_keeps_its_small_letter() -> None:
    assert initial("mardi") == "Mardi"
    assert initial("cmops ne sait pas") == "cmops ne sait pas"


def test_plain_titles_keep_what_is_no_entity() -> None:
    assert plain("R&D, a < b") == "R&D, a ‹ b"


def test_a_page_aside_comes_last_in_a_search_and_no_other_does() -> None:
    assert Page("a.md", "A", (), aside=True).meta["search"]["boost"] < 0.01
    assert "search" not in Page("a.md", "A", ()).meta
