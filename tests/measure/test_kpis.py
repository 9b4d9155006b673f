"""Every figure is held against a calculation of its own, from the rows that it was made of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cmops.measure.definitions import built_in
from cmops.measure.figures import DIMENSIONS, Figures
from tests.measure.world import NOW, PARIS, Count, Sent, World, drawn

Answer = dict[tuple[str, str, str, str], float]
"""Value by dimension, member, kind of period, and the period's name."""

INTERACTIONS = {"likes", "comments", "shares", "quotes", "saves"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return drawn(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def figures(world: World) -> Figures:
    return world.figures()


def names(at: datetime) -> Iterator[tuple[str, str]]:
    """The periods that a moment is in."""
    day = at.astimezone(PARIS).date()
    year, week, _ = day.isocalendar()
    yield "week", f"{year}-W{week:02}"
    yield "month", f"{day:%Y-%m}"
    yield "quarter", f"{day.year}-Q{(day.month + 2) // 3}"
    yield "year", f"{day.year}"
    if NOW.date() - timedelta(days=364) <= day <= NOW.date():
        yield "rolling", "365d"


def grouped(items: Iterable[tuple[Sent, float]]) -> dict[tuple[str, str, str, str], list[float]]:
    """Values by slice and period, as far as periods have begun."""
    found = defaultdict(list)
    for sent, value in items:
        for period in names(sent.published or sent.planned):
            for part in sent.slices:
                found[*part, *period].append(value)
    return {place: values for place, values in found.items() if begun(*place[2:])}


def begun(kind: str, name: str) -> bool:
    return (kind, name) in set(names(NOW)) or name < dict(names(NOW))[kind]


def results(world: World, wanted: set[str]) -> dict[Sent, dict[str, int]]:
    """The last count of each delivery in the thirty days after it was published."""
    found: dict[Sent, dict[str, Count]] = defaultdict(dict)
    for each in world.counts:
        sent = each.sent
        if sent is None or sent.published is None or each.metric not in wanted:
            continue
        if each.at <= sent.published + timedelta(days=30):
            last = found[sent].get(each.metric)
            if last is None or each.at > last.at:
                found[sent][each.metric] = each
    return {
        sent: {metric: count.value for metric, count in counts.items()}
        for sent, counts in found.items()
    }


def published(world: World) -> Answer:
    due = [each for each in world.sent if each.planned <= NOW]
    posts: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for each in due:
        for period in names(each.published or each.planned):
            for part in each.slices:
                posts[*part, *period] |= {each.post} if each.published else set()
    return {place: float(len(found)) for place, found in posts.items()}


def plan_kept(world: World) -> Answer:
    rows = grouped((e, 100.0 * bool(e.published)) for e in world.sent if e.planned <= NOW)
    return {place: sum(values) / len(values) for place, values in rows.items()}


def punctuality(world: World) -> Answer:
    out = ((each, each.delay) for each in world.sent if each.delay is not None)
    rows = grouped((each, 100.0 * (delay <= 15)) for each, delay in out)
    return {place: sum(values) / len(values) for place, values in rows.items()}


def interactions(world: World) -> Answer:
    told = results(world, INTERACTIONS)
    rows = grouped((sent, float(sum(values.values()))) for sent, values in told.items())
    return {place: sum(values) for place, values in rows.items()}


def interactions_per_post(world: World) -> Answer:
    told = results(world, INTERACTIONS)
    rows = grouped((sent, float(sum(values.values()))) for sent, values in told.items())
    return {place: sum(values) / len(values) for place, values in rows.items()}


def shares(world: World) -> Answer:
    told = results(world, {"shares", "quotes"})
    rows = grouped((sent, float(sum(values.values()))) for sent, values in told.items())
    return {place: sum(values) for place, values in rows.items()}


def impressions(world: World) -> Answer:
    told = results(world, {"impressions"})
    rows = grouped((sent, float(values["impressions"])) for sent, values in told.items())
    return {place: sum(values) for place, values in rows.items()}


def engagement_rate(world: World) -> Answer:
    told = results(world, INTERACTIONS | {"impressions"})
    both = {sent: values for sent, values in told.items() if "impressions" in values}
    up = grouped((s, float(sum(v.values()) - v["impressions"])) for s, v in both.items())
    down = grouped((s, float(v["impressions"])) for s, v in both.items())
    return {place: 100 * sum(up[place]) / sum(down[place]) for place in down if sum(down[place])}


def engagement_followers(world: World) -> Answer:
    told = results(world, INTERACTIONS)
    rates = []
    for sent, values in told.items():
        assert sent.published is not None
        known = [
            each
            for each in world.counts
            if each.sent is None and each.channel == sent.channel and each.at <= sent.published
        ]
        if known:
            followers = max(known, key=lambda each: each.at).value
            rates.append((sent, 100.0 * sum(values.values()) / followers))
    rows = grouped(rates)
    return {place: sum(values) / len(values) for place, values in rows.items()}


def _followers(world: World, *, gained: bool) -> Answer:
    """By channel the last count in a period, or what it has gained on the last before."""
    found: Answer = defaultdict(float)
    for channel in ("masto", "bleu"):
        counts = sorted(
            (e for e in world.counts if e.sent is None and e.channel == channel),
            key=lambda e: e.at,
        )
        slices = Sent("x", channel, NOW, None).slices - {("format", "post")}
        for period in {period for each in counts for period in names(each.at)}:
            inside = [each for each in counts if period in set(names(each.at))]
            before = [each for each in counts if each.at < inside[0].at]
            if gained and not before:
                continue
            value = inside[-1].value - (before[-1].value if gained else 0)
            for part in slices:
                found[*part, *period] += value
    return dict(found)


def followers(world: World) -> Answer:
    return _followers(world, gained=False)


def followers_growth(world: World) -> Answer:
    return _followers(world, gained=True)


def brought(world: World, metric: str) -> dict[tuple[str, str, str, str], list[float]]:
    """A metric's rows of the team's file by slice and period."""
    found = defaultdict(list)
    for line in world.files["kpis/data/equipe.csv"].splitlines()[1:]:
        day, channel, name, value, _ = line.split(",")
        at = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=PARIS)
        if name != metric or at.date() > NOW.date():
            continue
        for part in Sent("x", channel, at, None).slices - {("format", "post")}:
            for period in names(at):
                found[*part, *period].append(float(value))
    return found


def mentions(world: World) -> Answer:
    return {place: sum(values) for place, values in brought(world, "mentions").items()}


def reply_time(world: World) -> Answer:
    rows = brought(world, "reply_hours")
    return {place: sum(values) / len(values) for place, values in rows.items()}


def sentiment(world: World) -> Answer:
    rows = brought(world, "sentiment")
    return {place: sum(values) / len(values) for place, values in rows.items()}


def members(world: World) -> Answer:
    return {place: values[-1] for place, values in brought(world, "members").items()}


CALCULATIONS = {
    "mentions": mentions,
    "reply-time": reply_time,
    "sentiment": sentiment,
    "members": members,
    "published": published,
    "plan-kept": plan_kept,
    "punctuality": punctuality,
    "interactions": interactions,
    "interactions-per-post": interactions_per_post,
    "shares": shares,
    "impressions": impressions,
    "engagement-rate": engagement_rate,
    "engagement-followers": engagement_followers,
    "followers": followers,
    "followers-growth": followers_growth,
}


@pytest.mark.parametrize("name", CALCULATIONS)
def test_a_figure_is_what_its_rows_come_to(name: str, world: World, figures: Figures) -> None:
    kpi = figures.kpi(name)
    assert kpi is not None
    wanted = CALCULATIONS[name](world)
    answered = {
        (row.dimension, row.member, row.period, row.period_name): row.value
        for row in figures.rows(kpi)
    }
    assert len(wanted) > 50
    assert answered.keys() == wanted.keys()
    for place, value in wanted.items():
        assert math.isclose(answered[place], value, rel_tol=1e-9, abs_tol=1e-9), place


def test_planned_posts_count_those_to_come_as_well(world: World, figures: Figures) -> None:
    kpi = figures.kpi("planned")
    assert kpi is not None
    [december] = [each for each in figures.series(kpi) if each.period.name == "2026-12"]
    in_december = {e.post for e in world.sent if f"{e.planned:%Y-%m}" == "2026-12"}
    assert december.value == len(in_december) > 0
    assert not december.complete


def test_the_best_time_is_drawn_towards_the_usual_and_knows_how_sure_it_is(
    world: World, figures: Figures
) -> None:
    year = NOW.date() - timedelta(days=364)
    told = {
        sent: float(sum(values.values()))
        for sent, values in results(world, INTERACTIONS).items()
        if sent.published and year <= sent.published.date() <= NOW.date()
    }
    usual: dict[str, list[float]] = defaultdict(list)
    for sent, value in told.items():
        usual[sent.channel].append(value)
    scores = {
        sent: value / (sum(usual[sent.channel]) / len(usual[sent.channel]))
        for sent, value in told.items()
    }
    mean = sum(scores.values()) / len(scores)
    variance = sum((each - mean) ** 2 for each in scores.values()) / (len(scores) - 1)
    cells: dict[tuple[int, int], list[float]] = defaultdict(list)
    for sent, score in scores.items():
        assert sent.published is not None
        cells[sent.published.isoweekday(), sent.published.hour].append(score)
    rows = figures.best_times()
    assert {(row.weekday, row.hour) for row in rows} == set(cells)
    assert [row.value for row in rows] == sorted((row.value for row in rows), reverse=True)
    for row in rows:
        found = cells[row.weekday or 0, row.hour or 0]
        shrunk = (sum(found) + 4) / (len(found) + 4)
        reach = 1.96 * math.sqrt(variance / (len(found) + 4))
        assert row.low is not None
        assert row.high is not None
        assert row.value == pytest.approx(100 * shrunk)
        assert row.n == len(found)
        assert row.low == pytest.approx(100 * (shrunk - reach))
        assert row.high == pytest.approx(100 * (shrunk + reach))


def test_a_point_stands_beside_the_period_before_and_the_year_before(figures: Figures) -> None:
    kpi = figures.kpi("published")
    assert kpi is not None
    by_name = {each.period.name: each for each in figures.series(kpi)}
    assert by_name["2026-11"].previous == by_name["2026-10"].value
    assert by_name["2026-11"].year_ago == by_name["2025-11"].value
    assert by_name["2025-10"].previous is None
    assert by_name["2026-11"].complete


def test_nothing_known_measures_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write()
    figures = world.figures()
    assert figures.findings() == ()
    for kpi in figures.kpis:
        assert figures.rows(kpi) == ()
        assert not figures.is_measured(kpi)
    assert figures.best_times() == ()


def test_one_post_without_any_number_is_published_and_not_measured(tmp_path: Path) -> None:
    at = datetime(2026, 11, 3, 9, 0, tzinfo=PARIS)
    world = World(tmp_path, [Sent("seul", "masto", at, 3)])
    world.write()
    figures = world.figures()
    measured = {kpi.id for kpi in figures.kpis if figures.is_measured(kpi)}
    assert measured == {"published", "planned", "plan-kept", "punctuality"}


def test_one_number_is_no_best_time(tmp_path: Path) -> None:
    at = datetime(2026, 11, 3, 9, 0, tzinfo=PARIS)
    sent = Sent("seul", "masto", at, 3)
    counts = [Count("masto", sent, at + timedelta(days=1), "likes", 5)]
    world = World(tmp_path, [sent], counts)
    world.write()
    figures = world.figures()
    assert figures.best_times() == ()
    kpi = figures.kpi("interactions")
    assert kpi is not None
    assert [each.value for each in figures.series(kpi)] == [5.0]


def test_a_count_of_zero_is_a_zero(tmp_path: Path) -> None:
    at = datetime(2026, 11, 3, 9, 0, tzinfo=PARIS)
    sent = Sent("seul", "masto", at, 3)
    world = World(tmp_path, [sent], [Count("masto", sent, at + timedelta(days=1), "likes", 0)])
    world.write()
    kpi = world.figures().kpi("interactions")
    assert kpi is not None
    assert [each.value for each in world.figures().series(kpi)] == [0.0]


def test_what_was_counted_later_than_the_clock_is_not_known_yet(tmp_path: Path) -> None:
    at = datetime(2026, 11, 3, 9, 0, tzinfo=PARIS)
    sent = Sent("seul", "masto", at, 3)
    counts = [
        Count("masto", sent, at + timedelta(days=1), "likes", 5),
        Count("masto", sent, at + timedelta(days=9), "likes", 50),
    ]
    world = World(tmp_path, [sent], counts, now=at + timedelta(days=2))
    world.write()
    kpi = world.figures().kpi("interactions")
    assert kpi is not None
    assert [each.value for each in world.figures().series(kpi)] == [5.0]


def test_a_post_that_left_the_workspace_still_counts(tmp_path: Path) -> None:
    at = datetime(2026, 11, 3, 9, 0, tzinfo=PARIS)
    world = World(tmp_path, [Sent("parti", "masto", at, 3), Sent("reste", "masto", at, 3)])
    world.write()
    world.history  # noqa: B018 - the ledger knows both
    (tmp_path / "content/posts/parti.md").unlink()
    del world.__dict__["workspace"]
    kpi = world.figures().kpi("published")
    assert kpi is not None
    assert [each.value for each in world.figures().series(kpi)] == [2.0]


def test_a_rehearsal_has_no_snapshots(tmp_path: Path) -> None:
    at = datetime(2026, 11, 3, 9, 0, tzinfo=PARIS)
    sent = Sent("seul", "masto", at, 3)
    counts = [Count("masto", sent, at + timedelta(days=1), "likes", 5)]
    world = World(tmp_path, [sent], counts, sandbox=True)
    world.write()
    kpi = world.figures().kpi("interactions")
    assert kpi is not None
    assert not world.figures().is_measured(kpi)


def test_a_period_that_somebody_names_is_one_period(world: World) -> None:
    first, last = date(2026, 3, 10), date(2026, 9, 2)
    figures = world.figures(wanted=(first, last))
    kpi = figures.kpi("published")
    assert kpi is not None
    [point] = figures.series(kpi, period="range")
    posts = {e.post for e in world.sent if e.published and first <= e.published.date() <= last}
    assert (point.value, point.period.start, point.period.end) == (len(posts), first, last)


def test_every_kpi_says_what_it_means_in_both_languages() -> None:
    for kpi in built_in():
        for text in (kpi.title, kpi.meaning, kpi.formula):
            assert set(text) == {"fr", "en"}, kpi.id
            assert text["fr"] != text["en"] or len(text["fr"]) < 15
        assert kpi.better in ("higher", "lower")


def test_dimensions_are_those_that_slices_have(figures: Figures) -> None:
    found = {row.dimension for kpi in figures.kpis for row in figures.rows(kpi)}
    assert found == set(DIMENSIONS)
