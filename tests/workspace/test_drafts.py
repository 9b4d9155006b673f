from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from cmops.workspace import drafts
from cmops.workspace.drafts import KINDS, Draft, Wish
from cmops.workspace.load import load
from cmops.workspace.source import read
from tests.conftest import CMOPS_YML, MakeWorkspace

SETTINGS = f"{CMOPS_YML}audiences: {{membres: {{name: Membres}}}}\n"
OBJECTIVES = """\
objectives:
  - {id: regularite, name: N, why: W, kpi: published, target: 24, \
start: 2026-10-01, end: 2026-12-31}
"""
FILES = {"cmops.yml": SETTINGS, "calendar/objectives.yml": OBJECTIVES}


def at(root: Path, text: str) -> datetime:
    from cmops.workspace import time

    return time.moment(text, load(root).workspace.zone)


def wish(root: Path, kind: str = "post", title: str = "Un titre", **more: object) -> Wish:
    return Wish(kind, title, at(root, "2026-12-01 12:15"), ("archive",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_draft_is_right(kind: str, language: str, workspace: MakeWorkspace) -> None:
    root = workspace(FILES)
    made = drafts.draft(wish(root, kind), load(root).workspace, language)
    assert drafts.wrong(made) == ()
    assert made.path.startswith(KINDS[kind].format(year=2026))
    drafts.write(root, made)
    assert [each for each in load(root).findings if each.path == made.path] == []


def test_a_file_that_is_there_is_never_written_over(workspace: MakeWorkspace) -> None:
    root = workspace()
    made = Draft("content/posts/a.md", "a", "text")
    drafts.write(root, made)
    with pytest.raises(FileExistsError):
        drafts.write(root, made)


def test_a_name_is_free_when_nothing_in_the_workspace_has_it(workspace: MakeWorkspace) -> None:
    files = {
        **FILES,
        "content/posts/ailleurs/un-titre.md": "---\ntitle: T\nto: [archive]\n---\nx\n",
        "content/posts/2026/un-titre-2.md": "broken",
    }
    root = workspace(files)
    made = drafts.draft(wish(root), load(root).workspace, "fr")
    assert made.id == "un-titre-3"


@pytest.mark.parametrize(
    "text",
    [
        *("a", "a: b", "a #b", "@a", "*a", "&a", "!a", "%a", "`a", "- a", "? a", "[a", "{a}"),
        *("null", "yes", "1", "1.5", "0x1F", "2026-12-01", "", " a", "a ", '"a"', "'a'"),
        *("a\\b", "---", "é’«»", "a\tb", "|", ">"),
    ],
)
def test_a_scalar_is_read_back_as_it_was(text: str) -> None:
    raw = f"---\nvalue: {drafts.scalar(text)}\n---\n".encode()
    document, wrong = read("a.md", raw, "post")
    assert wrong == ()
    assert document is not None
    assert document.data == {"value": text}


def test_the_brand_is_written_where_there_are_several(workspace: MakeWorkspace) -> None:
    brands = "brands: {a: {name: A}, b: {name: B}}\n"
    settings = (
        CMOPS_YML.replace("path: outbox/archive", "path: outbox/archive\n    brand: b") + brands
    )
    root = workspace({"cmops.yml": settings})
    made = drafts.draft(wish(root), load(root).workspace, "fr")
    assert "\nbrand: b\n" in made.text


def test_the_morning_that_is_proposed_is_free_and_open(workspace: MakeWorkspace) -> None:
    windows = """\
publishing:
  - {days: [tuesday, thursday], start: "08:00", end: "20:00", why: W}
quiet:
  - {start: 2026-12-03 00:00, end: 2026-12-04 00:00, reason: Deuil, level: error, \
scope: {everything: true}}
"""
    taken = "---\ntitle: T\nto: [archive]\npublish_at: 2026-12-01 10:00\n---\nx\n"
    root = workspace({"calendar/windows.yml": windows, "content/posts/a.md": taken})
    loaded = load(root)
    assert loaded.findings == ()
    now = at(root, "2026-11-27 18:00")
    found = drafts.morning(loaded.workspace, ["archive"], now)
    assert f"{found:%Y-%m-%d %H:%M}" == "2026-12-08 09:30"
    other = drafts.morning(loaded.workspace, ["bluesky"], now)
    assert f"{other:%Y-%m-%d %H:%M}" == "2026-12-01 09:30"


def test_where_no_morning_is_free_tomorrow_is_as_good_as_any(workspace: MakeWorkspace) -> None:
    windows = 'publishing: [{days: [monday], start: "20:00", end: "21:00", why: W}]\n'
    root = workspace({"calendar/windows.yml": windows})
    found = drafts.morning(load(root).workspace, ["archive"], at(root, "2026-11-27 18:00"))
    assert f"{found:%Y-%m-%d %H:%M}" == "2026-11-28 09:30"
