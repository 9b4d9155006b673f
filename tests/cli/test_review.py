from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest
import yaml

from cmops.review import artifact
from tests.cli.conftest import NOW, Cmops
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.review.conftest import HERE, Desk, post

ROOT = Path(__file__).parents[2]
WRONG = post("x", to="nulle-part")


@pytest.fixture
def desk(workspace: MakeWorkspace) -> Desk:
    root = workspace({".gitignore": ".cmops/\noutbox/\n", HERE: post()})
    made = Desk(root)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("base")
    return made


def test_a_change_is_shown_on_the_terminal(cmops: Cmops, desk: Desk) -> None:
    desk.write({HERE: post("Autre chose.")})
    said = cmops("review", "--base", "main", "--at", NOW, at=desk.root)
    assert said.code == 0
    assert "(Mastodon) · bon@mastodon" in said.out
    assert "│    Autre chose." in said.out


def test_nothing_changed_is_said(cmops: Cmops, desk: Desk) -> None:
    said = cmops("review", "--base", "HEAD", "--at", NOW, at=desk.root)
    assert said.code == 0
    assert "n’envoie rien" in said.out


def test_json_has_each_delivery_with_both_versions(cmops: Cmops, desk: Desk) -> None:
    desk.write({HERE: post("Autre chose.")})
    said = cmops("review", "--base", "main", "--format", "json", "--at", NOW, at=desk.root)
    assert list(said.json) == ["version", "batch", "counts", "deliveries", "files", "diagnostics"]
    assert said.json["counts"] == {"changed": 1}
    (each,) = said.json["deliveries"]
    assert (each["change"], each["post"], each["channel"]) == ("changed", "bon", "mastodon")
    assert each["at"] == ["2026-12-01T12:15:00+01:00"]
    assert each["digest"].startswith("sha256:")
    assert each["digest"] != each["digest_before"]
    assert each["messages"][0]["text"] == "Autre chose."


def test_the_name_of_the_file_chooses_the_form(cmops: Cmops, desk: Desk) -> None:
    desk.write({HERE: post("Autre chose.")})
    for name, begins in (("a.html", "<!doctype html>"), ("a.md", "## Aperçu"), ("a.txt", "Aperçu")):
        said = cmops("review", "--base", "main", "--output", name, at=desk.root)
        assert (said.code, said.out) == (0, "")
        assert (desk.root / name).read_text("utf-8").startswith(begins)


def test_two_commits_are_compared(cmops: Cmops, desk: Desk) -> None:
    base = desk.git("rev-parse", "HEAD")
    desk.write({HERE: post("Autre chose.")})
    head = desk.commit()
    desk.write({HERE: None})
    said = cmops("review", "--base", base, "--head", head, "--at", NOW, at=desk.root)
    assert "1 envoi modifié" in said.out


def test_a_batch_is_one_page_and_one_letter(cmops: Cmops, desk: Desk) -> None:
    batch = "status: ready\nbatch: 2026-S49"
    desk.write({HERE: post(more=batch), "content/posts/b.md": post("Deux.", more=batch)})
    said = cmops(
        *("review", "--batch", "2026-S49", "--output", "lot.html", "--email", "lot.eml"),
        *("--at", NOW),
        at=desk.root,
    )
    assert said.code == 0
    page = (desk.root / "lot.html").read_text("utf-8")
    assert len(re.findall(r"version [0-9a-f]{12}<", page)) == 2
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    message = message_from_bytes((desk.root / "lot.eml").read_bytes())
    assert message.get_content_type() == "multipart/alternative"


def test_a_batch_needs_no_git(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({HERE: post(more="status: ready\nbatch: lot")})
    assert "bon@mastodon" in cmops("review", "--batch", "lot", at=root).out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--base", "main", "--batch", "x"],
        ["--head", "main"],
        ["--base", "nulle-part"],
        ["--base", "--output=x"],
        ["--batch", "autre"],
        ["--base", "main", "--media-url", "javascript:alert(1)"],
        ["--base", "main", "--artifact", "a.json"],
    ],
)
def test_wrong_usage_is_said(cmops: Cmops, desk: Desk, arguments: list[str]) -> None:
    said = cmops("review", *arguments, at=desk.root)
    assert said.code == 2
    assert said.err
    assert not (desk.root / "a.json").exists()


def test_without_git_there_is_no_change_to_show(cmops: Cmops, workspace: MakeWorkspace) -> None:
    said = cmops("review", "--base", "main", at=workspace({HERE: post()}))
    assert said.code == 1
    assert "git" in said.err


