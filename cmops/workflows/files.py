"""The workflows' text for one workspace: from templates that are workflows themselves.

A template holds what this repository would run. In it, lines that begin with ``# cmops:`` stand
for what differs between workspaces, and ``uses: ./`` for cmops itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from cmops.values import dataclass
from cmops.workspace.cache import FOLDER as CACHE

FOLDER = ".github/workflows"
NAMES = ("check", "comment", "review", "publish", "site", "measure", "heartbeat", "talk")
_OF_APPROVALS = "review"
OWN = "./"
"""The action in the repository that has cmops itself."""

_OWN_STEP = re.compile(r"^( *- uses: )\./ # zizmor: .*$", re.MULTILINE)
_MARK = re.compile(r"( *)(?:[^#\n]*)# cmops: (.+)")
_CRON = re.compile(r"^ +- cron: ", re.MULTILINE)
_BRANCH = "main"


@dataclass(frozen=True, slots=True)
class Values:
    """What differs between workspaces.

    ``action`` is cmops itself as a step uses it: ``owner/cmops@commit``, or OWN. ``folder`` is
    where the workspace stands in its repository (empty for the repository itself), ``secrets``
    the names of the environment's, ``outboxes`` the folders that channels publish to, ``host``
    where the site goes, ``schedule`` publishing's cron lines, ``approvals`` whether there are rules
    about them.
    """

    action: str
    schedule: Sequence[str]
    branch: str = _BRANCH
    folder: str = ""
    secrets: Sequence[str] = ()
    outboxes: Sequence[str] = ()
    host: str = "artifact"
    approvals: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The workflows that this workspace needs."""
        return tuple(each for each in NAMES if self.approvals or each != _OF_APPROVALS)


def path(name: str) -> str:
    """Where the workflow of that name is kept, from the repository's top."""
    return f"{FOLDER}/cmops-{name}.yml"


def workflow(name: str, values: Values) -> str:
    """The text of a workflow, one of NAMES."""
    text = "\n".join(_filled(_template(name).split("\n"), values))
    text = _on_branch(text.replace("\n\n\n", "\n\n"), values.branch)
    if values.action != OWN:
        text = _OWN_STEP.sub(rf"\g<1>{values.action}", text)
    return _scheduled(text, values.schedule) if name == "publish" else text


@cache
def _template(name: str) -> str:
    folder = resources.files("cmops") / "starter" / "automation" / "github" / "workflows"
    return (folder / f"cmops-{name}.yml").read_text("utf-8")


def _filled(lines: Sequence[str], values: Values) -> Iterator[str]:
    """The lines, with those that stand for something replaced by it."""
    wanted = {"outbox": bool(values.outboxes), "pages": values.host == "pages"}
    wanted |= {"artifact": values.host != "pages", "approvals": values.approvals}
    shown = True
    for line in lines:
        mark = _MARK.fullmatch(line)
        what = mark[2] if mark else ""
        if what.startswith("if "):
            shown = wanted[what.removeprefix("if ")]
        elif what == "end if":
            shown = True
        elif shown and mark:
            yield from _replaced(what, mark[1], values)
        elif shown:
            yield line


def _replaced(what: str, indent: str, values: Values) -> Iterator[str]:
    made: Mapping[str, Sequence[str]] = {
        "folder": _folder(values.folder),
        "secrets": [f"{name}: ${{{{ secrets.{name} }}}}" for name in values.secrets],
        "outbox": _paths(values.outboxes),
        "cache": _paths([f"{values.folder}/{CACHE}".lstrip("/")]),
    }
    yield from (f"{indent}{line}" for line in made[what])


def _folder(folder: str) -> Sequence[str]:
    return ("defaults:", "  run:", f"    working-directory: {folder}") if folder else ()


def _paths(paths: Sequence[str]) -> Sequence[str]:
    if len(paths) == 1:
        return (f"path: {paths[0]}",)
    return ("path: |", *(f"  {each}" for each in paths))


def _on_branch(text: str, branch: str) -> str:
    """The text for a repository whose default branch has another name."""
    for before, after in (("[", "]"), ("refs/heads/", "'"), ('"ref": "', '"')):
        text = text.replace(f"{before}{_BRANCH}{after}", f"{before}{branch}{after}")
    return text


def _scheduled(text: str, schedule: Sequence[str]) -> str:
    """The text with other cron lines."""
    line = next(each for each in text.split("\n") if _CRON.match(each))
    indent = line[: line.index("-")]
    return text.replace(line, "\n".join(f'{indent}- cron: "{each}"' for each in schedule))
