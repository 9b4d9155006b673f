"""Numbers for real: what the servers count is what cmops is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cmops.adapters.contract import Metric
from cmops.adapters.mastodon.account import Account
from cmops.adapters.wordpress.blog import Blog as WordPress
from cmops.cli.main import run
from cmops.failures import NotSent
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.bluesky import Pds
from tests.servers.bluesky_posts import account, sent, settings
from tests.servers.mastodon import Mastodon
from tests.servers.wordpress import Blog

NOW = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)


def test_mastodon_counts_what_others_did_with_a_status(mastodon: Mastodon) -> None:
    author, reader = mastodon.person(), mastodon.person()
    status = mastodon.post(author, "Bonjour.")
    mastodon.post(reader, "Bonjour aussi.", in_reply_to_id=status["id"])
    signed = {"Authorization": f"Bearer {reader.token}"}
    for action in ("favourite", "reblog"):
        mastodon.call("POST", f"/api/v1/statuses/{status['id']}/{action}", headers=signed)
    mastodon.call("POST", f"/api/v1/accounts/{author.id}/follow", headers=signed)
    name = f"{author.name}@{mastodon.domain}"
    settings = {"url": mastodon.url}
    channel = Channel("m", "mastodon", name, "b", "M", "fr", settings=settings)
    ours = Account(channel, Path(), Http({"token": Secret("TOKEN", author.token)}))
    told = ours.measure([Receipt(str(status["id"]), NOW), Receipt("999999", NOW)])
    [numbers] = told.values()
    wanted = {Metric.LIKES: 1, Metric.SHARES: 1, Metric.COMMENTS: 1}
    assert {metric: numbers[metric] for metric in wanted} == wanted
    assert ours.measure_channel()[Metric.FOLLOWERS] == 1


def test_wordpress_counts_comments_and_posts(blog: Blog) -> None:
    blog.clear()
    body = {"title": "Un", "content": "Deux", "status": "publish"}
    one = blog.call("POST", "posts", json=body)
    other = blog.call("POST", "posts", json={**body, "title": "Autre"})
    for text in ("Bravo.", "Merci."):
        blog.call("POST", "comments", json={"post": one["id"], "content": text})
    channel = Channel("w", "wordpress", "redaction", "b", "W", "fr", settings={"url": blog.url})
    password = Secret("BLOG_PASSWORD", blog.passwords["redaction"])
    ours = WordPress(channel, Path(), Http({"password": password}))
    told = ours.measure([Receipt(str(each), NOW) for each in (one["id"], other["id"], 999999)])
    assert told == {
        str(one["id"]): {Metric.COMMENTS: 2},
        str(other["id"]): {Metric.COMMENTS: 0},
    }
    assert ours.measure_channel() == {Metric.POSTS: 2}
    blog.clear()


def test_a_pds_without_an_appview_cannot_be_asked_and_says_so(pds: Pds) -> None:
    person = pds.person()
    receipts = sent(person, pds.url, "chiffres", "Bonjour.")
    ours = account(person, pds.url)
    with pytest.raises(NotSent, match="no_appview"):
        ours.measure(receipts)
    with pytest.raises(NotSent, match="no_appview"):
        ours.measure_channel()


def test_a_run_says_who_can_give_a_pds_an_appview(
    pds: Pds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    person = pds.person()
    (tmp_path / "cmops.yml").write_text(settings(pds.url, person))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUESKY_PASSWORD", person.password)
    assert run(("collect",)) == 1
    said = capsys.readouterr().out
    assert "ne connaît aucune AppView" in said
    assert "PDS_BSKY_APP_VIEW_URL" in said
