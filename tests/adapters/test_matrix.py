"""A room gets the text as it was written and formatted, and each file as an event of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cmops.adapters.contract import Edition, Media, Message
from cmops.adapters.matrix import Matrix, content
from cmops.adapters.matrix.addresses import Address, event_at, people, web_address
from cmops.adapters.matrix.looking import may_write
from cmops.compose import compose
from cmops.findings import BODY

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

EVENT = "https://matrix.to/#/!abc:example.org/$def?via=example.org"


def test_files_come_first_each_alone_and_what_follows_hangs_below_the_text(
    edition: MakeEdition, media: MakeMedia
) -> None:
    files = (media("media/a.jpg"), media("media/b.jpg"))
    made = Matrix.compose(edition("matrix", "Un", "Deux", media=files, first_comment="Trois"))
    assert [(each.text, len(each.media)) for each in made] == [
        ("", 1),
        ("", 1),
        ("Un", 0),
        ("Deux", 0),
        ("Trois", 0),
    ]
    assert [each.fields.get("thread") for each in made] == [None, None, None, 2, 2]
    assert made[-1].fields["role"] == "first_comment"


def test_a_post_of_pictures_alone_has_no_empty_message(
    edition: MakeEdition, media: MakeMedia
) -> None:
    [only] = Matrix.compose(edition("matrix", media=(media(),)))
    assert (only.text, only.media[0].path) == ("", "media/atelier.jpg")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Bonjour", None),
        ("a < b & « c » \"d\" 'e'", None),
        ("**Un**", "<p><strong>Un</strong></p>"),
        ("Un\nDeux", "<p>Un<br />\nDeux</p>"),
        ("<b>Un</b>\n", "<p>&lt;b&gt;Un&lt;/b&gt;</p>"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
    ],
)
def test_what_formatting_adds_is_composed_and_reviewed(
    text: str, html: str | None, edition: MakeEdition
) -> None:
    [message] = Matrix.compose(edition("matrix", text))
    assert message.fields.get("html") == html
    made = content.content(message)
    assert made["body"] == text
    assert made.get("formatted_body") == html


def test_only_who_is_named_in_full_is_told(edition: MakeEdition) -> None:
    text = "Merci @ville:example.org, @ville:example.org et @maire ; pas @room ni a@b:c.example"
    [message] = Matrix.compose(edition("matrix", text))
    assert message.fields["mentions"] == ["@ville:example.org"]
    assert content.content(message)["m.mentions"] == {"user_ids": ["@ville:example.org"]}
    assert content.content(Message("@room"))["m.mentions"] == {}


def test_who_is_named_at_the_end_of_a_sentence_is_named_without_its_stop() -> None:
    assert people("Avec @a:example.org. Puis (@b:matrix.example.org:8448)!") == [
        "@a:example.org",
        "@b:matrix.example.org:8448",
    ]


def test_a_text_that_grows_too_large_by_formatting_is_a_problem(edition: MakeEdition) -> None:
    quotes = "**Ainsi** " + '"' * 12_000
    [problem] = compose(edition("matrix", "Un", quotes)).problems
    assert (problem.code, problem.at) == ("CM501", (BODY, 100))
    assert problem.values["name"] == "event_bytes"
    assert problem.values["length"] > content.MOST  # type: ignore[operator]
    assert compose(edition("matrix", quotes[:1_000])).problems == ()


def test_a_text_that_is_too_long_by_itself_is_said_to_be_so_once(edition: MakeEdition) -> None:
    [problem] = compose(edition("matrix", "**Ainsi** " + '"' * 30_001)).problems
    assert problem.values["name"] == "text_bytes"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[le programme](programme.md)", "CM519"),
        ("![L’atelier](media/atelier.jpg)", "CM519"),
        ("![L’atelier](https://example.org/a.jpg)", "CM552"),
        ("`![L’atelier](https://example.org/a.jpg)`", None),
        ("[le programme](https://example.org/programme)", None),
    ],
)
def test_what_would_not_be_shown_is_a_problem(
    text: str, code: str | None, edition: MakeEdition
) -> None:
    found = [problem.code for problem in compose(edition("matrix", text)).problems]
    assert found == ([code] if code else [])


def test_an_answer_needs_the_address_of_a_message(edition: MakeEdition) -> None:
    assert compose(edition("matrix", "Un", reply_to=EVENT)).problems == ()
    [problem] = compose(edition("matrix", "Un", reply_to="https://example.org/1")).problems
    assert (problem.code, problem.at) == ("CM523", ("reply_to",))


def test_a_film_that_is_elsewhere_is_a_problem(edition: MakeEdition) -> None:
    film = Media("media/a.mp4", "", "video/mp4", 0, "0" * 64, url="https://example.org/a.mp4")
    assert [each.code for each in compose(edition("matrix", "Un", media=(film,))).problems] == [
        "CM524"
    ]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (EVENT, Address("!abc:example.org", "$def")),
        ("https://matrix.to/#/%23a%C3%A9:b.example/%24d-e_f", Address("#aé:b.example", "$d-e_f")),
        ("https://matrix.to/#/!abc/$def", Address("!abc", "$def")),
        ("https://matrix.to/#/!abc:example.org", None),
        ("https://matrix.to/#/@a:example.org/$def", None),
        ("https://matrix.to/#/!abc:example.org/$d%2F..%2Fe f", None),
        ("http://matrix.to/#/!abc:example.org/$def", None),
        ("https://matrix.to.evil.example/#/!abc:example.org/$def", None),
    ],
)
def test_an_address_names_a_room_and_an_event_or_nothing(
    address: str, found: Address | None
) -> None:
    assert event_at(address) == found


def test_an_address_that_is_given_out_is_understood() -> None:
    made = web_address("!a b/c:example.org", "$d/e+f=", "@x:example.org:8448")
    assert made.endswith("?via=example.org:8448")
    room = web_address("!abc:example.org", "$d/e+f=", "@x:example.org")
    assert event_at(room) == Address("!abc:example.org", "$d/e+f=")


def test_a_document_has_its_name_and_a_picture_its_words(media: MakeMedia) -> None:
    shown = content.content(Message("", (media(),)))
    assert (shown["msgtype"], shown["body"], shown["info"]["w"]) == ("m.image", "Un établi", 800)
    given = content.content(Message("", (media("media/a.pdf", "", "application/pdf"),)))
    assert (given["msgtype"], given["body"], given["filename"]) == ("m.file", "a.pdf", "a.pdf")


def test_a_room_lets_write_who_has_the_level_or_made_it() -> None:
    levels = {"events_default": 50, "users": {"@a:x": 50, "@b:x": 0}, "users_default": 10}
    made = {"sender": "@c:x", "content": {"additional_creators": ["@d:x"]}}
    assert [may_write(f"@{name}:x", levels, made) for name in "abcde"] == [
        True,
        False,
        True,
        True,
        False,
    ]
    assert may_write("@e:x", None, None)
    assert not may_write("@e:x", {"events": {"m.room.message": 1}}, None)
    assert may_write("@e:x", {"events": "?", "users": 3, "users_default": "1"}, {})
