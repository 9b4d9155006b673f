"""What people do on a page: tick steps, copy words, read a picture's description."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import MakeWorkspace
from tests.pages.conftest import FILES
from tests.site.serving import served
from tests.site.test_browser import PLAYBOOK
from tests.test_plugin import made

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]


@pytest.fixture
def address(workspace: MakeWorkspace) -> Iterator[str]:
    with served(made(workspace({**FILES, "playbooks/crisis/panne.md": PLAYBOOK}))) as found:
        yield found


def test_steps_are_counted_by_keyboard_in_every_window(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    for each in (page, other):
        each.goto(f"{address}crisis/panne/")
    progress = page.locator(".cmops-progress")
    expect(progress).to_have_text(re.compile("Étapes faites.: 0 sur 2, dans ce navigateur"))
    page.get_by_label("Regarder").focus()
    page.keyboard.press("Space")
    expect(progress).to_have_text(re.compile("Étapes faites.: 1 sur 2, dans ce navigateur"))
    expect(other.get_by_label("Regarder")).to_be_checked()
    expect(other.locator(".cmops-progress")).to_contain_text("1 sur 2")


def test_a_statement_is_copied_to_the_letter(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}crisis/panne/")
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_text("Copié")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Nous regardons."


def test_a_page_is_whole_without_scripts(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}crisis/panne/")
    page.get_by_label("Regarder").check()
    assert page.get_by_text("Nous regardons.").is_visible()
    assert page.locator("button.cmops-do").count() == 0


def test_the_description_of_a_picture_opens_on_demand(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{address}posts/2026-12/")
    words = page.locator(".cmops-altbox p").first
    expect(words).to_be_hidden()
    page.locator(".cmops-altbox summary").first.focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    expect(words).to_have_text('"<img src=x onerror=alert(1)>')
