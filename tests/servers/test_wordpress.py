"""Every capability that WordPress's adapter declares, used on a real blog and read back there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cmops.adapters.contract import (
    Absent,
    Can,
    Capability,
    Edition,
    Found,
    Message,
    Metric,
    Sending,
    Unknown,
)
from cmops.adapters.registry import sender
from cmops.adapters.wordpress import WordPress, api, content
from cmops.adapters.wordpress.blog import Blog as Adapter
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret, wire
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.files import film, picture
from tests.servers.proxy import FAULTS, Fault, Proxy, nobody, proxy
from tests.servers.wordpress import Blog

USED: set[Capability] = set()
NOW = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty(blog: Blog) -> None:
    blog.clear()


@pytest.fixture
def between(blog: Blog) -> Iterator[Proxy]:
    with proxy(blog.url) as made:
        yield made


def channel(blog: Blog, account: str = "redaction", **settings: Any) -> Channel:
    given = {"url": blog.url, **settings}
    return Channel("blog", "wordpress", account, "b", "Blog", "fr", settings=given)


def adapter(
    blog: Blog,
    root: Path = Path(),
    account: str = "redaction",
    password: str | None = None,
    **settings: Any,
) -> Adapter:
    value = password if password is not None else blog.passwords[account]
    http = Http({"password": Secret("BLOG_PASSWORD", value)}, sleep=lambda seconds: None)
    made = sender(channel(blog, account, **settings), root=root, http=http)
    assert isinstance(made, Adapter)
    return made


def article(blog: Blog, text: str = "Du *bois*.", **fields: Any) -> Message:
    values = {"title": "L’hiver aux ateliers", "kind": "article", "language": "fr", **fields}
    post = values.pop("post", "hiver")
    made = compose(Edition(post, channel(blog), (text,), ((BODY, 0),), **values))
    assert made.problems == ()
    [message] = made.messages
    return message


def told(key: str = "hiver") -> Sending:
    return Sending(key, 0, "hiver", NOW, NOW)


def live(blog: Blog, receipt: Receipt) -> dict[str, Any]:
    return blog.item("posts", receipt.id)


def test_the_password_is_the_users_and_they_may_publish(blog: Blog) -> None:
    assert list(adapter(blog).verify()) == []
    # An application password is written with spaces, and people paste it so.
    given = blog.passwords["redaction"]
    spaced = " ".join(given[n : n + 4] for n in range(0, len(given), 4))
    assert list(adapter(blog, password=spaced).verify()) == []
    by_address = adapter(blog, account="redaction@example.org", password=given)
    assert list(by_address.verify()) == []


def test_a_user_who_may_not_publish_is_a_problem_and_publishes_nothing(blog: Blog) -> None:
    trainee = adapter(blog, account="stagiaire")
    [problem] = trainee.verify()
    assert (problem.code, problem.values["missing"]) == (
        "CM551",
        ("publish_posts", "upload_files"),
    )
    with pytest.raises(NotSent, match="unauthorised"):
        trainee.send(article(blog), told())
    assert blog.posts("publish") == []


def test_the_password_of_another_user_is_a_problem(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = adapter(blog)
    monkeypatch.setitem(other._api.__dict__, "me", {**other._api.me, "username": "autre"})
    monkeypatch.setitem(other._api.__dict__, "me", {**other._api.me, "email": "x@example.org"})
    # No WordPress lets one user in with the name of another: its word is kept as it was changed.
    monkeypatch.setattr(other._api, "forget", lambda: None)
    [problem] = other.verify()
    assert (problem.code, problem.values["found"]) == ("CM521", "autre")
    with pytest.raises(NotSent, match="wrong_account"):
        other.send(article(blog), told())
    with pytest.raises(NotSent, match="wrong_account"):
        other.delete(Receipt("1", NOW))
    assert blog.posts() == []


def test_an_article_is_live_with_all_that_belongs_to_it(blog: Blog, tmp_path: Path) -> None:
    cover = picture(tmp_path, "couverture.png", (90, 60), alt="L’établi, de près")
    options = {
        "excerpt": "En bref & vite",
        "slug": "hiver-2026",
        "categories": ["Réparer & coudre", "nouvelles"],
        "tags": ["bois", "Été & hiver"],
    }
    text = "# Hiver\n\nDu *bois*,\ndu `fil` & « du cuir ».\n\n- un\n- deux\n\n    <b>code</b>"
    message = article(blog, text, options=options, cover=cover)
    receipt = adapter(blog, tmp_path).send(message, told())
    post = live(blog, receipt)
    assert post["status"] == "publish"
    assert post["title"]["raw"] == "L’hiver aux ateliers"
    assert message.fields["html"] in post["content"]["raw"]
    assert (post["slug"], post["excerpt"]["raw"]) == (
        "hiver-2026",
        "En bref &amp; vite",
    )
    slugs = [blog.item("categories", each)["slug"] for each in post["categories"]]
    assert sorted(slugs) == ["nouvelles", "reparer-coudre"]
    names = [unescape(blog.item("tags", each)["name"]) for each in post["tags"]]
    assert sorted(names) == ["bois", "Été & hiver"]
    file = blog.item("media", post["featured_media"])
    assert file["alt_text"] == "L’établi, de près"
    assert blog.seen(file["source_url"]).content == (tmp_path / "content" / cover.path).read_bytes()
    assert receipt.url == post["link"] == f"{blog.url}/hiver-2026/"
    USED.update({Capability.PUBLISH, Capability.ARTICLE, Capability.FORMATTING})
    USED.update({Capability.IMAGE, Capability.ALT_TEXT})


def test_readers_see_what_was_reviewed_and_not_the_mark_as_text(blog: Blog) -> None:
    message = article(blog, "Un\ndeux.\n\nTrois  \nquatre.")
    receipt = adapter(blog).send(message, told())
    assert receipt.url is not None
    page = blog.seen(receipt.url).text
    # No paragraph or line end that the blog made by itself.
    assert "<p>Un\ndeux.</p>\n<p>Trois<br />\nquatre.</p>" in page
    assert "cmops:" not in page.replace(page[page.index("<!-- cmops:") :][:90], "")


HOSTILE = [
    "<script>alert(1)</script> & <!-- fin --> --> <!-- wp:html -->",
    "[gallery] [shortcode attr='x'] %postname% {$x} \\' \\\\ \\n",
    "'; DROP TABLE wp_posts; --",
    "👩‍👩‍👧 🇫🇷 e\u0301 \u202eà l'envers\u202c",
    "```\n<?php echo 1; ?>\n```",
    "a" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_went(blog: Blog, text: str) -> None:
    message = article(blog, text, title="« <b>Titre</b> » & 'quotes' \\o/ 100 %")
    receipt = adapter(blog).send(message, told())
    assert receipt.url is not None
    shown = unescape(blog.seen(receipt.url).text)
    assert "« <b>Titre</b> » & " in shown
    assert ("[gallery] [shortcode" in text) == ("[gallery] [shortcode" in shown)
    stored = live(blog, receipt)["content"]["raw"]
    assert unescape(message.fields["html"]) in unescape(stored)
    assert "<script" not in stored
    assert content.mark_in(stored) == content.Mark(
        content.key("hiver.0"),
        content.mark_in(stored).digest,  # type: ignore[union-attr]
    )
    assert isinstance(adapter(blog).find(message, told()), Found)


def test_pictures_and_films_stand_below_the_text_with_their_words(
    blog: Blog, tmp_path: Path
) -> None:
    files = (picture(tmp_path, "a.png", (80, 61), 'Un "établi" & <b>'), film(tmp_path))
    message = article(blog, "Voyez.", kind="post", media=files, hashtags=("bois",))
    receipt = adapter(blog, tmp_path).send(message, told())
    assert receipt.url is not None
    raw, page = live(blog, receipt)["content"]["raw"], blog.seen(receipt.url).text
    for shown in (raw, page):
        assert 'alt="Un &quot;établi&quot; &amp; &lt;b&gt;"' in shown
        assert 'aria-label="La visite"' in shown
    [image] = [each for each in blog.items("media") if each["media_type"] == "image"]
    assert "établi" in image["alt_text"]
    assert image["source_url"] in raw
    [video] = [each for each in blog.items("media") if each["media_type"] == "file"]
    sent = (tmp_path / "content" / files[1].path).read_bytes()
    assert blog.seen(video["source_url"]).content == sent
    USED.add(Capability.VIDEO)


def test_a_film_that_is_elsewhere_is_shown_from_there(blog: Blog, tmp_path: Path) -> None:
    there = replace(film(tmp_path), url="https://example.org/visite.mp4", size=0)
    receipt = adapter(blog).send(article(blog, media=(there,)), told())
    assert 'src="https://example.org/visite.mp4"' in live(blog, receipt)["content"]["raw"]
    assert blog.items("media") == []


def test_a_file_is_uploaded_once_for_each_text_that_describes_it(
    blog: Blog, tmp_path: Path
) -> None:
    thumb = picture(tmp_path)
    described = replace(thumb, alt="Autrement")
    for number, each in enumerate((thumb, thumb, described)):
        message = article(blog, cover=each, post=f"post-{number}")
        adapter(blog, tmp_path).send(message, told(f"post-{number}"))
    assert sorted(each["alt_text"] for each in blog.items("media")) == ["Autrement", "Un établi"]


def test_a_file_that_is_no_picture_is_refused_for_good(blog: Blog, tmp_path: Path) -> None:
    thumb = picture(tmp_path, "piège.php.png")
    place = tmp_path / "content" / "media" / "piège.php"
    place.write_bytes((tmp_path / "content" / thumb.path).read_bytes())
    trap = replace(thumb, path="media/piège.php")
    with pytest.raises(Rejected, match="media_refused"):
        adapter(blog, tmp_path).send(article(blog, cover=trap), told())
    assert blog.posts() == []


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_a_file_that_is_not_what_was_reviewed_is_not_sent(
    blog: Blog, tmp_path: Path, change: str
) -> None:
    thumb = picture(tmp_path)
    place = tmp_path / "content" / thumb.path
    place.unlink() if change == "missing" else place.write_bytes(b"\x89PNG\r\n\x1a\nx")
    with pytest.raises(NotSent, match=f"media_{change}"):
        adapter(blog, tmp_path).send(article(blog, cover=thumb), told())
    assert blog.posts() == []


@pytest.mark.parametrize(
    ("name", "code"), [("Inconnue", "category_unknown"), ("Agenda", None), ("Ete", None)]
)
def test_a_category_must_be_there_and_be_one(blog: Blog, name: str, code: str | None) -> None:
    message = article(blog, options={"categories": [name]})
    if code is None:
        name = name.lower()
        message = article(blog, options={"categories": [name]})
        receipt = adapter(blog).send(message, told())
        [found] = live(blog, receipt)["categories"]
        assert blog.item("categories", found)["slug"] == name
    else:
        with pytest.raises(Rejected) as caught:
            adapter(blog).send(message, told())
        assert (caught.value.code, caught.value.detail) == (code, name)
        assert blog.posts() == []
        assert [each for each in blog.items("categories") if each["name"] == name] == []


def test_a_name_that_two_categories_have_is_refused(blog: Blog) -> None:
    with pytest.raises(Rejected, match="category_ambiguous"):
        adapter(blog).send(article(blog, options={"categories": ["AGENDA"]}), told())


def test_a_tag_is_created_once_however_it_is_spelt(blog: Blog) -> None:
    for number, name in enumerate(("Cuir", "cuir", "CUIR")):
        message = article(blog, options={"tags": [name]}, post=f"cuir-{number}")
        adapter(blog).send(message, told(f"cuir-{number}"))
    assert [each["name"] for each in blog.items("tags", search="cuir")] == ["Cuir"]


def test_sending_twice_makes_one_post(blog: Blog) -> None:
    message = article(blog)
    first = adapter(blog).send(message, told())
    assert adapter(blog).send(message, told()) == first
    assert len(blog.posts()) == 1


def test_an_address_that_another_post_has_is_refused_and_nothing_is_left(blog: Blog) -> None:
    theirs = blog.call(
        "POST", "posts", json={"title": "Leur hiver", "slug": "hiver", "status": "publish"}
    )
    with pytest.raises(Rejected) as caught:
        adapter(blog).send(article(blog), told())
    assert (caught.value.code, caught.value.detail) == ("slug_taken", "hiver")
    assert [each["id"] for each in blog.posts()] == [theirs["id"]]


def test_the_draft_of_somebody_else_keeps_its_address_too(blog: Blog) -> None:
    # An author cannot see it, and WordPress would give the next one "hiver-2".
    blog.call("POST", "posts", json={"title": "Projet", "slug": "hiver", "status": "draft"})
    with pytest.raises(Rejected, match="slug_taken"):
        adapter(blog).send(article(blog), told())
    assert len(blog.posts()) == 1


@pytest.mark.parametrize("status", ["publish", "draft", "pending", "private"])
def test_a_post_gets_the_status_that_was_asked_for_and_is_found(blog: Blog, status: str) -> None:
    account = "admin" if status == "private" else "redaction"
    message = article(blog, options={"status": status})
    receipt = adapter(blog, account=account).send(message, told())
    assert live(blog, receipt)["status"] == status
    assert adapter(blog, account=account).find(message, told()) == Found(receipt)
    assert adapter(blog, account=account).send(message, told()) == receipt
    assert len(blog.posts()) == 1


def test_what_is_live_is_found_and_what_is_not_is_certainly_not(blog: Blog) -> None:
    message = article(blog)
    blog.call("POST", "posts", json={"title": "L’hiver aux ateliers", "status": "publish"})
    assert adapter(blog).find(message, told()) == Absent()
    receipt = adapter(blog).send(message, told())
    assert adapter(blog).find(message, told()) == Found(receipt)
    assert adapter(blog).find(message, told("autre")) == Absent()


def test_what_was_prepared_is_not_live_and_becomes_it_once(blog: Blog, tmp_path: Path) -> None:
    thumb = picture(tmp_path)
    message = article(blog, cover=thumb)
    first = adapter(blog, tmp_path)
    first.prepare(message, told())
    [draft] = blog.posts()
    assert draft["status"] == "draft"
    assert first.find(message, told()) == Absent()
    # The machine is lost, and the file with it: another one finds the draft and goes on.
    second = adapter(blog, tmp_path)
    receipt = second.send(message, told())
    (tmp_path / "content" / thumb.path).unlink()
    assert first.send(message, told()) == receipt
    [post] = blog.posts()
    assert (str(post["id"]), post["status"]) == (receipt.id, "publish")
    assert post["title"]["raw"] == "L’hiver aux ateliers"
    published = datetime.fromisoformat(post["date_gmt"]).replace(tzinfo=UTC)
    assert abs(published - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_was_prepared_is_sent_only_if_it_is_still_the_same(blog: Blog) -> None:
    made = adapter(blog)
    made.prepare(article(blog, "Avant"), told())
    receipt = made.send(article(blog, "Après"), told())
    assert "Après" in live(blog, receipt)["content"]["raw"]
    assert len(blog.posts()) == 1


def test_a_draft_that_somebody_deletes_is_made_anew(blog: Blog) -> None:
    made, message = adapter(blog), article(blog)
    made.prepare(message, told())
    [draft] = blog.posts()
    blog.call("DELETE", f"posts/{draft['id']}", params={"force": "true"})
    with pytest.raises(NotSent, match="draft_lost"):
        made.send(message, told())
    assert live(blog, made.send(message, told()))["status"] == "publish"


def test_what_was_taken_down_was_live_and_does_not_come_again(blog: Blog) -> None:
    message = article(blog)
    receipt = adapter(blog).send(message, told())
    blog.call("POST", f"posts/{receipt.id}", json={"status": "draft"})
    found = adapter(blog).find(message, told())
    assert isinstance(found, Found)
    blog.call("DELETE", f"posts/{receipt.id}")
    found = adapter(blog).find(message, told())
    assert isinstance(found, Found)
    assert found.receipt.id == receipt.id


def test_two_posts_with_one_mark_are_left_to_a_person(blog: Blog) -> None:
    message = article(blog)
    receipt = adapter(blog).send(message, told())
    copy = {"title": "Copie", "content": live(blog, receipt)["content"]["raw"]}
    own = ("redaction", blog.passwords["redaction"])
    blog.call("POST", "posts", json={**copy, "status": "publish"}, auth=own)
    assert adapter(blog).find(message, told()) == Unknown()
    with pytest.raises(NotSent, match="twice_there"):
        adapter(blog).send(message, told())
    assert len(blog.posts()) == 2


def test_a_post_is_taken_back_to_the_trash(blog: Blog) -> None:
    receipt = adapter(blog).send(article(blog), told())
    adapter(blog).delete(receipt)
    adapter(blog).delete(receipt)
    assert live(blog, receipt)["status"] == "trash"
    adapter(blog).delete(replace(receipt, id="999999"))
    again = adapter(blog).send(article(blog), told("hiver~again1"))
    assert again.url == f"{blog.url}/hiver/"
    USED.add(Capability.DELETE)


def test_an_article_is_corrected_with_all_that_belongs_to_it(blog: Blog, tmp_path: Path) -> None:
    made = adapter(blog, tmp_path)
    options = {"categories": ["Nouvelles"], "tags": ["bois"], "excerpt": "Avant"}
    first = made.send(article(blog, options=options, cover=picture(tmp_path)), told())
    message = article(
        blog, "Du **cuir**.", title="L’été", options={"slug": "ete", "tags": ["cuir"]}
    )
    second = made.edit(first, message)
    post = live(blog, second)
    assert (second.id, second.url) == (first.id, f"{blog.url}/ete/")
    assert (post["title"]["raw"], post["excerpt"]["raw"]) == ("L’été", "")
    assert "<strong>cuir</strong>" in post["content"]["raw"]
    assert post["featured_media"] == 0
    assert [blog.item("tags", each)["name"].lower() for each in post["tags"]] == ["cuir"]
    assert made.find(message, told()) == Found(second)
    third = made.edit(second, article(blog, "Du fil.", options={"slug": "ete"}))
    assert "fil" in live(blog, third)["content"]["raw"]
    assert len(blog.posts()) == 1
    USED.add(Capability.EDIT)


def test_a_correction_whose_answer_was_lost_can_be_made_again(blog: Blog, between: Proxy) -> None:
    made = adapter(blog, url=between.url)
    first = made.send(article(blog), told())
    message = article(blog, "Du cuir.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(between, "fault_of", _once(Fault.KEPT, f"/posts/{first.id}", between))
        with pytest.raises(Unclear):
            made.edit(first, message)
    assert "cuir" in live(blog, first)["content"]["raw"]
    again = made.edit(first, message)
    assert "cuir" in live(blog, again)["content"]["raw"]


def test_after_a_lost_correction_a_newer_one_is_not_taken_for_somebody_elses(
    blog: Blog, between: Proxy
) -> None:
    made = adapter(blog, url=between.url)
    first = made.send(article(blog), told())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(between, "fault_of", _once(Fault.KEPT, f"/posts/{first.id}", between))
        with pytest.raises(Unclear):
            made.edit(first, article(blog, "Du cuir."))
    second = made.edit(first, article(blog, "Du fil."))
    assert "fil" in live(blog, second)["content"]["raw"]


def test_what_somebody_changed_on_the_blog_is_not_overwritten(blog: Blog) -> None:
    made = adapter(blog)
    receipt = made.send(article(blog), told())
    raw = live(blog, receipt)["content"]["raw"]
    blog.call("POST", f"posts/{receipt.id}", json={"content": raw.replace("bois", "hêtre")})
    with pytest.raises(Rejected, match="changed_there"):
        made.edit(receipt, article(blog, "Du cuir."))
    assert "hêtre" in live(blog, receipt)["content"]["raw"]
    blog.call("POST", f"posts/{receipt.id}", json={"content": "Sans marque"})
    with pytest.raises(Rejected, match="changed_there"):
        made.edit(replace(receipt, extra=()), article(blog, "Du cuir."))


def test_a_post_that_is_gone_is_not_corrected(blog: Blog) -> None:
    made = adapter(blog)
    receipt = made.send(article(blog), told())
    made.delete(receipt)
    for lost in (receipt, replace(receipt, id="999999"), replace(receipt, id="../users/1")):
        with pytest.raises(Rejected, match="gone"):
            made.edit(lost, article(blog, "Du cuir."))


def test_a_correction_does_not_take_the_address_of_another_post(blog: Blog) -> None:
    made = adapter(blog)
    receipt = made.send(article(blog), told())
    blog.call("POST", "posts", json={"title": "x", "slug": "ete", "status": "publish"})
    with pytest.raises(Rejected, match="slug_taken"):
        made.edit(receipt, article(blog, options={"slug": "ete"}))
    assert live(blog, receipt)["slug"] == "hiver"


@pytest.mark.parametrize(("fault", "failure", "arrived"), FAULTS)
def test_a_fault_while_publishing_is_typed_by_what_it_proves_and_looking_finds_the_truth(
    blog: Blog,
    between: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    failure: type[Failure],
    arrived: bool,
) -> None:
    monkeypatch.setattr(wire, "READ", 5.0)
    made, message = adapter(blog, url=between.url), article(blog)
    made.prepare(message, told())
    [draft] = blog.posts()
    path = f"/posts/{draft['id']}"
    between.order(fault, path)
    with pytest.raises(Failure) as caught:
        made.send(message, told())
    assert type(caught.value) is failure
    assert between.count(path) == 1, "what publishes is never repeated"
    assert between.strangers == []
    assert len(blog.posts("publish")) == arrived
    found = made.find(message, told())
    assert isinstance(found, Found if arrived else Absent)
    again = adapter(blog).send(message, told())
    assert found in {Absent(), Found(again)}
    assert len(blog.posts()) == 1
    said = repr(caught.value) + str(caught.value) + repr(caught.value.__context__)
    assert blog.passwords["redaction"] not in said


@pytest.mark.parametrize("fault", [*Fault])
def test_a_fault_before_publishing_proves_that_nothing_is_live_and_leaves_one_of_each(
    blog: Blog, between: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(wire, "READ", 1.0)
    message = article(blog, cover=picture(tmp_path), options={"categories": ["nouvelles"]})
    for path in ("/users/me", "/media", "/categories", "/posts"):
        between.order(fault, path, times=3)
        with pytest.raises((NotSent, Throttled)):
            adapter(blog, tmp_path, url=between.url).send(message, told())
        between.end_orders()
    for method in ("/media", "/posts"):
        made = adapter(blog, tmp_path, url=between.url)
        # Looking is let through; only what is made there meets the fault.
        monkeypatch.setattr(between, "fault_of", _once(fault, method, between))
        with pytest.raises((NotSent, Throttled)):
            made.send(message, told())
    assert between.strangers == []
    assert blog.posts("publish") == []
    monkeypatch.undo()
    adapter(blog, tmp_path).send(message, told())
    assert len(blog.posts()) == 1
    assert len(blog.items("media")) == 1


def _once(fault: Fault, path: str, between: Proxy) -> Any:
    """The fault for the first request that makes something at this path."""
    left = [fault]

    def fault_of(asked: str) -> Fault | None:
        made = between.seen[-1].method == "POST"
        return left.pop() if made and path in asked and left else None

    return fault_of


@pytest.mark.parametrize(
    "fault", [Fault.LOST, Fault.RUBBISH, Fault.UNAUTHORISED, Fault.ELSEWHERE, Fault.BROKEN_AFTER]
)
def test_a_fault_while_looking_is_no_proof(blog: Blog, between: Proxy, fault: Fault) -> None:
    made = adapter(blog, url=between.url)
    between.order(fault, "/posts", times=3)
    with pytest.raises(NotSent):
        made.find(article(blog), told())


def test_a_list_without_an_end_proves_nothing(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PAGES", 1)
    monkeypatch.setattr(api, "_PAGE", 1)
    message = article(blog)
    adapter(blog).send(message, told())
    with pytest.raises(NotSent, match="too_many_pages"):
        adapter(blog).find(message, told())


def test_a_long_list_is_read_to_its_end(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_PAGE", 1)
    receipt = adapter(blog).send(article(blog, options={"categories": ["ete"]}), told())
    assert live(blog, receipt)["status"] == "publish"


def test_a_blog_whose_addresses_are_plain_is_spoken_to_as_well(blog: Blog, between: Proxy) -> None:
    between.order(Fault.RUBBISH, "/wp-json/", times=100)
    receipt = adapter(blog, url=between.url).send(article(blog), told())
    assert live(blog, receipt)["status"] == "publish"
    assert between.count("rest_route=") > 3


def test_what_is_no_blog_gets_nothing(blog: Blog, between: Proxy) -> None:
    between.order(Fault.RUBBISH, times=100)
    with pytest.raises(NotSent, match="no_rest_api"):
        adapter(blog, url=between.url).send(article(blog), told())
    assert [each.method for each in between.seen] == ["GET", "GET"]
    with nobody() as url, pytest.raises(NotSent, match="unreachable"):
        adapter(blog, url=url).send(article(blog), told())


def test_a_wrong_password_publishes_nothing(blog: Blog) -> None:
    wrong = adapter(blog, password="faux faux faux")
    with pytest.raises(NotSent, match="unauthorised"):
        list(wrong.verify())
    with pytest.raises(NotSent, match="unauthorised"):
        wrong.send(article(blog), told())
    assert blog.posts() == []


def test_neither_the_key_nor_the_user_stands_in_the_post(blog: Blog) -> None:
    key = "hiver~wordpress~redaction"
    receipt = adapter(blog).send(article(blog), told(key))
    assert "redaction" not in live(blog, receipt)["content"]["raw"]


def test_comments_below_an_article_are_counted(blog: Blog) -> None:
    ours = adapter(blog)
    receipt = ours.send(article(blog), told())
    assert ours.measure([receipt]) == {receipt.id: {Metric.COMMENTS: 0}}
    blog.call("POST", "comments", json={"post": int(receipt.id), "content": "Bravo."})
    assert ours.measure([receipt]) == {receipt.id: {Metric.COMMENTS: 1}}
    USED.add(Capability.METRICS)


def test_every_capability_that_is_declared_was_used_here(request: pytest.FixtureRequest) -> None:
    module = [each for each in request.session.items if each.path == request.node.path]
    if request.node is not module[-1] or len(module) < 50:
        pytest.skip("only some of this file's tests run")
    able = {each for each in Capability if WordPress.platform.able(each) is Can.YES}
    assert able == USED
