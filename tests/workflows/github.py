"""What the hub answers about workflows: their runs, their state, and starting one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from tests.github.api import Answer, Asked, No, at
from tests.github.hub import Repo


@dataclass
class Actions:
    """A repository's workflows, by their files; ``started`` is what was asked to run, and where."""

    states: dict[str, str] = field(default_factory=dict)
    runs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    started: list[tuple[str, str]] = field(default_factory=list)

    def ran(
        self, file: str, when: str, event: str = "schedule", conclusion: str = "success"
    ) -> None:
        """Puts a run before the earlier ones."""
        rows = self.runs.setdefault(file, [])
        row = {"id": len(rows) + 1, "event": event, "run_started_at": when, "status": "completed"}
        url = f"https://github.example/runs/{len(rows) + 1}"
        rows.insert(0, {**row, "conclusion": conclusion, "html_url": url})


_KEPT: WeakKeyDictionary[Repo, Actions] = WeakKeyDictionary()


def actions(repo: Repo) -> Actions:
    """The workflows of a repository."""
    return _KEPT.setdefault(repo, Actions())


@at("GET", r"REPO/actions/workflows/(?P<file>[^/]+)")
def _workflow(asked: Asked, repo: Repo, file: str) -> Answer:
    return Answer(body={"id": 1, "state": _state(repo, file)})


@at("GET", r"REPO/actions/workflows/(?P<file>[^/]+)/runs")
def _runs(asked: Asked, repo: Repo, file: str) -> Answer:
    _state(repo, file)
    rows = actions(repo).runs.get(file, [])
    return Answer(body={"total_count": len(rows), "workflow_runs": rows}, key="workflow_runs")


@at("POST", r"REPO/actions/workflows/(?P<file>[^/]+)/dispatches")
def _start(asked: Asked, repo: Repo, file: str) -> Answer:
    _state(repo, file)
    if not repo.may(asked.account.login, "write"):
        raise No(403, "Resource not accessible by integration")
    if repo.head(asked.body["ref"].removeprefix("refs/heads/")) is None:
        raise No(422, f"No ref found for: {asked.body['ref']}")
    actions(repo).started.append((file, asked.body["ref"]))
    return Answer(204)


def _state(repo: Repo, file: str) -> str:
    found = actions(repo).states.get(file)
    if found is None:
        raise No(404, "Not Found")
    return found


def workflows_of(repo: Repo) -> Iterator[str]:
    """The workflow files on main."""
    for line in repo.run("ls-tree", "--name-only", "main", ".github/workflows/").splitlines():
        yield line.rpartition("/")[2]
