"""A blog gets HTML, a title, and the addresses that lead somewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cmops.adapters.contract import Edition, Media
from cmops.adapters.wordpress import WordPress

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]


def test_an_article_is_markdown_as_html_with_what_the_blog_needs(
    edition: MakeEdition, media: MakeMedia
) -> None:
    options = {"excerpt": "En bref", "slug": "hiver", "categories": ["Ateliers"], "tags": ["bois"]}
    [message] = WordPress.compose(
        edition(
            "wordpress", "# Hiver\n\nDu *bois*.", kind="article", options=options, cover=media()
        )
    )
    assert message.text == "# Hiver\n\nDu *bois*."
    assert message.fields["cover"]["path"] == "media/atelier.jpg"
    assert {name: message.fields[name] for name in message.fields if name != "cover"} == {
        "title": "Ouverture",
        "html": "<h1>Hiver</h1>\n<p>Du <em>bois</em>.</p>\n",
        "status": "publish",
        "slug": "hiver",
        "excerpt": "En bref",
        "categories": ["Ateliers"],
        "tags": ["bois"],
    }


def test_a_short_post_has_its_title_its_id_and_its_hashtags_as_tags(edition: MakeEdition) -> None:
    [message] = WordPress.compose(
        edition("wordpress", "Bonjour", hashtags=("atelier", "bois"), options={"tags": ["bois"]})
    )
    assert (message.text, message.fields["title"], message.fields["slug"]) == (
        "Bonjour",
        "Ouverture",
        "ouverture",
    )
    assert message.fields["tags"] == ["bois", "atelier"]


def test_the_link_becomes_one_that_can_be_followed_and_is_not_said_twice(
    edition: MakeEdition,
) -> None:
    link = "https://example.org/?a=1&b=2"
    [message] = WordPress.compose(edition("wordpress", "Bonjour", link=link))
    address = "https://example.org/?a=1&amp;b=2"
    assert message.fields["html"] == f'<p>Bonjour</p>\n<p><a href="{address}">{address}</a></p>\n'
    [message] = WordPress.compose(edition("wordpress", f"Voir [ici]({link}).", link=link))
    assert message.fields["html"].count("<a ") == 1


def test_html_in_the_text_is_shown_and_not_run(edition: MakeEdition) -> None:
    [message] = WordPress.compose(edition("wordpress", "<script>alert(1)</script>"))
    assert "<script>" not in message.fields["html"]


def test_what_looks_like_a_shortcode_is_shown_and_not_run(edition: MakeEdition) -> None:
    [message] = WordPress.compose(
        edition("wordpress", "[gallery] [ou](https://a.example) [/x] [ ]")
    )
    assert message.fields["html"] == (
        '<p>&#91;gallery] <a href="https://a.example">ou</a> &#91;/x] [ ]</p>\n'
    )


@pytest.mark.parametrize(
    "text",
    ["[le programme](programme.md)", "![L’atelier](media/atelier.jpg)", "[haut](/atelier/)"],
)
def test_an_address_that_leads_nowhere_on_the_blog_is_a_problem(
    text: str, edition: MakeEdition
) -> None:
    article = edition("wordpress", f"Voir {text}.", kind="article")
    [problem] = WordPress.problems(article)
    assert (problem.code, problem.values["snippet"]) == ("CM519", text)


@pytest.mark.parametrize(
    "text",
    [
        "[le programme](https://example.org/programme)",
        "![L’atelier](https://example.org/atelier.jpg)",
        "[nous écrire](mailto:bonjour@example.org)",
        "`[le programme](programme.md)` s'écrit ainsi",
        "```\n[le programme](programme.md)\n```",
        "#motdièse et a < b",
    ],
)
def test_whole_addresses_and_code_are_fine(text: str, edition: MakeEdition) -> None:
    assert list(WordPress.problems(edition("wordpress", text, kind="article"))) == []
