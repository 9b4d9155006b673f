from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conftest import MakeWorkspace
from tests.pages.conftest import FILES, XSS
from tests.pages.shown import html, made, post

SAFE = "&lt;img src=x onerror=alert(1)&gt;"
Files = Mapping[str, str | bytes]
PICTURE = FILES["content/media/a.png"]
SIDECAR = f"alt: {{fr: '\"{XSS}'}}\ncredit: C\nlicence: CC0-1.0\n"
FILE: Files = {"content/media/a.png": PICTURE, "content/media/a.png.yml": SIDECAR}


def shown(
    workspace: MakeWorkspace, front: str, body: str = "Bonjour", more: Files | None = None
) -> str:
    """What stands below the byline of the only message."""
    text = html(made(workspace, post(front, body), more))
    return text.split('<div class="cmops-said">\n')[1].split("</section>")[0]


def test_a_text_stands_alone_and_nothing_of_it_is_markup(workspace: MakeWorkspace) -> None:
    text = shown(workspace, "to: [mastodon]", f"{XSS} & 'x'")
    assert f'<div class="cmops-text cmops-plain">{SAFE} &amp; &#39;x&#39;</div></div>' in text


def test_a_content_warning_folds_the_text_and_everything_below_it(
    workspace: MakeWorkspace,
) -> None:
    text = shown(workspace, f"to: [mastodon]\nspoiler: '{XSS}'\nmedia: [media/a.png]", more=FILE)
    folded = text[text.index("cmops-spoiler") : text.rindex("</details>")]
    assert f"<summary>{SAFE}</summary>" in folded
    assert "Bonjour" in folded
    assert "<img " in folded


def test_pictures_stand_above_the_text_where_people_look_at_pictures(
    workspace: MakeWorkspace,
) -> None:
    front = "to: [{}]\nmedia: [media/a.png]"
    photo = shown(workspace, front.format("photos"), more=FILE)
    assert photo.index("<figure>") < photo.index("Bonjour")
    micro = shown(workspace, front.format("mastodon"), more=FILE)
    assert micro.index("<figure>") > micro.index("Bonjour")


def test_a_picture_has_its_words_its_size_and_its_place(workspace: MakeWorkspace) -> None:
    text = shown(workspace, "to: [mastodon]\nmedia: [media/a.png]", more=FILE)
    address = "../../assets/media/a.png"
    assert f'<a href="{address}"><img src="{address}" alt="&#34;{SAFE}" loading="lazy"' in text
    assert ' width="1" height="1"></a>' in text
    assert f"<p>&#34;{SAFE}</p></details></figcaption>" in text


def test_a_picture_without_words_says_so_and_a_file_that_no_page_shows_is_named(
    workspace: MakeWorkspace,
) -> None:
    files: Files = {"content/media/a.png": PICTURE, "content/media/b.pdf": b"%PDF-1.4\n%%EOF\n"}
    text = shown(workspace, "to: [mastodon]\nmedia: [media/a.png, media/b.pdf]", more=files)
    assert text.count('<span class="cmops-noalt">') == 2
    assert '<p class="cmops-nofile">media/b.pdf</p>' in text
    assert '<div class="cmops-media cmops-media-2">' in text


def test_a_poll_shows_its_answers_and_how_long_it_stays_open(workspace: MakeWorkspace) -> None:
    poll = f"{{options: ['{XSS}', Non], duration: 2d, multiple: true}}"
    text = shown(workspace, f"to: [mastodon]\npoll: {poll}")
    assert f'<ul class="cmops-poll cmops-several"><li>{SAFE}</li><li>Non</li></ul>' in text
    assert "2\N{NO-BREAK SPACE}jours" in text.replace(" jours", "\N{NO-BREAK SPACE}jours")


def test_a_link_card_leads_to_where_it_says(workspace: MakeWorkspace) -> None:
    card = f"card: {{title: '{XSS}', description: '<d>', image: media/a.png}}"
    front = f"to: [bluesky]\nlink: https://example.org/?a=1&b=2\n{card}"
    text = shown(workspace, front, more=FILE)
    text = text[text.index("cmops-linkcard") :]
    assert '<img src="../../assets/media/a.png"' in text
    assert 'href="https://example.org/?a=1&amp;b=2' in text
    assert ">example.org</a></p>" in text
    assert f'<p class="cmops-title">{SAFE}</p>\n<p>&lt;d&gt;</p></div>' in text


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ("https://x.example/?a&b", 'href="https://x.example/?a&amp;b" rel="noopener noreferrer"'),
        ("autre", 'href="#autre">Autre &lt;b&gt;</a>'),
        ("personne", "personne</p>"),
        ("casse", "casse</p>"),
    ],
)
def test_what_it_answers_is_linked_where_that_leads_somewhere(
    value: str, link: str, workspace: MakeWorkspace
) -> None:
    other = post("to: [mastodon]").replace("title: Essai", "title: Autre <b>")
    more = {"content/posts/autre.md": other, "content/posts/casse.md": "---\ntitle: [\n---\n"}
    text = html(made(workspace, post(f"to: [mastodon]\nreply_to: '{value}'"), more))
    relation = text[text.index('<p class="cmops-relation">') :]
    assert link in relation[: relation.index("</p>") + len("</p>")]


def test_who_sees_it_is_said_where_that_is_not_everybody(workspace: MakeWorkspace) -> None:
    text = shown(workspace, "to: [mastodon]\nvisibility: unlisted")
    assert '<p class="cmops-small">visibilité : non listée</p>' in text.replace("\xa0", " ")
    assert "cmops-small" not in shown(workspace, "to: [mastodon]\nvisibility: public")


def test_a_long_formatted_text_is_folded_and_asks_nothing_of_other_servers(
    workspace: MakeWorkspace,
) -> None:
    body = f"**gras** {XSS} ![p](https://example.org/p.png)\n\n"
    short = shown(workspace, "to: [blog]", body)
    assert '<div class="cmops-text"><p><strong>gras</strong>' in short
    assert 'href="https://example.org/p.png"' in short
    assert "<img" not in short
    long = shown(workspace, "to: [blog]", body * 40)
    assert '<details class="cmops-text"><summary>' in long
