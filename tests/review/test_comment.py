from __future__ import annotations

import re
from pathlib import Path

import pytest

from cmops.project import Project
from cmops.review import terminal
from cmops.review.comment import MOST, Addresses, comment, length
from cmops.review.sheets import Preview
from cmops.review.words import Words
from cmops.wording import Wording
from tests.conftest import CMOPS_YML
from tests.review.conftest import HERE, Desk, MakeDesk, post
from tests.review.reading import read

FILES = "https://raw.example/octo/repo/abc"
FRENCH = Words(Wording("fr"))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2060", "")


def many(made: Desk, count: int, text: str = "Bonjour. " * 40) -> Preview:
    files: dict[str, str | bytes | None] = {
        f"content/posts/p{n}.md": post(f"{n} {text}", title=f"Post {n}", to="archive")
        for n in range(count)
    }
    made.write(files)
    return made.preview()


def test_it_begins_with_the_sum_and_has_every_delivery_in_a_row(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    made.write({HERE: None, "content/posts/neuf.md": post("Neuf.", to="mastodon, bluesky")})
    text = plain(made.comment())
    assert "**2 nouveaux envois** · 1 annulé" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == 3
    assert "| mardi 1er décembre 2026, 12:15 (11:15 UTC) |" in rows[0]


def test_each_network_is_shown_in_full_with_its_count_and_what_is_near(desk: MakeDesk) -> None:
    made = desk({"content/posts/autre.md": post("Autre.", title="L’autre", at="2026-12-01 18:00")})
    made.write({HERE: post("Bonjour.\n\nÀ bientôt !")})
    text = plain(made.comment())
    assert "> Bonjour.\n>\n> À bientôt !" in text
    assert " · 21 / 500 · version `" in text
    assert "- Ce jour-là sur ce compte : 18:00 L’autre" in text


def test_what_a_network_charges_is_told(desk: MakeDesk) -> None:
    made = desk({"cmops.yml": CMOPS_YML + "  x: {platform: x, account: ateliers}\n"})
    made.write({HERE: post("Bonjour.", to="x, mastodon")})
    text = plain(made.comment())
    assert "8 / 280 · coûte 0,015 USD" in text
    assert text.count("coûte") == 1


@pytest.mark.parametrize(
    ("language", "called"), [("fr", "Boîte d’envoi (fichiers)"), ("en", "Outbox (files)")]
)
def test_what_is_no_network_is_called_by_a_name_in_the_readers_language(
    desk: MakeDesk, language: str, called: str
) -> None:
    made = desk({})
    made.write({HERE: post(to="archive")})
    shown, words = made.preview(), Words(Wording(language))
    assert f"({called})" in plain(comment(shown, words)).replace("\\", "")
    assert f"({called}) · bon@archive" in plain(terminal.plain(shown, words))


def test_a_thread_is_numbered_and_a_poll_and_a_card_are_shown(desk: MakeDesk) -> None:
    more = (
        "status: ready\nlink: https://example.org/a\n"
        "card: {title: Un titre, description: Une phrase.}"
    )
    poll = "status: ready\npoll: {options: [Oui, Non], duration: 1d}"
    made = desk({})
    made.write(
        {
            HERE: post("Un.\n\n---\n\nDeux.", more=more, to="bluesky"),
            "content/posts/q.md": post("Alors ?", more=poll),
        }
    )
    text = plain(made.comment())
    assert "*1 / 2*" in text
    assert "> **carte du lien** — Un titre — Une phrase. — https://example.org/a" in text
    assert "> - Oui\n> - Non" in text


def test_pictures_are_shown_where_their_address_is_known(desk: MakeDesk, picture: bytes) -> None:
    made = desk({})
    made.write(
        {
            HERE: post(more="status: ready\nmedia: ['media/un été.png']"),
            "content/media/un été.png": picture,
            "content/media/un été.png.yml": "alt: {fr: 'Un \"carré\" orange'}\n",
        }
    )
    without = made.comment()
    assert "<img" not in without
    assert "`content/media/un été.png` — Un " in without
    found = read(made.comment(Addresses(media=FILES)))
    assert found.addresses == [f"{FILES}/content/media/un%20%C3%A9t%C3%A9.png"]


def test_what_was_before_can_be_opened(desk: MakeDesk) -> None:
    made = desk({HERE: post("Avant.")})
    made.write({HERE: post("Après.")})
    text = made.comment()
    assert text.index("> Après.") < text.index("Ce qui était prévu avant") < text.index("> Avant.")


def test_other_files_are_named_with_what_is_wrong_in_them(desk: MakeDesk) -> None:
    made = desk({})
    made.write({"calendar/campaigns/hiver.md": "---\nnom: x\n---\n", "README.md": "x"})
    text = plain(made.comment())
    assert "- `calendar/campaigns/hiver.md` ajouté" in text
    assert "- ❌ `calendar/campaigns/hiver.md` erreur CM" in text
    assert "README" not in text


def test_mistakes_are_marked_in_the_table_and_told_with_their_line(desk: MakeDesk) -> None:
    made = desk({})
    made.write({HERE: post("x" * 600)})
    text = plain(made.comment())
    assert "| nouveau ❌ |" in text
    assert re.search(r"- ❌ erreur CM5\d\d, ligne \d", text)
    assert "Ne partira pas ainsi" in text


@pytest.mark.parametrize("count", [3, 40, 220])
def test_it_never_is_longer_than_github_takes(desk: MakeDesk, count: int) -> None:
    made = desk({})
    shown = many(made, count, "Des émojis 🙂 & <b>. " * 120)
    text = comment(shown, FRENCH, Addresses(site="https://octo.example/apercu/"))
    assert length(text) <= MOST
    assert text.count("<details") == text.count("</details>")
    if count > 3:
        assert "https://octo.example/apercu/" in text
        assert "ne tiennent pas dans ce commentaire" in text


def test_five_megabytes_of_text_are_no_comment(desk: MakeDesk) -> None:
    made = desk({})
    made.write({HERE: post("a_" * 2_500_000, to="archive"), "content/posts/b.md": post("Court.")})
    text = made.comment()
    assert length(text) <= MOST
    assert "> Court." in text


def test_long_titles_and_names_do_not_break_it(desk: MakeDesk) -> None:
    made = desk({"cmops.yml": CMOPS_YML.replace("name: Les Ateliers", "name: " + "é|" * 20_000)})
    made.write({HERE: post(title="'" + "|é" * 50_000 + "'")})
    assert length(made.comment()) <= MOST


@pytest.mark.parametrize(
    "url", ["http://a.example", "javascript:alert(1)", 'https://a.example/"><img', "//a.example"]
)
def test_only_plain_addresses_can_be_named(url: str) -> None:
    with pytest.raises(ValueError, match=re.escape(url)):
        Addresses(media=url)


def test_it_is_in_the_language_of_the_workspace(desk: MakeDesk) -> None:
    made = desk({"cmops.yml": CMOPS_YML.replace("language: fr", "language: en")})
    made.write({HERE: post()})
    text = comment(made.preview(), Words(Project(Path(made.root)).wording))
    assert "**1 new delivery**" in text
    assert "Tuesday 1 December 2026, 12:15 (11:15 UTC)" in text
