from __future__ import annotations

import re

from cmops.pages import build
from cmops.pages.page import Html, Page
from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.conftest import AT, FILES

PICTURE = FILES["content/media/a.png"]


def sidecar(more: str) -> str:
    return f"alt: {{fr: Un mur}}\ncredit: Nous\nlicence: CC0-1.0\n{more}\n"


def library(workspace: MakeWorkspace, **sidecars: str) -> Page:
    files: dict[str, str | bytes] = {}
    for name, more in sidecars.items():
        files |= {f"content/media/{name}.png": PICTURE}
        files |= {f"content/media/{name}.png.yml": sidecar(more)}
    pages = build(Project(workspace(files), at=AT)).pages
    return next(page for page in pages if page.path == "media/index.md")


def test_what_may_soon_no_longer_be_shown_comes_first(workspace: MakeWorkspace) -> None:
    page = library(
        workspace,
        a="",
        b="rights_until: 2027-01-10",
        c="consent: {state: given, until: 2026-12-05}",
        d="rights_until: 2030-01-01",
        e="rights_until: 2026-11-01",
    )
    names = re.findall("<h2>([^<]+)</h2>", page.markdown)
    assert names == ["e.png", "c.png", "b.png", "a.png", "d.png"]
    first = next(part.text for part in page.parts if isinstance(part, Html))
    assert first.count("<li>") == 3
    assert 'href="#media-e-png"' in first


def test_the_reference_of_an_agreement_is_shown(workspace: MakeWorkspace) -> None:
    page = library(workspace, a="consent: {state: given, reference: 'dossier <12>'}")
    assert "dossier &lt;12&gt;" in page.markdown


def test_a_library_where_nothing_ends_has_no_list_of_it(workspace: MakeWorkspace) -> None:
    found = library(workspace, a="").markdown
    assert "cmops-ending" not in found
    assert "Aucun droit d’image ne finit dans les 60 jours" in found
    assert "Aucun droit" not in library(workspace, a="rights_until: 2027-01-10").markdown


def test_a_picture_says_how_large_it_is_and_loads_when_it_is_looked_at(
    workspace: MakeWorkspace,
) -> None:
    found = library(workspace, a="").markdown
    (picture,) = re.findall("<img[^>]*>", found)
    assert 'loading="lazy"' in picture
    assert re.search(r' width="\d+" height="\d+"', picture)
    assert 'alt="Un mur"' in picture
    assert 'id="media-a-png"' in found


def test_a_file_s_card_says_what_may_be_done_with_it(workspace: MakeWorkspace) -> None:
    found = library(workspace, a="rights_until: 2027-01-10").markdown
    assert "Nous, CC0-1.0" in found
    assert "10 janv. 2027" in found
    assert "bientôt terminés" in found
    assert "dans aucun post" in found.lower()
