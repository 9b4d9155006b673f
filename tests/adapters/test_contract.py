"""Every adapter does what it declares, and never drops in silence what it cannot do."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cmops.adapters.contract import Can, Capability, Composes, Edition, Media, Message
from cmops.adapters.limits import UNITS, unsure
from cmops.adapters.registry import adapter, names
from cmops.compose import compose, message_data
from cmops.wording import LANGUAGES, Wording, codes
from cmops.workspace.model import LinkCard, Poll

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

# Not asked for by what a post says: publishing itself, formatting, and what comes afterwards.
ELSEWHERE = {
    Capability.PUBLISH,
    Capability.FORMATTING,
    Capability.EDIT,
    Capability.DELETE,
    Capability.METRICS,
    Capability.INBOX,
}
COMPOSED = [each for each in Capability if each not in ELSEWHERE]
DAY = timedelta(days=1)
# Any address will do, but for those that must be able to say whose post it is.
URL = "https://bsky.app/profile/ville.example/post/3lcabcdefgh22"
ROOMS = "https://matrix.to/#/%21abc%3Aexample.org/%24def?via=example.org"
ADDRESSES = {
    "mattermost": "https://chat.example.org/ateliers/pl/7xyx8kd4ytbx9ywkcmbt7qspwy",
    "discord": "https://discord.com/channels/197038439483310086/41771983423143937/162701077035089920",
    "discourse": "https://forum.example.org/t/ateliers/12/3",
    "linkedin": "https://www.linkedin.com/feed/update/urn:li:share:6844785523593134080/",
    "matrix": ROOMS,
    "slack": "https://ateliers.slack.com/archives/C0123ABCD/p1512104434000490",
    "telegram": "https://t.me/ateliers/12",
    "x": "https://x.com/ateliers/status/12",
}
"""Where a platform knows posts by addresses of its own."""
POSTS = (URL, *ADDRESSES.values())


@pytest.fixture(params=names())
def kind(request: pytest.FixtureRequest) -> type[Composes]:
    return adapter(request.param)


@pytest.fixture
def asking(edition: MakeEdition, media: MakeMedia) -> Callable[[str, Capability], Edition]:
    """An edition that asks a platform for one thing."""

    def ask(platform: str, capability: Capability) -> Edition:
        url = ADDRESSES.get(platform, URL)
        asked: dict[Capability, dict[str, Any]] = {
            Capability.ARTICLE: {"kind": "article"},
            Capability.POLL: {"poll": Poll(("oui", "non"), DAY)},
            Capability.POLL_MULTIPLE: {"poll": Poll(("oui", "non"), DAY, multiple=True)},
            Capability.IMAGE: {"media": (media(alt=""),)},
            Capability.VIDEO: {"media": (media("media/a.mp4", "", "video/mp4"),)},
            Capability.ALT_TEXT: {"media": (media(),)},
            Capability.CAROUSEL: {"format": "carousel", **_carousel(platform, media)},
            Capability.REEL: {"format": "reel", **_files(media, 1, "mp4", "video/mp4")},
            Capability.STORY: {"format": "story", **_files(media, 1)},
            Capability.DOCUMENT: {"media": (media("media/a.pdf", "", "application/pdf"),)},
            Capability.REPLY: {"reply_to": url},
            Capability.QUOTE: {"quote": url},
            Capability.FIRST_COMMENT: {"first_comment": "Le lien est ici."},
            Capability.SPOILER: {"spoiler": "Araignées"},
            Capability.VISIBILITY: {"visibility": "followers"},
            Capability.LINK_CARD: {"card": LinkCard("Nos ateliers"), "link": url},
        }
        if capability is Capability.REPOST:
            return edition(platform, repost=url)
        # A story has no words anywhere.
        texts = {Capability.STORY: [], Capability.THREAD: ["Un", "Deux"]}.get(capability, ["Un"])
        fields = {**_required(platform, media), **asked.get(capability, {})}
        return edition(platform, *texts, **fields)

    return ask


CARRIES: dict[Capability, Callable[[tuple[Message, ...]], object]] = {
    Capability.ARTICLE: lambda sent: sent[0].fields["title"] == "Ouverture",
    Capability.THREAD: lambda sent: [each.text for each in sent] == ["Un", "Deux"],
    Capability.POLL: lambda sent: sent[0].fields["poll"]["options"] == ["oui", "non"],
    Capability.POLL_MULTIPLE: lambda sent: sent[0].fields["poll"]["multiple"] is True,
    Capability.IMAGE: lambda sent: sent[0].media[0].path == "media/atelier.jpg",
    Capability.VIDEO: lambda sent: sent[0].media[0].path == "media/a.mp4",
    Capability.ALT_TEXT: lambda sent: sent[0].media[0].alt == "Un établi",
    Capability.CAROUSEL: lambda sent: sent[0].fields["format"] == "carousel",
    Capability.REEL: lambda sent: sent[0].fields["format"] == "reel",
    Capability.STORY: lambda sent: sent[0].fields["format"] == "story",
    Capability.DOCUMENT: lambda sent: sent[0].media[0].path == "media/a.pdf",
    Capability.REPLY: lambda sent: sent[0].fields["reply_to"] in POSTS,
    Capability.QUOTE: lambda sent: sent[0].fields["quote"] in POSTS,
    Capability.REPOST: lambda sent: not sent[0].text and sent[0].fields["repost"] in POSTS,
    Capability.FIRST_COMMENT: lambda sent: (
        (sent[-1].text, sent[-1].fields["role"]) == ("Le lien est ici.", "first_comment")
    ),
    Capability.SPOILER: lambda sent: sent[0].fields["spoiler"] == "Araignées",
    Capability.VISIBILITY: lambda sent: sent[0].fields["visibility"] == "followers",
    Capability.LINK_CARD: lambda sent: sent[0].fields["card"]["title"] == "Nos ateliers",
}


def test_every_capability_is_answered_for(kind: type[Composes]) -> None:
    assert set(kind.platform.can) == set(Capability)


def test_every_capability_that_a_post_can_ask_for_is_tested_here() -> None:
    assert set(CARRIES) == set(COMPOSED)


@pytest.mark.parametrize("capability", COMPOSED)
def test_what_can_be_done_is_in_the_message_and_what_cannot_is_a_problem(
    kind: type[Composes], capability: Capability, asking: Callable[[str, Capability], Edition]
) -> None:
    made = compose(asking(kind.platform.name, capability))
    found = [problem.code for problem in made.problems]
    if kind.platform.able(capability) is Can.YES:
        assert found == []
        assert CARRIES[capability](made.messages)
    else:
        expected = "CM504" if kind.platform.able(capability) is Can.NO else "CM505"
        softer = {Capability.LINK_CARD: "CM516", Capability.ALT_TEXT: "CM514"}
        expected = softer.get(capability, expected)
        # A platform without polls is not told besides that they could not be multiple.
        assert expected in found


@pytest.mark.parametrize("capability", COMPOSED)
def test_composing_is_pure_and_gives_plain_data(
    kind: type[Composes], capability: Capability, asking: Callable[[str, Capability], Edition]
) -> None:
    wanted = asking(kind.platform.name, capability)
    first, second = compose(wanted), compose(wanted)
    assert first == second
    data = [message_data(each) for each in first.messages]
    assert json.loads(json.dumps(data)) == data


TEXTS = [
    "Deux espaces  à la fin  ",
    "\ttabulation, retour\r\nchariot",
    "e\u0301 décomposé, \u00a0insécable, \u200bnul, 👩‍👩‍👧",
    "**gras** et <b>balise</b> & esperluette",
    "\ud800 seul",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_come_out_as_they_went_in(
    kind: type[Composes], text: str, edition: MakeEdition
) -> None:
    assert compose(edition(kind.platform.name, text)).messages[0].text == text


def _files(
    media: MakeMedia, size: int, ending: str = "jpg", type: str = "image/jpeg"
) -> dict[str, Any]:
    return {"media": tuple(media(f"media/{n}.{ending}", "", type) for n in range(size))}


def _carousel(platform: str, media: MakeMedia) -> dict[str, Any]:
    """Pictures, or where people leaf through a document, that one."""
    if platform == "linkedin":
        return _files(media, 1, "pdf", "application/pdf")
    return _files(media, 2)


def _required(platform: str, media: MakeMedia) -> dict[str, Any]:
    """What every post needs on a platform that shows nothing without a picture."""
    limit = adapter(platform).platform.limits.get("media")
    return _files(media, limit.least) if limit is not None else {}


def _poll(**fields: Any) -> dict[str, Any]:
    return {"poll": dataclasses.replace(Poll(("oui", "non"), DAY), **fields)}


def _one(file: Media, **fields: Any) -> dict[str, Any]:
    return {"media": (dataclasses.replace(file, **fields),)}


# What an edition has with exactly ``size`` of what the limit counts: its texts, or its fields.
TEXTS_OF: dict[str, Callable[[int], list[str]]] = {
    "text": lambda size: ["a" * size],
    # Few graphemes and many bytes: a letter bears a thousand accents.
    "text_bytes": lambda size: ["e" + "\u0301" * ((size - 1) // 2) + "e" * ((size - 1) % 2)],
    "hashtags": lambda size: [" ".join(f"#mot{n}" for n in range(size))],
    "links": lambda size: [" ".join(f"https://example.org/{n}" for n in range(size))],
    "mentions": lambda size: [" ".join(f"@nom{n}" for n in range(size))],
    "messages": lambda size: ["Un"] * size,
}
FIELDS_OF: dict[str, Callable[[MakeMedia, int], dict[str, Any]]] = {
    "media": _files,
    "images": _files,
    "videos": lambda media, size: _files(media, size, "mp4", "video/mp4"),
    "image_bytes": lambda media, size: {"media": (media(alt="", size=size),)},
    "video_bytes": lambda media, size: {"media": (media("media/a.mp4", "", "video/mp4", size),)},
    "document_bytes": lambda media, size: {
        "media": (media("media/a.pdf", "", "application/pdf", size),)
    },
    "image_pixels": lambda media, size: _one(media(), width=size, height=1),
    "video_seconds": lambda media, size: _one(
        media("media/a.mp4", "", "video/mp4"), duration=float(size)
    ),
    "alt": lambda media, size: {"media": (media(alt="a" * size),)},
    "poll_options": lambda media, size: _poll(options=tuple(f"n{n}" for n in range(size))),
    "poll_option": lambda media, size: _poll(options=("a" * size, "non")),
    "poll_seconds": lambda media, size: _poll(duration=timedelta(seconds=size)),
}


def _at_limit(name: str, size: int, make: MakeEdition, media: MakeMedia, platform: str) -> Edition:
    if name in TEXTS_OF:
        return make(platform, *TEXTS_OF[name](size), **_required(platform, media))
    if name == "caption":
        return make(platform, "a" * size, media=(media(alt=""),))
    return make(platform, "Un", **FIELDS_OF[name](media, size))


LIMITS = [(name, limit) for name in names() for limit in adapter(name).platform.limits]


@pytest.mark.parametrize(("platform", "name"), LIMITS)
def test_every_declared_limit_holds_to_the_last_one(
    platform: str, name: str, edition: MakeEdition, media: MakeMedia
) -> None:
    limit = adapter(platform).platform.limits[name]
    within = compose(_at_limit(name, limit.most, edition, media, platform))
    beyond = compose(_at_limit(name, limit.most + 1, edition, media, platform))
    assert [problem.code for problem in within.problems] == []
    values = [problem.values for problem in beyond.problems if problem.values["name"] == name]
    assert len(values) == len(beyond.problems) > 0
    assert values[0]["over"] == 1
    assert {each.code == "CM518" for each in beyond.problems} == {unsure(limit)}


@pytest.mark.parametrize(("platform", "name"), LIMITS)
def test_every_lower_bound_holds_as_well(
    platform: str, name: str, edition: MakeEdition, media: MakeMedia
) -> None:
    limit = adapter(platform).platform.limits[name]
    if not limit.least:
        return
    within = compose(_at_limit(name, limit.least, edition, media, platform))
    below = compose(_at_limit(name, limit.least - 1, edition, media, platform))
    assert [problem.code for problem in within.problems] == []
    assert [problem.values["name"] for problem in below.problems] == [name]


@pytest.mark.parametrize(("platform", "name"), LIMITS)
def test_every_limit_says_where_it_comes_from(platform: str, name: str) -> None:
    limit = adapter(platform).platform.limits[name]
    assert name in UNITS or name.startswith("text")
    assert limit.source
    assert limit.checked.startswith("20")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_is_worded_in_full(
    language: str, edition: MakeEdition, media: MakeMedia, asking: Callable[..., Edition]
) -> None:
    tried = [asking(name, capability) for name in names() for capability in COMPOSED]
    tried += [
        _at_limit(limit, adapter(name).platform.limits[limit].most + 1, edition, media, name)
        for name, limit in LIMITS
    ]
    for each in tried:
        for problem in compose(each).problems:
            values = {"channel": "compte", **problem.values}
            message, hint = codes.code(problem.code).said(values, Wording(language))
            assert "{" not in message + hint, problem


def _schemas() -> list[tuple[str, dict[str, Any]]]:
    platforms = [adapter(name).platform for name in names()]
    return [
        (each.name, dict(schema)) for each in platforms for schema in (each.settings, each.options)
    ]


@pytest.mark.parametrize(("platform", "schema"), _schemas())
def test_schemas_are_valid_and_say_in_both_languages_what_each_key_is(
    platform: str, schema: dict[str, Any]
) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema)
    for key, rules in schema.get("properties", {}).items():
        assert set(rules["x-title"]) == set(LANGUAGES), (platform, key)
        assert set(rules["x-help"]) == set(LANGUAGES), (platform, key)
    assert set(schema.get("required", ())) <= set(schema.get("properties", {}))


def test_what_can_be_said_of_a_platform_has_words() -> None:
    for language in LANGUAGES:
        wording = Wording(language)
        for name in names():
            platform = adapter(name).platform
            assert wording.say(f"platform.guarantee.{platform.guarantee}")
            for limit in platform.limits:
                assert wording.say(f"platform.limit.{limit}")
        for capability in Capability:
            for room in ("capability", "can", "do", "instead"):
                assert wording.say(f"platform.{room}.{capability}", channel="x")
        for able in Can:
            assert wording.say(f"platform.able.{able.value}")
