"""The example at the root of the project: complete, faultless, and planned to the last delivery.

The one test file that reads it; every other makes a workspace of its own.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.easter import easter
from playwright.sync_api import sync_playwright

from cmops.adapters.contract import Can, Capability
from cmops.adapters.registry import adapter
from cmops.check.run import check, examine
from cmops.check.slots import moment
from cmops.cli.main import run
from cmops.composed import Compositions
from cmops.findings import Diagnostic, Finding
from cmops.ledger.history import History
from cmops.measure.figures import Figures
from cmops.measure.sources import Sources
from cmops.media import Gallery
from cmops.pages import build
from cmops.pages.library import SOON
from cmops.pages.links import as_written
from cmops.project import Project
from cmops.publish import gates
from cmops.publish.plan import Delivery, State, plan
from cmops.publish.subjects import subjects
from cmops.workspace.load import load
from cmops.workspace.model import Post, Workspace
from cmops.workspace.model.programme import KeyDate
from example import metrics
from tests.github.server import serving
from tests.site.serving import OPTIONS
from tests.workflows import flow
from tests.workflows.conftest import ACTION, on_github
from tests.workflows.picture import shown, small
from tests.workflows.runner import Runner

ROOT = Path(__file__).parents[1]
PARIS = ZoneInfo("Europe/Paris")
DEMO = datetime(2026, 12, 1, 12, 30, tzinfo=PARIS)
BEFORE_ALL = datetime(2026, 9, 30, 9, 0, tzinfo=PARIS)
NOTHING_SENT = History.of_entries(())
BRANDS = {"ateliers", "boutique"}
MEASURED_BY_NOBODY = {"sentiment"}
PAYMENTS = "2026-12-01-paiements-refuses"
HELD = "ce-que-paie-un-don"

NEW = """\
---
title: Samedi à l’établi
publish_at: 2026-12-05 10:15
to: [ateliers-mastodon, ateliers-bluesky]
brand: ateliers
pillar: agenda
audience: voisins
link: https://ateliers.example.org/etabli
hashtags: [RepairCafe]
media: [media/etabli-bois.png]
status: ready
---
Samedi, l’établi est à vous de 10 h à 17 h : apportez ce qui ne marche plus.

