from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cmops.workspace import editors
from cmops.workspace.editors import write
from cmops.workspace.files import FILES, FOLDERS
from cmops.workspace.schema import KINDS, localised
from cmops.workspace.snippets import snippets

SCHEMAS = Path(".schemas")


def made(root: Path, name: str) -> Any:
    return json.loads((root / ".vscode" / name).read_text("utf-8"))


def test_every_schema_is_written_and_named_where_its_yaml_files_are(tmp_path: Path) -> None:
    written = list(write(tmp_path, SCHEMAS, "fr"))
    assert all((tmp_path / path).is_file() for path in written)
    assert {path for path in written if path.startswith(".schemas")} == {
        f".schemas/{kind}.json" for kind in KINDS
    }
    places = made(tmp_path, "settings.json")["yaml.schemas"]
    kinds = {Path(name).stem: patterns for name, patterns in places.items()}
    in_yaml = {kind for path, kind in FILES.items() if path.endswith(".yml")}
    in_yaml |= {
        kind for folder in FOLDERS.values() for end, kind in folder.items() if end == ".yml"
    }
    assert kinds.keys() == in_yaml
    assert all((tmp_path / name).is_file() for name in places)


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = list(write(tmp_path, SCHEMAS, "fr"))
    before = {path: (tmp_path / path).read_bytes() for path in first}
    assert list(write(tmp_path, SCHEMAS, "fr")) == first
    assert {path: (tmp_path / path).read_bytes() for path in first} == before


def test_another_folder_replaces_the_first(tmp_path: Path) -> None:
    list(write(tmp_path, SCHEMAS, "fr"))
    list(write(tmp_path, Path("tools/schemas"), "fr"))
    list(write(tmp_path, tmp_path / "absolute", "fr"))
    places = made(tmp_path, "settings.json")["yaml.schemas"]
    assert all(name.startswith("./absolute/") for name in places)


def test_what_the_editors_files_hold_already_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".vscode").mkdir()
    theirs: dict[str, Any] = {
        "settings.json": {
            "editor.rulers": [100],
            "yaml.schemas": {
                "./mine/post.json": ["x.yml"],
                "https://json.example/ci.json": "ci.yml",
            },
            "[markdown]": {"editor.quickSuggestions": {"other": False}, "editor.wordWrap": "on"},
        },
        "tasks.json": {
            "version": "2.0.0",
            "inputs": [],
            "tasks": [
                {"label": "mine", "command": "x"},
                {"label": "cmops validate", "command": "old"},
            ],
        },
        "extensions.json": {"recommendations": ["a.b"], "unwantedRecommendations": ["c.d"]},
    }
    for name, content in theirs.items():
        (tmp_path / ".vscode" / name).write_text(json.dumps(content))
    list(write(tmp_path, SCHEMAS, "fr"))

    settings = made(tmp_path, "settings.json")
    assert settings["editor.rulers"] == [100]
    assert settings["yaml.schemas"]["./mine/post.json"] == ["x.yml"]
    assert settings["yaml.schemas"]["https://json.example/ci.json"] == "ci.yml"
    assert settings["[markdown]"] == theirs["settings.json"]["[markdown]"]
    tasks = made(tmp_path, "tasks.json")
    assert tasks["inputs"] == []
    labels = [task["label"] for task in tasks["tasks"]]
    assert labels == ["mine", "cmops validate", "cmops validate --watch"]
    assert tasks["tasks"][1]["command"] == "cmops"
    extensions = made(tmp_path, "extensions.json")
    assert extensions["recommendations"] == ["a.b", "redhat.vscode-yaml"]
    assert extensions["unwantedRecommendations"] == ["c.d"]


