from __future__ import annotations

import re

import pytest

from tests.cli.conftest import NOW, ONE_MISTAKE, WRONG, Cmops, post
from tests.conftest import CMOPS_YML, MakeWorkspace

ENGLISH = CMOPS_YML.replace("language: fr", "language: en")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_mistake_is_one_line_with_its_place_and_gives_one(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("validate", "--at", NOW, at=workspace(ONE_MISTAKE))
    assert said.code == 1
    (line,) = said.out.splitlines()
    assert line.startswith(f"{WRONG}:4:15: error CM210 ")
    assert "nulle-part" in line


@pytest.mark.parametrize(
    ("language", "posts", "expected"),
    [
        ("fr", 0, "1 document, rien à corriger."),
        ("fr", 1, "2 documents, rien à corriger."),
        ("en", 0, "1 document, nothing to mend."),
        ("en", 1, "2 documents, nothing to mend."),
    ],
)
def test_no_mistake_is_said_in_the_right_number(
    language: str, posts: int, expected: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    files = {f"content/posts/p{n}.md": post() for n in range(posts)}
    settings = CMOPS_YML.replace("language: fr", f"language: {language}")
    said = cmops("validate", "--at", NOW, at=workspace({**files, "cmops.yml": settings}))
    assert (said.code, said.out, plain(said.err)) == (0, "", f"{expected}\n")


@pytest.mark.parametrize(
    ("settings", "mistakes", "expected"),
    [
        (CMOPS_YML, 0, "0 erreur, 1 avertissement, 2 documents"),
        (CMOPS_YML, 1, "1 erreur, 0 avertissement, 2 documents"),
        (CMOPS_YML, 2, "2 erreurs, 0 avertissement, 3 documents"),
        (ENGLISH, 0, "0 errors, 1 warning, 2 documents"),
        (ENGLISH, 1, "1 error, 0 warnings, 2 documents"),
        (ENGLISH, 2, "2 errors, 0 warnings, 3 documents"),
    ],
)
def test_counts_are_in_the_right_number_for_zero_one_and_many(
    settings: str, mistakes: int, expected: str, cmops: Cmops, workspace: MakeWorkspace
) -> None:
    files = {
        f"content/posts/p{n}.md": post(f"{n} jours", to="nulle-part", at=f"2026-11-2{5 + n} 10:00")
        for n in range(mistakes)
    }
    files = files or {"content/notes.md": "x", "content/posts/p.md": post()}
    said = cmops("validate", "--at", NOW, at=workspace({**files, "cmops.yml": settings}))
    assert said.err.splitlines()[0] == expected


def test_warnings_alone_give_zero(cmops: Cmops, workspace: MakeWorkspace) -> None:
    said = cmops("validate", at=workspace({"content/notes.md": "x"}))
    assert said.code == 0
    assert "warning CM017" in said.out


def test_json_is_the_contract_word_for_word(cmops: Cmops, workspace: MakeWorkspace) -> None:
    said = cmops("validate", "--format", "json", "--at", NOW, at=workspace(ONE_MISTAKE))
    assert said.code == 1
    assert said.err == ""
    assert list(said.json) == ["version", "counts", "diagnostics"]
    assert said.json["version"] == 1
    assert said.json["counts"] == {"documents": 3, "errors": 1, "warnings": 0}
    (found,) = said.json["diagnostics"]
    assert {**found, "message": "", "hint": ""} == {
        "path": WRONG,
        "line": 4,
        "column": 15,
        "severity": "error",
        "code": "CM210",
        "channel": "nulle-part",
        "message": "",
        "hint": "",
    }
    assert found["message"]


def test_json_without_findings_has_an_empty_list(cmops: Cmops, workspace: MakeWorkspace) -> None:
    said = cmops("validate", "--format", "json", at=workspace())
    assert said.code == 0
    assert said.json["diagnostics"] == []


def test_github_annotations_are_on_their_line_and_escaped(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    name = "content/posts/100%, c'est: oui.md"
    said = cmops("validate", "--format", "github", at=workspace({name: "---\ntitle: x: y\n---\n"}))
    assert said.code == 1
    (line,) = said.out.splitlines()
    match = re.fullmatch(r"::error file=([^,]+),line=2,col=\d+,title=(CM\d{3})::(.+)", line)
    assert match
    assert match[1] == "content/posts/100%25%2C c'est%3A oui.md"


def test_only_what_was_asked_for_is_shown_and_counted(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({**ONE_MISTAKE, "content/notes.md": "x"})
    said = cmops("validate", "content/posts", "--at", NOW, at=root)
    assert said.code == 1
    assert "CM017" not in said.out
    assert "2 documents" in said.err
    assert cmops("validate", "content/posts/bon.md", "--at", NOW).code == 0
    assert cmops("validate", "../posts/faux.md", "--at", NOW, at=root / "content/posts").code == 1
    assert cmops("validate", ".", "--at", NOW, at=root).code == 1


def test_a_path_that_is_not_there_is_not_silently_fine(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    said = cmops("validate", "content/posts/bonn.md", at=workspace(ONE_MISTAKE))
    assert said.code == 2
    assert "content/posts/bonn.md" in said.err


def test_a_path_outside_the_workspace_is_refused(cmops: Cmops, workspace: MakeWorkspace) -> None:
    assert cmops("validate", "/etc/hostname", at=workspace()).code == 2


def test_an_empty_folder_gets_one_located_message(cmops: Cmops) -> None:
    said = cmops("validate")
    assert said.code == 1
    (line,) = said.out.splitlines()
    assert line.startswith("cmops.yml:1:1: error CM201 ")


def test_a_ledger_that_cannot_be_read_does_not_stop_the_check(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace(ONE_MISTAKE)
    (root / ".git").mkdir()
    (root / ".git/HEAD").write_text("broken")
    said = cmops("validate", "--at", NOW, at=root)
    assert said.code == 1
    assert "CM210" in said.out