def test_the_artifact_names_the_pull_request_and_the_head_that_github_says(
    cmops: Cmops, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.write({HERE: post("Autre chose.")})
    event = tmp_path / "event.json"
    head = "a" * 40
    event.write_text(json.dumps({"pull_request": {"number": 12, "head": {"sha": head}}}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    said = cmops("review", "--base", "main", "--artifact", "a.json", at=desk.root)
    assert said.code == 0
    read = artifact.read((desk.root / "a.json").read_bytes())
    assert (read.pull, read.head) == (12, head)
    assert "> Autre chose." in read.markdown


def test_since_tells_what_the_change_did_and_what_it_caused(cmops: Cmops, desk: Desk) -> None:
    old = "content/posts/ancien.md"
    desk.write({old: WRONG, "content/posts/tag.md": post("Merci.", to="bluesky")})
    base = desk.commit()
    desk.write({"content/posts/neuf.md": WRONG})
    desk.commit()
    said = cmops("validate", "--since", base, "--format", "json", "--at", NOW, at=desk.root)
    assert {each["path"] for each in said.json["diagnostics"]} == {"content/posts/neuf.md"}
    assert said.code == 1
    desk.write({"content/posts/neuf.md": None})
    without = (
        CMOPS_YML[: CMOPS_YML.index("  bluesky:")] + CMOPS_YML[CMOPS_YML.index("  archive:") :]
    )
    desk.write({"cmops.yml": without})
    said = cmops("validate", "--since", base, "--format", "json", "--at", NOW, at=desk.root)
    assert {each["path"] for each in said.json["diagnostics"]} == {"content/posts/tag.md"}


def test_since_with_nothing_wrong_in_the_change_gives_zero(cmops: Cmops, desk: Desk) -> None:
    desk.write({"content/posts/ancien.md": WRONG})
    desk.commit()
    desk.write({HERE: post("Autre chose.")})
    assert cmops("validate", "--since", "HEAD", "--at", NOW, at=desk.root).code == 0
    assert cmops("validate", "--at", NOW, at=desk.root).code == 1


def test_annotations_name_files_from_the_top_of_the_repository(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({HERE: WRONG})
    subprocess.run(["git", "-C", str(root.parent), "init", "--quiet"], check=True)
    said = cmops("validate", "--format", "github", "--at", NOW, at=root)
    assert said.out.startswith(f"::error file=workspace/{HERE},line=4,col=")


def test_annotations_beyond_what_github_shows_stay_in_the_log(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    files: dict[str, str] = {f"content/posts/p{n:02}.md": post(f"{n}", to="x") for n in range(14)}
    files |= {f"content/n{n:02}.md": "x" for n in range(12)}  # warnings, and before them by name
    said = cmops("validate", "--format", "github", "--at", NOW, at=workspace(files))
    lines = said.out.splitlines()
    assert [line[:7] for line in lines[:20]] == ["::error"] * 10 + ["::warni"] * 10
    assert len([line for line in lines[20:] if line.startswith("content/")]) >= 6
    assert "::" not in {line[:2] for line in lines[20:]}
    assert "autres constats" in said.err


def test_each_step_adds_its_summary_in_the_language_of_the_workspace(
    cmops: Cmops, workspace: MakeWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    root = workspace(
        {HERE: post("<b>@moi", to="archive", at="2026-11-24 09:30"), "content/posts/b.md": WRONG}
    )
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    cmops("validate", "--at", NOW, at=root)
    cmops("plan", "--at", NOW, at=root)
    cmops("publish", "--sandbox", "--at", NOW, at=root)
    text = summary.read_text("utf-8").replace("\u00a0", " ")
    assert text.count("### ") == 3
    assert "| ❌ | `content/posts/b.md:4` | " in text
    assert "| mardi 24 novembre 2026, 09:30 | `bon@archive` | à envoyer |" in text
    assert "| `bon@archive` | publié |" in text
    english = workspace({"cmops.yml": CMOPS_YML.replace("language: fr", "language: en")})
    cmops("plan", "--at", NOW, at=english)
    assert "What is planned" in summary.read_text("utf-8")


def test_the_pre_commit_hook_stops_a_mistake_and_nothing_else(desk: Desk) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == (
        *("cmops-validate", "python"),
        False,
    )
    for path in ("cmops.yml", HERE, "calendar/windows.yml", "sub/playbooks/editorial.md"):
        assert re.search(hook["files"], path)
    assert not re.search(hook["files"], "src/main.py")
    script = desk.root / ".git/hooks/pre-commit"
    script.parent.mkdir(exist_ok=True)
    command = hook["entry"].replace("cmops ", f"'{sys.executable}' -m cmops ", 1)
    script.write_text(f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec {command}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    desk.write({"content/posts/autre.md": post("Une autre.", at="2027-12-01 12:15")})
    desk.commit("good")
    desk.write({"content/posts/faux.md": WRONG})
    with pytest.raises(subprocess.CalledProcessError) as refused:
        desk.commit("wrong")
    assert "content/posts/faux.md:4:6" in refused.value.stdout + refused.value.stderr
    assert desk.git("log", "-1", "--format=%s") == "good"
