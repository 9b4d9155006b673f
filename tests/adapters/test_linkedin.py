"""LinkedIn: each request whole, with the documentation's own answers (learn.microsoft.com)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from cmops.adapters.contract import (
    Edits,
    Message,
)
from cmops.adapters.linkedin import VERSION
from cmops.failures import NotSent, Rejected, Unclear
from cmops.ledger.entries import Receipt
from tests.adapters.linkedin_author import (
    BELOW,
    CLAIMED,
    COMMENT,
    CREATED,
    MEMBER,
    PAGE,
    QUOTED,
    SAID,
    SENDING,
    SHARE,
    author,
    body,
    file,
    refusal,
    serving,
)
from tests.servers.graph import Meta, Says


@pytest.fixture
def server() -> Iterator[Meta]:
    yield from serving()


def ready(server: Meta, image: str) -> None:
    """The picture is there: "Images API", Get a Single Image."""
    said = {"owner": PAGE, "status": "AVAILABLE", "id": image}
    server.says(f"GET /rest/images/{quote(image, safe='')}", said)


# "Posts API", Text-only post creation
@pytest.mark.parametrize("who", [PAGE, MEMBER])
def test_a_text_is_one_request(who: str, server: Meta) -> None:
    server.says("POST /rest/posts", CREATED)
    sent = author(server, who)
    message = Message("Bonjour (à tous)")
    sent.prepare(message, SENDING)
    assert server.asked == []
    receipt = sent.send(message, SENDING)
    assert receipt.id == SHARE
    assert receipt.url == f"https://www.linkedin.com/feed/update/{SHARE}/"
    [asked] = server.asked
    assert asked.json == body("Bonjour \\(à tous\\)", who)
    assert asked.query == {}
    assert asked.headers["authorization"] == "Bearer hush-hush"
    assert asked.headers["linkedin-version"] == VERSION
    assert asked.headers["x-restli-protocol-version"] == "2.0.0"
    assert asked.headers["content-type"] == "application/json"


def test_a_channel_chooses_the_version_of_the_api(server: Meta) -> None:
    server.says("POST /rest/posts", CREATED)
    author(server, version="202701").send(Message("Bonjour"), SENDING)
    assert server.asked[0].headers["linkedin-version"] == "202701"


# "Images API", initializeUpload; "MultiImage API"
def test_pictures_are_uploaded_and_shown_with_their_words(server: Meta, tmp_path: Path) -> None:
    names = ("urn:li:image:C4E10AQFoyyAjHPMQuQ", "urn:li:image:C4E10AQFn10iWtKexVA")
    server.says(
        "POST /rest/images",
        *(
            {"value": {"uploadUrl": f"{server.url}/dms-uploads/{n}?ca=v&s=1", "image": name}}
            for n, name in enumerate(names)
        ),
    )
    server.says("PUT /dms-uploads/0", Says(b"", 201))
    server.says("PUT /dms-uploads/1", Says(b"", 201))
    for name in names:
        ready(server, name)
    server.says("POST /rest/posts", CREATED)
    files = (file(tmp_path, "a.jpg", b"one", "Un établi"), file(tmp_path, "b.jpg", b"two"))
    sent = author(server, root=tmp_path)
    sent.prepare(Message("Un", files), SENDING)
    begun, put = server.asked[:2]
    assert (begun.query, begun.json) == (
        {"action": "initializeUpload"},
        {"initializeUploadRequest": {"owner": PAGE}},
    )
    assert (put.query, put.body) == ({"ca": "v", "s": "1"}, b"one")
    assert put.headers["content-type"] == "image/jpeg"
    assert put.headers["authorization"] == "Bearer hush-hush"
    assert "POST /rest/posts" not in server.lines()
    sent.send(Message("Un", files), SENDING)
    assert len(server.to("POST /rest/images")) == 2
    images = [{"id": names[0], "altText": "Un établi"}, {"id": names[1]}]
    content = {"multiImage": {"images": images}}
    assert server.asked[-1].json == body("Un", content=content)


def test_one_picture_is_a_media_of_its_own(server: Meta, tmp_path: Path) -> None:
    value = {"uploadUrl": f"{server.url}/up", "image": "urn:li:image:1"}
    server.says("POST /rest/images", {"value": value})
    server.says("PUT /up", Says(b"", 201))
    ready(server, "urn:li:image:1")
    server.says("POST /rest/posts", CREATED)
    picture = file(tmp_path, alt="Un établi")
    author(server, root=tmp_path).send(Message("", (picture,)), SENDING)
    content = {"media": {"id": "urn:li:image:1", "altText": "Un établi"}}
    assert server.asked[-1].json == body("", content=content)


# "Videos API", initializeUpload, finalizeUpload
def test_a_film_goes_in_the_pieces_that_linkedin_cuts(server: Meta, tmp_path: Path) -> None:
    urn = "urn:li:video:C5F10AQGKQg_6y2a4sQ"
    instructions = [
        {"uploadUrl": f"{server.url}/part/1", "firstByte": 0, "lastByte": 3},
        {"uploadUrl": f"{server.url}/part/2", "firstByte": 4, "lastByte": 5},
    ]
    value = {"video": urn, "uploadToken": "", "uploadInstructions": instructions}
    server.says("POST /rest/videos", {"value": value}, Says(b"", 200))
    server.says("PUT /part/1", Says(b"", 200, {"ETag": '"5f2a"'}))
    server.says("PUT /part/2", Says(b"", 200, {"ETag": "5f2b"}))
    where = "GET /rest/videos/urn%3Ali%3Avideo%3AC5F10AQGKQg_6y2a4sQ"
    server.says(where, {"status": "PROCESSING"}, {"status": "AVAILABLE"})
    server.says("POST /rest/posts", CREATED)
    film = file(tmp_path, "a.mp4", b"abcdef")
    author(server, root=tmp_path).send(Message("Une visite", (film,)), SENDING)
    begun, ended = server.to("POST /rest/videos")
    about = {"owner": PAGE, "fileSizeBytes": 6, "uploadCaptions": False, "uploadThumbnail": False}
    assert begun.json == {"initializeUploadRequest": about}
    pieces = [each for each in server.asked if each.method == "PUT"]
    assert [each.body for each in pieces] == [b"abcd", b"ef"]
    for piece in pieces:
        assert piece.headers["content-type"] == "application/octet-stream"
        # Unlike that of a picture, the address of a piece takes no token.
        assert "authorization" not in piece.headers
    assert ended.query == {"action": "finalizeUpload"}
    end = {"video": urn, "uploadToken": "", "uploadedPartIds": ["5f2a", "5f2b"]}
    assert ended.json == {"finalizeUploadRequest": end}
    assert len(server.to(where)) == 2
    assert server.asked[-1].json == body("Une visite", content={"media": {"id": urn}})


# "Documents API"
def test_a_pdf_is_a_document_with_a_title(server: Meta, tmp_path: Path) -> None:
    urn = "urn:li:document:C5510AQFx0p7x"
    value = {"uploadUrl": f"{server.url}/up", "document": urn}
    server.says("POST /rest/documents", {"value": value})
    server.says("PUT /up", Says(b"", 201))
    line = "GET /rest/documents/urn%3Ali%3Adocument%3AC5510AQFx0p7x"
    server.says(line, Says({"status": 403, "code": "ACCESS_DENIED", "message": "No"}, 403))
    server.says("POST /rest/posts", CREATED)
    message = Message("Un", (file(tmp_path, "p.pdf"),), {"document_title": "Le programme"})
    author(server, root=tmp_path).send(message, SENDING)
    content = {"media": {"id": urn, "title": "Le programme"}}
    assert server.asked[-1].json == body("Un", content=content)


# "Posts API", Article post creation; "Poll API"; Reshare
def test_a_card_a_poll_and_a_share_are_what_goes_with_the_words(
    server: Meta, tmp_path: Path
) -> None:
    server.says("POST /rest/posts", CREATED)
    value = {"uploadUrl": f"{server.url}/up", "image": "urn:li:image:1"}
    server.says("POST /rest/images", {"value": value})
    server.says("PUT /up", Says(b"", 201))
    ready(server, "urn:li:image:1")
    sent = author(server, root=tmp_path)
    picture = file(tmp_path, alt="Un établi")
    image = {name: getattr(picture, name) for name in ("path", "alt", "type", "size", "sha256")}
    card = {
        "title": "Nos ateliers", "description": "L’hiver", "url": "https://example.org/a",
        "image": image,
    }  # fmt: skip
    poll = {"options": ["Oui", "Non"], "duration_seconds": 3 * 86_400, "multiple": False}
    sent.send(Message("Un", fields={"card": card}), SENDING)
    sent.send(Message("On y va ?", fields={"poll": poll}), SENDING)
    sent.send(Message("Alors", fields={"poll": poll, "question": "On y va ?"}), SENDING)
    address = f"https://www.linkedin.com/feed/update/{SHARE}/"
    sent.send(Message("À lire", fields={"quote": address}), SENDING)
    sent.send(Message("", fields={"repost": address}), SENDING)
    asked = {
        "question": "On y va ?",
        "options": [{"text": "Oui"}, {"text": "Non"}],
        "settings": {"duration": "THREE_DAYS"},
    }
    article = {
        "source": "https://example.org/a",
        "title": "Nos ateliers",
        "description": "L’hiver",
        "thumbnail": "urn:li:image:1",
        "thumbnailAltText": "Un établi",
    }
    assert [each.json for each in server.to("POST /rest/posts")] == [
        body("Un", content={"article": article}),
        body("", content={"poll": asked}),
        body("Alors", content={"poll": asked}),
        body("À lire", reshareContext={"parent": SHARE}),
        body("", reshareContext={"parent": SHARE}),
    ]


# "Comments API", Create a comment, Edit, Delete
def test_a_first_comment_stands_below_the_post_and_can_be_mended_and_taken_back(
    server: Meta,
) -> None:
    line = f"/rest/socialActions/{QUOTED}/comments"
    server.says(f"POST {line}", Says(SAID, 201))
    sent = author(server)
    receipt = sent.send(COMMENT, BELOW)
    assert receipt.id == SAID["commentUrn"]
    assert receipt.url is not None
    assert receipt.url.startswith(
        f"https://www.linkedin.com/feed/update/{SHARE}/?commentUrn=urn%3A"
    )
    # A comment is no little text.
    text = {"text": "Le lien est ici (enfin)."}
    assert server.asked[0].json == {"actor": PAGE, "object": SHARE, "message": text}
    own = f"{line}/6636062862760562688"
    server.says(f"POST {own}", Says(b"", 204))
    server.says(f"DELETE {own}", Says(b"", 204))
    sent.edit(receipt, Message("Le voici."))
    sent.delete(receipt)
    edited, deleted = server.asked[1:]
    assert edited.json == {"patch": {"message": {"$set": {"text": "Le voici."}}}}
    assert edited.headers["x-restli-method"] == "PARTIAL_UPDATE"
    assert edited.query == deleted.query == {"actor": PAGE}


def test_an_answer_to_a_post_is_a_comment_and_can_have_one_of_its_own(server: Meta) -> None:
    activity = "urn:li:activity:6631349431612559360"
    server.says(
        "POST /rest/socialActions/urn%3Ali%3Aactivity%3A6631349431612559360/comments", Says(SAID)
    )
    address = "https://www.linkedin.com/posts/ville-exemple_ateliers-activity-6631349431612559360-x"
    sent = author(server)
    receipt = sent.send(Message("Merci", fields={"reply_to": address}), SENDING)
    assert server.asked[0].json == {"actor": PAGE, "object": activity, "message": {"text": "Merci"}}
    parent = (
        "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A6631349431612559360%2C6636062862760562688%29"
    )
    server.says(f"POST /rest/socialActions/{parent}/comments", Says({**SAID, "id": "7"}))
    sent.send(COMMENT, replace(BELOW, before=(receipt,)))
    asked = server.asked[1].json
    assert (asked["object"], asked["parentComment"]) == (activity, SAID["commentUrn"])


# "Network Update Social Actions", Create Comment: the header has the comment's number
def test_a_comment_whose_answer_has_no_body_is_known_by_its_header(server: Meta) -> None:
    line = f"POST /rest/socialActions/{QUOTED}/comments"
    server.says(line, Says(b"", 201, {"x-restli-id": "6636062862760562688"}), Says(b"", 201))
    receipt = author(server).send(COMMENT, BELOW)
    assert receipt.id == f"urn:li:comment:({SHARE},6636062862760562688)"
    assert dict(receipt.extra)["comment"] == "6636062862760562688"
    with pytest.raises(Unclear, match="rubbish"):
        author(server).send(COMMENT, BELOW)


# "Poll API", Create Poll content
def test_the_poll_of_the_documentation(server: Meta) -> None:
    server.says("POST /rest/posts", CREATED)
    colours = ["Red", "Blue", "Yellow", "green"]
    poll = {"options": colours, "duration_seconds": 3 * 86_400, "multiple": False}
    fields = {"poll": poll, "question": "What is your favorite color?"}
    author(server, "urn:li:organization:2414183").send(Message("test poll", fields=fields), SENDING)
    assert server.asked[0].json == {
        "author": "urn:li:organization:2414183",
        "commentary": "test poll",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        "content": {
            "poll": {
                "question": "What is your favorite color?",
                "options": [
                    {"text": "Red"}, {"text": "Blue"}, {"text": "Yellow"}, {"text": "green"}
                ],
                "settings": {"duration": "THREE_DAYS"},
            }
        },
    }  # fmt: skip


# "Documents API", Initialize Document Upload, Create Document content
def test_the_document_of_the_documentation(server: Meta, tmp_path: Path) -> None:
    owner, urn = "urn:li:organization:1234567", "urn:li:document:C5F10AQGKQg_6y2a4sQ"
    path = "/dms-uploads/D5510AQHXjcP8QBYD9A/ads-uploadedDocument/0"
    value = {
        "uploadUrlExpiresAt": 1650567510704,
        "uploadUrl": f"{server.url}{path}?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=36ezHi_Pod5aM1",
        "document": urn,
    }
    server.says("POST /rest/documents", {"value": value})
    server.says(f"PUT {path}", Says(b"", 201))
    said = {"status": "AVAILABLE", "owner": owner, "id": urn}
    server.says(f"GET /rest/documents/{quote(urn, safe='')}", {"status": "PROCESSING"}, said)
    server.says("POST /rest/posts", CREATED)
    pdf = file(tmp_path, "Example.pdf", b"%PDF")
    message = Message("test strings!", (pdf,), {"document_title": "Example.pdf"})
    author(server, owner, tmp_path).send(message, SENDING)
    begun, put = server.asked[:2]
    assert (begun.query, begun.json) == (
        {"action": "initializeUpload"},
        {"initializeUploadRequest": {"owner": owner}},
    )
    assert (put.body, put.headers["authorization"]) == (b"%PDF", "Bearer hush-hush")
    content = {"media": {"title": "Example.pdf", "id": urn}}
    assert server.asked[-1].json == body("test strings!", owner, content=content)


# "Posts API", Update Posts, Delete Posts
def test_only_the_words_of_a_post_can_be_corrected(server: Meta, tmp_path: Path) -> None:
    server.says("POST /rest/posts", CREATED)
    server.says(f"POST /rest/posts/{QUOTED}", Says(b"", 204))
    sent = author(server)
    poll = {"options": ["Oui", "Non"], "duration_seconds": 86_400, "multiple": False}
    message = Message("Alors", fields={"poll": poll, "question": "On y va ?"})
    receipt = sent.send(message, SENDING)
    assert isinstance(sent, Edits)
    assert sent.edit(receipt, replace(message, text="Alors (bis) #oui")) == receipt
    asked = server.asked[-1]
    words = r"Alors \(bis\) {hashtag|\#|oui}"
    assert asked.json == {"patch": {"$set": {"commentary": words}}}
    assert asked.headers["x-restli-method"] == "PARTIAL_UPDATE"
    count = len(server.asked)
    other = {**poll, "options": ["Oui", "Jamais"]}
    for wrong in (
        replace(message, fields={"poll": other, "question": "On y va ?"}),
        replace(message, fields={"poll": poll}),
        Message("Alors", (file(tmp_path),)),
    ):
        with pytest.raises(Rejected, match="linkedin_words_only"):
            sent.edit(receipt, wrong)
    assert len(server.asked) == count


def test_a_post_that_is_gone_is_deleted_already(server: Meta) -> None:
    gone = Says({"status": 404, "code": "NOT_FOUND", "message": "?"}, 404)
    server.says(f"DELETE /rest/posts/{QUOTED}", Says(b"", 204), gone, refusal(403))
    sent = author(server)
    sent.delete(Receipt(SHARE, CLAIMED))
    sent.delete(Receipt(SHARE, CLAIMED))
    assert server.asked[0].headers["x-restli-method"] == "DELETE"
    with pytest.raises(NotSent, match="linkedin_permission"):
        sent.delete(Receipt(SHARE, CLAIMED))
