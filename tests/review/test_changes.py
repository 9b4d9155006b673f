from __future__ import annotations

import pytest

from cmops.cli.main import run
from cmops.review.changes import Cause, Kind
from tests.conftest import CMOPS_YML
from tests.review.conftest import HERE, MakeDesk, kinds, outlets, post

MENTIONS = """\
mentions:
  lea: {mastodon: '@lea@social.example', bluesky: '@lea.example did:plc:abc'}
"""


def test_a_new_post_is_new_on_each_of_its_channels(desk: MakeDesk) -> None:
    made = desk({})
    made.write({HERE: post(to="mastodon, bluesky")})
    assert kinds(made.preview()) == {"bon@mastodon": Kind.NEW, "bon@bluesky": Kind.NEW}


def test_a_text_for_one_network_changes_that_one_only(desk: MakeDesk) -> None:
    made = desk({HERE: post(to="mastodon, bluesky")})
    made.write({HERE: post("Bonjour.\n\n::: bluesky\nAilleurs.\n:::", to="mastodon, bluesky")})
    made.commit()
    made.write({HERE: post("Bonjour.\n\n::: bluesky\nAutrement.\n:::", to="mastodon, bluesky")})
    assert kinds(made.preview("HEAD")) == {"bon@mastodon": Kind.SAME, "bon@bluesky": Kind.CHANGED}


def test_another_time_is_a_move_that_says_the_time_before(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    made.write({HERE: post(at="2026-12-02 18:00")})
    (outlet,) = outlets(made.preview())
    assert outlet.change.kind is Kind.MOVED
    assert outlet.change.before is not None
    assert [f"{at:%d %H:%M}" for at in outlet.change.before.times if at] == ["01 12:15"]


def test_a_text_and_its_time_can_change_together(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    made.write({HERE: post("Autre chose.", at="2026-12-02 18:00")})
    (outlet,) = outlets(made.preview())
    assert (outlet.change.kind, outlet.change.moved) == (Kind.CHANGED, True)


@pytest.mark.parametrize(
    "after",
    [None, post(to="bluesky"), post(more="status: idea")],
    ids=["file removed", "channel removed", "no longer ready"],
)
def test_what_goes_is_cancelled(desk: MakeDesk, after: str | None) -> None:
    made = desk({HERE: post()})
    made.write({HERE: after})
    assert kinds(made.preview())["bon@mastodon"] is Kind.CANCELLED


def test_a_draft_is_shown_as_one(desk: MakeDesk) -> None:
    made = desk({})
    made.write({HERE: post(more="status: draft")})
    shown = made.preview()
    assert kinds(shown) == {"bon@mastodon": Kind.DRAFT}
    assert next(outlets(shown)).version


def test_a_change_of_the_mention_map_is_shown_where_it_changes_what_is_sent(
    desk: MakeDesk,
) -> None:
    made = desk({HERE: post("Merci @lea !"), "content/posts/autre.md": post("Personne.")})
    made.write({"cmops.yml": CMOPS_YML + MENTIONS})
    (outlet,) = outlets(made.preview())
    assert (outlet.called, outlet.change.kind) == ("bon@mastodon", Kind.CHANGED)
    assert outlet.change.cause is Cause.SETTINGS


def test_another_time_zone_moves_everything(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    made.write({"cmops.yml": CMOPS_YML.replace("Europe/Paris", "Europe/Lisbon")})
    assert kinds(made.preview()) == {"bon@mastodon": Kind.MOVED}


def test_another_alt_text_changes_the_posts_that_show_the_picture(
    desk: MakeDesk, picture: bytes
) -> None:
    shown = post(more="status: ready\nmedia: [media/a.png]")
    files: dict[str, str | bytes] = {
        HERE: shown,
        "content/posts/autre.md": post("Sans image."),
        "content/media/a.png": picture,
        "content/media/a.png.yml": "alt: {fr: Une image}\n",
    }
    made = desk(files)
    made.write({"content/media/a.png.yml": "alt: {fr: Une autre image}\n"})
    assert kinds(made.preview()) == {"bon@mastodon": Kind.CHANGED}


def test_a_repeating_post_is_one_delivery_with_its_times_to_come(desk: MakeDesk) -> None:
    weekly = "status: ready\nrepeat: FREQ=WEEKLY"
    made = desk({})
    made.write({HERE: post(at="2026-11-02 12:00", more=weekly)})
    (outlet,) = outlets(made.preview())
    assert outlet.change.kind is Kind.NEW
    assert outlet.change.after is not None
    first = outlet.change.after.times[0]
    assert first is not None
    assert f"{first:%Y-%m-%d}" == "2026-11-30"
    made.commit()
    assert kinds(made.preview("HEAD", at="2026-12-05 10:00")) == {}


def test_a_post_that_cannot_be_read_any_more_is_told(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    made.write({HERE: post().replace("title: Un post", "titre: Un post")})
    shown = made.preview()
    assert kinds(shown) == {"bon@mastodon": Kind.CHANGED}
    (outlet,) = outlets(shown)
    assert outlet.version == ""
    assert outlet.reason is not None
    assert outlet.reason.code == "broken"


def test_what_is_live_is_corrected_where_that_is_possible(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = "2026-11-24 09:50"
    made = desk({HERE: post(to="archive", at=soon)})
    published(made.root, monkeypatch)
    assert kinds(made.preview()) == {}
    made.write({HERE: post("Corrigé.", to="archive", at=soon)})
    assert kinds(made.preview()) in ({"bon@archive": Kind.EDITED}, {"bon@archive": Kind.STALE})
    made.write({HERE: None})
    assert kinds(made.preview()) == {"bon@archive": Kind.LEFT}


def published(root: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishes what is due in the workspace, for real: into its own archive."""
    import time_machine

    with time_machine.travel("2026-11-24 09:00:00+00:00", tick=True):
        assert run(["-C", str(root), "publish", "bon@archive"]) == 0


def test_only_what_the_change_itself_did_is_shown(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    made.git("checkout", "--quiet", "-b", "mine")
    made.write({"content/posts/mien.md": post("Le mien.")})
    made.commit()
    made.git("checkout", "--quiet", "main")
    made.write({"content/posts/autre.md": post("D’un autre.")})
    made.commit()
    made.git("checkout", "--quiet", "mine")
    assert kinds(made.preview()) == {"mien@mastodon": Kind.NEW}


def test_two_commits_are_compared_whatever_the_work_tree_says(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    base = made.git("rev-parse", "HEAD")
    made.write({HERE: post("Autrement.")})
    head = made.commit()
    made.write({HERE: None})
    assert kinds(made.preview(base, head)) == {"bon@mastodon": Kind.CHANGED}


def test_a_base_without_a_workspace_is_an_empty_one(desk: MakeDesk) -> None:
    made = desk({HERE: post()})
    first = made.git("commit-tree", made.git("mktree"), "-m", "empty")
    assert kinds(made.preview(first)) == {"bon@mastodon": Kind.NEW}
