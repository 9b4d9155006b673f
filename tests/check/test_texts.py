"""Texts as such: blocks, invisible characters, raw Markdown, placeholders, mentions."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, post, settings

PATH = "content/posts/a.md"


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("CM240", "Pour tous.\n\n⟦::: mastodon\nJamais refermé.\n"),
        ("CM241", "::: mastodon\nUn.\n⟦::: bluesky\nDeux.\n:::\n"),
        ("CM242", "⟦:::\nPour qui ?\n:::\n"),
        ("CM243", "::: mastodon\nUn.\n:::\n\n⟦::: mastodon\nDeux.\n:::\n"),
        ("CM244", "Pour tous.\n⟦:::\n"),
        ("CM245", "Un.\n\n⟦---\n\n---\n\nDeux.\n"),
        ("CM246", "Un.\n⟦---\nDeux.\n"),
        ("CM223", "Pour tous.\n\n⟦::: linkedin\nPour personne.\n:::\n"),
        ("CM630", "Venez à la ⟦**grande** fête.\n"),
        ("CM630", "Un.\n\n---\n\nLisez ⟦[la suite](https://example.org).\n"),
        ("CM601", "Venez à l’ate⟦\u200blier.\n"),
        ("CM602", "Voir exemple⟦\u202e/fdp.\n"),
    ],
)
def test_a_mistake_in_a_text_is_found_at_its_place(code: str, body: str, finds: Finds) -> None:
    finds(code, {PATH: post("to: [mastodon, bluesky]", body)})


def test_a_variant_for_nobody_in_the_front_matter_is_found_at_its_name(finds: Finds) -> None:
    (found,) = finds("CM223", {PATH: post("variants:\n  ⟦mastodont: {text: Pour personne}")})
    assert "« mastodon »" in found.hint.replace("\u00a0", " ")


def test_a_variant_may_name_a_channel_or_its_platform(check: Check) -> None:
    files = {PATH: post("to: [archive]", "Un.\n\n::: outbox\nDeux.\n:::\n")}
    assert "CM223" not in check(files).codes


def test_a_text_in_both_places_is_found(finds: Finds) -> None:
    front = "variants:\n  mastodon: {text: Un}"
    finds("CM224", {PATH: post(front, "Pour tous.\n\n⟦::: mastodon\nDeux.\n:::\n")})


def test_a_block_beside_other_settings_of_the_same_variant_is_fine(check: Check) -> None:
    front = "variants:\n  mastodon: {visibility: unlisted}"
    assert "CM224" not in check({PATH: post(front, "::: mastodon\nDeux.\n:::\n")}).codes


@pytest.mark.parametrize(
    "text",
    [
        "Rendez-vous le ⟦[date] à l’atelier.",
        "⟦TODO relire",
        "⟦Lorem ipsum dolor sit amet",
        "Le prix est ⟦à compléter.",
        "Bonjour ⟦{{prenom}},",
        "Lien : ⟦<lien>",
        "Price ⟦to be confirmed.",
        "Voir ⟦[insérer le lien du formulaire]",
        "Tarif ⟦XXX euros",
        "Le programme : ⟦[à compléter]",
    ],
)
def test_a_placeholder_in_a_ready_post_is_found(text: str, finds: Finds) -> None:
    front = "status: ready\npublish_at: 2026-12-02 12:00"
    finds("CM631", {PATH: post(front, f"Bonjour.\n{text}\n")})


@pytest.mark.parametrize(
    "text",
    [
        "Todo el mundo",
        "xxx à bientôt",
        "Taille XXL",
        "Lisez [le lien](https://example.org)",
        "La liste à compléter ensemble",
        "« Il faut agir [et vite] »",
        "I <3 you",
        "Il a dit : « Je viens […] demain »",
        "La suite demain [à suivre]",
        "Il reste à définir avec vous les dates",
    ],
)
def test_what_only_looks_like_a_placeholder_is_left_alone(text: str, check: Check) -> None:
    front = "status: ready\npublish_at: 2026-12-02 12:00"
    assert "CM631" not in check({PATH: post(front, f"{text}\n")}).codes


def test_a_draft_may_hold_placeholders(check: Check) -> None:
    assert "CM631" not in check({PATH: post("status: draft", "Le [date] à midi\n")}).codes


def test_a_mention_that_is_nobody_on_this_network_is_found(finds: Finds) -> None:
    mentions = 'mentions: {partenaire: {mastodon: "@p@mastodon.example"}}\n'
    files = {
        "cmops.yml": settings(mentions),
        PATH: post("to: [mastodon, bluesky]", "Merci à ⟦@partenaire et à @autre.\n"),
    }
    (found,) = finds("CM225", files)
    assert found.channel == "bluesky"


def test_an_emoji_family_holds_no_invisible_character(check: Check) -> None:
    body = "👩‍👩‍👧 et 🏳️‍🌈, « bonjour »\u202f!\n"
    assert "CM601" not in check({PATH: post("", body)}).codes


def test_markdown_is_no_mistake_where_there_is_formatting(check: Check) -> None:
    files = {PATH: post("to: [archive]", "**Grande** fête.\n")}
    assert "CM630" not in check(files).codes


def test_the_place_is_right_behind_a_block_and_in_a_thread(finds: Finds) -> None:
    body = "Un.\n\n::: bluesky\nAutre.\n:::\n\nDeux\n\n---\n\nTrois ⟦**gras**.\n"
    finds("CM630", {PATH: post("to: [mastodon]", body)})


def test_poll_answers_and_content_warnings_are_texts_too(finds: Finds) -> None:
    front = (
        "status: ready\npublish_at: 2026-12-02 12:00\nspoiler: ⟦TODO\n"
        "poll: {options: [Oui, ⟦TBD], duration: 1d}"
    )
    finds("CM631", {PATH: post(front.replace("⟦TBD", "Non"))})
    finds("CM631", {PATH: post(front.replace("⟦TODO", "Attention"))})


def test_an_article_of_which_nothing_is_wrong_says_nothing(check: Check) -> None:
    blog = "  blog: {platform: wordpress, url: https://blog.example, account: a,"
    files = {
        "cmops.yml": settings(f"{blog} secrets: {{password: WP}}}}\n"),
        "content/articles/b.md": post("to: [blog]", "\n\n## Titre\n\n**Gras**\n\n---\n\nFin\n"),
    }
    assert check(files).codes <= {"CM310"}


@pytest.mark.parametrize("front", ["link: https://example.org/a", "hashtags: [atelier]"])
def test_a_link_or_hashtags_without_a_text_are_nobodys_words(front: str, check: Check) -> None:
    files = {PATH: post(f"{front}\nstatus: ready\npublish_at: 2026-12-02 12:15", "")}
    assert check(files).codes <= {"CM401"}
    variant = f"variants:\n  mastodon: {{{front}}}\nstatus: ready\npublish_at: 2026-12-02 12:15"
    assert check({PATH: post(variant, "")}).codes <= {"CM401"}
