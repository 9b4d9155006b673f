from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

import pytest

from cmops.pages import Built, build
from cmops.pages.links import as_folders
from cmops.pages.page import Html
from cmops.project import Project
from tests.conftest import MakeWorkspace

SECTIONS = [
    "calendar", "posts", "campaigns", "events", "guidelines", "crisis", "incidents", "kpis",
    "reports", "media", "diagnostics", "platforms",
]  # fmt: skip
VOID = {"img", "input", "br", "hr"}


class Reader(HTMLParser):
    """What a browser would see: links, ids, sources; and whether tags are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            found = {"href": self.links, "src": self.sources, "id": self.ids}.get(name)
            if found is not None:
                found.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def built(project: Project) -> Built:
    return build(project)


def html(built: Built) -> dict[str, str]:
    return {
        page.path: "".join(part.text for part in page.parts if isinstance(part, Html))
        for page in built.pages
    }


def test_there_is_a_home_page_and_an_index_for_every_section(built: Built) -> None:
    listed = {page.path for page in built.pages if page.listed}
    assert {"index.md", *(f"{name}/index.md" for name in SECTIONS)} <= listed
    assert len({page.path for page in built.pages}) == len(built.pages)


def test_an_empty_workspace_has_every_section_too(workspace: MakeWorkspace) -> None:
    found = {page.path for page in build(Project(workspace(), at="2026-12-01 12:30")).pages}
    assert {"index.md", *(f"{name}/index.md" for name in SECTIONS)} <= found


def test_nothing_from_outside_becomes_markup_or_script(built: Built) -> None:
    for path, text in html(built).items():
        reader = Reader(text)
        assert not reader.open, path
        assert not reader.handlers, path
        assert "script" not in reader.tags, path
        assert not [link for link in reader.links if link.lower().startswith("javascript")], path


def test_no_page_asks_anything_of_another_server(built: Built) -> None:
    for path, text in html(built).items():
        outside = [source for source in Reader(text).sources if ":" in source]
        assert not outside, path


def test_every_link_leads_to_a_page_and_a_place_that_exist(built: Built) -> None:
    texts = html(built)
    places = {"/" + as_folders(page.path): page for page in built.pages}
    for page in built.pages:
        for link in Reader(texts[page.path]).links:
            if re.match(r"https?:|mailto:", link):
                continue
            target, _, place = urljoin("/" + as_folders(page.path), link).partition("#")
            if target.startswith("/assets/"):
                ours = {path for path, _ in built.assets}
                assert target.removeprefix("/assets/") in built.media or target[1:] in ours
                continue
            assert target in places, (page.path, link)
            there = places[target]
            anchors = {getattr(part, "anchor", None) for part in there.parts}
            assert not place or unquote(place) in {*anchors, *Reader(texts[there.path]).ids}, link


def test_ids_are_used_once_on_a_page(built: Built) -> None:
    for page in built.pages:
        ids = [part.anchor for part in page.parts if not isinstance(part, Html) and part.anchor]
        ids += Reader(html(built)[page.path]).ids
        assert len(ids) == len(set(ids)), page.path


def test_a_post_shows_its_text_to_the_letter_with_its_alt_text_and_count(built: Built) -> None:
    text = html(built)["posts/2026-12.md"]
    assert "Bonjour &lt;img src=x onerror=alert(1)&gt;\n\nUne ligne vide avant." in text
    assert 'alt="&#34;&lt;img src=x onerror=alert(1)&gt;"' in text
    assert "/ 500" in text
    assert "/ 300" in text


def test_only_media_that_a_page_shows_are_part_of_the_site(built: Built) -> None:
    assert built.media == ("media/a.png",)


def test_drafts_stand_in_their_month_and_ideas_on_their_own_page(built: Built) -> None:
    titles = {page.path: [getattr(part, "text", "") for part in page.parts] for page in built.pages}
    assert "Un brouillon" in titles["posts/2027-01.md"]
    assert "Une idée" in titles["posts/undated.md"]


def test_a_post_that_cannot_be_read_is_still_to_be_seen(built: Built) -> None:
    assert "content/posts/casse.md" in html(built)["diagnostics/index.md"]


def test_the_sandbox_is_named_on_every_page_and_only_then(
    hostile: object, project: Project
) -> None:
    banner = "cmops-banner"
    assert all(banner in text for text in html(build(project)).values())
    live = Project(project.root, at="2026-12-01 12:30")
    assert not any(banner in text for text in html(build(live)).values())


def test_names_of_environment_variables_are_not_shown(project: Project) -> None:
    settings = project.root / "cmops.yml"
    settings.write_text(settings.read_text().replace("MASTODON_TOKEN", "OUR_OWN_TOKEN"))
    live = Project(project.root, at="2026-12-02 12:30")
    assert "OUR_OWN_TOKEN" in str([each.reason for each in live.deliveries])
    assert not [path for path, text in html(build(live)).items() if "OUR_OWN_TOKEN" in text]


def test_the_same_facts_give_the_same_pages(project: Project) -> None:
    again = Project(project.root, at="2026-12-01 12:30", sandbox=True)
    assert build(project) == build(again)


def test_every_page_can_be_said_in_english(project: Project) -> None:
    settings = project.root / "cmops.yml"
    settings.write_text(settings.read_text().replace("language: fr", "language: en"))
    english = build(Project(project.root, at="2026-12-01 12:30"))
    assert "What needs a person" in english.pages[0].markdown


def test_a_full_month_is_cut_so_that_no_page_is_too_large(workspace: MakeWorkspace) -> None:
    body = "Un texte d’une longueur ordinaire. " * 8
    posts = {
        f"content/posts/p{n}.md": (
            f"---\ntitle: Post {n}\nstatus: ready\npublish_at: 2026-12-{n % 28 + 1:02} "
            f"{8 + n % 12:02}:{n % 60:02}\nto: [mastodon, archive]\n---\n{n} {body}\n"
        )
        for n in range(600)
    }
    built = build(Project(workspace(posts), at="2026-12-01 12:30", sandbox=True))

    sizes = {page.path: len(page.markdown) for page in built.pages}
    assert max(sizes.values()) < 220_000
    shown = [page for page in built.pages if re.match(r"posts/2026-12-", page.path)]
    assert 1 < len(shown) < 40


def test_pages_are_values(built: Built) -> None:
    first = built.pages[0]
    assert replace(first) == first
