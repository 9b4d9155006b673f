"""cmops.yml: what its schema cannot say, and options of posts."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, post, settings
from tests.conftest import CMOPS_YML

TWO_BRANDS = "brands:\n  ateliers: {name: Ateliers}\n  boutique: {name: Boutique}\n"
ROLES = "approvals: {roles: {accueil: {people: [marie]}}}\n"
STORIES = "  stories:\n    platform: handoff\n    for: tiktok\n    account: nous\n"


def with_key(line: str, more: str = "") -> str:
    """The settings with a line more for the channel mastodon, and with more at their end."""
    return settings(more).replace("  mastodon:\n", f"  mastodon:\n    {line}\n")


@pytest.mark.parametrize(
    ("code", "yml"),
    [
        ("CM228", CMOPS_YML.replace("platform: mastodon", "platform: ⟦mastodonn")),
        ("CM230", CMOPS_YML.replace("MASTODON_TOKEN", "⟦AB12CD34EF56GH78IJ90")),
        ("CM237", CMOPS_YML.replace("{token: ", "{jeton: ⟦")),
        ("CM238", f"{CMOPS_YML}    limits: {{texte: ⟦500}}\n"),
        ("CM211", with_key("brand: ⟦atelier", "brands: {ateliers: {name: A}}\n")),
        ("CM226", with_key("style: ⟦court", "styles: {bref: {}}\n")),
        ("CM226", settings("styles: {bref: {extends: ⟦court}}\n")),
        ("CM226", settings("brands: {ateliers: {name: A, style: ⟦court}}\n")),
        ("CM580", with_key("handoff: {asks: [⟦acceuil]}", ROLES)),
        ("CM580", with_key("handoff: {asks: ⟦acceuil}", ROLES)),
        ("CM238", f"{CMOPS_YML}{STORIES}    limits: {{texte: ⟦500}}\n"),
        ("CM414", with_key("avatar: ⟦media/logo.png")),
        ("CM414", with_key("avatar: ⟦media/logo.pdf")),
        ("CM902", settings("severities: {⟦CM999: error}\n")),
        ("CM101", with_key("⟦adresse: a")),
        ("CM102", settings("  ⟦autre: {platform: bluesky}\n").replace("⟦autre: {", "autre: ⟦{")),
    ],
)
def test_a_mistake_in_the_settings_is_found_at_its_place(code: str, yml: str, finds: Finds) -> None:
    finds(code, {"cmops.yml": yml})


def test_a_picture_of_the_account_that_is_there_is_fine(check: Check) -> None:
    files = {"cmops.yml": with_key("avatar: media/logo.png"), "content/media/logo.png": "png"}
    assert "CM414" not in check(files).codes


def test_with_several_brands_each_channel_names_its_own(finds: Finds) -> None:
    yml = CMOPS_YML.replace("  archive:", "  ⟦archive:")
    for name in ("mastodon", "bluesky"):
        yml = yml.replace(f"  {name}:\n", f"  {name}:\n    brand: ateliers\n")
    finds("CM232", {"cmops.yml": yml + TWO_BRANDS})


def test_styles_in_a_circle_are_found(finds: Finds) -> None:
    # The last one only leads into the circle.
    circle = ["a: {extends: ⟦b}", "b: {extends: ⟦c}", "c: {extends: ⟦a}", "d: {extends: c}"]
    yml = settings("styles:\n" + "".join(f"  {style}\n" for style in circle))
    found = finds("CM236", {"cmops.yml": yml})
    assert "a, b, c, a" in found[0].message


def test_two_channels_of_one_account_are_found(finds: Finds) -> None:
    again = "  ⟦autre:\n    platform: bluesky\n    account: Ateliers.example\n"
    finds("CM229", {"cmops.yml": CMOPS_YML + again})


def test_a_secret_is_not_repeated(check: Check) -> None:
    (found,) = check({"cmops.yml": CMOPS_YML.replace("MASTODON_TOKEN", "AB12CD34EF56GH78IJ90")}).of(
        "CM230"
    )
    assert "AB12" not in str(found)


@pytest.mark.parametrize("name", ["MASTODON_TOKEN", "TOKEN", "X_API_KEY_2", "WORDPRESSPASSWORD"])
def test_names_of_variables_are_no_secrets(name: str, check: Check) -> None:
    yml = CMOPS_YML.replace("MASTODON_TOKEN", name)
    assert not check({"cmops.yml": yml}).codes & {"CM230", "CM113"}


def test_options_of_an_unknown_platform_are_found(finds: Finds) -> None:
    finds("CM228", {"content/posts/a.md": post("options: {wordpres: ⟦{slug: a}}")})


def test_options_are_held_against_their_platform(finds: Finds) -> None:
    finds("CM101", {"content/posts/a.md": post("options: {wordpress: {⟦rubriques: [a]}}")})


def test_options_of_a_variant_are_held_against_their_platform(finds: Finds) -> None:
    front = "variants:\n  mastodon: {options: {mastodon: {⟦langue: fr}}}"
    finds("CM101", {"content/posts/a.md": post(front)})


def test_the_settings_of_every_test_are_fine(check: Check) -> None:
    assert check({}).codes == set()


def test_posts_to_a_platform_that_there_is_not_do_not_stop_the_check(check: Check) -> None:
    files = {
        "cmops.yml": CMOPS_YML.replace("platform: mastodon", "platform: mastodonn"),
        "content/posts/a.md": post("to: [mastodon, bluesky]", "Voir http://example.org\n"),
    }
    assert {"CM228", "CM620"} <= check(files).codes


def test_a_hand_off_takes_limits_and_asks_roles_and_people(check: Check) -> None:
    more = '    limits: {text: 4000, images: 1}\n    handoff: {asks: [accueil, "@marie"]}\n'
    assert check({"cmops.yml": f"{CMOPS_YML}{STORIES}{more}{ROLES}"}).diagnostics == ()
