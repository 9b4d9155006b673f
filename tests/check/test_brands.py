"""A post speaks for the brand of its channels."""

from __future__ import annotations

from tests.check.checking import Check, Finds, post
from tests.conftest import CMOPS_YML

YML = (
    CMOPS_YML.replace("  mastodon:\n", "  mastodon:\n    brand: ateliers\n")
    .replace("  bluesky:\n", "  bluesky:\n    brand: boutique\n")
    .replace("  archive:\n", "  archive:\n    brand: ateliers\n")
    + "brands:\n  ateliers: {name: Ateliers}\n  boutique: {name: Boutique}\n"
)


def test_a_channel_of_another_brand_is_found(finds: Finds) -> None:
    text = post("to: [mastodon, bluesky]\nbrand: ⟦ateliers")
    (found,) = finds("CM227", {"cmops.yml": YML, "content/posts/a.md": text})
    assert found.channel == "bluesky"


def test_a_post_for_several_brands_is_noticed(finds: Finds) -> None:
    text = post("to: ⟦[mastodon, bluesky]")
    finds("CM231", {"cmops.yml": YML, "content/posts/a.md": text})


def test_channels_of_one_brand_need_not_name_it(check: Check) -> None:
    files = {"cmops.yml": YML, "content/posts/a.md": post("to: [mastodon, archive]")}
    assert not check(files).codes & {"CM227", "CM231"}


def test_a_single_brand_is_everybodys(check: Check) -> None:
    files = {"content/posts/a.md": post("to: [mastodon, bluesky]")}
    assert not check(files).codes & {"CM227", "CM231"}
