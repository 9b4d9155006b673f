"""Figures and reports in a real browser: they fit, move nothing, ask nobody, and print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.measure.world import drawn
from tests.site.serving import served
from tests.test_plugin import made

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning"),
]

POINTS = "".join(f"- Point {n} : une chose qui compte pour ce mois-ci.\n" for n in range(44))
REPORT = f"---\nmonth: 2026-11\nbrand: boutique\n---\n{POINTS[:2399]}"
GOALS = """\
objectives:
  - {id: regle, name: Publier avec régularité toute l’année, why: Une raison assez longue.,
     kpi: published, target: 1400, start: 2026-01-01, end: 2026-12-31}
"""
PAGES = [
    "kpis/", "kpis/mentions/", "kpis/followers/", "kpis/reach/", "kpis/best-time/",
    "kpis/plan_and_publication/", "kpis/sql_tables/", "reports/", "reports/boutique-2026-11/",
]  # fmt: skip
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(
  list.getEntries().reduce((sum, each) => sum + each.value, 0))).observe(
  {type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""


@pytest.fixture(scope="module", params=["material", "mkdocs"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = drawn(tmp_path_factory.mktemp("past"))
    world.files["content/reports/2026-11-boutique.md"] = REPORT
    world.files["calendar/objectives.yml"] = GOALS
    world.write()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        return made(world.root, request.param)


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with served(folder) as found:
        yield found


def opened(browser: Browser, width: int, scheme: str) -> Page:
    return browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    ).new_page()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_move_nothing_and_ask_nobody_else(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = opened(browser, width, scheme)
    wrong: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    for path in PAGES:
        response = page.goto(address + path)
        assert response is not None
        assert response.ok, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(SHIFTS) < 0.1, path
    assert not wrong


@pytest.mark.parametrize("width", [1280, 390])
def test_tables_that_people_read_are_not_cut_off(
    browser: Browser, address: str, width: int
) -> None:
    page = opened(browser, width, "light")
    for path in (
        *("kpis/", "kpis/mentions/", "kpis/published/", "kpis/plan_and_publication/"),
        *("reports/boutique-2026-11/", "platforms/"),
    ):
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        boxes = page.locator(".cmops-tablebox:visible:not(:has(.cmops-matrix))")
        assert boxes.count(), path
        for box in boxes.all():
            beyond = box.evaluate("e => e.scrollWidth - e.clientWidth")
            assert beyond <= 1, (path, box.get_attribute("aria-label"))


def test_a_chart_is_drawn_at_the_width_of_its_page(browser: Browser, address: str) -> None:
    for width in (1280, 390):
        page = opened(browser, width, "light")
        page.goto(f"{address}kpis/mentions/")
        box = page.locator(".cmops-plot svg").first.bounding_box()
        assert box is not None
        assert box["width"] > width / 3
        assert box["height"] > 100
        size = page.locator(".cmops-axis span").first.evaluate("e => getComputedStyle(e).fontSize")
        assert float(size.removesuffix("px")) >= 10, width


def test_the_table_of_a_chart_opens_by_the_keyboard_alone(browser: Browser, address: str) -> None:
    page = opened(browser, 1280, "light")
    page.goto(f"{address}kpis/mentions/")
    summary = page.locator("summary", has_text="Le graphique en chiffres").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("columnheader", name="Mois").first.is_visible()


def test_a_report_prints_on_two_sides_of_a4(browser: Browser, address: str) -> None:
    page = opened(browser, 1280, "light")
    page.goto(f"{address}reports/boutique-2026-11/")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
    page.emulate_media(media="print")
    assert not page.locator(".md-header, .navbar").first.is_visible()
