from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cmops.measure.periods import Kind, Period, of
from cmops.pages.kpis_figures import Measured
from cmops.pages.reports import address, reports
from cmops.pages.reports_month import Months
from cmops.pages.site import Site
from cmops.pages.view import View
from cmops.project import Project
from cmops.workspace.model import SitePart
from tests.conftest import MakeWorkspace
from tests.measure.world import Sent
from tests.pages.measured import Past, past, site, text

SAID = (
    "---\nmonth: 2026-10\nbrand: {brand}\n---\n## Bien\n\nPour {brand} <script>alert(1)</script>\n"
)
FILES = {
    "content/reports/2026-10-ateliers.md": SAID.format(brand="ateliers"),
    "content/reports/boutique/octobre.md": SAID.format(brand="boutique"),
    "content/reports/2026-10.md": "---\nmonth: 2026-10\n---\nPour tout le monde\n",
}
OCTOBER = "2026-10"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return past(tmp_path_factory.mktemp("past"), **FILES)


def month(found: Site, name: str = OCTOBER) -> Period:
    return next(each for each in Measured(found).months if each.name == name)


def pages(found: Site) -> dict[str, str]:
    return {page.path: text(page) for page in reports(found)}


def test_each_brand_has_a_page_a_month_and_so_has_everybody(project: Past) -> None:
    found = pages(site(project))
    assert {"reports/2026-10.md", "reports/ateliers-2026-10.md", "reports/boutique-2026-10.md"} <= (
        set(found)
    )
    assert "reports/2027-01.md" not in found


def test_comments_stand_on_the_page_of_their_brand_alone(project: Past) -> None:
    found = pages(site(project))
    assert "Pour ateliers &lt;script&gt;" in found["reports/ateliers-2026-10.md"]
    assert "Pour boutique" in found["reports/boutique-2026-10.md"]
    assert "Pour tout le monde" in found["reports/2026-10.md"]
    assert "Pour tout le monde" not in found["reports/boutique-2026-10.md"]
    assert "Pour boutique" not in found["reports/2026-10.md"]


def test_a_month_that_nobody_commented_says_how(project: Past) -> None:
    found = pages(site(project))["reports/boutique-2026-09.md"]
    assert "content/reports/2026-09-boutique.md" in found
    assert "month: 2026-09\nbrand: boutique\n---" in found


def test_its_figures_are_those_of_the_brand_in_that_month(project: Past) -> None:
    months = Months(site(project), Measured(site(project)))
    october = month(site(project))
    found = months.month("boutique", october)
    assert found.figures
    for each in found.figures:
        point = project.figures.at(each.kpi, october, "brand")["boutique"]
        assert each.now.point == point


def test_tops_and_flops_are_ranked_by_what_is_usual_on_their_channels(project: Past) -> None:
    found = site(project)
    months = Months(found, Measured(found))
    seen = 0
    for period in months.of(None):
        made = months.month(None, period)
        ratios = [each.ratio for each in made.tops]
        assert ratios == sorted(ratios, reverse=True)
        assert [each.ratio for each in made.flops] == sorted(each.ratio for each in made.flops)
        assert not {id(each.slot) for each in made.tops} & {id(each.slot) for each in made.flops}
        if made.tops:
            seen += 1
            assert made.tops[-1].ratio >= made.flops[-1].ratio
            for each in (*made.tops, *made.flops):
                assert each.slot.day is not None
                assert of(Kind.MONTH, each.slot.day) == period
    assert seen > 3


def test_ratios_are_what_plain_arithmetic_says(project: Past) -> None:
    """Worked out from the rows that the world was drawn as, without any of cmops."""
    got = {(each.post, each.channel): _interactions(project, each) for each in project.world.sent}
    found = site(project)
    months = Months(found, Measured(found))
    october = month(found)
    made = months.month(None, october)
    assert made.tops
    for each in (*made.tops, *made.flops):
        ratios = []
        for channel in each.slot.channels:
            own = got[each.slot.id, channel]
            near = [
                value
                for sent in project.world.sent
                if sent.channel == channel
                and october.end - timedelta(days=365) < sent.planned.date() <= october.end
                and (value := got[sent.post, channel]) is not None
            ]
            if own is not None:
                ratios.append(own / (sum(near) / len(near)))
        assert each.ratio == pytest.approx(sum(ratios) / len(ratios))


def _interactions(project: Past, sent: Sent) -> int | None:
    """The last counts of the 30 days after a delivery was published, together."""
    last: dict[str, tuple[datetime, int]] = {}
    for count in project.world.counts:
        if count.sent is not sent or count.metric == "impressions" or sent.published is None:
            continue
        if count.at <= sent.published + timedelta(days=30):
            last[count.metric] = max(last.get(count.metric, (count.at, 0)), (count.at, count.value))
    return sum(value for _, value in last.values()) if last else None


def test_posts_of_the_last_days_are_not_compared_yet(project: Past) -> None:
    found = site(project)
    months = Months(found, Measured(found))
    for period in months.of(None):
        made = months.month(None, period)
        for each in (*made.tops, *made.flops):
            assert each.slot.day is not None
            assert (found.today - each.slot.day).days >= 3


def test_a_brands_site_has_its_own_reports_only(project: Past) -> None:
    found = pages(site(project, View(brand="boutique")))
    assert set(found) >= {"reports/index.md", "reports/boutique-2026-10.md"}
    assert not [path for path in found if "ateliers" in path]
    said = "".join(found.values())
    assert "Pour boutique" in said
    assert "Pour ateliers" not in said
    assert "Pour tout le monde" not in said


def test_a_public_site_shows_neither_comments_nor_plans(project: Past) -> None:
    without = frozenset({SitePart.TASKS, SitePart.PLANS})
    said = "".join(pages(site(project, View(without=without))).values())
    assert "Pour boutique" not in said
    assert "content/reports" not in said
    assert "Le mois suivant" not in said


def test_with_one_brand_a_report_that_names_none_is_about_it(workspace: MakeWorkspace) -> None:
    root = workspace({"content/reports/2026-10.md": "---\nmonth: 2026-10\n---\nSeuls\n"})
    found = pages(site(Project(root, at="2026-12-01 12:30")))
    (path,) = (each for each in found if each != "reports/index.md")
    assert "Seuls" in found[path]


def test_without_anything_there_is_a_page_that_says_so(workspace: MakeWorkspace) -> None:
    found = pages(site(Project(workspace(), at="2026-12-01 12:30")))
    assert set(found) == {"reports/index.md"}
    assert "dès que quelque chose" in found["reports/index.md"]


def test_addresses_tell_brands_from_months(project: Past) -> None:
    assert address("2026", month(site(project))) != address(None, month(site(project)))
