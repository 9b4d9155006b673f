"""axe-core on every page, in both schemes and at both widths: it must find nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Browser

from tests.conftest import MakeWorkspace
from tests.pages.conftest import AT, FILES
from tests.servers.installed import node_modules
from tests.site.serving import served
from tests.site.test_browser import PLAYBOOK

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

RUN = """axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"],
})"""
MORE: dict[str, str | bytes] = {
    "playbooks/crisis/panne.md": PLAYBOOK,
    "playbooks/incidents/panne.md": (
        "---\ntitle: Plus rien ne marche\nplaybook: panne\nlevel: jaune\nstatus: open\n"
        "declared_at: 2026-12-01 12:00\npauses: {channels: [mastodon]}\n"
        "steps: [{step: un, at: 2026-12-01 12:10, role: pilote}]\n---\n"
    ),
    "content/posts/tout.md": """---
title: Tout ce qu’un message porte
status: ready
publish_at: 2026-12-03 12:15
to: [mastodon]
spoiler: Une fin est racontée
poll: {options: [Oui, Non], duration: 1d}
---
Bonjour @ville@mastodon.example, voici https://example.org et #Atelier.

---

La suite.
""",
    "content/replies/merci.md": "---\ntitle: Merci\nwhen: On nous remercie\n---\nMerci à vous !\n",
    "content/media/a.png.yml": (
        "alt: {fr: Un établi}\ncredit: Nous\nlicence: CC0-1.0\nrights_until: 2026-12-20\n"
        "consent: {state: given, until: 2026-12-31, reference: dossier 12}\n"
    ),
    "docs/mode.md": "# Mode d’emploi\n\nVoir les [posts](posts/index.md), puis le calendrier.\n",
}


MKDOCS_YML = f"""\
site_name: Essai
theme:
  name: material
  language: fr
  font: false
  palette:
    - {{media: "(prefers-color-scheme: light)", scheme: default}}
    - {{media: "(prefers-color-scheme: dark)", scheme: slate}}
extra_css: [own.css]
plugins: [search, {{cmops: {{at: "{AT}"}}}}]
"""
OWN_CSS = """\
.md-typeset p > a { text-decoration: underline; }
.md-copyright { color: var(--md-footer-fg-color--light); }
"""
"""What Material leaves to a site: links of hand-written pages, and a footer too pale by a hair."""


@pytest.fixture
def site(workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    own = {"mkdocs.yml": MKDOCS_YML, "docs/own.css": OWN_CSS}
    root = workspace({**FILES, **MORE, **own})
    config = load_config(str(root / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return root / "site"


@pytest.mark.timeout(600)
def test_axe_finds_nothing_on_any_page_in_any_light_at_any_width(
    browser: Browser, site: Path
) -> None:
    axe = (node_modules("axe") / "axe-core/axe.min.js").read_text("utf-8")
    wrong: list[tuple[str, str, int, str, str]] = []
    with served(site) as address:
        for scheme in ("light", "dark"):
            page = browser.new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
            for path in paths(site):
                page.goto(f"{address}{path}/")
                page.evaluate(axe)
                for width in (1280, 390):
                    page.set_viewport_size({"width": width, "height": 900})
                    found = page.evaluate(RUN)["violations"]
                    wrong += [
                        (path, scheme, width, each["id"], node["html"][:200])
                        for each in found
                        for node in each["nodes"]
                    ]
            assert page.locator("body").get_attribute("data-md-color-scheme") == (
                "slate" if scheme == "dark" else "default"
            )
    assert not wrong


def paths(site: Path) -> list[str]:
    """Every page; of those that explain a code only the first, since they differ in words alone."""
    found = sorted(file.parent.relative_to(site).as_posix() for file in site.rglob("index.html"))
    codes = [path for path in found if path.startswith("diagnostics/CM")]
    return [path for path in found if path not in codes[1:]]
