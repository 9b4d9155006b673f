"""Workflows of the repository: when they ran, whether they may, and starting one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cmops.github.errors import Refused
from cmops.github.session import Repository
from cmops.values import dataclass

_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow. ``conclusion`` is None while it goes on."""

    id: int
    event: str
    at: datetime
    status: str
    conclusion: str | None
    url: str


def latest(repository: Repository, file: str, branch: str) -> tuple[Run, ...]:
    """The last runs of a workflow (named by its file) on a branch, the newest first."""
    path = f"/actions/workflows/{quote(file, safe='')}/runs"
    answer = repository.get(path, branch=branch, per_page=_LOOKED_AT)
    return tuple(_run(row) for row in answer["workflow_runs"])


def state(repository: Repository, file: str) -> str | None:
    """``active``, ``disabled_manually``, ``disabled_inactivity``, …; None where there is none.

    https://docs.github.com/en/rest/actions/workflows#get-a-workflow
    """
    try:
        return str(repository.get(f"/actions/workflows/{quote(file, safe='')}")["state"])
    except Refused as error:
        if error.status == 404:
            return None
        raise


def start(repository: Repository, file: str, branch: str) -> None:
    """Starts a workflow on a branch.

    The one event that a workflow's own token may cause:
    https://docs.github.com/en/actions/using-workflows/triggering-a-workflow.
    """
    path = f"/actions/workflows/{quote(file, safe='')}/dispatches"
    repository.post(path, {"ref": branch})


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        id=int(row["id"]),
        event=str(row["event"]),
        at=datetime.fromisoformat(row["run_started_at"]),
        status=str(row["status"]),
        conclusion=row.get("conclusion"),
        url=str(row["html_url"]),
    )
