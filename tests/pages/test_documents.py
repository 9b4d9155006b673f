from __future__ import annotations

import pytest

from cmops.pages import documents
from cmops.pages.links import as_folders
from cmops.pages.page import Html
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.conftest import AT, FILES
from tests.site.test_browser import PLAYBOOK

SOURCE = "playbooks/guidelines/regles.md"


@pytest.fixture
def site(workspace: MakeWorkspace) -> Site:
    files = {**FILES, "playbooks/crisis/panne.md": PLAYBOOK}
    return Site(Project(workspace(files), at=AT), as_folders)


def prose(site: Site, text: str) -> str:
    found = documents.prose(site, text, SOURCE, "guidelines/index.md")
    return "".join(part.text for part in found if isinstance(part, Html))


@pytest.mark.parametrize(
    ("written", "href"),
    [
        ("../crisis/panne.md", "../crisis/panne/"),
        ("../crisis/panne.md#steps", "../crisis/panne/#steps"),
        ("../../content/posts/fil.md", "../posts/2026-12/#fil"),
        ("../../calendar/campaigns/hiver.md", "../campaigns/hiver/"),
        ("../../content/replies/merci.md", "replies/#merci"),
        ("#plus-bas", "#plus-bas"),
    ],
)
def test_a_link_to_a_document_leads_to_its_page(site: Site, written: str, href: str) -> None:
    assert f'<a href="{href}">voir</a>' in prose(site, f"[voir]({written})")


@pytest.mark.parametrize("written", ["../nulle-part.md", "../../../../etc/passwd", "panne"])
def test_a_link_that_leads_nowhere_is_only_its_words(site: Site, written: str) -> None:
    assert prose(site, f"On peut [voir]({written}).").count("<a") == 0
    assert "On peut voir." in prose(site, f"On peut [voir]({written}).")


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//example.org/x",
        "&#106;avascript:alert(1)",
        "%6aavascript:alert(1)",
        '#x" onclick="alert(1)',
    ],
)
def test_no_link_does_harm(site: Site, written: str) -> None:
    made = prose(site, f"[voir]({written}) [voir](<{written}>)")
    assert "script:" not in made.replace("voir](", "") or "<a" not in made
    assert 'href="data:' not in made
    assert 'href="//' not in made
    assert '" onclick' not in made


def test_our_own_pictures_are_shown_and_those_of_others_are_links(site: Site) -> None:
    made = prose(
        site, "![un mur](../../content/media/a.png) ![pixel](https://example.org/pixel.png)"
    )
    assert '<img src="../assets/media/a.png" alt="un mur"' in made
    assert "media/a.png" in site.media
    assert 'href="https://example.org/pixel.png"' in made
    assert made.count("<img") == 1
