"""What follows from a platform's declarations, shown where somebody can mend it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

from cmops.adapters.contract import Can, Capability, Edition, Media, Message, Platform, Problem
from cmops.adapters.declared import declared_problems
from cmops.adapters.limits import text_limit
from cmops.adapters.messages import compose_messages
from cmops.adapters.registry import adapter
from cmops.compose import compose
from cmops.findings import BODY
from cmops.text.counting import Limit
from cmops.wording import Wording, codes
from cmops.workspace.model import LinkCard, Poll

MakeEdition = Callable[..., Edition]
MakeMedia = Callable[..., Media]

POST = "https://x.com/ateliers/status/12"
URL = "https://bsky.app/profile/ville.example/post/3lcabcdefgh22"


def found(edition: Edition) -> list[tuple[str, object]]:
    return [(problem.code, problem.at) for problem in compose(edition).problems]


def judged(platform: Platform, edition: Edition) -> list[Problem]:
    return list(declared_problems(platform, edition, compose_messages(platform, edition)))


def made(limits: dict[str, Limit], **declared: object) -> Platform:
    """A platform that can do everything, with these limits."""
    can = dict.fromkeys(Capability, Can.YES)
    platform = Platform("forum", "Forum", limits, can)
    return dataclasses.replace(platform, **declared)  # type: ignore[arg-type]


def test_a_text_too_long_is_shown_at_its_own_message_of_the_thread(edition: MakeEdition) -> None:
    [problem] = compose(edition("x", "Un", "é" * 281, "Trois")).problems
    assert (problem.code, problem.at) == ("CM501", (BODY, 100))
    message, _ = codes.code("CM501").said({**problem.values, "channel": "x"}, Wording("en"))
    assert message == "message 2 of 3 has 281 characters for X: 1 too many (limit: 280)"


def test_a_single_text_is_not_called_a_message_of_one(edition: MakeEdition) -> None:
    [problem] = compose(edition("mastodon", "a" * 1600)).problems
    message, hint = codes.code("CM501").said({**problem.values, "channel": "masto"}, Wording("fr"))
    assert message == (
        "le texte compte 1\u202f600 caractères pour Mastodon\u00a0: 1\u202f100 de trop"
        " (limite\u00a0: 500)"
    )
    assert "::: masto" in hint
    assert "Mastodon compte 23 pour un lien" in hint


def test_a_first_comment_too_long_is_shown_where_it_is_written(edition: MakeEdition) -> None:
    assert found(edition("x", "Un", first_comment="a" * 281)) == [("CM501", ("first_comment",))]


def test_the_content_warning_counts_with_the_text_and_without_one_it_is_shown_itself(
    edition: MakeEdition, media: MakeMedia
) -> None:
    assert found(edition("mastodon", "a" * 490, spoiler="a" * 10)) == []
    assert found(edition("mastodon", "a" * 490, spoiler="a" * 11)) == [("CM501", (BODY, 0))]
    long = edition("mastodon", media=(media(),), spoiler="a" * 501)
    assert found(long) == [("CM501", ("spoiler",)), ("CM531", ("spoiler",))]


def test_a_link_counts_as_the_network_counts_it(edition: MakeEdition) -> None:
    link = "https://example.org/" + "a" * 300
    for platform in ("x", "mastodon"):
        assert found(edition(platform, link)) == []
    assert found(edition("bluesky", link)) == [("CM501", (BODY, 0))]


def test_a_channel_overrides_its_platforms_limit(edition: MakeEdition) -> None:
    assert found(edition("x", "a" * 4000, limits={"text": 4000})) == []
    assert found(edition("x", "a" * 281, limits={"text": 4000, "images": 0})) == []
    assert found(edition("mastodon", "a" * 400, limits={"text": 300})) == [("CM501", (BODY, 0))]


def test_a_channel_may_set_a_limit_that_its_platform_does_not_have(edition: MakeEdition) -> None:
    assert found(edition("outbox", "👩‍👩‍👧👩‍👩‍👧", limits={"text": 2})) == []
    assert found(edition("outbox", "abc", limits={"text": 2})) == [("CM501", (BODY, 0))]
    assert found(edition("outbox", "abc", limits={"unheard_of": 2})) == []


def test_the_text_limit_is_the_one_that_people_know(edition: MakeEdition) -> None:
    bluesky = adapter("bluesky").platform
    limit = text_limit(bluesky, edition("bluesky").channel)
    assert limit is not None
    assert (limit.most, limit.count) == (300, "graphemes")
    overridden = text_limit(bluesky, edition("bluesky", limits={"text": 200}).channel)
    assert overridden is not None
    assert (overridden.most, overridden.count) == (200, "graphemes")
    assert text_limit(adapter("wordpress").platform, edition("wordpress").channel) is None


def test_an_empty_post_has_nothing_to_send(edition: MakeEdition, media: MakeMedia) -> None:
    for platform in ("x", "bluesky", "outbox", "wordpress"):
        assert found(edition(platform)) == [("CM503", (BODY, 0))]
        assert found(edition(platform, "")) == [("CM503", (BODY, 0))]
        assert found(edition(platform, media=(media(),))) == []


def test_a_poll_alone_is_not_enough_to_send(edition: MakeEdition) -> None:
    poll = Poll(("oui", "non"), timedelta(days=1))
    assert found(edition("mastodon", poll=poll)) == [("CM503", (BODY, 0))]


def test_a_text_too_short_or_a_picture_missing_is_a_problem_where_one_is_needed(
    edition: MakeEdition, media: MakeMedia
) -> None:
    platform = made(
        {
            "text": Limit(100, "graphemes", "Forum", "2026-11-22", least=20),
            "media": Limit(10, "items", "Forum", "2026-11-22", least=1),
        }
    )
    problems = judged(platform, edition("forum", "Bonjour"))
    assert [problem.code for problem in problems] == ["CM502", "CM507"]
    assert problems[0].values["over"] == 13
    assert judged(platform, edition("forum", "Bonjour à tout le monde", media=(media(),))) == []
    assert judged(platform, edition("forum", repost=URL)) == []


def test_a_thread_may_have_only_so_many_messages(edition: MakeEdition) -> None:
    platform = made({"messages": Limit(2, "items", "Forum", "2026-11-22")})
    assert judged(platform, edition("forum", "Un", "Deux")) == []
    [problem] = judged(platform, edition("forum", "Un", "Deux", "Trois"))
    assert (problem.code, problem.values["length"]) == ("CM506", 3)


def test_an_article_on_a_social_network_is_one_problem_and_not_ten(edition: MakeEdition) -> None:
    for platform in ("x", "bluesky", "mastodon"):
        article = edition(platform, "a" * 9000, kind="article")
        assert found(article) == [("CM504", ("to",))]


def test_the_platforms_no_and_ours_are_told_apart(edition: MakeEdition) -> None:
    never = compose(edition("bluesky", "Un", poll=Poll(("a", "b"), timedelta(days=1)))).problems
    later = compose(edition("mastodon", "Un", quote=URL)).problems
    assert [(each.code, each.at) for each in never] == [("CM504", ("poll",))]
    assert [(each.code, each.at) for each in later] == [("CM505", ("quote",))]
    said = [
        codes.code(each.code).said({"channel": "c", **each.values}, Wording(language))[0]
        for each in (*never, *later)
        for language in ("fr", "en")
    ]
    assert said == [
        "Bluesky ne permet pas de publier un sondage",
        "Bluesky has no way to publish a poll",
        "cmops ne sait pas encore citer une publication sur Mastodon, même si ce réseau le permet",
        "cmops cannot yet quote a post on Mastodon, although the platform can",
    ]


def test_a_field_of_a_variant_is_shown_in_the_variant(edition: MakeEdition) -> None:
    place = ("variants", "bluesky", "spoiler")
    assert found(edition("bluesky", "Un", spoiler="Oh", places={"spoiler": place})) == [
        ("CM504", place)
    ]


def test_public_is_what_every_network_is(edition: MakeEdition) -> None:
    assert found(edition("bluesky", "Un", visibility="public")) == []
    assert found(edition("bluesky", "Un", visibility="unlisted")) == [("CM504", ("visibility",))]


def test_pictures_do_not_go_with_a_video_nor_a_poll_with_either(
    edition: MakeEdition, media: MakeMedia
) -> None:
    both = (media(), media("media/a.mp4", "", "video/mp4"))
    poll = Poll(("oui", "non"), timedelta(days=1))
    for platform in ("x", "mastodon", "bluesky"):
        assert found(edition(platform, "Un", media=both)) == [("CM510", ("media",))]
    for platform in ("x", "mastodon"):
        assert found(edition(platform, "Un", media=both[:1], poll=poll)) == [("CM510", ("media",))]
    assert found(edition("outbox", "Un", media=both, poll=poll)) == []


def test_a_quotation_on_x_goes_with_neither_pictures_nor_poll(
    edition: MakeEdition, media: MakeMedia
) -> None:
    poll = Poll(("oui", "non"), timedelta(days=1))
    assert found(edition("x", "Un", quote=POST)) == []
    assert found(edition("x", "Un", quote=POST, poll=poll)) == [("CM510", ("poll",))]
    assert found(edition("x", "Un", quote=POST, media=(media(),))) == [("CM510", ("media",))]
    assert found(edition("bluesky", "Un", quote=URL, media=(media(),))) == []


def test_a_file_is_shown_where_it_is_named(edition: MakeEdition, media: MakeMedia) -> None:
    heavy = media(size=1_000_001)
    places = {heavy.path: ("media", 1)}
    assert found(edition("bluesky", "Un", media=(heavy,), places=places)) == [
        ("CM511", ("media", 1))
    ]
    card = LinkCard("Titre", image=heavy.path)
    carded = edition("bluesky", "Un", card=card, card_image=heavy, link=URL)
    assert found(carded) == [("CM511", ("card", "image"))]


def test_a_file_of_a_type_that_is_not_taken_is_a_problem(
    edition: MakeEdition, media: MakeMedia
) -> None:
    broken = media(type="application/octet-stream")
    assert found(edition("x", "Un", media=(broken,))) == [("CM512", ("media",))]
    webm = media("media/a.webm", "", "video/webm")
    assert found(edition("bluesky", "Un", media=(webm,))) == [("CM512", ("media",))]
    assert found(edition("mastodon", "Un", media=(webm,))) == []
    assert found(edition("outbox", "Un", media=(broken,))) == []


def test_alt_text_that_nobody_would_hear_is_a_warning(
    edition: MakeEdition, media: MakeMedia
) -> None:
    can = dict.fromkeys(Capability, Can.YES) | {Capability.ALT_TEXT: Can.NO}
    [problem] = judged(made({}, can=can), edition("forum", "Un", media=(media(),)))
    assert problem.code == "CM514"
    assert codes.code("CM514").severity == "warning"
    assert judged(made({}, can=can), edition("forum", "Un", media=(media(alt=""),))) == []


def test_a_poll_is_held_to_its_limits_at_each_answer(edition: MakeEdition) -> None:
    poll = Poll(("oui", "a" * 26, "non", "peut-être", "jamais"), timedelta(days=8))
    assert found(edition("x", "Un", poll=poll)) == [
        ("CM506", ("poll", "options")),
        ("CM509", ("poll", "duration")),
        ("CM508", ("poll", "options", 1)),
    ]
    brief = edition("x", "Un", poll=Poll(("oui",), timedelta(minutes=4)))
    assert [code for code, _ in found(brief)] == ["CM507", "CM509"]
    values = compose(brief).problems[1].values
    assert (values["length"], values["limit"]) == ("4m", "5m")


def test_an_answer_counts_as_people_see_it(edition: MakeEdition) -> None:
    poll = Poll(("👩‍👩‍👧" * 50, "non"), timedelta(days=1))
    assert found(edition("mastodon", "Un", poll=poll)) == []


def test_a_repost_goes_alone(edition: MakeEdition, media: MakeMedia) -> None:
    assert found(edition("mastodon", repost=URL)) == []
    [problem] = compose(edition("bluesky", "Bravo", repost=URL, media=(media(),))).problems
    assert (problem.code, problem.at) == ("CM515", ("repost",))
    assert problem.values["extra"] == ["text", "media"]
    message, _ = codes.code("CM515").said(problem.values, Wording("en"))
    assert message.endswith("this one also has a text, media")


def test_a_repost_with_a_text_keeps_it_in_sight(edition: MakeEdition) -> None:
    assert compose(edition("bluesky", "Bravo", repost=URL)).messages[0].text == "Bravo"


def test_a_card_is_a_warning_where_the_network_makes_its_own(edition: MakeEdition) -> None:
    card = LinkCard("Titre")
    for platform in ("x", "mastodon", "wordpress"):
        made = compose(edition(platform, "Un", card=card, link=URL))
        assert [(each.code, each.at) for each in made.problems] == [("CM516", ("card",))]
        assert "card" not in made.messages[0].fields
    assert codes.code("CM516").severity == "warning"


def test_a_card_leads_somewhere(edition: MakeEdition) -> None:
    assert found(edition("bluesky", "Un", card=LinkCard("Titre"))) == [("CM517", ("card",))]


def test_a_limit_seen_at_second_hand_warns_until_the_channel_says_it_itself(
    edition: MakeEdition,
) -> None:
    tags = " ".join(f"#mot{n}" for n in range(9))
    [problem] = compose(edition("bluesky", tags)).problems
    assert (problem.code, problem.values["length"]) == ("CM518", 9)
    assert codes.code("CM518").severity == "warning"
    assert found(edition("bluesky", tags, limits={"hashtags": 8})) == [("CM506", (BODY, 0))]
    assert found(edition("bluesky", tags, limits={"hashtags": 9})) == []


def test_hashtags_beside_the_text_count_as_well(edition: MakeEdition) -> None:
    platform = made({"hashtags": Limit(2, "hashtags", "Forum", "2026-11-22")})
    message = Message("#un #deux", fields={"hashtags": ["trois"]})
    problems = list(declared_problems(platform, edition("forum", "#un #deux"), [message]))
    assert [problem.code for problem in problems] == ["CM506"]


def test_a_link_beside_the_text_counts_as_well(edition: MakeEdition) -> None:
    platform = made({"links": Limit(1, "links", "Forum", "2026-11-22")})
    text, other = "Un https://example.org/a", "https://example.org/b"
    for link, codes_found in (("https://example.org/a", []), (other, ["CM506"])):
        message = Message(text, fields={"link": link})
        problems = list(declared_problems(platform, edition("forum", text), [message]))
        assert [problem.code for problem in problems] == codes_found


def test_an_alt_text_too_long_is_shown_at_its_picture(
    edition: MakeEdition, media: MakeMedia
) -> None:
    picture = media(alt="é" * 1501)
    assert found(edition("mastodon", "Un", media=(picture,))) == [("CM513", ("media",))]
