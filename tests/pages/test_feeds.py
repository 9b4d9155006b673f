from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cmops.cli.main import run
from cmops.pages import build
from cmops.pages.feeds import files
from cmops.pages.feeds_atom import clean, quoted
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.pages.view import View
from cmops.project import Project
from cmops.workspace.model import SitePart
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import AT, XSS
from tests.pages.shown import CHANNELS

ATOM = "{http://www.w3.org/2005/Atom}"
LONG = "Été à l’établi ; outils, colle\\scie : 😀 " * 4
MORE: dict[str, str] = {
    "content/posts/long.md": f"""---
title: '{LONG}'
status: ready
publish_at: 2026-12-03 12:15
to: [bluesky]
---
Texte
""",
    "calendar/key-dates/a.yml": """dates:
  - {id: noel, name: {fr: Noël}, kind: holiday, on: "12-25", countries: [FR]}
  - {id: nicolas, name: {fr: Saint-Nicolas}, kind: holiday, on: "12-06"}
  - {id: patrimoine, name: {fr: Patrimoine}, kind: awareness, days: [2027-09-18, 2027-09-19]}
  - {id: zone-a, name: {fr: Vacances}, kind: own, start: 2027-02-06, end: 2027-02-21}
  - {id: zone-b, name: {fr: Vacances}, kind: own, start: 2027-02-06, end: 2027-02-28}
""",
    "calendar/windows.yml": """quiet:
  - {reason: Fermeture, start: 2026-12-24 18:00, end: 2026-12-28 08:00, scope: {everything: true}}
  - {reason: Nuit, start: 2026-12-25 00:00, end: 2026-12-25 06:00, scope: {channels: [mastodon]}}
  - {reason: Nuit, start: 2026-12-25 00:00, end: 2026-12-25 06:00, scope: {channels: [bluesky]}}
""",
}


def feeds(project: Project, view: View | None = None) -> dict[str, str]:
    """Every feed by its name."""
    site = Site(project, as_folders, view or View.of(project.workspace.settings))
    return {path.removeprefix("assets/feeds/"): text for path, text in files(site)}


def events(text: str) -> dict[str, Any]:
    """Every event of a calendar by its summary, as icalendar reads it."""
    return {str(each["summary"]): each for each in Calendar.from_ical(text).walk("VEVENT")}


@pytest.fixture
def full(workspace: MakeWorkspace, hostile: Path) -> Project:
    workspace(MORE)
    return Project(hostile, at=AT, sandbox=True)


def test_every_line_ends_as_the_standard_says_and_none_is_longer_than_75_bytes(
    full: Project,
) -> None:
    for name, text in feeds(full).items():
        if name.endswith(".ics"):
            raw = text.encode()
            assert raw.endswith(b"END:VCALENDAR\r\n")
            lines = raw.split(b"\r\n")
            assert b"\n" not in b"".join(lines)
            assert max(map(len, lines)) <= 75
            for line in lines:
                line.decode()  # no letter is cut in two


def test_titles_come_back_to_the_letter_from_a_calendar(full: Project) -> None:
    found = events(feeds(full)["all.ics"])
    assert LONG.strip() in {title.strip() for title in found}
    assert f"{XSS} un" in found
    assert str(found["Fête"]["location"]) == XSS


def test_posts_and_events_are_in_utc_and_whole_days_end_on_the_next(full: Project) -> None:
    found = events(feeds(full)["all.ics"])
    post, event = found[f"{XSS} un"], found["Fête"]
    assert post.decoded("dtstart") == datetime(2026, 12, 2, 11, 15, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 12, 5, 17, 0, tzinfo=UTC)
    campaign, noel = found[f"{XSS} hiver"], found["Noël"]
    assert campaign.decoded("dtstart") == date(2026, 11, 20)
    assert campaign.decoded("dtend") == date(2026, 12, 21)
    assert noel.decoded("dtend") - noel.decoded("dtstart") == timedelta(days=1)
    quiet = next(each for title, each in found.items() if "Fermeture" in title)
    assert quiet.decoded("dtstart") == datetime(2026, 12, 24, 17, 0, tzinfo=UTC)
    assert str(quiet["transp"]) == "TRANSPARENT"


def test_whatever_has_no_certainty_says_so(full: Project) -> None:
    found = events(feeds(full)["all.ics"])
    assert str(found["Un brouillon (brouillon)"]["status"]) == "TENTATIVE"
    assert not [title for title in found if title.startswith("Une idée")]  # it has no time
    assert str(found["Un fil"]["status"]) == "CONFIRMED"


