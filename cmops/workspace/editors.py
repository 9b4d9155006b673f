"""Schemas as files, and the settings that make VS Code complete and check while typing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from cmops.workspace.schema import KINDS, localised

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


def write(root: Path, folder: Path, language: str) -> Iterator[str]:
    """Writes every schema to ``folder`` and the editor's settings beside it; what was written.

    The settings of an existing ``.vscode/settings.json`` are kept; only ours are replaced.
    """
    target = root / folder
    target.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        file = target / f"{kind}.json"
        file.write_text(_json(localised(kind, language)), "utf-8")
        yield str(PurePosixPath(folder, file.name))
    settings = root / ".vscode" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    known = _known(settings)
    known["yaml.schemas"] = {**known.get("yaml.schemas", {}), **_places(folder)}
    settings.write_text(_json(known), "utf-8")
    yield ".vscode/settings.json"
    extensions = root / ".vscode" / "extensions.json"
    if not extensions.exists():
        extensions.write_text(_json({"recommendations": ["redhat.vscode-yaml"]}), "utf-8")
        yield ".vscode/extensions.json"


def _places(folder: Path) -> dict[str, list[str]]:
    return {
        f"./{PurePosixPath(folder)}/{kind}.json": list(places) for kind, places in _PLACES.items()
    }


def _known(settings: Path) -> dict[str, Any]:
    if not settings.is_file():
        return {}
    # Comments are common in this file and json refuses them: then ours goes beside it, untouched.
    try:
        known = json.loads(settings.read_text("utf-8"))
    except ValueError:
        settings.rename(settings.with_suffix(".json.before-cmops"))
        return {}
    return known if isinstance(known, dict) else {}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
