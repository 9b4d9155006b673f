"""What a scope covers."""

from __future__ import annotations

from cmops.workspace.model import Scope


def test_an_empty_scope_covers_nothing() -> None:
    assert not Scope().covers("blog", "shop", "winter")


def test_everything_covers_everything() -> None:
    assert Scope(everything=True).covers("blog", "shop")


def test_a_channel_a_brand_or_a_campaign_is_enough() -> None:
    assert Scope(channels=("blog",)).covers("blog", "shop")
    assert Scope(brands=("shop",)).covers("blog", "shop")
    assert Scope(campaigns=("winter",)).covers("blog", "shop", "winter")
    other = Scope(brands=("other",), channels=("x",), campaigns=("spring",))
    assert not other.covers("blog", "shop", "winter")


def test_a_post_of_no_campaign_is_in_no_campaign() -> None:
    assert not Scope(campaigns=("winter",)).covers("blog", "shop", None)
