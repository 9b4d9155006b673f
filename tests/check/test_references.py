"""Every name in a post's front matter must exist, and the nearest one is offered."""

from __future__ import annotations

import pytest

from tests.check.checking import Check, Files, Finds, post, settings

CONTEST = """\
---
name: Jeu d’hiver
type: contest
start: 2026-12-01 09:00
end: 2026-12-15 18:00
---
"""
WEBINAR = "---\nname: Réparer\ntype: webinar\nstart: 2026-12-10 18:00\n---\n"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("CM210", "to: [⟦mastodonte]"),
        ("CM211", "brand: ⟦atelier"),
        ("CM212", "campaign: ⟦hiver"),
        ("CM213", "pillar: ⟦coulisse"),
        ("CM214", "audience: ⟦membre"),
        ("CM215", "objective: ⟦engagement"),
        ("CM216", "event: ⟦portes-ouvertes"),
        ("CM216", "contest: ⟦jeu"),
        ("CM220", "translation_of: ⟦autre"),
        ("CM220", "reply_to: ⟦autre"),
        ("CM220", "quote: ⟦autre"),
        ("CM220", "repost: ⟦autre"),
        ("CM221", "translation_of: ⟦a"),
        ("CM221", "reply_to: ⟦a"),
    ],
)
def test_a_name_that_nothing_has_is_found_where_it_stands(
    code: str, line: str, finds: Finds
) -> None:
    finds(code, {"content/posts/a.md": post(line)})


def test_an_unknown_channel_is_an_error_of_that_channel_alone(finds: Finds) -> None:
    found = finds("CM210", {"content/posts/a.md": post("to:\n  - archive\n  - ⟦masto\n  - ⟦zzz")})
    assert [each.channel for each in found] == ["masto", "zzz"]


def test_the_nearest_name_is_offered_and_the_others_are_listed(finds: Finds) -> None:
    (found,) = finds("CM210", {"content/posts/a.md": post("to: [⟦mastodont]")})
    assert "mastodon, bluesky, archive" in found.message
    assert "« mastodon »" in found.hint.replace("\u00a0", " ")


def test_a_name_unlike_all_others_gets_no_suggestion(finds: Finds) -> None:
    (found,) = finds("CM210", {"content/posts/a.md": post("to: [⟦zzz]")})
    assert found.hint == ""


def test_an_unknown_campaign_in_a_workspace_without_any_says_that_there_is_none(
    finds: Finds,
) -> None:
    (found,) = finds("CM212", {"content/posts/a.md": post("campaign: ⟦hiver")})
    assert "–)" in found.message


def test_a_contest_must_be_an_event_of_that_type(finds: Finds) -> None:
    files = {
        "content/posts/a.md": post("contest: ⟦reparer"),
        "calendar/events/reparer.md": WEBINAR,
        "calendar/events/jeu.md": CONTEST,
    }
    finds("CM217", files)


def test_hashtag_sets_are_looked_up_in_variants_too(finds: Finds) -> None:
    front = "hashtags: [velo, ⟦+saisons]\nvariants:\n  mastodon: {hashtags: [⟦+hivers, +saison]}"
    files = {
        "cmops.yml": settings("hashtags: {saison: [Hiver]}\n"),
        "content/posts/a.md": post(front),
    }
    finds("CM218", files)


def test_addresses_and_network_names_are_no_ids(check: Check) -> None:
    found = check(
        {
            "content/posts/a.md": post("reply_to: https://example.org/1"),
            "content/posts/b.md": post("quote: at://did:plc:abc/app.bsky.feed.post/3k"),
        }
    )
    assert "CM220" not in found.codes


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("status: ready\npublish_at: 2026-12-02 09:00", False),
        ("status: ready\npublish_at: 2026-12-02 12:00", True),
        ("status: draft\npublish_at: 2026-12-02 09:00", True),
        ("to: [bluesky]\nstatus: ready\npublish_at: 2026-12-02 09:00", True),
    ],
)
def test_what_is_answered_must_be_there_before(target: str, found: bool, finds: Finds) -> None:
    mark = "⟦" if found else ""
    files: Files = {
        "content/posts/a.md": post(
            f"status: ready\npublish_at: 2026-12-02 10:00\nreply_to: {mark}b"
        ),
        "content/posts/b.md": post(target),
    }
    finds("CM222", files)


def test_a_post_that_cannot_be_read_still_exists(check: Check) -> None:
    found = check(
        {
            "content/posts/a.md": post("translation_of: b"),
            "content/posts/b.md": post("titel: oups"),
        }
    )
    assert "CM220" not in found.codes


def test_thousands_of_unknown_names_are_still_found(check: Check) -> None:
    files = {f"content/posts/p{n}.md": post(f"reply_to: q{n}") for n in range(600)}
    assert len(check(files).of("CM220")) == 600
