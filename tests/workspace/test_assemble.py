from __future__ import annotations

import pytest

from cmops.workspace.assemble import ascii_id, is_id
from cmops.workspace.load import load
from tests.conftest import MakeWorkspace

POST = "---\ntitle: T\nto: [archive]\npublish_at: 2026-12-01 12:15\n{more}---\nx\n"


def post(more: str = "") -> str:
    return POST.format(more=more)


def test_documents_are_known_by_their_files_names_or_their_ids(workspace: MakeWorkspace) -> None:
    files = {
        "content/posts/2026/a.md": post(),
        "content/articles/b.md": post("id: autre\n"),
        "content/replies/merci.md": "---\ntitle: T\nwhen: W\n---\nMerci.\n",
    }
    loaded = load(workspace(files))
    assert loaded.findings == ()
    assert {id: each.kind for id, each in loaded.workspace.posts.items()} == {
        "a": "post",
        "autre": "article",
    }
    assert loaded.workspace.replies["merci"].path == "content/replies/merci.md"


def test_two_of_one_name_are_told_on_both_and_the_first_stays(workspace: MakeWorkspace) -> None:
    files = {"content/posts/1/a.md": post(), "content/posts/2/b.md": post("id: a\n")}
    loaded = load(workspace(files))
    assert [(each.code, each.path, each.at) for each in loaded.findings] == [
        ("CM204", "content/posts/2/b.md", ("id",)),
        ("CM204", "content/posts/1/a.md", ()),
    ]
    assert loaded.workspace.posts["a"].path == "content/posts/1/a.md"


def test_a_name_that_cannot_be_an_identifier_breaks_its_post_only(
    workspace: MakeWorkspace,
) -> None:
    loaded = load(workspace({"content/posts/Été !.md": post(), "content/posts/b.md": post()}))
    assert [(each.code, each.values["id"]) for each in loaded.findings] == [("CM203", "ete")]
    assert set(loaded.workspace.posts) == {"b"}
    (broken,) = loaded.workspace.broken
    assert (broken.id, broken.channels) == ("ete", ("archive",))


@pytest.mark.parametrize(
    "front",
    [
        "to: archive\npublish_at: 3\nid: [a]\n",
        "to: [1, {a: b}, archive]\npublish_at: [x]\n",
        "to: {a: b}\npublish_at: 2026-02-30 12:00\nid: A B\n",
        "- a\n- b\n",
        "title: x\n",
    ],
)
def test_whatever_can_be_said_of_a_broken_post_is_kept(
    front: str, workspace: MakeWorkspace
) -> None:
    loaded = load(workspace({"content/posts/a.md": f"---\n{front}---\nx\n"}))
    assert loaded.workspace.posts == {}
    (broken,) = loaded.workspace.broken
    assert broken.id == "a"
    assert broken.publish_at is None
    assert set(broken.channels) <= {"archive"}


def test_a_time_in_a_gap_is_a_finding_and_the_post_stays(workspace: MakeWorkspace) -> None:
    text = post().replace("2026-12-01 12:15", "2026-03-29 02:30")
    loaded = load(workspace({"content/posts/a.md": text}))
    assert [each.code for each in loaded.findings] == ["CM301"]
    assert loaded.workspace.posts["a"].publish_at is None


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Atelier d'été", "atelier-d-ete"),
        ("Atelier d’été", "atelier-d-ete"),
        ("Avant – après", "avant-apres"),
        ("Œuvre, cœur & bœuf", "oeuvre-coeur-boeuf"),
        ("Straße", "strasse"),
        ("l_atelier.md", "l-atelier-md"),
        ("../../etc", "etc"),
        ("🎉", "sans-nom"),
        ("", "sans-nom"),
    ],
)
def test_a_name_becomes_an_identifier_that_people_recognise(name: str, id: str) -> None:
    assert ascii_id(name) == id
    assert is_id(ascii_id(name))
