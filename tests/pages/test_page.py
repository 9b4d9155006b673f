from __future__ import annotations

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


def test_the_outline_holds_no_html_and_is_filled_with_it() -> None:
    page = Page("a.md", "A", (Html("<p>un</p>"), Heading(2, "B"), Html("<p>deux</p>")))

    assert "<p>" not in page.outline
    made = page.filled(convert(page.outline))
    assert made.index("<p>un</p>") < made.index("<h2") < made.index("<p>deux</p>")


def test_an_anchor_can_stand_in_a_url() -> None:
    assert anchor("content/posts/à voir.md") == "content-posts-à-voir-md"
    assert anchor("a", "…") == "a-x"


def test_our_own_name_keeps_its_small_letter() -> None:
    assert initial("mardi") == "Mardi"
    assert initial("cmops ne sait pas") == "cmops ne sait pas"


def test_plain_titles_keep_what_is_no_entity() -> None:
    assert plain("R&D, a < b") == "R&D, a ‹ b"
