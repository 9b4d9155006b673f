"""What a post got stands beside it, and nowhere where nobody has counted."""

from __future__ import annotations

import re
import sys
from datetime import timedelta

import pytest

from cmops.pages.page import Html
from cmops.pages.posts import posts
from cmops.pages.site import Site
from cmops.wording import Wording
from tests.measure.world import Sent
from tests.pages.measured import Past, past, site

GOT = re.compile(r'<span class="cmops-got">(.*?)</span>')


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return past(tmp_path_factory.mktemp("past"))


def told(found: Site) -> list[str]:
    """The numbers that the pages of posts show."""
    text = "".join(page.html for page in posts(found))
    return [word for said in GOT.findall(text) for word in said.split(" · ")]


def last(project: Past, sent: Sent, *metrics: str) -> int | None:
    """The newest counts of the 30 days after publication, together: plain arithmetic."""
    assert sent.published is not None
    until = sent.published + timedelta(days=30)
    own = [c for c in project.world.counts if c.sent is sent and c.at <= until]
    newest = [
        max((c.at, c.value) for c in own if c.metric == metric)[1]
        for metric in metrics
        if any(c.metric == metric for c in own)
    ]
    return sum(newest) if newest else None


def test_a_delivery_tells_its_newest_counts(project: Past) -> None:
    found, seen = site(project), 0
    interactions = found.counted.by_delivery("interactions")
    impressions = found.counted.by_delivery("impressions")
    for sent in project.world.sent:
        if sent.published is None:
            continue
        key = project.world.key(sent)
        acts = last(project, sent, "likes", "comments", "shares", "quotes", "saves")
        assert interactions.get(key) == acts
        assert impressions.get(key) == last(project, sent, "impressions")
        seen += acts is not None
    assert seen > 20


def test_words_are_those_of_the_kpis_and_nothing_is_said_of_what_nobody_counted(
    project: Past,
) -> None:
    found = site(project)
    shown = told(found)
    assert shown
    assert all(re.fullmatch(r"[\d\u202f\u00a0,]+\D+", word) for word in shown)
    assert found.counted.words("nobody") == ()


def test_pages_show_them_and_say_nothing_of_an_example_that_is_none(project: Past) -> None:
    found = site(project)
    parts = [part for page in posts(found) for part in page.parts if isinstance(part, Html)]
    text = "".join(part.text for part in parts)
    assert GOT.search(text)
    assert Wording("fr").say("measure.example") not in text


def test_without_the_engine_posts_are_shown_without_numbers(
    project: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    bare = Past(project.world)
    assert not told(site(bare))
