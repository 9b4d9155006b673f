"""Who may read the site: sealed, narrowed to a brand, or without what is for the team only."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect

from cmops.errors import UsageError
from cmops.pages import build
from cmops.pages.view import View
from cmops.project import Project
from cmops.site.building import PASSWORD, Order, built
from cmops.site.sealing import salt_of
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import AT, FILES
from tests.site.serving import served
from tests.site.test_browser import PLAYBOOK

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

SECRET = "six words nobody would ever guess"
TITLES = ("Un fil", "Panne", "Tout est rouge", "Fête", "Un brouillon", "mastodon.example")

TWO_BRANDS = """\
version: 1
name: Agence
language: fr
timezone: Europe/Paris
brands:
  pain: {name: Le Fournil}
  velo: {name: Roue Libre}
channels:
  fournil: {platform: mastodon, brand: pain, url: https://m.example, account: fournil@m.example}
  roue: {platform: mastodon, brand: velo, url: https://m.example, account: roue@m.example}
"""
POST = """---
title: {title}
status: ready
publish_at: 2026-12-02 12:15
to: [{to}]
{more}---
{text}
"""
BRANDED = {
    "cmops.yml": TWO_BRANDS,
    "content/media/guidon.png": FILES["content/media/a.png"],
    "content/media/guidon.png.yml": "alt: {fr: Un guidon neuf}\nconsent: {state: not-needed}\n",
    "content/posts/seigle.md": POST.format(title="Le seigle", to="fournil", more="", text="Pain"),
    "content/posts/guidon.md": POST.format(
        title="Le guidon", to="roue", more="media: [media/guidon.png]\n", text="Vélo de ville"
    ),
    "content/posts/faux.md": POST.format(title="Raté vélo", to="roue", more="nope: 1\n", text="X"),
    "content/replies/velo.md": "---\ntitle: Crevaison\nwhen: Pneu\nbrand: velo\n---\nRustine\n",
    "calendar/campaigns/tour.md": (
        "---\nname: Tour de ville\nobjective: but\nstart: 2026-11-20\nend: 2026-12-20\n"
        "brand: velo\naudiences: [tous]\nchannels: [roue]\n---\n"
    ),
    "calendar/key-dates/2026.yml": (
        "dates:\n"
        "  - {id: salon, name: {fr: Salon du cycle}, kind: own, start: 2026-12-03, "
        "end: 2026-12-03, brands: [velo]}\n"
    ),
}


def configured(root: Path, theme: str) -> Project:
    (root / "docs").mkdir(exist_ok=True)
    wanted: dict[str, object] = {"name": theme}
    if theme == "material":
        wanted |= {"font": False, "features": ["navigation.instant", "search.suggest"]}
    settings = {"site_name": "Essai", "theme": wanted, "plugins": ["search", {"cmops": {"at": AT}}]}
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings))
    return Project(root, at=AT)


@pytest.fixture
def project(workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    files = {**FILES, "playbooks/crisis/panne.md": PLAYBOOK}
    return configured(workspace(files), "material")


def text_of(folder: Path) -> str:
    return "\n".join(
        path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()
    )


def test_a_private_site_is_never_built_in_the_clear_for_a_public_host(
    project: Project, tmp_path: Path
) -> None:
    for password in ({}, {PASSWORD: "short"}):
        with pytest.raises(UsageError):
            built(project, Order(tmp_path / "out", "pages"), password)
    assert not (tmp_path / "out").exists()


def test_a_sealed_site_tells_nothing_without_its_password_and_everything_with_it(
    project: Project, tmp_path: Path, browser: Browser
) -> None:
    out = tmp_path / "out"
    done = built(project, Order(out, "pages"), {PASSWORD: SECRET})
    assert done.sealed is not None
    assert done.searchable
    whole = text_of(out)
    assert not [title for title in TITLES if title in whole]
    assert not list(out.rglob("a.png"))
    assert not list(out.rglob("sitemap.xml*"))
    with served(out) as address:
        page = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        page.goto(f"{address}posts/2026-12/#fil")
        page.get_by_label("Mot de passe").fill("not the password")
        page.get_by_role("button", name="Ouvrir").click()
        expect(page.get_by_role("status")).to_have_text("Ce n’est pas le bon mot de passe.")
        page.get_by_label("Mot de passe").fill(SECRET)
        page.get_by_role("button", name="Ouvrir").click()
        expect(page.get_by_role("heading", name="Un fil")).to_be_visible()
        picture = page.locator("img[data-sealed-src], img[src^='blob:']").first
        picture.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector(\"img[src^='blob:']\")?.naturalWidth > 0")
        # The next page knows the key, and so does the search.
        page.goto(f"{address}crisis/panne/")
        expect(page.get_by_role("heading", name="Panne")).to_be_visible()
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator("input.md-search__input").click()
        page.keyboard.type("Regarder")
        expect(page.locator(".md-search-result__item").first).to_be_visible()
        assert not [url for url in asked if not url.startswith((address, "blob:", "data:"))]
        # Another visitor is asked.
        other = browser.new_context().new_page()
        other.goto(address)
        expect(other.get_by_label("Mot de passe")).to_be_visible()


def test_the_same_password_opens_another_site_with_another_key() -> None:
    assert salt_of("a", "b") != salt_of("ab") != salt_of("a")
    assert salt_of("a") == salt_of("a")


def test_a_site_of_one_brand_shows_nothing_of_the_others(
    workspace: MakeWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    project = configured(workspace(BRANDED), "mkdocs")
    built(project, Order(tmp_path / "all", "login"), {})
    assert "Salon du cycle" in text_of(tmp_path / "all")
    built(project, Order(tmp_path / "one", "login", brand="pain"), {})
    one = text_of(tmp_path / "one")
    assert "Le seigle" in one
    hidden = (
        "guidon",
        "Vélo",
        "Roue Libre",
        "roue@",
        "Crevaison",
        "Tour de ville",
        "Salon du cycle",
        "Raté",
    )
    assert not [word for word in hidden if word in one]
    with pytest.raises(UsageError):
        built(project, Order(tmp_path / "x", "login", brand="train"), {})


def test_a_public_site_leaves_out_what_is_for_the_team(workspace: MakeWorkspace) -> None:
    files = {**FILES, "playbooks/crisis/panne.md": PLAYBOOK}
    files["cmops.yml"] = CMOPS_YML + "site: {visibility: public}\n"
    project = Project(workspace(files), at=AT)
    pages = build(project).pages
    whole = "\n".join(page.markdown for page in pages)
    for hidden in ("Panne", "Tout est rouge", "Un brouillon", "Une idée", "casse.md"):
        assert hidden not in whole, hidden
    assert not [page.path for page in pages if page.path.startswith(("crisis/", "diagnostics/"))]
    assert "Un fil" in whole


def test_a_public_site_can_keep_plans_to_the_team_too(workspace: MakeWorkspace) -> None:
    site = "site: {visibility: public, without: [crises, drafts, tasks, plans]}\n"
    project = Project(workspace({**FILES, "cmops.yml": CMOPS_YML + site}), at=AT)
    assert View.of(project.workspace.settings).lacks("plans")
    assert "Un fil" not in "\n".join(page.markdown for page in build(project).pages)