Nous le réparons ensemble. Entrée libre, sans rendez-vous.
"""


class Example:
    """The example, read and composed without a cache, at a clock that the test chooses."""

    def __init__(self) -> None:
        self.loaded = load(ROOT)
        self.workspace: Workspace = self.loaded.workspace
        self._gallery = Gallery(ROOT)
        self.compositions = Compositions(self.loaded, self._gallery)

    def diagnostics(self, now: datetime) -> tuple[Diagnostic, ...]:
        return check(self.loaded, self._examined, NOTHING_SENT, now, lambda path: False)

    def plan(self, now: datetime) -> tuple[Delivery, ...]:
        wrong = gates.errors_of(self.diagnostics(now))
        everything = subjects(self.workspace, self.compositions.of, now)
        stops = gates.no_incident(self.workspace.incidents.values(), now)
        return plan(everything, NOTHING_SENT, (gates.without_errors(wrong), stops), now)

    @cached_property
    def _examined(self) -> tuple[Finding, ...]:
        return examine(self.loaded, self.compositions, self._gallery)

    @property
    def posts(self) -> list[Post]:
        return [each for each in self.workspace.posts.values() if each.kind == "post"]

    @property
    def articles(self) -> list[Post]:
        return [each for each in self.workspace.posts.values() if each.kind == "article"]

    def times(self, post: Post) -> Iterator[datetime]:
        for id in post.to:
            when = moment(post, self.workspace.settings.channels[id])[0]
            if when is not None:
                yield when


@pytest.fixture(scope="module")
def example() -> Example:
    return Example()


@pytest.mark.parametrize("now", [BEFORE_ALL, DEMO], ids=["before its first post", "at the demo"])
def test_nothing_in_it_is_wrong(example: Example, now: datetime) -> None:
    assert [str(each) for each in example.diagnostics(now)] == []


def test_it_has_two_brands_on_fifteen_channels_that_all_get_posts(example: Example) -> None:
    settings = example.workspace.settings
    assert set(settings.brands) == BRANDS
    assert len(settings.channels) == 15
    used = {id for post in example.workspace.posts.values() for id in post.to}
    assert used == set(settings.channels)


def test_it_has_sixty_posts_over_four_months_filed_by_month(example: Example) -> None:
    assert len(example.posts) == 60
    assert 4 <= len(example.articles) <= 6
    months = set()
    for post in example.posts:
        folder = post.path.removeprefix("content/posts/").rpartition("/")[0]
        months.add(folder)
        assert {f"{when:%Y/%m}" for when in example.times(post)} <= {folder}
    assert months == {"2026/10", "2026/11", "2026/12", "2027/01"}


def test_its_posts_show_what_a_post_can_be(example: Example) -> None:
    posts, of = example.posts, Counter[str]()
    for post in posts:
        variants = post.variants.values()
        of["threads"] += any(
            len(example.compositions.of(post, channel).messages) > 1
            for channel in example.compositions.channels(post)
        )
        of["variants in front matter"] += bool(post.variants)
        of["variants in the body"] += "\n::: " in post.body
        of["polls"] += bool(post.poll or any(each.poll for each in variants))
        of["reposts"] += bool(post.repost)
        of["quotes"] += bool(post.quote or any(each.quote for each in variants))
        of["replies"] += bool(post.reply_to or any(each.reply_to for each in variants))
        of["cards"] += bool(post.card or any(each.card for each in variants))
        for field in (
            *("repeat", "commercial", "contest", "first_comment", "spoiler", "delete_at"),
            *("expires_at", "translation_of", "batch", "media", "visibility", "options"),
        ):
            of[field] += bool(getattr(post, field) or _in_variants(post, field))
        of[post.status] += 1
        of["hashtag sets"] += any(tag.startswith("+") for tag in post.hashtags or ())
    lacking = [name for name, count in of.items() if count == 0]
    assert lacking == []
    assert of["ready"] >= 50


def _in_variants(post: Post, field: str) -> bool:
    return any(getattr(each, field, None) for each in post.variants.values())


def test_it_allows_itself_at_most_two_findings(example: Example) -> None:
    allows = [
        code
        for record in example.loaded.records.values()
        for code in (record.data or {}).get("cmops", {}).get("allow", {})
    ]
    assert 1 <= len(allows) <= 2


def test_every_delivery_of_every_ready_post_is_planned(example: Example) -> None:
    deliveries = example.plan(BEFORE_ALL)
    planned = Counter((each.subject.post, each.subject.channel) for each in deliveries)
    wanted = {
        (post.id, channel)
        for post in example.workspace.posts.values()
        if post.status == "ready"
        for channel in post.to
    }
    assert planned.keys() == wanted
    assert {each.state for each in deliveries} == {State.WAITING}
    assert planned["atelier-bois-demain", "ateliers-mastodon"] == 12


def test_at_the_demo_every_channel_has_its_turn_and_an_incident_holds_one_post(
    example: Example,
) -> None:
    deliveries = example.plan(DEMO)
    held = [each for each in deliveries if each.state is State.HELD]
    shop = {"boutique-x", "boutique-bluesky"}
    assert {(each.subject.post, each.subject.channel) for each in held} == {
        (HELD, channel) for channel in shop
    }
    assert {each.reason.values["incident"] for each in held if each.reason} == {PAYMENTS}
    due = {each.subject.channel for each in deliveries if each.state is State.DUE}
    assert due == set(example.workspace.settings.channels) - shop
    assert [each for each in deliveries if each.state is State.EXPIRED]


def test_its_pictures_are_small_described_in_french_and_used(example: Example) -> None:
    sidecars = example.workspace.sidecars
    assert len(sidecars) >= 11
    used: set[str] = set()
    for post in example.workspace.posts.values():
        layers = (post, *post.variants.values())
        used.update(path for layer in layers for path in layer.media or ())
        used.update(each.card.image for each in layers if each.card and each.card.image)
        used.update([post.cover] if post.cover else [])
    assert used == set(sidecars)
    for path, sidecar in sidecars.items():
        assert (ROOT / "content" / path).stat().st_size <= 200_000
        assert sidecar.alt["fr"]
        assert sidecar.credit
        assert sidecar.licence


def test_rights_of_two_pictures_end_soon_and_after_their_last_use(example: Example) -> None:
    ending = {
        path: sidecar.rights_until
        for path, sidecar in example.workspace.sidecars.items()
        if sidecar.rights_until is not None
    }
    assert len(ending) == 2
    for path, last in ending.items():
        assert timedelta() < last - DEMO.date() <= SOON
        uses = [
            when.date()
            for post in example.posts
            if path in (post.media or ())
            for when in example.times(post)
        ]
        assert DEMO.date() < max(uses) <= last


def test_it_has_campaigns_events_and_objectives(example: Example) -> None:
    workspace = example.workspace
    assert len(workspace.campaigns) == 3
    assert len(workspace.events) == 8
    types = {event.type for event in workspace.events.values()}
    assert types == {"webinar", "live-chat", "contest", "meetup", "release"}
    for quarter in (date(2026, 11, 30), date(2027, 2, 15)):
        theirs = {
            each.brand
            for each in workspace.objectives.values()
            if each.start <= quarter <= each.end and each.brand
        }
        assert theirs == BRANDS


def test_it_has_key_dates_for_both_years_with_their_sources(example: Example) -> None:
    dates = example.workspace.key_dates
    assert len(dates) >= 50
    assert not [each.id for each in dates if each.kind != "own" and each.source is None]
    for year in (2026, 2027):
        assert len([each for each in dates if _days(each, year)]) >= 40


@pytest.mark.parametrize("year", [2026, 2027])
def test_no_public_holiday_of_france_is_missing(example: Example, year: int) -> None:
    known = {
        day
        for each in example.workspace.key_dates
        if each.kind == "holiday" and "FR" in each.countries and not each.regions
        for day in _days(each, year)
    }
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    legal = {date(year, *each) for each in fixed}
    legal |= {easter(year) + timedelta(days) for days in (1, 39, 50)}
    assert legal <= known


def _days(key_date: KeyDate, year: int) -> list[date]:
    if key_date.on is not None:
        month, day = key_date.on.split("-")
        return [date(year, int(month), int(day))]
    days = [*key_date.days, *([key_date.start] if key_date.start else [])]
    return [day for day in days if day.year == year]


@pytest.mark.parametrize(
    ("id", "days"),
    [
        ("mardi-gras", -47),
        ("vendredi-saint", -2),
        ("lundi-de-paques", 1),
        ("ascension", 39),
        ("lundi-de-pentecote", 50),
    ],
)
def test_feasts_that_move_follow_easter(example: Example, id: str, days: int) -> None:
    found = next(each for each in example.workspace.key_dates if each.id == id)
    assert list(found.days) == [easter(year) + timedelta(days) for year in (2026, 2027)]


def test_it_has_what_a_team_needs_when_things_go_wrong(example: Example) -> None:
    workspace = example.workspace
    assert set(workspace.crises) == {
        "bad-buzz",
        "fuite-de-donnees",
        "harcelement-d-un-membre",
        "panne-du-site",
        "post-publie-par-erreur",
    }
    for playbook in workspace.crises.values():
        assert len(playbook.levels) == 3
        assert len(playbook.steps) >= 12
        assert len(playbook.statements) >= 4
    by_status = {each.status: each for each in workspace.incidents.values()}
    assert len(workspace.incidents) == len(by_status) == 2
    assert by_status["closed"].post_mortem
    # As somebody finds it who looks at noon: what is written down had happened by then.
    opened = by_status["open"]
    steps = {each.at for each in opened.steps} | {each.at for each in opened.statements}
    done = steps | {each.at for each in opened.timeline}
    assert len(done) >= 8
    assert all(at is not None and at <= DEMO for at in done)
    assert opened.pauses == next(
        level.pauses
        for level in workspace.crises[opened.playbook].levels
        if level.id == opened.level
    )


def test_a_data_leak_is_notified_within_seventy_two_hours(example: Example) -> None:
    steps = example.workspace.crises["fuite-de-donnees"].steps
    notify = next(step for step in steps if step.id == "notifier-cnil")
    assert notify.within == timedelta(hours=72)


def test_it_has_guidelines_rules_and_replies_for_everyday_moderation(example: Example) -> None:
    workspace = example.workspace
    assert sum(len(each.rules) for each in workspace.guidelines.values()) >= 10
    assert len(workspace.moderation) == 12
    assert len(workspace.replies) == 12
    assert workspace.editorial is not None
    assert workspace.editorial.banned
    assert workspace.windows.publishing
    assert workspace.windows.quiet


def test_a_reply_fits_the_shortest_network(example: Example) -> None:
    """Whoever answers must not have to cut an approved text first."""
    for reply in example.workspace.replies.values():
        for text in (reply.body.strip(), *(reply.texts or {}).values()):
            assert len(text) <= 300, reply.id


@pytest.mark.timeout(300)
def test_a_change_of_it_goes_from_its_pull_request_to_its_archive_and_the_site(
    tmp_path: Path,
) -> None:
    root = tmp_path / "communication"
    for each in ("content", "calendar", "playbooks", "kpis", "docs"):
        shutil.copytree(ROOT / each, root / each)
    for each in ("cmops.yml", "mkdocs.yml", ".gitignore"):
        shutil.copy(ROOT / each, root / each)
    assert run(["-C", str(root), "workflows", "--write", "--action", ACTION]) == 0
    with serving(tmp_path / "hub") as hub:
        repo = hub.repository()
        team = on_github(hub, repo, root)
        runner = Runner(hub, repo, tmp_path / "runs", {})
        flow.published(runner)
        text = "Samedi, l’établi est à vous : venez avec ce qui ne marche plus."
        front = f"title: Samedi\npublish_at: {flow.soon()}\nto: [archive]\nbrand: ateliers\n"
        front += "pillar: agenda\nstatus: ready\n"
        team.write("content/posts/2026/samedi.md", f"---\n{front}---\n{text}\n")
        team.push("samedi")
        number = repo.pull("lea", "samedi", "Samedi")
        check = flow.checked(runner, repo, number)
        assert not check.failed, check.out
        assert not flow.commented(runner, repo, number).failed
        assert "venez avec ce qui ne marche plus" in repo.said(number)[0][1]
        repo.merge(number)
        assert "samedi@archive" in flow.published(runner).out
        (kept,) = (each for name, each in runner.artifacts.items() if name.startswith("outbox"))
        assert b"samedi" in kept
        flow.built(runner)
        assert len(runner.artifacts["site"]) > 100_000


def test_the_comment_on_a_change_of_it_is_the_picture_in_readme(
    tmp_path: Path, program: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With PICTURES in the environment the picture is made anew."""
    root = tmp_path / "communication"
    for each in ("content", "calendar", "playbooks", "kpis"):
        shutil.copytree(ROOT / each, root / each)
    shutil.copy(ROOT / "cmops.yml", root)
    git = ["git", "-C", str(root)]
    for command in (["init", "-qb", "main"], ["add", "-A"], ["commit", "-qm", "L’espace"]):
        subprocess.run([*git, *command], check=True)
    new = root / "content/posts/2026/12/samedi-a-l-etabli.md"
    new.write_text(NEW, "utf-8")
    old = root / "content/posts/2026/12/merci-aux-benevoles.md"
    text = old.read_text("utf-8")
    at = next(line for line in text.splitlines() if line.startswith("publish_at: "))
    old.write_text(text.replace(at, f"{at[:-5]}18:45"), "utf-8")
    site = "https://github.example/rue-ronde/communication/raw/" + "a" * 40
    options = ["--base", "main", "--media-url", site, "--format", "markdown"]
    capsys.readouterr()
    assert run(["-C", str(root), "review", *options, "--at", "2026-11-27 09:00"]) == 0
    comment = capsys.readouterr().out
    with sync_playwright() as playwright:
        chromium = program("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        image, asked = shown(browser, comment, root, site)
        browser.close()
    assert asked == [f"{site}/content/media/etabli-bois.png"]
    if os.environ.get("PICTURES"):
        (ROOT / "docs/assets/apercu-commentaire.png").write_bytes(small(image))
    assert (ROOT / "docs/assets/apercu-commentaire.png").is_file()


def test_pictures_in_readme_are_there_small_and_described() -> None:
    found = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert len(found) >= 5
    for words, path in found:
        assert len(words.split()) > 1, path
        assert (ROOT / path).stat().st_size < 180_000, path


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example as ``make demo`` leaves it: everything sent that could be, one post held."""
    root = tmp_path_factory.mktemp("rehearsed")
    at = f"{DEMO:%Y-%m-%d %H:%M}"
    for name in ("content", "calendar", "playbooks", "kpis"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "cmops.yml", root)
    told = ["publish", "--sandbox", "--from", "2026-10-01 00:00", "--at", at, "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "cmops", "-C", str(root), *told], check=False, capture_output=True
    )
    assert done.returncode == 1, done.stderr
    counts = json.loads(done.stdout)["counts"]
    assert {name for name, count in counts.items() if count} == {"published", "held"}
    assert counts["held"] == 2
    return Project(root, at=at, sandbox=True)


@pytest.fixture(scope="module")
def site(rehearsed: Project) -> dict[str, str]:
    """The text of each page of its site."""
    return {page.path: page.markdown for page in build(rehearsed, as_written).pages}


def test_its_figures_can_all_be_worked_out_and_most_are_measured(rehearsed: Project) -> None:
    figures = Figures(Sources(rehearsed.root, rehearsed, sandbox=True))
    assert figures.findings() == ()
    assert figures.example
    assert {each.id for each in figures.kpis if not figures.is_measured(each)} == MEASURED_BY_NOBODY


def test_every_account_that_can_be_measured_has_figures(rehearsed: Project) -> None:
    channels = rehearsed.workspace.settings.channels.values()
    can = {
        each.id
        for each in channels
        if adapter(each.platform).platform.able(Capability.METRICS) is Can.YES
    }
    with (ROOT / "kpis/data/chiffres.example.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["channel"] for row in csv.DictReader(file)}
    assert can <= counted


def test_its_figures_are_those_that_its_script_makes(
    rehearsed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was rehearsed before, and so whoever makes them again."""
    written = rehearsed.root / metrics.TARGET
    before = written.read_bytes()
    monkeypatch.chdir(rehearsed.root)
    metrics.main()
    assert written.read_bytes() == before


def test_from_the_home_page_one_click_leads_to_why_a_post_is_held(site: dict[str, str]) -> None:
    home = site["index.md"]
    reason = "suspendu par l’incident « Les paiements en ligne sont refusés »"
    assert "1 post retenu, 1 à venir dans les sept jours" in home
    post, incident = "posts/2026-12.md", f"incidents/{PAYMENTS}.md"
    assert f'href="{post}#{HELD}"' in home
    assert re.search(rf'<a href="{incident}">{reason}', home.replace("\xa0", " "))
    own = site[post].partition(f"{{#{HELD}}}")[2].partition("{#ouverture")[0].replace("\xa0", " ")
    assert own.count(reason) == 2
    told = site[incident]
    assert "Ouvrir le plan" in told
    assert "Ce qui est retenu part de lui-même s’il est clos dans les" in told
    assert f"posts/2026-12.md#{HELD}" in told
    assert "posts/2026-12.md#catalogue-d-hiver" in told


def test_its_library_says_first_whose_rights_end_soon(site: dict[str, str]) -> None:
    ending = site["media/index.md"].partition("cmops-ending")[2].partition("</div>")[0]
    named = re.findall(r">([\w.-]+\.png)</a>", ending)
    assert named == ["emballage-en-tissu.png", "lots-du-jeu.png"]
    assert "31 décembre 2026" in ending


def test_each_brand_has_a_report_of_the_month_before_the_demo(example: Example) -> None:
    reports = example.workspace.reports.values()
    assert {each.brand for each in reports if each.month == "2026-11"} == BRANDS
