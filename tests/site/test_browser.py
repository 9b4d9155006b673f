"""The built site in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import MakeWorkspace
from tests.pages.conftest import FILES
from tests.site.serving import served
from tests.test_plugin import made

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

PLAYBOOK = """---
title: Panne
levels:
  - {id: jaune, name: Jaune, when: Cela commence.}
triggers:
  - {what: Tout est rouge., level: jaune}
roles:
  - {id: pilote, name: Pilote, does: [decides, acts], duties: Il fait tout.}
steps:
  - {id: un, phase: assess, what: Regarder, who: pilote, within: 10m, done_when: C’est vu.}
  - {id: deux, phase: contain, what: Couper, who: pilote, within: 1h, done_when: C’est coupé.}
statements:
  - {id: attente, audience: tous, text: {fr: Nous regardons.}}
closing:
  conditions: [C’est fini.]
  decided_by: pilote
  post_mortem_by: pilote
  post_mortem_within: 1w
---
"""
PAGES = [
    "", "calendar/", "calendar/2026-12/", "posts/", "posts/2026-12/", "campaigns/hiver/",
    "events/fete/", "guidelines/", "crisis/panne/", "kpis/", "media/", "diagnostics/", "platforms/",
]  # fmt: skip


@pytest.fixture
def address(workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    site = made(workspace({**FILES, "playbooks/crisis/panne.md": PLAYBOOK}), "material")
    with served(site) as found:
        yield found


def watched(browser: Browser, address: str, width: int, scheme: str) -> tuple[Page, list[str]]:
    page = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    ).new_page()
    wrong: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    return page, wrong


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_the_window_run_nothing_foreign_and_ask_nobody_else(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page, wrong = watched(browser, address, width, scheme)
    for path in PAGES:
        response = page.goto(address + path)
        assert response is not None
        assert response.ok, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
    assert not wrong


def test_ticked_steps_stay_ticked_and_can_be_cleared(browser: Browser, address: str) -> None:
    page, _ = watched(browser, address, 1280, "light")
    page.goto(f"{address}crisis/panne/")
    page.get_by_label("Regarder").check()
    page.reload()
    assert page.get_by_label("Regarder").is_checked()
    assert not page.get_by_label("Couper").is_checked()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Tout décocher").click()
    page.reload()
    assert not page.get_by_label("Regarder").is_checked()


def test_telephones_get_the_list_and_large_windows_the_grid(browser: Browser, address: str) -> None:
    for width, shown in ((1280, True), (390, False)):
        page, _ = watched(browser, address, width, "light")
        page.goto(f"{address}calendar/2026-12/")
        assert page.locator(".cmops-grid").is_visible() is shown
        assert page.locator(".cmops-dayrow").first.is_visible()
