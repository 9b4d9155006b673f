"""Style as cmops.yml asks for it, channel by channel."""

from __future__ import annotations

import pytest

from cmops.check.style import resolved
from cmops.workspace.settings import read_settings
from tests.check.checking import Check, Finds, post, settings

PATH = "content/posts/a.md"


@pytest.mark.parametrize(
    ("code", "rule", "body"),
    [
        ("CM606", "address: vous", "Viens avec ⟦tes amis.\n"),
        ("CM606", "address: tu", "Venez avec ⟦vos amis.\n"),
        ("CM607", "max_emoji: 1", "Bravo 🎉 ⟦🎉 🎉\n"),
        ("CM611", "max_exclamations: 1", "Bravo ! Encore ⟦! Oui !\n"),
    ],
)
def test_a_message_beside_its_style_is_found_at_the_first_too_many(
    code: str, rule: str, body: str, finds: Finds
) -> None:
    files = {"cmops.yml": settings(f"styles: {{default: {{{rule}}}}}\n"), PATH: post("", body)}
    finds(code, files)


@pytest.mark.parametrize(
    ("code", "rule", "line"),
    [
        ("CM608", "max_hashtags: 1", "hashtags: ⟦[Un, Deux]"),
        ("CM609", "min_hashtags: 2", "hashtags: ⟦[Un]"),
        ("CM610", "hashtag_case: camel", "hashtags: ⟦[ateliersolidairedhiver]"),
    ],
)
def test_hashtags_are_counted_wherever_they_are(
    code: str, rule: str, line: str, finds: Finds
) -> None:
    files = {"cmops.yml": settings(f"styles: {{default: {{{rule}}}}}\n"), PATH: post(line)}
    finds(code, files)


def test_the_same_hashtag_in_text_and_list_counts_once(check: Check) -> None:
    files = {
        "cmops.yml": settings("styles: {default: {max_hashtags: 1}}\n"),
        PATH: post("hashtags: [velo]", "Un #Velo.\n"),
    }
    assert "CM608" not in check(files).codes


def test_a_thread_that_is_too_long_is_found_at_the_message_too_many(finds: Finds) -> None:
    files = {
        "cmops.yml": settings("styles: {default: {max_messages: 2}}\n"),
        PATH: post("", "Un\n\n---\n\nDeux\n\n---\n\n⟦Trois\n"),
    }
    finds("CM612", files)


@pytest.mark.parametrize("text", ["⟦INSCRIPTIONS OUVERTES DÈS LUNDI MATIN\n"])
def test_shouting_needs_no_style_to_be_found(text: str, finds: Finds) -> None:
    finds("CM613", {PATH: post("", text)})


@pytest.mark.parametrize("text", ["L’ONU, l’UNESCO et la SNCF s’engagent ensemble.\n", "OUI !\n"])
def test_acronyms_are_no_shouting(text: str, check: Check) -> None:
    assert "CM613" not in check({PATH: post("", text)}).codes


def test_each_channel_has_its_own_style(finds: Finds) -> None:
    style = (
        "styles: {bref: {max_emoji: 0}}\nbrands: {ateliers: {name: Les Ateliers, style: bref}}\n"
    )
    files = {
        "cmops.yml": settings(style).replace(
            "platform: outbox\n", "platform: outbox\n    style: default\n"
        ),
        PATH: post("to: [mastodon, archive]", "Bravo ⟦🎉\n"),
    }
    (found,) = finds("CM607", files)
    assert found.channel == "mastodon"


def test_tu_is_not_looked_for_in_english(check: Check) -> None:
    files = {
        "cmops.yml": settings("styles: {default: {address: vous}}\n"),
        PATH: post("language: en", "Tu es here, te and ta.\n"),
    }
    assert "CM606" not in check(files).codes


def test_a_style_takes_over_what_it_does_not_say() -> None:
    styles = {
        "bref": {"extends": "doux", "max_emoji": 0},
        "doux": {"max_emoji": 3, "address": "vous"},
    }
    style = resolved(read_settings({"styles": styles}, ""), "bref")
    assert style is not None
    assert (style.max_emoji, style.address) == (0, "vous")


def test_styles_in_a_circle_still_end() -> None:
    styles = {"a": {"extends": "b", "max_emoji": 1}, "b": {"extends": "a", "address": "tu"}}
    style = resolved(read_settings({"styles": styles}, ""), "a")
    assert style is not None
    assert (style.max_emoji, style.address) == (1, "tu")


def test_without_styles_nothing_is_counted(check: Check) -> None:
    found = check({PATH: post("hashtags: [ateliersolidairedhiver]", "Viens !!! 🎉🎉🎉🎉\n")})
    assert not {code for code in found.codes if code.startswith("CM60")}


def test_an_article_is_no_message(check: Check) -> None:
    blog = "  blog: {platform: wordpress, url: https://blog.example, account: a,"
    files = {
        "cmops.yml": settings(
            f"{blog} secrets: {{password: WP}}}}\n"
            "styles: {default: {max_exclamations: 0, max_emoji: 0, min_hashtags: 2}}\n"
        ),
        "content/articles/b.md": post("to: [blog]", "Bravo ! 🎉\n"),
    }
    assert not {code for code in check(files).codes if code.startswith("CM6")}
