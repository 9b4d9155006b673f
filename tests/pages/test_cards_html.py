from __future__ import annotations

from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import XSS
from tests.pages.shown import html, made, post

SAFE = "&lt;img src=x onerror=alert(1)&gt;"


def test_a_thread_says_which_message_each_is(workspace: MakeWorkspace) -> None:
    text = html(made(workspace, post("to: [mastodon]", "Un\n\n---\n\nDeux")))
    assert '<span aria-hidden="true">1/2</span>' in text
    assert '<span aria-hidden="true">2/2</span>' in text
    assert text.count('class="cmops-message"') == 2


def test_a_first_comment_is_called_that(workspace: MakeWorkspace) -> None:
    text = html(made(workspace, post("to: [mastodon]\nfirst_comment: Et encore")))
    assert text.count('<span class="cmops-nth">') == 2
    assert text.count('aria-hidden="true">1/2<') == 1
    assert 'aria-hidden="true">2/2<' not in text


def test_a_text_beyond_the_limit_says_how_long_it_is_and_may_be(workspace: MakeWorkspace) -> None:
    text = html(made(workspace, post("to: [bluesky]", "a" * 1_301)))
    assert '<span class="cmops-count cmops-over">1\u202f301 / 300</span>' in text
    assert '<span class="cmops-count">1\u202f301</span>' in html(
        made(workspace, post("to: [archive]", "a" * 1_301))
    )


def test_names_of_accounts_are_no_markup(workspace: MakeWorkspace) -> None:
    settings = CMOPS_YML.replace("Les Ateliers", f"'{XSS} & fils'")
    project = made(workspace, post("to: [mastodon]"), {"cmops.yml": settings})
    assert f"<strong>{SAFE} &amp; fils</strong>" in html(project)
