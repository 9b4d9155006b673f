"""The calendar in a real browser: filters, the address, the keyboard, a phone, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import FILES
from tests.site.serving import served
from tests.site.test_browser import watched
from tests.test_plugin import made

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

DAY = {
    f"content/posts/jour{n}.md": (
        f"---\ntitle: Jour {n}\nstatus: ready\npublish_at: 2026-12-10 1{n}:00\n"
        f"to: [{'bluesky' if n == 7 else 'mastodon'}]\npillar: agenda\n---\nJour {n}\n"
    )
    for n in range(8)
}
SETTINGS = CMOPS_YML + "pillars: {agenda: {name: Agenda, share: 90}, savoir: {name: Savoir}}\n"
MONTH, WEEK = "calendar/2026-12/", "calendar/2026-W50/"


@pytest.fixture
def site(workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    return made(workspace({**FILES, **DAY, "cmops.yml": SETTINGS}), "material")


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with served(site) as found:
        yield found


def titles(page: Page, place: str) -> list[str]:
    found = page.locator(f"{place} a").all()
    return [each.inner_text() for each in found if each.is_visible()]


def test_a_filter_shows_what_matches_says_how_many_and_stays_in_the_address(
    browser: Browser, address: str
) -> None:
    page, wrong = watched(browser, address, 1280, "light")
    page.goto(address + MONTH)
    status = page.get_by_role("status")
    expect(status).to_have_text("Tous les posts sont affichés (10).")
    page.get_by_label("Compte").select_option("bluesky")

    expect(status).to_have_text("Posts affichés : 2 sur 10.")
    assert page.url.endswith("?channel=bluesky")
    assert "Jour 7" in titles(page, ".cmops-grid")  # the eighth post of a day, found by filtering
    assert "Jour 1" not in titles(page, ".cmops-grid")
    assert "Jour 1" not in titles(page, ".cmops-days")
    assert not page.locator("#d-2026-12-01").is_visible()
    page.get_by_label("Pilier").select_option(label="Savoir")
    expect(status).to_have_text("Posts affichés : 0 sur 10.")
    page.get_by_role("button", name="Tout afficher").click()
    expect(status).to_have_text("Tous les posts sont affichés (10).")
    assert page.url.endswith(MONTH)
    assert not wrong


def test_a_view_that_was_sent_to_somebody_opens_as_it_was_and_goes_along(
    browser: Browser, address: str
) -> None:
    page, _ = watched(browser, address, 1280, "light")
    page.goto(f"{address}{MONTH}?channel=bluesky&state=waiting&other=1")
    expect(page.get_by_label("Compte")).to_have_value("bluesky")
    expect(page.get_by_role("status")).to_have_text("Posts affichés : 2 sur 10.")
    assert "other=1" in page.url
    page.get_by_role("link", name="Semaine 50").click()
    assert page.url.endswith(f"{WEEK}?channel=bluesky&state=waiting")
    expect(page.get_by_role("status")).to_have_text("Posts affichés : 1 sur 8.")
    assert titles(page, ".cmops-slots") == ["Jour 7"]


def test_a_value_from_an_address_is_only_ever_text(browser: Browser, address: str) -> None:
    page, wrong = watched(browser, address, 1280, "light")
    page.goto(f"{address}{MONTH}?channel=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&state=%22%5D")
    expect(page.get_by_role("status")).to_have_text("Posts affichés : 0 sur 10.")
    assert page.locator("form img").count() == 0
    assert page.locator("[data-cmops-nothing]").is_visible() or page.locator(".cmops-mark").count()
    assert not wrong


def test_filters_work_by_keyboard_alone(browser: Browser, address: str) -> None:
    page, _ = watched(browser, address, 1280, "light")
    page.goto(address + MONTH)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "channel":
            break
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status")).to_contain_text("sur 10")
    expect(page.get_by_role("button", name="Tout afficher")).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "reset":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Tous les posts sont affichés (10).")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def plain(browser: Browser) -> BrowserContext:
    return browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})


def test_without_a_script_everything_is_there_and_no_dead_form(
    browser: Browser, address: str
) -> None:
    page = plain(browser).new_page()
    page.goto(address + MONTH)
    assert not page.locator("form.cmops-filters").is_visible()
    assert page.locator(".cmops-days li.cmops-slot").count() == 10
    page.get_by_role("link", name="et 3 autres").click()
    assert page.url.endswith("#d-2026-12-10")


def test_nothing_moves_when_the_script_begins(browser: Browser, address: str) -> None:
    page, _ = watched(browser, address, 1280, "light")
    page.goto(address + MONTH)
    page.wait_for_timeout(300)
    moved = page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
            .observe({type: "layout-shift", buffered: true});
          setTimeout(() => done(sum), 200);
        })"""
    )
    assert moved < 0.02


