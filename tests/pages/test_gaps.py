from __future__ import annotations

from datetime import date

from cmops.pages import gaps
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


def post(id: str, at: str, to: str = "mastodon", status: str = "ready") -> dict[str, str]:
    text = f"---\ntitle: {id}\nstatus: {status}\npublish_at: {at}\nto: [{to}]\n---\n{id}\n"
    return {f"content/posts/{id}.md": text}


def site(workspace: MakeWorkspace, *posts: dict[str, str], at: str = "2026-12-01 08:00") -> Site:
    files = {path: text for each in posts for path, text in each.items()}
    return Site(Project(workspace(files), at=at, sandbox=True), as_folders)


def told(found: tuple[gaps.Gap, ...]) -> list[tuple[str, date, date | None, int]]:
    return [(each.channel, each.first, each.last, each.days) for each in found]


def test_a_channel_that_says_nothing_for_longer_than_two_weeks_is_told(
    workspace: MakeWorkspace,
) -> None:
    made = site(workspace, post("a", "2026-12-02 10:00"), post("b", "2026-12-20 10:00"))
    assert told(gaps.gaps(made, FIRST, LAST)) == [
        ("mastodon", date(2026, 12, 3), date(2026, 12, 19), 17)
    ]


def test_exactly_two_weeks_are_no_gap(workspace: MakeWorkspace) -> None:
    made = site(workspace, post("a", "2026-12-06 10:00"), post("b", "2026-12-20 23:00"))
    assert not gaps.gaps(made, FIRST, LAST)


def test_where_nothing_more_is_planned_the_gap_has_no_end(workspace: MakeWorkspace) -> None:
    made = site(workspace, post("a", "2026-12-02 10:00"))
    assert told(gaps.gaps(made, FIRST, LAST)) == [("mastodon", date(2026, 12, 3), None, 29)]


def test_drafts_lost_posts_and_an_outbox_are_nothing_that_anybody_hears(
    workspace: MakeWorkspace,
) -> None:
    made = site(
        workspace,
        post("a", "2026-11-12 10:00"),  # too late to be sent: missed
        post("b", "2026-12-02 10:00", status="draft"),
        post("c", "2026-12-02 10:00", to="archive"),
    )
    assert not gaps.gaps(made, FIRST, LAST)


def test_how_long_is_too_long_is_a_setting(workspace: MakeWorkspace) -> None:
    workspace({"cmops.yml": CMOPS_YML + "publishing: {max_silence: 3d}\n"})
    files = {**post("a", "2026-12-02 10:00"), **post("b", "2026-12-06 10:00")}
    settings = {"cmops.yml": CMOPS_YML + "publishing: {max_silence: 3d}\n"}
    made = Site(
        Project(workspace({**files, **settings}), at="2026-12-01 08:00", sandbox=True), as_folders
    )
    assert told(gaps.gaps(made, FIRST, date(2026, 12, 6)))[0][3] == 3


def test_two_posts_of_a_channel_close_together_are_one_remark(workspace: MakeWorkspace) -> None:
    made = site(
        workspace,
        post("a", "2026-12-02 10:00", to="mastodon, bluesky"),
        post("b", "2026-12-02 10:20", to="mastodon, bluesky"),
        post("c", "2026-12-02 10:30", to="archive"),
    )
    (found,) = gaps.clashes(made, FIRST, LAST)
    assert (found.kind, found.minutes) == ("close", 20)
    assert set(found.channels) == {"mastodon", "bluesky"}


def test_what_is_over_cannot_clash_any_more(workspace: MakeWorkspace) -> None:
    posts = post("a", "2026-12-02 10:00"), post("b", "2026-12-02 10:20")
    assert not gaps.clashes(site(workspace, *posts, at="2026-12-03 08:00"), FIRST, LAST)


def test_posts_in_a_silence_or_on_a_day_off_are_told_but_not_on_a_feast(
    workspace: MakeWorkspace,
) -> None:
    workspace(
        {
            "calendar/key-dates/a.yml": """dates:
  - {id: noel, name: {fr: Noël}, kind: holiday, on: "12-25", countries: [FR]}
  - {id: etienne, name: {fr: Saint-Étienne}, kind: holiday, on: "12-26", regions: [FR-57]}
  - {id: nicolas, name: {fr: Saint-Nicolas}, kind: holiday, on: "12-06"}
""",
            "calendar/windows.yml": """quiet:
  - reason: Inventaire
    start: 2026-12-10 00:00
    end: 2026-12-12 00:00
    scope: {channels: [bluesky]}
""",
        }
    )
    made = site(
        workspace,
        post("a", "2026-12-06 10:00"),
        post("b", "2026-12-25 10:00"),
        post("c", "2026-12-26 10:00"),
        post("d", "2026-12-11 10:00", to="mastodon, bluesky"),
    )
    found = [
        (each.kind, each.slot and each.slot.id, each.channels)
        for each in gaps.clashes(made, FIRST, LAST)
    ]
    assert found == [("quiet", "d", ("bluesky",)), ("holiday", "b", ("mastodon",))]


def test_events_at_the_same_time_are_told_unless_one_is_cancelled(
    workspace: MakeWorkspace,
) -> None:
    def event(id: str, start: str, end: str, status: str = "confirmed") -> dict[str, str]:
        text = f"---\nname: {id}\ntype: meetup\nstatus: {status}\nstart: {start}\nend: {end}\n---\n"
        return {f"calendar/events/{id}.md": text}

    made = site(
        workspace,
        event("un", "2026-12-05 14:00", "2026-12-05 18:00"),
        event("deux", "2026-12-05 17:00", "2026-12-05 19:00"),
        event("trois", "2026-12-05 18:00", "2026-12-05 18:30", "cancelled"),
        event("long", "2026-12-01 10:00", "2026-12-30 10:00"),
    )
    (found,) = gaps.clashes(made, FIRST, LAST)
    assert found.kind == "events"
    assert found.event is not None
    assert found.event.id == "deux"
