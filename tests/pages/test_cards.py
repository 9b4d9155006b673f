from __future__ import annotations

from dataclasses import replace

import pytest

from cmops.adapters.contract import Look
from cmops.pages.cards import Card, Cards, handle, initials
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from cmops.workspace.model import Channel
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.pages.conftest import AT, FILES
from tests.pages.shown import made, post


def shown(workspace: MakeWorkspace, text: str, more: dict[str, str | bytes]) -> tuple[Card, ...]:
    site = Site(made(workspace, text, more), as_folders)
    ((entry,),) = (period.items for period in site.post_pages)
    return Cards(site).of(entry)


def test_networks_of_one_kind_share_a_card_and_the_others_have_their_own(
    workspace: MakeWorkspace,
) -> None:
    found = shown(workspace, post("to: [mastodon, bluesky, salon, blog]"), {})

    looks = {card.look: len(card.outlets) for card in found}
    assert looks == {Look.MICROBLOG: 2, Look.CHAT: 1, Look.ARTICLE: 1}
    microblog = next(card for card in found if card.look is Look.MICROBLOG)
    assert microblog.face.handles == ("@ateliers@mastodon.example", "@ateliers.example")
    assert microblog.face.initials == "LA"


def test_a_variant_for_one_network_is_a_card_of_its_own(workspace: MakeWorkspace) -> None:
    body = "Pour tous\n\n::: bluesky\nPour le ciel\n:::"
    found = shown(workspace, post("to: [mastodon, bluesky]", body), {})
    assert [card.messages[0].text for card in found] == ["Pour tous", "Pour le ciel"]


def test_the_picture_of_an_account_takes_the_place_of_its_initials(
    workspace: MakeWorkspace,
) -> None:
    picture = FILES["content/media/a.png"]
    settings = CMOPS_YML.replace("  bluesky:\n", "  bluesky:\n    avatar: media/logo.png\n")
    files = {"cmops.yml": settings, "content/media/logo.png": picture}
    site = Site(Project(workspace(files), at=AT), as_folders)

    assert site.face(("bluesky",)).avatar == "media/logo.png"
    assert site.face(("mastodon",)).avatar is None
    assert "media/logo.png" in site.media


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Les Ateliers de la Rue Ronde", "LR"), ("boutique", "B"), ("Les Ateliers", "LA"), ("9", "9")],
)
def test_initials_are_those_of_the_first_and_the_last_name(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("account", ["urn:li:organization:10000001", "U0000000001", "61550000001"])
def test_an_account_that_only_a_machine_knows_by_name_is_not_shown(account: str) -> None:
    channel = Channel("a", "mastodon", account, "ateliers", "A", "fr")
    assert handle(channel) == ""
    assert handle(replace(channel, account="ursule")) == "@ursule"