def test_each_event_has_an_identity_of_its_own_that_outlives_a_change_of_time(
    full: Project,
) -> None:
    before = events(feeds(full)["all.ics"])
    path = full.root / "content/posts/un.md"
    path.write_text(path.read_text().replace("2026-12-02 12:15", "2026-12-09 18:00"))
    later = Project(full.root, at="2026-12-01 13:00", sandbox=True)
    after = events(feeds(later)["all.ics"])

    assert len({str(each["uid"]) for each in before.values()}) == len(before)
    old, new = before[f"{XSS} un"], after[f"{XSS} un"]
    assert str(old["uid"]) == str(new["uid"])
    assert old.decoded("dtstart") != new.decoded("dtstart")
    assert int(new["sequence"]) > int(old["sequence"])
    assert new.decoded("last-modified") > old.decoded("last-modified")


def test_no_two_events_of_a_calendar_are_one_to_the_program_that_reads_it(full: Project) -> None:
    for name, text in feeds(full).items():
        if name.endswith(".ics"):
            uids = [str(each["uid"]) for each in Calendar.from_ical(text).walk("VEVENT")]
            assert len(set(uids)) == len(uids), name


def test_identities_do_not_depend_on_when_the_site_is_built(full: Project) -> None:
    later = Project(full.root, at="2027-09-19 08:00", sandbox=True)
    before, after = (
        {
            (str(each["summary"]), each.decoded("dtstart")): str(each["uid"])
            for each in Calendar.from_ical(feeds(project)["all.ics"]).walk("VEVENT")
        }
        for project in (full, later)
    )
    both = before.keys() & after.keys()
    assert both
    assert {key: before[key] for key in both} == {key: after[key] for key in both}


def test_a_repeating_post_is_an_event_each_time(workspace: MakeWorkspace) -> None:
    post = (
        "---\ntitle: Chaque lundi\nstatus: ready\npublish_at: 2026-12-07 09:00\n"
        "to: [mastodon]\nrepeat: FREQ=WEEKLY;COUNT=3\n---\nBonjour\n"
    )
    project = Project(workspace({"content/posts/lundi.md": post}), at=AT, sandbox=True)
    found = [
        each
        for each in Calendar.from_ical(feeds(project)["all.ics"]).walk("VEVENT")
        if str(each["summary"]) == "Chaque lundi"
    ]
    assert len(found) == len({str(each["uid"]) for each in found}) == 3


def test_a_part_has_its_own_and_what_concerns_everybody(full: Project) -> None:
    found = feeds(full)
    blue = events(found["channel-bluesky.ics"])
    assert f"{XSS} un" in blue
    assert "Un fil" not in blue
    assert "Noël" not in blue
    assert any("Fermeture" in title for title in blue)
    assert set(events(found["events.ics"])) == {"Fête"} == set(events(found["event-fete.ics"]))
    winter = events(found["campaign-hiver.ics"])
    assert {f"{XSS} un", f"{XSS} hiver"} == set(winter)
    assert "brand-default.ics" not in found  # with one brand it would be everything again


def test_what_was_published_is_a_feed_that_is_xml_and_keeps_its_identities(
    full: Project,
) -> None:
    run(["-C", str(full.root), "publish", "--sandbox", "--at", "2026-12-02 12:20"])
    later = Project(full.root, at="2026-12-02 12:30", sandbox=True)
    texts = feeds(later)
    root = ElementTree.fromstring(texts["all.atom"])

    entries = root.findall(f"{ATOM}entry")
    first = entries[0]
    assert first.findtext(f"{ATOM}title") == f"{XSS} un"
    content = first.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert XSS not in (content.text or "")
    assert f"<p>Bonjour {escape(XSS)}</p>" in (content.text or "")
    for each in (root, *entries):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each.findtext(f"{ATOM}id") or "")
        datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "")
        assert len(each.findall(f"{ATOM}link[@rel='alternate']")) <= 1
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Les Ateliers"
    much_later = Project(full.root, at="2026-12-04 09:00", sandbox=True)
    again = ElementTree.fromstring(feeds(much_later)["all.atom"])
    ids = [each.findtext(f"{ATOM}id") for each in again.findall(f"{ATOM}entry")]
    assert set(ids) >= {each.findtext(f"{ATOM}id") for each in entries}
    blue = ElementTree.fromstring(texts["channel-bluesky.atom"])
    assert [each.findtext(f"{ATOM}title") for each in blue.findall(f"{ATOM}entry")] == [f"{XSS} un"]


