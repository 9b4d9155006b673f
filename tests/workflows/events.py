"""What GitHub tells workflows, as it would: https://docs.github.com/en/webhooks."""

from __future__ import annotations

from typing import Any

from tests.github.hub import Repo

Event = dict[str, Any]


def of_pull(repo: Repo, number: int) -> Event:
    """A pull request was opened or pushed to."""
    repo.refresh(number)
    pull = repo.issues[number]["pull"]
    head = {"ref": pull["branch"], "sha": pull["head"], "repo": {"full_name": pull["source"].name}}
    return {"pull_request": {"number": number, "head": head, "base": {"ref": "main"}}}


def of_check(
    repo: Repo, number: int, conclusion: str = "success", event: str = "pull_request"
) -> Event:
    """The check of a pull request, or what hears its reviews, has ended."""
    head = of_pull(repo, number)["pull_request"]["head"]
    run = {
        "id": 7,
        "event": event,
        "conclusion": conclusion,
        "head_sha": head["sha"],
        "head_branch": head["ref"],
        "head_repository": head["repo"],
        "html_url": "https://github.com/team/space/actions/runs/7",
    }
    return {"workflow_run": run}


def of_comment(repo: Repo, login: str, number: int, text: str) -> Event:
    """Somebody comments, and GitHub tells."""
    row = repo.comment(login, number, text)
    issue: Event = {"number": number}
    if "pull" in repo.issues[number]:
        issue["pull_request"] = {}
    return {"action": "created", "issue": issue, "comment": row}
