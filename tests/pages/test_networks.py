"""The page of the platforms: their names, limits and prices, in the reader's language."""

from __future__ import annotations

import re

from cmops.pages import build
from cmops.pages.page import Heading, Html, Page
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import AT


def page(workspace: MakeWorkspace, language: str) -> Page:
    yml = CMOPS_YML.replace("language: fr", f"language: {language}")
    pages = build(Project(workspace({"cmops.yml": yml}), at=AT)).pages
    return next(each for each in pages if each.path == "platforms/index.md")


def headings(page: Page) -> list[str]:
    return [each.text for each in page.parts if isinstance(each, Heading)]


def text(page: Page) -> str:
    return "".join(each.text for each in page.parts if isinstance(each, Html))


def test_what_is_no_network_is_called_in_the_reader_s_language(workspace: MakeWorkspace) -> None:
    french = page(workspace, "fr")
    assert "Publication à la main" in headings(french)
    assert "Hand-off" not in text(french)
    assert "Mastodon" in headings(french)
    assert "Hand-off" in headings(page(workspace, "en"))


def test_what_a_platform_charges_stands_below_its_limits(workspace: MakeWorkspace) -> None:
    said = text(page(workspace, "fr"))
    assert said.count("Ce que le réseau facture") == 1
    assert "Un message avec une adresse 0,20" in said.replace("\u00a0", " ")
    assert "pay-per-usage" in said


def test_limits_of_files_are_said_in_bytes_and_texts_by_how_they_are_counted(
    workspace: MakeWorkspace,
) -> None:
    said = text(page(workspace, "en"))
    assert "Bytes for a document" in said
    assert "Characters of text below media" in said
    # Bluesky and Matrix count a text in bytes; no file is counted in letters.
    assert said.count("an accented letter counts 2") == 2


def test_each_platform_says_in_words_what_the_table_says_in_signs(
    workspace: MakeWorkspace,
) -> None:
    made = page(workspace, "fr")
    at = next(n for n, each in enumerate(made.parts) if getattr(each, "anchor", "") == "platform-x")
    own = made.parts[at + 1]
    assert isinstance(own, Html)
    told = dict(re.findall(r"<dt[^>]*>([^<]+)</dt><dd>([^<]*)</dd>", own.text))
    assert "fils" in told["Ce que cmops y fait"]
    assert "stories" in told["Ce que le réseau ne permet pas"]
    assert 'href="#platform-x"' in text(made)
