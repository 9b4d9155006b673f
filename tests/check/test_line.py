"""The editorial line: banned terms and spellings."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Finds, post

PATH = "content/posts/a.md"
LINE = """\
---
banned:
  - {term: client*, why: ce sont des membres, instead: membres}
  - {term: gratuit à vie, why: intenable, severity: error}
  - {term: awesome, why: overused, languages: [en]}
spelling:
  - {write: newsletter, rather_than: [news-letter, Newsletter], why: comme partout ailleurs}
---
"""


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("CM603", "Nos ⟦clients et clientes sont ravis.\n"),
        ("CM604", "C’est ⟦Gratuit a vie !\n"),
        ("CM605", "Notre ⟦news-letter est là.\n"),
    ],
)
def test_words_that_are_not_ours_are_found(code: str, body: str, finds: Finds) -> None:
    finds(code, {PATH: post("", body), "playbooks/editorial.md": LINE})


def test_what_to_write_instead_is_said(check: Check) -> None:
    files = {PATH: post("", "Nos clients.\n"), "playbooks/editorial.md": LINE}
    (found,) = check(files).of("CM603")
    assert "membres" in found.message
    assert "membres" in found.hint


def test_without_an_alternative_there_is_no_hint(check: Check) -> None:
    files = {PATH: post("", "Gratuit à vie.\n"), "playbooks/editorial.md": LINE}
    (found,) = check(files).of("CM604")
    assert found.hint == ""


@pytest.mark.parametrize(
    "body",
    [
        "So awesome ici.\n",  # banned in English only
        "Voir https://example.org/clients bientôt.\n",
        "Merci @clients.\n",
        "Notre newsletter est là.\n",
    ],
)
def test_names_and_other_languages_are_left_alone(body: str, check: Check) -> None:
    files = {PATH: post("", body), "playbooks/editorial.md": LINE}
    assert not check(files).codes & {"CM603", "CM604", "CM605"}


def test_a_language_of_the_term_covers_its_regions(finds: Finds) -> None:
    body = "So ⟦awesome.\n"
    finds("CM603", {PATH: post("language: en-GB", body), "playbooks/editorial.md": LINE})


def test_a_variant_is_read_as_well(finds: Finds) -> None:
    front = "to: [mastodon, bluesky]\nvariants:\n  bluesky: {text: ⟦Nos clients}"
    (found,) = finds("CM603", {PATH: post(front), "playbooks/editorial.md": LINE})
    assert found.channel == "bluesky"


def test_two_workspaces_in_one_process_keep_their_own_lines(check: Check) -> None:
    files = {PATH: post("", "Nos clients.\n"), "playbooks/editorial.md": LINE}
    assert "CM603" in check(files).codes
    other = LINE.replace("client*", "usager*")
    assert "CM603" not in check({**files, "playbooks/editorial.md": other}).codes
