from __future__ import annotations

from cmops.pages.links import as_folders
from cmops.pages.page import Html
from cmops.pages.posts import posts
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import MakeWorkspace
from tests.pages.conftest import FILES, XSS
from tests.pages.shown import html, made, post

SAFE = "&lt;img src=x onerror=alert(1)&gt;"


def facts(text: str) -> str:
    return text.split('<p class="cmops-facts">\n')[1].split("</p>", maxsplit=1)[0]


def test_a_post_says_what_it_belongs_to_and_leads_there(project: Project) -> None:
    text = html(project)
    assert f'<a href="../../campaigns/hiver/">{SAFE} hiver</a></span>' in text
    assert '<a href="../../events/fete/">' in text
    assert XSS not in text


def test_a_partner_a_batch_and_that_it_repeats_are_said(workspace: MakeWorkspace) -> None:
    front = (
        f"to: [mastodon]\nbatch: 2026-S49\nrepeat: FREQ=WEEKLY\n"
        f"commercial: {{partner: '{XSS}', type: gift}}"
    )
    found = facts(html(made(workspace, post(front))))
    assert found.count("<span>") == 3
    assert SAFE in found
    assert "2026-S49" in found


def test_what_is_wrong_with_a_post_stands_on_it_with_its_code(workspace: MakeWorkspace) -> None:
    text = html(made(workspace, post("to: [bluesky]", f"{XSS} " * 40)))
    assert '<p class="cmops-finding cmops-error"><a href="../../diagnostics/' in text
    assert XSS not in text


def test_a_search_finds_a_post_by_what_is_said_and_shown_and_each_text_once(
    workspace: MakeWorkspace,
) -> None:
    front = "to: [mastodon, bluesky, blog]\nmedia: [media/a.png]"
    files = {name: data for name, data in FILES.items() if "media/a.png" in name}
    site = Site(made(workspace, post(front, "Bonjour <b>"), files), as_folders)
    page = next(page for page in posts(site) if page.path == "posts/2026-12.md")
    words = [part.words for part in page.parts if isinstance(part, Html) and part.words]
    assert words == [f'Bonjour <b>\n"{XSS}']


def test_a_file_that_cannot_be_understood_still_says_what_was_to_go_out(
    workspace: MakeWorkspace,
) -> None:
    text = html(made(workspace, post("to: [mastodon]\nmedia: [media/a.png, media/a.png]")))
    assert '<span class="cmops-wrong">' in facts(text)
    assert "cmops-card" not in text.replace("cmops-cards", "")
    turn = text.split('<p class="cmops-turn">')[1].split("</p>")[0]
    assert "mer. 2 déc. 12:15</time> " in turn
    assert "cmops-is-held" in turn
    assert '<span class="cmops-reason">' in turn
