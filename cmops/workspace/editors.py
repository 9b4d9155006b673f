"""Schemas as files, and the settings that make VS Code complete and check while typing.

YAML files are checked by the YAML extension against the schemas. It does not look into Markdown's
front matter: there, snippets complete, and a task underlines what ``cmops validate`` finds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from cmops.workspace.schema import KINDS, localised
from cmops.workspace.snippets import snippets

FOLDER = ".vscode"
BESIDE = ".cmops.json"
"""What a file of ours ends in where the editor's own cannot be added to."""

_PLACES = {
    "settings": ("cmops.yml",),
    "media": ("content/media/**/*.yml",),
    "key-dates": ("calendar/key-dates/**/*.yml",),
    "windows": ("calendar/windows.yml",),
    "objectives": ("calendar/objectives.yml",),
    "moderation": ("playbooks/moderation/**/*.yml",),
    "campaign": ("calendar/campaigns/**/*.yml",),
    "event": ("calendar/events/**/*.yml",),
}
_YAML = "redhat.vscode-yaml"
_LINE = r"^(.+?):(\d+):(\d+): (error|warning) (CM\d{3}) (.*)$"
_MATCHER = {
    "owner": "cmops",
    "fileLocation": ["relative", "${workspaceFolder}"],
    "pattern": {
        "regexp": _LINE,
        "file": 1,
        "line": 2,
        "column": 3,
        "severity": 4,
        "code": 5,
        "message": 6,
    },
}
BEGINS, ENDS = "[cmops validate", "cmops validate]"
"""The lines between which a watching validate prints: the editor forgets what it knew before."""

_WATCHED = {
    **_MATCHER,
    "background": {
        "activeOnStart": True,
        "beginsPattern": r"^\[cmops validate$",
        "endsPattern": r"^cmops validate\]$",
    },
}
_TASKS: tuple[Mapping[str, Any], ...] = (
    {
        "label": "cmops validate",
        "type": "process",
        "command": "cmops",
        "args": ["validate"],
        "group": {"kind": "test", "isDefault": True},
        "presentation": {"reveal": "silent"},
        "problemMatcher": _MATCHER,
    },
    {
        "label": "cmops validate --watch",
        "type": "process",
        "command": "cmops",
        "args": ["validate", "--watch"],
        "isBackground": True,
        "presentation": {"reveal": "never"},
        "runOptions": {"runOn": "folderOpen"},
        "problemMatcher": _WATCHED,
    },
)

Merge = Callable[[dict[str, Any]], dict[str, Any]]


def write(root: Path, folder: Path, language: str) -> Iterator[str]:
    """Writes every schema to ``folder`` and the editor's files to ``.vscode``; what was written.

    What those hold already is kept, and only ours is replaced. One that has comments, which JSON
    has no place for, stays as it is: ours is then written beside it (``settings.cmops.json``).
    """
    target = root / folder
    target.mkdir(parents=True, exist_ok=True)
    below = PurePath(os.path.relpath(target, root)).as_posix()
    for kind in KINDS:
        (target / f"{kind}.json").write_text(_json(localised(kind, language)), "utf-8")
        yield f"{below}/{kind}.json"
    (root / FOLDER).mkdir(exist_ok=True)
    yield _merged(root, "settings.json", lambda known: _settings(known, below))
    yield _merged(root, "tasks.json", _tasks)
    yield _merged(root, "extensions.json", _extensions)
    (root / FOLDER / "cmops.code-snippets").write_text(_json(snippets(language)), "utf-8")
    yield f"{FOLDER}/cmops.code-snippets"


def _settings(known: dict[str, Any], below: str) -> dict[str, Any]:
    schemas = {f"./{below}/{kind}.json": list(places) for kind, places in _PLACES.items()}
    ours = {name.rpartition("/")[2] for name in schemas}
    others = {
        name: places
        for name, places in _mapping(known, "yaml.schemas").items()
        if not (name.rpartition("/")[2] in ours and places in schemas.values())
    }
    markdown = {
        # Off in Markdown unless somebody says otherwise: nothing would be completed.
        "editor.quickSuggestions": {"other": True, "comments": False, "strings": False},
        **_mapping(known, "[markdown]"),
    }
    return {**known, "yaml.schemas": {**others, **schemas}, "[markdown]": markdown}


def _tasks(known: dict[str, Any]) -> dict[str, Any]:
    ours = {task["label"] for task in _TASKS}
    found = known.get("tasks")
    others = [
        task
        for task in (found if isinstance(found, list) else ())
        if not (isinstance(task, dict) and task.get("label") in ours)
    ]
    return {"version": "2.0.0", **known, "tasks": [*others, *_TASKS]}


def _extensions(known: dict[str, Any]) -> dict[str, Any]:
    found = known.get("recommendations")
    wanted = list(found) if isinstance(found, list) else []
    return {**known, "recommendations": [*wanted, *([] if _YAML in wanted else [_YAML])]}


def _merged(root: Path, name: str, merge: Merge) -> str:
    """The file with ours put in, or ours beside it; which of them was written."""
    file = root / FOLDER / name
    try:
        known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    except ValueError:
        known = None
    if not isinstance(known, dict):
        file, known = file.with_suffix(BESIDE), {}
    file.write_text(_json(merge(known)), "utf-8")
    return f"{FOLDER}/{file.name}"


def _mapping(known: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = known.get(key)
    return dict(found) if isinstance(found, dict) else {}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
