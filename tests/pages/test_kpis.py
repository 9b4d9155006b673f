from __future__ import annotations

import re
from pathlib import Path

import pytest

from cmops.measure import run
from cmops.measure.definitions import built_in
from cmops.measure.periods import Kind, of
from cmops.pages.kpis import kpis
from cmops.pages.kpis_figures import Measured, place
from cmops.pages.kpis_times import week
from cmops.pages.page import Page
from cmops.pages.site import Site
from cmops.pages.view import View
from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.measured import Past, past, site, text

OWN = """\
-- id: {id}
-- title: {{fr: "<b>Panier</b>", en: Basket}}
-- meaning: {{fr: "Combien <script>", en: How much}}
-- unit: {{fr: €, en: €}}
-- better: higher

SELECT channel_slices.dimension, channel_slices.member, periods.period, periods.period_name,
       SUM(channels.value) AS value
FROM channels
JOIN periods ON channels.counted_at >= periods.start_at AND channels.counted_at < periods.end_at
JOIN channel_slices ON channel_slices.channel = channels.channel
WHERE channels.metric = 'mentions'
GROUP BY channel_slices.dimension, channel_slices.member, periods.period, periods.period_name
"""
GOALS = """\
objectives:
  - {id: a, name: Parler, why: W, kpi: mentions, target: 10, start: 2026-11-01, end: 2026-12-31}
  - {id: b, name: Chez soi, why: W, kpi: published, target: 900, start: 2026-10-01,
     end: 2026-12-31, brand: ateliers}
  - {id: c, name: Vendre, why: W, kpi: published, target: 1, start: 2026-10-01,
     end: 2026-12-31, brand: boutique}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Past:
    tmp_path = tmp_path_factory.mktemp("past")
    files = {"kpis/panier.sql": OWN.format(id="panier"), "calendar/objectives.yml": GOALS}
    return past(tmp_path, **files)


def pages(found: Site) -> dict[str, Page]:
    return {page.path: page for page in kpis(found)}


def test_every_kpi_has_a_page_and_only_the_overview_is_listed(project: Past) -> None:
    found = pages(site(project))
    assert {place(each.id) for each in (*built_in(), *project.figures.kpis)} <= set(found)
    assert [path for path, page in found.items() if page.listed] == ["kpis/index.md"]


def test_an_own_kpi_cannot_take_the_place_of_another_page(tmp_path: Path) -> None:
    names = ("index", "tables", "plan-and-publication")
    found = past(tmp_path, **{f"kpis/{name}.sql": OWN.format(id=name) for name in names})
    made = list(kpis(site(found)))
    assert len(made) == len({page.path for page in made})


def test_the_overview_shows_the_figure_of_the_last_month_that_is_over(project: Past) -> None:
    said = text(pages(site(project))["kpis/index.md"])
    kpi = project.figures.kpi("mentions")
    assert kpi is not None
    november = of(Kind.MONTH, project.now.date().replace(day=1, month=11))
    value = project.figures.at(kpi, november)[""].value
    tile = re.search(r'href="[^"]*mentions/">Mentions</a>\n<span[^>]*>([\d\u202f]+) ', said)
    assert tile is not None
    assert int(re.sub(r"\D", "", tile[1])) == value


def test_what_is_not_measured_says_so_and_what_it_would_take(project: Past) -> None:
    found = pages(site(project))
    assert "non mesuré" in text(found["kpis/reach.md"]).lower()
    assert "<code>reach</code>" in text(found["kpis/reach.md"])
    assert "<svg" not in text(found["kpis/reach.md"])
    assert "kpis/reach" not in text(found["kpis/index.md"]).partition("Pas mesuré")[0]


def test_a_page_has_its_chart_with_a_table_and_its_sql(project: Past) -> None:
    said = text(pages(site(project))["kpis/mentions.md"])
    assert said.count('role="img"') == said.count("<figure")
    assert len(re.findall(r'role="img" aria-label="[^"]{20,}"', said)) == said.count("<figure")
    assert said.count("<figure") == said.count("Le graphique en chiffres</summary>")
    assert "metric = &#39;mentions&#39;" in said
    assert "Par compte" in said
    assert "Par marque" in said


def test_objectives_are_told_with_where_they_stand(project: Past) -> None:
    said = text(pages(site(project))["kpis/index.md"])
    for goal in project.figures.objectives():
        assert goal.objective.name in said
        assert f"cmops-goal-{goal.standing}" in said


def test_charts_take_no_colour_that_a_dark_page_cannot_change(project: Past) -> None:
    for path, page in pages(site(project)).items():
        assert not re.findall(r'(?:fill|stroke)="', text(page)), path
        assert not re.findall(r"#[0-9a-f]{6}", text(page)), path


def test_what_a_team_writes_in_a_header_is_no_markup(project: Past) -> None:
    for page in pages(site(project)).values():
        assert "<script" not in page.html
        assert "<b>Panier" not in page.html


def test_a_brands_site_counts_nothing_of_the_others(project: Past) -> None:
    whole, narrow = site(project), site(project, View(brand="boutique"))
    measured, theirs = Measured(whole), Measured(narrow)
    for kpi in measured.kpis:
        if kpi.id == "best-time":
            continue
        of_brand = measured.series(kpi, "brand").get("boutique", ())
        alone = theirs.series(kpi).get("", ())
        assert {(p.period.name, round(p.value, 6)) for p in alone} == {
            (p.period.name, round(p.value, 6)) for p in of_brand
        }, kpi.id
        assert set(theirs.series(kpi, "channel")) <= {"boutique"}
        assert set(theirs.series(kpi, "brand")) <= {"boutique"}
    said = "".join(text(page) for page in pages(narrow).values())
    assert "Chez soi" not in said
    assert "masto" not in re.sub(r"mastodon\.sql|<code>.*?</code>", "", said)


def test_own_sql_that_joins_nothing_sees_no_other_brand_either(tmp_path: Path) -> None:
    sql = OWN.format(id="tout").split("SELECT")[0] + (
        "SELECT 'all' AS dimension, '' AS member, 'month' AS period, '2026-11' AS period_name,"
        " SUM(value) + (SELECT COUNT(*) FROM deliveries) + (SELECT COUNT(*) FROM results)"
        " + (SELECT COUNT(*) FROM snapshots) AS value FROM channels"
        " WHERE metric IN ('mentions', 'reply_hours')\n"
    )
    found = past(tmp_path, **{"kpis/tout.sql": sql})
    kpi = found.figures.kpi("tout")
    assert kpi is not None
    brands = ("ateliers", "boutique")
    whole = found.figures.rows(kpi)[0].value
    parts = [site(found, View(brand=brand)).facts.figures.rows(kpi)[0].value for brand in brands]
    assert all(parts)
    assert sum(parts) == pytest.approx(whole)


def test_without_duckdb_the_pages_say_it_and_show_what_the_ledger_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = past(tmp_path)

    def missing() -> None:
        raise run.NoDuckDB

    monkeypatch.setattr(run, "opened", missing)
    found = pages(site(project))
    assert "DuckDB" in text(found["kpis/index.md"])
    assert "DuckDB" in text(found["kpis/mentions.md"])
    assert "Par compte" in text(found["kpis/plan_and_publication.md"])


def test_an_empty_workspace_measures_nothing_and_shows_no_zero(workspace: MakeWorkspace) -> None:
    found = pages(site(Project(workspace(), at="2026-12-01 12:30")))
    said = text(found["kpis/index.md"])
    assert "Pas mesuré" in said
    assert "cmops-figure" not in said


def test_example_numbers_are_labelled_on_every_page_that_shows_some(tmp_path: Path) -> None:
    found = past(tmp_path)
    (found.root / "kpis/data/equipe.csv").rename(found.root / "kpis/data/e.example.csv")
    rehearsed = Project(found.root, at="2026-12-01 12:30", sandbox=True)
    for path, page in pages(site(rehearsed)).items():
        shows = path not in ("kpis/plan_and_publication.md", "kpis/sql_tables.md")
        assert ("Chiffres d’exemple" in text(page)) is shows, path
    real = Project(found.root, at="2026-12-01 12:30")
    assert not any("Chiffres d’exemple" in text(page) for page in pages(site(real)).values())


def test_every_page_can_be_said_in_english(tmp_path: Path) -> None:
    found = past(tmp_path, language="en")
    said = "".join(text(page) for page in pages(site(found)).values())
    assert "Month by month" in said
    assert "Mois par mois" not in said


def test_no_page_is_too_large(project: Past) -> None:
    assert max(len(page.html) for page in kpis(site(project))) < 120_000


def test_a_change_is_in_points_between_percentages_and_in_percent_otherwise(project: Past) -> None:
    measured = Measured(site(project))
    named = {kpi.id: kpi for kpi in measured.kpis}
    rate, count, time = named["engagement-rate"], named["mentions"], named["reply-time"]
    changes = [
        measured.change(rate, 5.5, 5.0),
        measured.change(count, 150, 100),
        measured.change(time, 3, 4),
        measured.change(time, 5, 4),
        measured.change(count, 100, 100),
        measured.change(count, 5, 0),
        measured.change(count, 5, None),
    ]
    assert [each and (each.text, each.tone, each.told) for each in changes] == [
        ("+0,50 pt", "good", False),
        ("+50\u00a0%", "good", False),
        ("−25\u00a0%", "good", True),
        ("+25\u00a0%", "bad", True),
        ("=", "", False),
        None,
        None,
    ]


def test_the_week_knows_what_chance_would_do() -> None:
    def row(hour: int, value: float, low: float, high: float) -> run.Row:
        return run.Row("all", "", "rolling", "365d", value, 9, low, high, 2, hour)

    sure = week([row(18, 150, 120, 180), row(9, 60, 40, 80), row(12, 104, 80, 128)])
    assert sure is not None
    assert [hour for hour, _ in sure.hours] == list(range(9, 19))
    assert all(len(days) == 7 for _, days in sure.hours)
    assert [cell.row.hour for cell in sure.best] == [18, 12]
    assert [cell.certain for cell in sure.best] == [True, False]
    assert sure.certain
    unsure = week([row(12, 104, 80, 128)])
    assert unsure is not None
    assert not unsure.certain
    assert week([]) is None
