from __future__ import annotations

import re
from datetime import date

from cmops.pages import home, months, posts, weeks
from cmops.pages.links import as_files, as_folders
from cmops.pages.page import Html
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.conftest import XSS


def post(id: str, at: str, title: str = "") -> dict[str, str]:
    head = f"title: '{title or id}'\nstatus: ready\npublish_at: {at}\nto: [mastodon]\n"
    return {f"content/posts/{id}.md": f"---\n{head}---\n{id}\n"}


def site(workspace: MakeWorkspace, *posts: dict[str, str]) -> Site:
    files = {path: text for each in posts for path, text in each.items()}
    return Site(Project(workspace(files), at="2026-12-01 08:00", sandbox=True), as_folders)


def html(made: Site) -> dict[str, str]:
    return {
        page.path: "".join(part.text for part in page.parts if isinstance(part, Html))
        for page in months.calendar(made)
    }


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert weeks.path_of(weeks.monday(date(2027, 1, 2))) == "calendar/2026-W53.md"
    assert weeks.path_of(weeks.monday(date(2027, 1, 4))) == "calendar/2027-W01.md"


def test_weeks_with_something_have_a_page_and_so_has_this_one(workspace: MakeWorkspace) -> None:
    pages = html(site(workspace, post("a", "2026-12-16 10:00"), post("b", "2027-01-02 10:00")))
    found = sorted(path for path in pages if "W" in path)
    assert found == [
        "calendar/2026-W49.md", "calendar/2026-W51.md", "calendar/2026-W53.md",
    ]  # fmt: skip
    assert 'href="../2026-W51/"' in pages["calendar/2026-12.md"]
    assert 'href="../2026-W53/"' in pages["calendar/2027-01.md"]
    assert 'href="../2027-01/"' in pages["calendar/2026-W53.md"]


def test_a_post_is_the_same_line_in_its_month_and_in_its_week(workspace: MakeWorkspace) -> None:
    made = site(workspace, post("a", "2026-12-16 10:00", XSS))
    (slot,) = made.programme.slots
    line = made.rows.row("calendar/2026-12.md", slot)
    assert "<img" not in line
    assert "&lt;img src=x onerror=alert(1)&gt;" in line
    pages = html(made)
    assert line in pages["calendar/2026-12.md"]
    assert line in pages["calendar/2026-W51.md"]
    assert line not in home_of(made)  # its links begin elsewhere


def home_of(made: Site) -> str:
    return "".join(page.markdown for page in home.home(made))


def test_lines_lead_to_their_post_from_wherever_they_stand(workspace: MakeWorkspace) -> None:
    project = Project(workspace(post("a", "2026-12-16 10:00")), at="2026-12-01 08:00", sandbox=True)
    for address, wanted in (
        (as_folders, {"index.md": "posts/2026-12/#a", "calendar/x.md": "../../posts/2026-12/#a"}),
        (
            as_files,
            {"index.md": "posts/2026-12.html#a", "calendar/x.md": "../posts/2026-12.html#a"},
        ),
    ):
        made = Site(project, address)
        (slot,) = made.programme.slots
        for path, href in wanted.items():
            assert f'href="{href}"' in made.rows.row(path, slot)


def test_a_full_month_is_listed_on_pages_of_its_own_and_nothing_is_lost(
    workspace: MakeWorkspace,
) -> None:
    posts = [
        post(f"p{n}", f"2026-12-{n % 28 + 1:02} {8 + n % 12:02}:{n % 60:02}") for n in range(420)
    ]
    pages = html(site(workspace, *posts))
    lists = [path for path in pages if path.startswith("calendar/2026-12-")]
    assert len(lists) > 1
    assert sum(pages[path].count('class="cmops-slot ') for path in lists) == 420
    assert "et 10 autres" in pages["calendar/2026-12.md"]
    assert max(map(len, pages.values())) < 220_000


def test_the_index_shows_this_month_s_grid_and_lists_none_of_it_twice(
    workspace: MakeWorkspace,
) -> None:
    found = html(site(workspace, post("a", "2026-12-16 10:00"), post("b", "2027-01-02 10:00")))
    index = found["calendar/index.md"]
    assert index.count('class="cmops-cell ') == 1
    assert "cmops-slot " not in index
    assert "data-cmops-filters" in index
    for path in ("2026-12/", "2027-01/", "2026-W49/", "2026-W51/"):
        assert f'data-cmops-keep href="{path}"' in index, path
    grid = next(part for part in pages_of(workspace) if "cmops-grid" in part.text)
    assert grid.words == ""  # a search finds its posts on their own pages


def test_a_search_finds_a_post_once_and_a_key_date_in_its_month(workspace: MakeWorkspace) -> None:
    vote = "dates:\n  - {id: vote, name: {fr: Scrutin}, kind: awareness, on: '12-06'}\n"
    dates = {"calendar/key-dates/a.yml": vote}
    made = site(workspace, post("a", "2026-12-16 10:00", "Vernissage"), dates)
    pages = [*months.calendar(made), *posts.posts(made)]
    assert [page.path for page in pages if "Vernissage" in page.searchable] == ["posts/2026-12.md"]
    assert "calendar/2026-12.md" in [page.path for page in pages if "Scrutin" in page.searchable]


def pages_of(workspace: MakeWorkspace) -> list[Html]:
    index = next(months.calendar(site(workspace, post("a", "2026-12-16 10:00"))))
    return [part for part in index.parts if isinstance(part, Html)]


def test_a_month_counts_a_post_once_however_often_it_goes_out(workspace: MakeWorkspace) -> None:
    twice = "repeat: FREQ=WEEKLY;COUNT=2\nto:"
    once = post("a", "2026-12-16 10:00")
    again = {path: text.replace("to:", twice) for path, text in once.items()}
    index = html(site(workspace, again, post("b", "2026-12-17 10:00")))["calendar/index.md"]
    assert "2 posts à 3 horaires" in index


def test_the_first_page_says_what_today_is_and_what_comes_next(workspace: MakeWorkspace) -> None:
    made = site(
        workspace, post("a", "2026-12-01 10:00", "Dix heures"), post("b", "2026-12-03 09:00")
    )
    text = home_of(made)
    assert "1 <small>post</small>" in text
    assert "10:00" in text.split("Prochain envoi")[1].split("</li>")[0]
    assert "Dix heures" in text.split("Prochain envoi")[1].split("</li>")[0]


def test_the_first_page_calls_tomorrow_by_its_name(workspace: MakeWorkspace) -> None:
    text = home_of(site(workspace, post("a", "2026-12-02 10:00"), post("b", "2026-12-03 09:00")))
    days = re.findall(r'<p class="cmops-daylabel"><time datetime="([^"]+)">([^<]+)', text)
    assert days == [("2026-12-02", "Demain"), ("2026-12-03", "jeu. 3 déc.")]
    assert "Demain" in text.split("Prochain envoi")[1].split("</li>")[0]
