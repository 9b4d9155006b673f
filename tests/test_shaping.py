"""A post as each of its channels gets it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cmops.adapters.contract import Edition
from cmops.findings import BODY
from cmops.media import Gallery
from cmops.shaping import Shaping, edition, publish_at_place, resolved, says
from cmops.workspace.model import (
    Brand,
    Channel,
    LinkCard,
    Poll,
    Post,
    Settings,
    Utm,
    Variant,
    Workspace,
)
from cmops.workspace.model.sidecars import Sidecar

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
LINK = "https://example.org/ateliers"
Shape = Callable[..., Edition]


def channel(platform: str, id: str | None = None, **more: Any) -> Channel:
    return Channel(id or platform, platform, "a", "b", "Ateliers", "fr", **more)


def workspace(root: Path, sidecars: Mapping[str, Sidecar] | None = None) -> Workspace:
    settings = Settings(
        "Ateliers",
        "fr",
        "Europe/Paris",
        {"b": Brand("Ateliers")},
        {},
        hashtags={"saison": ("hiver", "noel")},
        mentions={
            "voisins": {"mastodon": "@voisins@social.example", "x": "@lesvoisins"},
            "ville": {"bluesky": f"@ville.example {DID}"},
        },
    )
    return Workspace(str(root), settings, sidecars=sidecars or {})


@pytest.fixture
def shape(tmp_path: Path) -> Shape:
    """``shape("x", "Le texte", link=…)``: the edition of a post with these fields."""

    def make(
        to: str | Channel,
        body: str = "Bonjour",
        sidecars: Mapping[str, Sidecar] | None = None,
        **fields: Any,
    ) -> Edition:
        target = channel(to) if isinstance(to, str) else to
        post = Post(
            **{
                "id": "ouverture",
                "path": "content/posts/ouverture.md",
                "title": "Ouverture",
                "to": (target.id,),
                "body": body,
                **fields,
            }
        )
        return edition(post, target, workspace(tmp_path, sidecars), Gallery(tmp_path))

    return make


def test_the_common_text_goes_where_there_is_no_other(shape: Shape) -> None:
    made = shape("x", "\n\nBonjour  à tous\n\n")
    assert (made.parts, made.part_places) == (("Bonjour  à tous",), ((BODY, 2),))
    assert (made.post, made.title, made.language, made.format) == (
        "ouverture",
        "Ouverture",
        "fr",
        "post",
    )


BLOCKS = "Pour tous.\n\n::: x\nPour X.\n:::\n\n::: boutique-x\nPour la boutique.\n:::\n"


def test_a_channels_block_goes_before_its_platforms_and_that_before_the_common_text(
    shape: Shape,
) -> None:
    assert shape("mastodon", BLOCKS).parts == ("Pour tous.",)
    assert shape("x", BLOCKS).parts == ("Pour X.",)
    assert shape(channel("x", "boutique-x"), BLOCKS).parts == ("Pour la boutique.",)


def test_a_text_in_front_matter_can_be_a_thread_and_says_where_it_stands(shape: Shape) -> None:
    made = shape("x", "Pour tous.", variants={"x": Variant(text="Un\n\n---\n\nDeux")})
    assert made.parts == ("Un", "Deux")
    assert made.part_places == (("variants", "x", "text"),) * 2


def test_each_message_of_a_thread_knows_its_place(shape: Shape) -> None:
    body = "Un\n\n---\n\nDeux"
    made = shape("x", body)
    assert made.parts == ("Un", "Deux")
    assert [place[1] for place in made.part_places] == [0, body.index("Deux")]


def test_a_variants_field_wins_and_is_shown_in_the_variant(shape: Shape) -> None:
    variants = {
        "x": Variant(language="en", spoiler="Platform"),
        "boutique-x": Variant(spoiler="Channel"),
    }
    made = shape(channel("x", "boutique-x"), variants=variants, spoiler="Post", quote="1")
    assert (made.spoiler, made.at("spoiler")) == (
        "Channel",
        ("variants", "boutique-x", "spoiler"),
    )
    assert (made.language, made.at("language")) == ("en", ("variants", "x", "language"))
    assert (made.quote, made.at("quote")) == ("1", ("quote",))


def test_an_empty_list_in_a_variant_takes_away_what_the_post_has(shape: Shape) -> None:
    made = shape("x", hashtags=("atelier",), variants={"x": Variant(hashtags=())})
    assert made.parts == ("Bonjour",)


def test_the_link_goes_to_the_end_of_the_first_message(shape: Shape) -> None:
    made = shape("x", "Un\n\n---\n\nDeux", link=LINK)
    assert made.parts == (f"Un\n\n{LINK}", "Deux")
    assert made.link == LINK


@pytest.mark.parametrize("text", [f"Voir {LINK}.", f"({LINK})", f"{LINK}, là", f"Un\n{LINK}"])
def test_a_link_that_the_text_says_is_not_said_again(shape: Shape, text: str) -> None:
    assert shape("x", text, link=LINK).parts == (text,)


@pytest.mark.parametrize(
    "text", [f"{LINK}/hiver", f"{LINK}-2026", f"{LINK}?page=2", f"{LINK}.html", f"{LINK}s"]
)
def test_a_longer_link_is_another_link(shape: Shape, text: str) -> None:
    assert not says(text, LINK)
    assert shape("x", text, link=LINK).parts == (f"{text}\n\n{LINK}",)


def test_a_card_takes_the_link_where_there_are_cards_and_nothing_is_lost_without_one(
    shape: Shape,
) -> None:
    card = LinkCard("Nos ateliers")
    assert shape("bluesky", link=LINK, card=card).parts == ("Bonjour",)
    assert shape("bluesky", link=LINK).parts == (f"Bonjour\n\n{LINK}",)
    assert shape("mastodon", link=LINK, card=card).parts == (f"Bonjour\n\n{LINK}",)


def test_a_link_that_has_a_field_of_its_own_leaves_the_text_alone(shape: Shape) -> None:
    for platform in ("outbox", "wordpress"):
        made = shape(platform, link=LINK, hashtags=("atelier",))
        assert (made.parts, made.link, made.hashtags) == (("Bonjour",), LINK, ("atelier",))


def test_hashtags_follow_the_text_with_the_sets_of_the_workspace(shape: Shape) -> None:
    made = shape("x", hashtags=("atelier", "+saison", "hiver", "+inconnu"))
    assert made.parts == ("Bonjour\n\n#atelier #hiver #noel",)


def test_a_hashtag_that_the_text_says_is_not_said_again(shape: Shape) -> None:
    made = shape("x", "Vive l’#Atelier", hashtags=("atelier", "ateliers"), link=LINK)
    assert made.parts == (f"Vive l’#Atelier\n\n{LINK}\n\n#ateliers",)


def test_a_post_of_pictures_alone_does_not_lose_its_link_and_hashtags(shape: Shape) -> None:
    made = shape("x", "", link=LINK, hashtags=("atelier",))
    assert (made.parts, made.part_places) == ((f"{LINK}\n\n#atelier",), (("link",),))
    made = shape("x", "", variants={"x": Variant(hashtags=("atelier",))})
    assert made.parts == ("#atelier",)
    assert made.part_places == (("variants", "x", "hashtags"),)
    assert shape("x", "").parts == ()


def test_names_become_the_accounts_of_each_network(shape: Shape) -> None:
    body = "Merci @voisins ! (contact@voisins.example, @autres)"
    assert shape("mastodon", body).parts == (
        "Merci @voisins@social.example ! (contact@voisins.example, @autres)",
    )
    assert shape("bluesky", body).parts == (body,)
    comment = shape("x", first_comment="Merci @voisins").first_comment
    assert comment == "Merci @lesvoisins"


def put(root: Path, path: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30)).save(stream, "PNG")
    file = root / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(stream.getvalue())


def sidecar(path: str, **fields: Any) -> dict[str, Sidecar]:
    return {path: Sidecar(path=f"content/{path}.yml", media=path, **fields)}


def test_media_are_opened_with_the_words_of_their_language(shape: Shape, tmp_path: Path) -> None:
    put(tmp_path, "media/a.png")
    known = sidecar("media/a.png", alt={"fr": "Un établi", "en": "A workbench"})
    post = {"media": ("media/a.png",), "sidecars": known}
    [media] = shape("x", **post).media
    assert (media.path, media.alt, media.type, media.width) == (
        "media/a.png",
        "Un établi",
        "image/png",
        40,
    )
    assert shape("x", language="en", **post).media[0].alt == "A workbench"
    assert shape("x", language="fr-CA", **post).media[0].alt == "Un établi"
    assert shape("x", language="de", **post).media[0].alt == ""


def test_media_know_their_place_though_others_cannot_be_opened(
    shape: Shape, tmp_path: Path
) -> None:
    put(tmp_path, "media/b.png")
    made = shape("x", variants={"x": Variant(media=("media/none.png", "media/b.png"))})
    assert [media.path for media in made.media] == ["media/b.png"]
    assert made.media_at(made.media[0]) == ("variants", "x", "media", 1)


def test_a_large_video_is_known_by_its_sidecar(shape: Shape) -> None:
    known = sidecar("media/a.mp4", url="https://example.org/a.mp4", sha256="0" * 64)
    [media] = shape("x", media=("media/a.mp4",), sidecars=known).media
    assert (media.url, media.sha256) == ("https://example.org/a.mp4", "0" * 64)


def test_an_article_is_one_text_with_its_cover_and_its_fields(shape: Shape, tmp_path: Path) -> None:
    put(tmp_path, "media/a.png")
    body = "# Hiver\n\n---\n\n::: note\nUn texte.\n:::\n"
    made = shape(
        channel("wordpress", options={"status": "draft", "slug": "canal"}),
        body,
        kind="article",
        cover="media/a.png",
        slug="hiver",
        tags=("bois",),
        options={"wordpress": {"status": "private"}},
    )
    assert made.parts == (body.strip("\n"),)
    assert made.cover is not None
    assert made.cover.path == "media/a.png"
    assert made.options == {"status": "private", "slug": "hiver", "tags": ["bois"]}


def test_options_of_one_platform_do_not_reach_another(shape: Shape) -> None:
    options = {"wordpress": {"status": "draft"}}
    assert shape("outbox", options=options).options == {}
    variants = {"wordpress": Variant(options={"wordpress": {"slug": "b"}})}
    made = shape("wordpress", options=options, variants=variants)
    assert made.options == {"status": "draft", "slug": "b"}


def test_polls_and_reposts_pass_through(shape: Shape) -> None:
    poll = Poll(("oui", "non"), timedelta(days=1))
    assert shape("x", poll=poll).poll == poll
    assert shape("x", "", repost=LINK).repost == LINK


def test_the_time_of_a_channel_is_its_variants(tmp_path: Path) -> None:
    common, own = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    post = Post(
        id="a",
        path="content/posts/a.md",
        title="A",
        to=("x", "mastodon"),
        body="",
        publish_at=common,
        variants={"x": Variant(publish_at=own)},
    )
    assert publish_at_place(post, channel("x")) == (own, ("variants", "x", "publish_at"))
    assert publish_at_place(post, channel("mastodon")) == (common, ("publish_at",))
    assert resolved(post, channel("x"), "publish_at") == own


def test_an_identifier_after_a_mentions_name_is_known_and_not_shown(shape: Shape) -> None:
    made = shape("bluesky", "Avec @ville, et @ville.")
    assert made.parts == ("Avec @ville.example, et @ville.example.",)
    assert made.mentions == {"@ville.example": DID}
    assert shape("x", "Avec @voisins.").mentions == {}


UTM = Utm(domains=("example.org",))


def test_links_to_ones_own_sites_say_channel_and_campaign_everywhere(shape: Shape) -> None:
    to = channel("mastodon", utm=UTM)
    told = "utm_source=mastodon&utm_medium=social&utm_campaign=hiver"
    body, comment = f"Ici {LINK}, là https://autre.example/a", f"Et {LINK}"
    shaped = shape(to, body, link=LINK, campaign="hiver", first_comment=comment)
    assert shaped.parts == (f"Ici {LINK}?{told}, là https://autre.example/a",)
    assert (shaped.link, shaped.first_comment) == (f"{LINK}?{told}", f"Et {LINK}?{told}")


def test_a_link_that_is_placed_is_said_once_and_with_its_channel(shape: Shape) -> None:
    to = channel("x", utm=Utm("lettre", "email", ("example.org",)))
    expected = f"{LINK}?utm_source=lettre&utm_medium=email"
    assert shape(to, "Bonjour", link=LINK).parts == (f"Bonjour\n\n{expected}",)


def test_a_blog_does_not_track_the_way_to_itself(shape: Shape) -> None:
    to = channel("wordpress", utm=UTM, settings={"url": "https://example.org"})
    assert shape(to, f"Ici {LINK}", kind="article").parts == (f"Ici {LINK}",)


def test_without_domains_or_with_no_utm_nothing_is_added(shape: Shape) -> None:
    for to in (channel("x"), channel("x", utm=Utm())):
        assert shape(to, f"Ici {LINK}").parts == (f"Ici {LINK}",)


def test_what_channels_get_together_is_what_each_gets_alone(tmp_path: Path) -> None:
    post = Post(
        id="ouverture",
        path="content/posts/ouverture.md",
        title="Ouverture",
        to=(),
        body=f"Bonjour @voisins et @ville.\n\n{BLOCKS}",
        link=LINK,
        hashtags=("+saison",),
        variants={
            "mastodon": Variant(link="https://example.org/m", hashtags=()),
            "b2": Variant(language="en", options={"bluesky": {"a": 1}}),
        },
    )
    channels = (
        *map(channel, ("x", "bluesky", "linkedin", "mastodon", "matrix")),
        channel("bluesky", "b2"),
        channel("x", "boutique-x", utm=Utm(domains=("example.org",))),
        channel("linkedin", "autre", utm=Utm(domains=("example.org",))),
    )
    given = (workspace(tmp_path), Gallery(tmp_path))
    assert Shaping(*given).editions(post, channels) == tuple(
        edition(post, each, *given) for each in channels
    )
