from __future__ import annotations

from datetime import date

from cmops.pages import filters
from cmops.pages.agenda import Mark, marks
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace

TWO_BRANDS = (
    CMOPS_YML.replace("channels:", "brands: {a: {name: A}, b: {name: B}}\nchannels:")
    .replace("    platform:", "    brand: a\n    platform:")
    .replace("  archive:\n    brand: a", "  archive:\n    brand: b")
)
FILES = {
    "cmops.yml": TWO_BRANDS,
    "calendar/key-dates/a.yml": """dates:
  - {id: noel, name: {fr: Noël}, kind: holiday, on: "12-25", countries: [FR]}
  - {id: etienne, name: {fr: Saint-Étienne}, kind: holiday, on: "12-26", regions: [FR-57]}
  - {id: nicolas, name: {fr: Saint-Nicolas}, kind: holiday, on: "12-06", brands: [b]}
  - {id: dons, name: {fr: Dons}, kind: awareness, on: "12-01"}
""",
    "calendar/windows.yml": """quiet:
  - {reason: Tout, start: 2026-12-24 18:00, end: 2026-12-28 08:00, scope: {everything: true}}
  - {reason: B, start: 2026-12-10 00:00, end: 2026-12-11 00:00, scope: {channels: [archive]}}
""",
    "calendar/events/fete.md": (
        "---\nname: Fête\ntype: meetup\nstart: 2026-12-05 14:00\nchannels: [mastodon]\n---\n"
    ),
    "content/posts/un.md": (
        "---\ntitle: Un\nstatus: ready\npublish_at: 2026-12-02 10:00\nto: [mastodon]\nbrand: a\n"
        "---\nUn\n"
    ),
}


def site(workspace: MakeWorkspace) -> Site:
    return Site(Project(workspace(FILES), at="2026-12-01 08:00", sandbox=True), as_folders)


def found(made: Site) -> dict[str, Mark]:
    return {mark.name: mark for mark in marks(made, date(2026, 12, 1), date(2026, 12, 31))}


def test_a_day_off_is_told_from_a_feast_that_is_none(workspace: MakeWorkspace) -> None:
    kinds = {name: (mark.kind, mark.what) for name, mark in found(site(workspace)).items()}
    assert kinds["Noël"] == ("holiday", "jour férié, FR")
    assert kinds["Saint-Étienne"] == ("holiday", "jour férié, FR-57")
    assert kinds["Saint-Nicolas"] == ("key-date", "fête")
    assert kinds["Dons"] == ("key-date", "journée de sensibilisation")


def test_each_thing_says_what_it_concerns_and_what_concerns_all_says_nothing(
    workspace: MakeWorkspace,
) -> None:
    told = {name: mark.told for name, mark in found(site(workspace)).items()}
    assert told["Noël"] == ""
    assert told["Saint-Nicolas"] == "brand:b"
    assert told["Tout"] == ""
    assert told["B"].split() == ["brand:b", "channel:archive"]
    assert told["Fête"].split() == [
        "brand:a", "channel:mastodon", "campaign:-", "event:fete",
    ]  # fmt: skip


def test_a_post_says_that_it_has_no_pillar_and_no_campaign(workspace: MakeWorkspace) -> None:
    made = site(workspace)
    (slot,) = made.programme.slots
    assert made.rows.told(slot).split() == [
        "brand:a", "channel:mastodon", "pillar:-", "campaign:-", "state:waiting",
    ]  # fmt: skip


def test_what_has_only_one_value_is_no_choice(workspace: MakeWorkspace) -> None:
    assert [each.name for each in filters.choices(site(workspace))] == ["brand", "channel"]