def test_the_index_filters_today_s_month_and_keeps_the_choice_on_the_way_on(
    browser: Browser, address: str
) -> None:
    page, wrong = watched(browser, address, 1280, "light")
    page.goto(f"{address}calendar/")
    status = page.get_by_role("status").first
    expect(status).to_have_text("Tous les posts sont affichés (10).")
    page.get_by_label("Compte").select_option("bluesky")
    expect(status).to_have_text("Posts affichés : 2 sur 10.")
    assert "Jour 7" in titles(page, ".cmops-grid")
    assert "Jour 1" not in titles(page, ".cmops-grid")
    page.get_by_role("link", name="Semaine 50").click()
    assert page.url.endswith(f"{WEEK}?channel=bluesky")
    assert not wrong


def test_the_index_shows_the_month_day_by_day_on_a_telephone(
    browser: Browser, address: str
) -> None:
    page, _ = watched(browser, address, 390, "light")
    page.goto(f"{address}calendar/")
    assert "Jour 1" in titles(page, ".cmops-grid")
    days = [each for each in page.locator(".cmops-cells td").all() if each.is_visible()]
    assert len({round(box["x"]) for each in days if (box := each.bounding_box())}) == 1
    page.get_by_label("Compte").select_option("bluesky")
    assert "Jour 7" in titles(page, ".cmops-grid")
    left = [each for each in page.locator(".cmops-cells td").all() if each.is_visible()]
    assert len(left) < len(days)
    page.get_by_label("Pilier").select_option(label="Savoir")
    expect(page.get_by_role("status").first).to_have_text("Posts affichés : 0 sur 10.")


@pytest.mark.parametrize("path", ["", "calendar/", MONTH, WEEK, "campaigns/hiver/", "events/fete/"])
def test_pages_fit_a_telephone_in_the_dark(browser: Browser, address: str, path: str) -> None:
    page, wrong = watched(browser, address, 390, "dark")
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not wrong


def test_a_week_is_seven_columns_on_a_screen_and_one_on_a_telephone(
    browser: Browser, address: str
) -> None:
    columns = []
    for width in (1280, 390):
        page, _ = watched(browser, address, width, "light")
        page.goto(address + WEEK)
        boxes = [each.bounding_box() for each in page.locator(".cmops-weekday").all()]
        columns.append(len({round(box["x"]) for box in boxes if box}))
    assert columns == [7, 1]


def test_on_paper_there_is_the_grid_and_no_form(browser: Browser, address: str) -> None:
    page, _ = watched(browser, address, 1280, "light")
    page.goto(address + MONTH)
    page.emulate_media(media="print")
    assert page.locator(".cmops-grid").is_visible()
    assert not page.locator("form.cmops-filters").is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_a_feed_is_served_and_its_address_can_be_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}calendar/")
    page.get_by_role("button", name="Copier l’adresse").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{address}assets/feeds/all.ics"
    assert page.request.get(copied).text().startswith("BEGIN:VCALENDAR\r\n")