def test_a_feed_shows_what_its_channel_shows_and_links_to_nothing_relative(
    workspace: MakeWorkspace,
) -> None:
    front = "---\ntitle: Essai\nstatus: ready\npublish_at: 2026-12-01 12:15\nto: [%s]\n---\n%s\n"
    files = {
        "cmops.yml": CMOPS_YML + CHANNELS,
        "content/posts/riche.md": front % ("salon", "**Gras** et [ici](https://example.org/la)"),
        "content/posts/plat.md": front % ("mastodon", "Un\nDeux\n\nhttps://example.org/a #b"),
    }
    root = workspace(files)
    run(["-C", str(root), "publish", "--sandbox", "--at", "2026-12-01 12:20"])
    text = feeds(Project(root, at="2026-12-01 12:30", sandbox=True))["all.atom"]
    shown = [each.text or "" for each in ElementTree.fromstring(text).iter(f"{ATOM}content")]
    assert any("<strong>Gras</strong>" in each for each in shown)
    assert any(each.startswith("<p>Un<br>\nDeux</p>\n<p><a href=") for each in shown)
    assert all(
        found.startswith("https://") for found in re.findall('(?:href|src)="(.*?)"', shown[0])
    )


def test_a_feed_knows_its_own_address_where_the_site_does(full: Project) -> None:
    known = Site(full, as_folders, home="https://site.example/ateliers/")
    texts = dict(files(known))
    root = ElementTree.fromstring(texts["assets/feeds/all.atom"])
    links = {each.get("rel"): each.get("href") for each in root.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://site.example/ateliers/assets/feeds/all.atom",
        "alternate": "https://site.example/ateliers/posts/",
    }
    unknown = ElementTree.fromstring(feeds(full)["all.atom"])
    assert [each.get("href") for each in unknown.findall(f"{ATOM}link")] == ["all.atom"]


def test_letters_that_no_file_may_hold_are_left_out() -> None:
    from cmops.pages.feeds_ics import _text

    assert clean("a\x00b\x0bc\ud800\uffffd\ne") == "abcd\ne"
    assert _text("a\x00b\r\nEND:VEVENT;,\\") == "ab\\nEND:VEVENT\\;\\,\\\\"
    assert _text("a\u2028b\x85c") == "a\\nb\\nc"


def test_an_empty_workspace_has_feeds_that_can_be_read(workspace: MakeWorkspace) -> None:
    found = feeds(Project(workspace(), at=AT))
    assert not events(found["all.ics"])
    root = ElementTree.fromstring(found["all.atom"])
    assert root.findtext(f"{ATOM}updated")


def test_feeds_tell_no_more_than_the_site_does(full: Project) -> None:
    public = View(None, frozenset({SitePart.DRAFTS, SitePart.PLANS}))
    found = events(feeds(full, public)["all.ics"])
    assert not [title for title in found if "brouillon" in title or "un" in title.split()]
    assert "Fête" in found


def test_a_site_that_opens_with_a_password_offers_none(
    workspace: MakeWorkspace, full: Project
) -> None:
    workspace({"cmops.yml": CMOPS_YML + "site: {host: pages}\n"})
    project = Project(full.root, at=AT, sandbox=True)
    assert not feeds(project)
    pages = {page.path: page.markdown for page in build(project).pages}
    assert not [path for path, text in pages.items() if ".ics" in text]


def test_every_feed_can_be_reached_from_the_calendar(full: Project) -> None:
    built = build(full)
    page = next(page for page in built.pages if page.path == "calendar/index.md")
    for name in feeds(full):
        assert name.startswith("event-") or f"assets/feeds/{name}" in page.markdown
    for path in ("index.md", "events/index.md", "events/fete.md", "campaigns/hiver.md"):
        text = next(page.markdown for page in built.pages if page.path == path)
        assert ".ics" in text, path


def test_pages_are_still_values_with_feeds(full: Project) -> None:
    first = build(full)
    assert replace(first) == build(Project(full.root, at=AT, sandbox=True))


@given(st.text())
def test_an_attribute_is_written_as_the_standard_library_writes_it(text: str) -> None:
    assert quoted(text) == quoteattr(clean(text))
