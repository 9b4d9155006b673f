from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cmops.workflows import step
from cmops.workflows.files import NAMES, OWN, Values, path, workflow
from cmops.workflows.origin import of_installation, origin

ROOT = Path(__file__).parents[2]
HERE = Values(OWN, ("7 */2 * * *",))
THERE = Values(
    "acme/cmops@" + "a" * 40,
    ("7 */2 * * *", "22,37 11 * * 2"),
    branch="trunk",
    folder="communication",
    secrets=("A_TOKEN", "B_TOKEN"),
    outboxes=("communication/outbox/a", "communication/outbox/b"),
    host="pages",
    approvals=True,
)
ALL = pytest.mark.parametrize("name", NAMES)
BOTH = pytest.mark.parametrize("values", [HERE, THERE], ids=["here", "elsewhere"])


@ALL
@BOTH
def test_every_workflow_is_yaml_with_least_permissions_and_pinned_actions(
    name: str, values: Values
) -> None:
    text = workflow(name, values)
    loaded = yaml.safe_load(text)
    assert loaded["permissions"] == {}
    for job in loaded["jobs"].values():
        assert job["permissions"] or name == "review"
        assert job["timeout-minutes"] <= 45
    assert list(step.findings(path(name), text, text)) == []
    assert "# cmops: " not in text
    assert "\n\n\n" not in text


@ALL
def test_nothing_that_a_stranger_writes_is_put_into_a_shell(name: str) -> None:
    for job in yaml.safe_load(workflow(name, THERE))["jobs"].values():
        assert not [each for each in job["steps"] if "${{" in each.get("run", "")]


def test_the_secrets_of_the_channels_are_there_where_channels_are_reached() -> None:
    for name in NAMES:
        reached = name in ("publish", "measure", "talk")
        assert ("A_TOKEN: ${{ secrets.A_TOKEN }}" in workflow(name, THERE)) is reached


def test_approvals_bring_rights_and_steps_only_where_they_are_asked_for() -> None:
    assert "review" in THERE.names
    assert "review" not in HERE.names
    for name in HERE.names:
        assert "approvals" not in workflow(name, HERE)
    for name in ("comment", "publish", "heartbeat", "talk"):
        assert "cmops approvals" in workflow(name, THERE)


def test_a_private_site_without_a_host_stays_with_the_team() -> None:
    kept, published = workflow("site", HERE), workflow("site", THERE)
    assert "deploy-pages" not in kept
    assert "actions/upload-artifact@" in kept
    assert "pages: write" in published
    assert "actions/upload-artifact@" not in published
    assert yaml.safe_load(published)["jobs"].keys() == {"build", "deploy"}
    assert yaml.safe_load(kept)["jobs"].keys() == {"build"}


def test_another_branch_and_folder_are_meant_everywhere() -> None:
    text = workflow("publish", THERE)
    loaded = yaml.safe_load(text)
    assert "main" not in text.replace("from main alone", "")
    assert loaded["defaults"]["run"]["working-directory"] == "communication"
    assert [each["cron"] for each in loaded[True]["schedule"]] == list(THERE.schedule)
    (kept,) = [s for s in loaded["jobs"]["publish"]["steps"] if "outbox" in str(s.get("with"))]
    assert kept["with"]["path"].split() == list(THERE.outboxes)


def test_where_cmops_comes_from_is_read_from_what_pip_wrote_down() -> None:
    commit = "c" * 40
    git = {"url": "https://github.com/acme/cmops.git", "vcs_info": {"vcs": "git"}}
    git["vcs_info"] = {"vcs": "git", "commit_id": commit}
    assert of_installation(git, {}) == f"acme/cmops@{commit}"
    assert of_installation(git | {"url": "https://git.example/cmops"}, {}) is None
    assert of_installation({"url": "https://x.example/cmops.whl", "archive_info": {}}, {}) is None
    assert origin(ROOT, {}) == OWN


def test_a_checkout_counts_once_its_commit_can_be_fetched(tmp_path: Path) -> None:
    import subprocess

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "x")
    git("remote", "add", "origin", "git@github.com:acme/cmops.git")
    said = {"url": tmp_path.as_uri(), "dir_info": {"editable": True}}
    assert of_installation(said, {}) is None
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert of_installation(said, {}) == f"acme/cmops@{git('rev-parse', 'HEAD')}"
