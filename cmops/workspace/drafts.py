"""New documents from ``cmops/starter/new``: valid from the first line, to be gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from string import Template

from cmops.findings import Finding
from cmops.values import dataclass
from cmops.workspace import files, mismatch, schema, source
from cmops.workspace.assemble import ascii_id, is_id
from cmops.workspace.model import Settings, Workspace

KINDS: Mapping[str, str] = {
    "post": "content/posts/{year}",
    "article": "content/articles",
    "event": "calendar/events",
    "campaign": "calendar/campaigns",
    "playbook": "playbooks/crisis",
    "reply": "content/replies",
}
TEMPLATES = {"playbook": "crisis"}
_LONGEST_ID = 80
_AHEAD = 60
"""Days in which a morning without another post is looked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants written. ``at`` is when it goes out, begins or starts."""

    kind: str
    title: str
    at: datetime
    channels: Sequence[str] = ()
    brand: str | None = None
    text: str = ""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is not written yet: its path in the workspace, its id and its text."""

    path: str
    id: str
    text: str


def draft(wish: Wish, workspace: Workspace, language: str) -> Draft:
    """The document that was wished for, with an id that nothing of its kind has yet."""
    folder = KINDS[wish.kind].format(year=wish.at.year)
    plain = ascii_id(wish.title, f"{wish.kind}-{wish.at:%Y-%m-%d}")
    id = _free(wish.id or plain[:_LONGEST_ID].strip("-"), folder, workspace)
    text = _template(wish.kind, language).substitute(_values(wish, workspace))
    lines = (line for line in text.split("\n") if line.strip() != "brand:")
    return Draft(f"{folder}/{id}.md", id, "\n".join(lines))


def wrong(made: Draft) -> tuple[Finding, ...]:
    """Why this would not be a valid document: what was asked for does not fit into one."""
    if not is_id(made.id):
        return (Finding("CM203", made.path, (), {"name": made.id, "id": ascii_id(made.id)}),)
    kind = files.kind(made.path) or ""
    document, problems = source.read(made.path, made.text.encode(), kind)
    if document is None or problems:
        return problems
    return tuple(mismatch.findings(made.path, schema.mismatches(kind, document.data)))


def morning(workspace: Workspace, channels: Sequence[str], now: datetime) -> datetime:
    """9:30 of the next day on which these channels may publish and have nothing near it yet."""
    taken = [
        post.publish_at
        for post in workspace.posts.values()
        if post.publish_at is not None and set(post.to) & set(channels)
    ]
    spacing = workspace.settings.publishing.spacing
    first = (now + timedelta(days=1)).replace(hour=9, minute=30, second=0, microsecond=0, fold=0)
    for days in range(_AHEAD):
        at = first + timedelta(days=days)
        near = any(abs(at - each) < spacing for each in taken)
        if not near and all(_open(workspace, id, at) for id in channels):
            return at
    return first


def _open(workspace: Workspace, id: str, at: datetime) -> bool:
    """Whether the calendar lets this channel publish then."""
    channel = workspace.settings.channels.get(id)
    if channel is None:
        return True
    windows = workspace.windows.of(id, channel.brand)
    quiet = any(
        each.covers(at) and each.scope.covers(id, channel.brand, None)
        for each in workspace.windows.quiet
    )
    return not quiet and (not windows or any(window.covers(at) for window in windows))


def write(root: Path, made: Draft) -> Path:
    """Writes the document where nothing is yet; raises FileExistsError otherwise."""
    file = root / made.path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(made.text)
    return file


def scalar(text: str) -> str:
    """The text as a YAML value of the strict dialect: plain where that is read back the same."""
    plain = f"---\nvalue: {text}\n---\n".encode()
    document, wrong = source.read("draft.md", plain, "post")
    same = document is not None and not wrong and document.data == {"value": text}
    return text if same else json.dumps(text, ensure_ascii=False)


def _template(kind: str, language: str) -> Template:
    name = f"{TEMPLATES.get(kind, kind)}.md"
    file = resources.files("cmops") / "starter" / "new" / language / name
    return Template(file.read_text("utf-8"))


def _values(wish: Wish, workspace: Workspace) -> dict[str, str]:
    settings = workspace.settings
    channels = list(wish.channels)
    brand = wish.brand or _brand(settings, channels)
    objectives, audiences = list(workspace.objectives), list(settings.audiences)
    return {
        "title": scalar(" ".join(wish.title.split())),
        "at": f"{wish.at:%Y-%m-%d %H:%M}",
        "end": f"{wish.at + timedelta(hours=2):%Y-%m-%d %H:%M}",
        "day": f"{wish.at:%Y-%m-%d}",
        "last": f"{wish.at + timedelta(days=28):%Y-%m-%d}",
        "channels": ", ".join(channels),
        "brand": f"brand: {brand}",
        "objective": objectives[0] if objectives else "",
        "audiences": audiences[0] if audiences else "",
        "text": wish.text.strip("\n") or _first_text(wish.title),
    }


def _first_text(title: str) -> str:
    """The title, for want of a text; a title of dashes would only part an empty thread."""
    return title if title.strip("-*_= ") else "…"


def _brand(settings: Settings, channels: Sequence[str]) -> str:
    """The brand that all these channels share; empty where there is only one anyway."""
    brands = {settings.channels[id].brand for id in channels if id in settings.channels}
    return brands.pop() if len(brands) == 1 and len(settings.brands) > 1 else ""


def _free(wanted: str, folder: str, workspace: Workspace) -> str:
    taken = {*workspace.posts, *workspace.events, *workspace.campaigns, *workspace.replies}
    taken |= {*workspace.crises, *(broken.id for broken in workspace.broken)}
    root, number, id = Path(workspace.root), 2, wanted
    while id in taken or (root / folder / f"{id}.md").exists():
        id, number = f"{wanted}-{number}", number + 1
    return id
