from __future__ import annotations

import json

import pytest

from cmops.workspace.schema import KINDS
from tests.cli.conftest import Cmops
from tests.conftest import MakeWorkspace


def test_kinds_are_listed_in_the_readers_language(cmops: Cmops, workspace: MakeWorkspace) -> None:
    lines = cmops("schema", at=workspace()).out.splitlines()
    assert tuple(line.split()[0] for line in lines) == KINDS
    assert "Fiche" in "".join(lines) or "Ligne éditoriale" in "".join(lines)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_valid_json_schema_with_titles(kind: str, cmops: Cmops) -> None:
    from jsonschema import Draft202012Validator

    said = cmops("schema", kind, "--language", "fr")
    Draft202012Validator.check_schema(said.json)
    assert said.json["title"]


def test_a_kind_that_is_none_is_wrong_usage(cmops: Cmops) -> None:
    said = cmops("schema", "posts")
    assert said.code == 2
    assert "post" in said.err


def test_the_editors_files_go_to_the_workspaces_root(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({"content/posts/.keep": ""})
    said = cmops("schema", "--write", ".schemas", at=root / "content/posts")
    assert said.code == 0
    for path in said.out.splitlines():
        assert (root / path).is_file()


def test_an_editors_file_with_comments_is_left_alone_and_said(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({".vscode/settings.json": '{\n  // mine\n  "a": 1\n}\n'})
    said = cmops("schema", "--write", ".schemas", at=root)
    assert "// mine" in (root / ".vscode/settings.json").read_text()
    beside = json.loads((root / ".vscode/settings.cmops.json").read_text())
    assert "yaml.schemas" in beside
    assert "settings.cmops.json" in said.err
