from __future__ import annotations

from pathlib import Path

import pytest

from cmops.workspace.drafts import KINDS
from tests.cli.conftest import NOW, Cmops
from tests.conftest import CMOPS_YML, MakeWorkspace

AIMS = {
    "cmops.yml": f"{CMOPS_YML}audiences: {{membres: {{name: Membres}}}}\n",
    "calendar/objectives.yml": """\
objectives:
  - {id: regularite, name: Régularité, why: On nous oublie., kpi: published, target: 24, \
start: 2026-10-01, end: 2026-12-31}
""",
}
HOSTILE = [
    'Un "titre" : avec tout # et plus',
    "@mention & *ancre* !tag %dir `code`",
    "[liste, {objet}]",
    "- tiret",
    "? question",
    "null",
    "yes",
    "2026-12-01",
    "12:15",
    "🎉🎉",
    "Ateliers d’hiver — l’été",
    "../../etc/passwd",
    "line one\nline two",
    "---",
    "  espaces  ",
    "$title ${text} $$",
    "x" * 200,
    "Œuvre à Łódź",
    "مرحبا",
]


@pytest.fixture(params=["fr", "en"])
def fresh(request: pytest.FixtureRequest, cmops: Cmops, tmp_path: Path) -> Path:
    cmops("init", "new", "--language", request.param)
    return tmp_path / "new"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_document_is_valid_from_its_first_line(
    kind: str, cmops: Cmops, fresh: Path
) -> None:
    said = cmops("new", kind, "--title", "Portes ouvertes", at=fresh)
    assert said.code == 0
    assert (fresh / said.out.strip()).is_file()
    checked = cmops("validate", "--format", "json")
    assert checked.code == 0
    assert checked.json["counts"]["documents"] == 9
    # A holding statement does have to be approved by somebody.
    found = {each["code"] for each in checked.json["diagnostics"]}
    assert found <= ({"CM818"} if kind == "playbook" else set())


@pytest.mark.parametrize("title", HOSTILE)
def test_any_title_makes_a_file_inside_its_folder_that_is_valid(
    title: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace(AIMS)
    for kind in KINDS:
        said = cmops("new", kind, "--title", title, "--at", NOW, at=root)
        assert said.code == 0, said.err
        path = said.out.strip()
        assert path.startswith(KINDS[kind].format(year=2026) + "/")
        assert ".." not in path
        assert len(Path(path).name) < 100
        checked = cmops("validate", path, "--at", NOW, "--format", "json").json
        errors = [each for each in checked["diagnostics"] if each["severity"] == "error"]
        assert errors == []


def test_a_campaign_without_anybody_to_reach_says_what_to_write_first(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("new", "campaign", "--title", "Hiver", at=workspace())
    assert said.code == 2
    assert "audiences: {membres: {name: Membres}}" in said.err
    workspace({"cmops.yml": AIMS["cmops.yml"]})
    said = cmops("new", "campaign", "--title", "Hiver")
    assert said.code == 2
    assert "calendar/objectives.yml" in said.err


def test_titles_become_readable_names(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace()
    names = {
        "Ateliers d’hiver": "ateliers-d-hiver",
        "L'été à l'œuvre": "l-ete-a-l-oeuvre",
        "Avant—après": "avant-apres",
        "🎉": "post-2026-11-28",  # the mornings before it are taken by now
    }
    for title, name in names.items():
        said = cmops("new", "post", "--title", title, "--at", NOW, at=root)
        assert Path(said.out.strip()).stem == name


def test_the_same_title_twice_is_two_documents(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace()
    first = cmops("new", "post", "--title", "Bis", at=root).out
    second = cmops("new", "post", "--title", "Bis").out
    assert (Path(first.strip()).stem, Path(second.strip()).stem) == ("bis", "bis-2")


def test_the_time_is_the_next_morning_that_is_free_and_open(cmops: Cmops, fresh: Path) -> None:
    for day in ("2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"):
        said = cmops("new", "post", "--title", f"Post {day}", "--at", "2026-11-25 18:00", at=fresh)
        assert f"publish_at: {day} 09:30\n" in (fresh / said.out.strip()).read_text("utf-8")


def test_what_is_given_is_what_is_written(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace()
    said = cmops(
        "new",
        "post",
        "--title=Un titre",
        "--to=bluesky",
        "--to=archive",
        "--publish-at=2026-12-01 12:15",
        "--text=Le texte : « exact » $text",
        "--id=mon-post",
        at=root,
    )
    assert said.out == "content/posts/2026/mon-post.md\n"
    text = (root / said.out.strip()).read_text("utf-8")
    assert "title: Un titre\n" in text
    assert "to: [bluesky, archive]\n" in text
    assert "publish_at: 2026-12-01 12:15\n" in text
    assert text.endswith("---\nLe texte : « exact » $text\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--title", ""],
        ["--title", "   "],
        [],
        ["--title", "x" * 201],
        ["--title", "x", "--id", "../../up"],
        ["--title", "x", "--id", "Majuscule"],
        ["--title", "x", "--text", "\x07"],
        ["--title", "x", "--to", "nulle-part"],
        ["--title", "x", "--brand", "nulle-part"],
        ["--title", "x", "--publish-at", "demain"],
        ["--title", "x", "--publish-at", "2026-03-29 02:30"],
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    wrong: list[str], cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace()
    said = cmops("new", "post", *wrong, at=root)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("cmops: ")
    assert not (root / "content").exists()


def test_outside_a_workspace_nothing_is_written(cmops: Cmops, tmp_path: Path) -> None:
    assert cmops("new", "post", "--title", "x").code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_article_is_not_written_for_networks_that_take_none(
    cmops: Cmops, tmp_path: Path
) -> None:
    cmops("init", "new", "--language", "en", "--channel", "mastodon=us@mastodon.example")
    said = cmops("new", "article", "--title", "News", at=tmp_path / "new")
    assert said.code == 2
    assert "publishes articles" in said.err
    assert not (tmp_path / "new/content/articles").exists()
