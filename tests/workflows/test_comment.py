"""``cmops comment`` and what a check may hand it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmops.review.artifact import MOST_BYTES
from tests.cli.conftest import Cmops, Said, cmops
from tests.conftest import MakeWorkspace
from tests.github.conftest import change
from tests.github.hub import Hub, Repo
from tests.workflows.conftest import hub, repo
from tests.workflows.events import of_check

__all__ = ["cmops", "hub", "repo"]

Post = Callable[..., Said]


@pytest.fixture
def number(hub: Hub, repo: Repo) -> int:
    hub.person("lea", repo, "write")
    change(repo, "portes", {"a.md": "a"})
    return repo.pull("lea", "portes")


@pytest.fixture
def head(repo: Repo, number: int) -> str:
    return str(repo.issues[number]["pull"]["head"])


@pytest.fixture
def post(
    cmops: Cmops,
    workspace: MakeWorkspace,
    hub: Hub,
    repo: Repo,
    number: int,
    head: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Post:
    """``post(content)``: what the command makes of what a check of the pull request left."""
    root = workspace()
    for name, value in hub.environment(repo, hub.actions(repo)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setattr("cmops.github.limits.BETWEEN_WRITES", 0.0)
    folder = tmp_path / "handed-over"
    folder.mkdir()

    def call(content: bytes | None, *, of: int = number) -> Said:
        if content is not None:
            (folder / "cmops-preview.zip").write_bytes(content)
        told = tmp_path / "event.json"
        told.write_text(json.dumps(of_check(repo, of)))
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(told))
        return cmops("comment", "--artifact", str(folder), at=root)

    return call


def written(pull: object, head: str, markdown: str = "### Aperçu", **more: Any) -> bytes:
    values = {"version": 1, "pull": pull, "head": head, "markdown": markdown, **more}
    return json.dumps(values).encode()


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name, content)
    return made.getvalue()


def test_the_preview_is_posted_once_and_kept_up_to_date(
    post: Post, repo: Repo, number: int, head: str
) -> None:
    assert post(archive(**{"preview.json": written(number, head)})).code == 0
    said = post(archive(**{"preview.json": written(number, head, "### Autre aperçu")}))
    assert said.code == 0
    ((author, body),) = repo.said(number)
    assert author == "github-actions[bot]"
    assert body.endswith("### Autre aperçu")
    assert repo.issues[number]["html_url"] in said.out


def test_an_archive_that_climbs_out_of_its_folder_is_only_looked_into(
    post: Post, repo: Repo, number: int, head: str, tmp_path: Path
) -> None:
    before = sorted(each for each in tmp_path.rglob("*") if "hub" not in each.parts)
    content = archive(
        **{
            "../../../piege": b"x",
            "/tmp/piege": b"x",
            "../preview.json": written(number, head, "### Faux"),
            "preview.json": written(number, head),
        }
    )
    assert post(content).code == 0
    assert "Faux" not in repo.said(number)[0][1]
    after = {each for each in tmp_path.rglob("*") if "hub" not in each.parts} - set(before)
    assert {each.name for each in after} <= {"cmops-preview.zip", "event.json", ".cmops"} | {
        each.name for each in after if ".cmops" in each.parts
    }


def test_five_megabytes_however_well_packed_are_refused(
    post: Post, repo: Repo, number: int, head: str
) -> None:
    large = written(number, head, "a" * 5_000_000)
    assert len(archive(**{"preview.json": large})) < MOST_BYTES < len(large)
    for content in (large, archive(**{"preview.json": large})):
        assert post(content).code == 1
    assert repo.said(number) == []


@pytest.mark.parametrize(
    "content", [b"PK\x05\x06" + bytes(18), b"PK\x03\x04nonsense", b"", b"[]", b"{" * 9999]
)
def test_what_is_no_preview_is_not_posted(
    content: bytes, post: Post, repo: Repo, number: int
) -> None:
    assert post(content).code in (0, 1)
    assert repo.said(number) == []


def test_nothing_handed_over_is_nothing_posted(post: Post, repo: Repo, number: int) -> None:
    said = post(None)
    assert said.code == 0
    assert "aucun aperçu" in said.err
    assert repo.said(number) == []


def test_a_preview_for_somebody_elses_pull_request_is_refused(
    post: Post, hub: Hub, repo: Repo, number: int, head: str
) -> None:
    change(repo, "autre", {"b.md": "b"})
    other = repo.pull("lea", "autre")
    assert post(written(other, head)).code == 1
    assert post(written(99, head)).code == 1
    assert post(written(other, repo.issues[other]["pull"]["head"])).code == 1
    # Nor does a fork with a branch of the same name speak for it.
    hub.person("malice")
    fork = repo.fork("malice")
    change(fork, "portes", {"c.md": "c"})
    theirs = repo.pull("malice", "portes", source=fork)
    their_head = repo.issues[theirs]["pull"]["head"]
    assert post(written(number, their_head), of=theirs).code == 1
    assert repo.said(other) == repo.said(number) == []


def test_a_pull_request_that_moved_on_gets_no_old_preview(
    post: Post, repo: Repo, number: int, head: str, tmp_path: Path
) -> None:
    event = of_check(repo, number)
    change(repo, "portes", {"a.md": "autre"})
    repo.refresh(number)
    assert event["workflow_run"]["head_sha"] == head
    assert post(written(number, head)).code == 1  # GitHub says another commit
    repo.close(number)
    now = repo.issues[number]["pull"]["head"]
    assert post(written(number, now)).code == 0
    assert repo.said(number) == []


def test_pictures_are_those_of_the_checked_commit_only(
    post: Post, repo: Repo, number: int, head: str
) -> None:
    good = f"https://github.example/{repo.name}/raw/{head}/content/media/a.png"
    bad = "https://track.example/a.png"
    text = "\n".join(f'<img src="{each}" width="220" alt="x">' for each in (good, bad))
    assert post(written(number, head, text)).code == 0
    ((_, body),) = repo.said(number)
    assert f'<img src="{good}"' in body
    assert f'<img src="{bad}"' not in body


@pytest.mark.parametrize("event", ['{"workflow_run": null}', "[]", "no", '{"issue": {}}'])
def test_another_event_is_wrong_usage(
    event: str, post: Post, cmops: Cmops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.json").write_text(event)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "other.json"))
    assert cmops("comment", "--artifact", str(tmp_path / "other.json")).code == 2
    monkeypatch.delenv("GITHUB_EVENT_PATH")
    assert cmops("comment", "--artifact", str(tmp_path / "other.json")).code == 2