@pytest.mark.parametrize("theirs", ['{\n  // a comment\n  "a": 1,\n}\n', "", "[1, 2]", "not json"])
def test_a_file_that_cannot_be_added_to_stays_and_ours_goes_beside_it(
    theirs: str, tmp_path: Path
) -> None:
    (tmp_path / ".vscode").mkdir()
    for name in ("settings.json", "tasks.json", "extensions.json"):
        (tmp_path / ".vscode" / name).write_text(theirs)
    written = list(write(tmp_path, SCHEMAS, "fr"))
    for name in ("settings", "tasks", "extensions"):
        assert (tmp_path / f".vscode/{name}.json").read_text() == theirs
        assert f".vscode/{name}.cmops.json" in written
        assert made(tmp_path, f"{name}.cmops.json")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "content/posts/été à.md:3:15: error CM210 aucun compte : « x » (connus : a)",
            (
                "content/posts/été à.md",
                "3",
                "15",
                "error",
                "CM210",
                "aucun compte : « x » (connus : a)",
            ),
        ),
        ("a.yml:1:1: warning CM017 x", ("a.yml", "1", "1", "warning", "CM017", "x")),
        ("2 erreurs, 0 avertissement, 3 documents", None),
    ],
)
def test_the_problem_matcher_reads_what_validate_prints(
    line: str, expected: tuple[str, ...] | None, tmp_path: Path
) -> None:
    list(write(tmp_path, SCHEMAS, "fr"))
    for task in made(tmp_path, "tasks.json")["tasks"]:
        pattern = task["problemMatcher"]["pattern"]
        match = re.search(pattern["regexp"], line)
        groups = ("file", "line", "column", "severity", "code", "message")
        assert (tuple(match[pattern[each]] for each in groups) if match else None) == expected


def test_the_watching_task_knows_where_a_check_begins_and_ends(tmp_path: Path) -> None:
    list(write(tmp_path, SCHEMAS, "fr"))
    (watching,) = (
        each for each in made(tmp_path, "tasks.json")["tasks"] if each.get("isBackground")
    )
    patterns = watching["problemMatcher"]["background"]
    assert re.search(patterns["beginsPattern"], editors.BEGINS)
    assert re.search(patterns["endsPattern"], editors.ENDS)
    assert watching["runOptions"] == {"runOn": "folderOpen"}


def filled(line: str) -> str:
    """A snippet's line as it is when somebody takes its first choice everywhere."""
    line = re.sub(r"\$\{\d+\|([^,|]+)[^}]*\|\}", r"\1", line)
    return re.sub(r"\$\{\d+:([^}]*)\}|\$\{\d+\}|\$\d", lambda found: found[1] or "x", line)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_field_of_every_markdown_document_has_a_snippet_with_help(language: str) -> None:
    found = snippets(language)
    prefixes = {each["prefix"] for each in found.values()}
    for kind in (
        "post",
        "article",
        "reply",
        "event",
        "campaign",
        "editorial",
        "guidelines",
        "crisis",
    ):
        assert localised(kind, language)["properties"].keys() <= prefixes
    for name, each in found.items():
        assert each["scope"] == "markdown"
        assert each["description"], name


def test_a_field_with_choices_offers_them(tmp_path: Path) -> None:
    bodies = {each["prefix"]: each["body"] for each in snippets("fr").values()}
    assert bodies["format"] == ["format: ${1|post,carousel,reel,story,document|}"]
    assert bodies["publish_at"] == ["publish_at: ${1:2026-12-01 12:15}"]
    assert bodies["hashtags"] == ["hashtags: [$1]"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_filled_snippet_is_yaml(language: str) -> None:
    for each in snippets(language).values():
        lines = [filled(line) for line in each["body"]]
        if each["prefix"].startswith("cmops-"):
            assert lines[0] == "---"
            lines = lines[1 : lines.index("---", 1)]
        assert isinstance(yaml.safe_load("\n".join(lines)), dict), each


def test_the_snippets_are_for_the_language_that_was_asked_for(tmp_path: Path) -> None:
    list(write(tmp_path, SCHEMAS, "en"))
    found = made(tmp_path, "cmops.code-snippets")
    assert found == snippets("en")
    assert found != snippets("fr")
