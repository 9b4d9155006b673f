from __future__ import annotations

from datetime import date

from cmops.pages import mix
from cmops.pages.links import as_folders
from cmops.pages.site import Site
from cmops.project import Project
from tests.conftest import CMOPS_YML, MakeWorkspace

PILLARS = """pillars:
  coulisses: {name: Coulisses, share: 50}
  agenda: {name: Agenda, share: 40}
  entraide: {name: Entraide}
"""
BRANDS = (
    CMOPS_YML.replace("channels:", "brands: {a: {name: A}, b: {name: B}}\nchannels:")
    .replace("    platform:", "    brand: a\n    platform:")
    .replace("  archive:\n    brand: a", "  archive:\n    brand: b")
)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


def post(
    id: str, pillar: str = "", extra: str = "", body: str = "Texte", to: str = "mastodon"
) -> dict[str, str]:
    chosen = f"pillar: {pillar}\n" if pillar else ""
    text = (
        f"---\ntitle: {id}\nstatus: ready\npublish_at: 2026-12-{int(id[1:]) + 1:02} 10:00\n"
        f"to: [{to}]\n{chosen}{extra}---\n{body} {id}\n"
    )
    return {f"content/posts/{id}.md": text}


def made(workspace: MakeWorkspace, settings: str, *posts: dict[str, str]) -> tuple[mix.Mix, ...]:
    files = {path: text for each in posts for path, text in each.items()}
    root = workspace({"cmops.yml": settings, **files})
    return mix.mixes(
        Site(Project(root, at="2026-12-01 08:00", sandbox=True), as_folders), FIRST, LAST
    )


def test_shares_of_pillars_are_held_against_what_is_wanted(workspace: MakeWorkspace) -> None:
    posts = [post(f"p{n}", "coulisses" if n < 4 else "") for n in range(1, 6)]
    (whole,) = made(workspace, CMOPS_YML + PILLARS, *posts)
    told = [
        (each.name, each.count, round(each.share), each.off, each.far) for each in whole.pillars
    ]
    assert told == [
        ("Coulisses", 3, 60, 10, False),
        ("Agenda", 0, 0, -40, True),
        ("Sans pilier", 2, 40, 0, False),
    ]


def test_a_handful_of_posts_says_nothing_about_shares(workspace: MakeWorkspace) -> None:
    (whole,) = made(workspace, CMOPS_YML + PILLARS, post("p1", "agenda"))
    assert not [each for each in whole.pillars if each.far]


def test_a_brand_has_its_own_shares_and_is_not_measured_by_those_of_all(
    workspace: MakeWorkspace,
) -> None:
    posts = post("p1", "agenda"), post("p2", "coulisses", to="mastodon, archive")
    whole, a, b = made(workspace, BRANDS + PILLARS, *posts)
    assert (whole.posts, a.posts, b.posts) == (2, 2, 1)
    assert (whole.wants, a.wants, b.wants) == (True, False, False)
    assert (whole.told, a.told) == ("", "brand:a")
    assert [each.name for each in b.pillars] == ["Coulisses"]


def test_a_repeated_post_counts_once_and_formats_are_what_readers_see(
    workspace: MakeWorkspace,
) -> None:
    (whole,) = made(
        workspace,
        CMOPS_YML,
        post("p1", extra="repeat: FREQ=DAILY;COUNT=5\n"),
        post("p2", body="Un\n\n---\n\nDeux"),
        post("p3", extra="poll: {options: [Oui, Non], duration: 1d}\n"),
        post("p4", extra="link: https://example.org/\n"),
    )
    assert whole.posts == 4
    assert {each.name: each.count for each in whole.formats} == {
        "texte": 1, "fil": 1, "sondage": 1, "lien": 1,
    }  # fmt: skip


def test_without_posts_there_is_no_mix(workspace: MakeWorkspace) -> None:
    assert made(workspace, CMOPS_YML + PILLARS) == ()
