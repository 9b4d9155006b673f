"""From a pull request to a published post and a site, by the workflows' own steps."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile

import pytest

from cmops.cli.main import run
from tests.github.hub import Hub, Repo
from tests.workflows.conftest import Team
from tests.workflows.events import of_check
from tests.workflows.flow import built, checked, commented, published, soon
from tests.workflows.github import actions
from tests.workflows.runner import Runner

POST = """\
---
title: {title}
publish_at: {at}
to: [outbox]
status: ready
---
{text}
"""
TEXT = "Les portes de l’atelier ouvrent samedi à dix heures."
pytestmark = pytest.mark.timeout(300)  # dozens of processes, one after the other


def test_a_post_goes_from_its_pull_request_to_its_network_and_the_site(
    team: Team, runner: Runner, repo: Repo
) -> None:
    first = published(runner)
    assert not first.failed, first.out

    team.write("content/posts/portes.md", POST.format(title="Portes", at=soon(), text=TEXT))
    team.push("portes")
    number = repo.pull("lea", "portes", "Portes ouvertes")
    check = checked(runner, repo, number)
    assert not check.failed, check.out
    comment = commented(runner, repo, number)
    assert not comment.failed, comment.out
    ((author, body),) = repo.said(number)
    assert author == "github-actions[bot]"
    assert "Les portes de l’atelier ouvrent samedi" in body
    commented(runner, repo, number)
    assert len(repo.said(number)) == 1

    repo.merge(number)
    done = published(runner)
    assert not done.failed, done.out
    assert "portes@outbox" in done.out
    (kept,) = [content for name, content in runner.artifacts.items() if name.startswith("outbox")]
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        (file,) = (json.loads(archive.read(name)) for name in archive.namelist())
    assert [each["text"] for each in file["messages"]] == [TEXT]

    asked = runner.run("publish", "site", "push", {}, needs={"publish": done})
    assert asked is not None
    assert not asked.failed, asked.out
    assert actions(repo).started == [("cmops-site.yml", "main")]
    built(runner)
    with zipfile.ZipFile(io.BytesIO(runner.artifacts["site"])) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if "html" in name]
    assert any(TEXT in page for page in pages)

    (worked_out,) = runner.caches.values()
    with sqlite3.connect(worked_out / "cache.sqlite") as kept_pages:
        kept_pages.execute(
            "UPDATE kept SET text = replace(text, ?, 'As kept') WHERE shelf = 'pages'", (TEXT,)
        )
    built(runner)
    with zipfile.ZipFile(io.BytesIO(runner.artifacts["site"])) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if "html" in name]
    assert any("As kept" in page for page in pages), "a build begins with what the last one kept"

    again = published(runner, "schedule")
    assert not again.failed
    assert again.outputs == {"sent": ""}
    assert runner.run("publish", "site", "schedule", {}, needs={"publish": again}) is None


def test_a_mistake_fails_the_check_on_its_line_and_is_in_the_comment(
    team: Team, runner: Runner, repo: Repo
) -> None:
    text = POST.format(title="Portes", at=soon(), text=TEXT).replace("outbox", "nulle-part")
    team.write("content/posts/portes.md", text)
    team.push("portes")
    number = repo.pull("lea", "portes")
    check = checked(runner, repo, number)
    assert check.failed
    assert "::error file=content/posts/portes.md,line=4," in check.out
    assert not commented(runner, repo, number, "failure").failed
    ((_, body),) = repo.said(number)
    assert "nulle\\-part" in body or "nulle-part" in body.replace("\u2060", "")


def test_a_fork_gets_its_preview_and_nothing_that_it_says_is_obeyed(
    team: Team, runner: Runner, repo: Repo, hub: Hub
) -> None:
    hub.person("malice")
    fork = repo.fork("malice")
    title = '$(touch pris); `touch pris`; ${{ github.token }} "; touch pris; "'
    text = "![x](https://track.example/p.png) <img src=https://track.example/p.png> @lea\n\n"
    text += "::set-output name=sent::true\n/cmops pause\n<!-- cmops:preview -->"
    made = POST.format(title=json.dumps(title), at=soon(), text=text)
    team.write("content/posts/piege.md", made)
    team.push("piege", to=fork)
    number = repo.pull("malice", "piege", title, source=fork)
    check = checked(runner, repo, number)
    assert "::set-output" not in check.out
    assert not commented(runner, repo, number).failed
    ((author, body),) = repo.said(number)
    assert author == "github-actions[bot]"
    assert "](https://track.example" not in body
    assert "<img" not in body
    assert "@lea" not in body
    assert "\n/cmops" not in body
    assert body.count("<!--") == 1
    assert not list(runner.folder.rglob("pris"))


def test_what_needs_an_approval_waits_for_it_and_for_nothing_else(
    team: Team, runner: Runner, repo: Repo, hub: Hub
) -> None:
    hub.person("paul", repo, "write")
    policy = "approvals:\n  roles:\n    relecture: {title: Relecture, people: [paul]}\n"
    policy += "  rules:\n    - by: {any: [relecture]}\n"
    team.write("cmops.yml", (team.root / "cmops.yml").read_text("utf-8") + policy)
    assert run(["-C", str(team.root), "workflows", "--write"]) == 0
    team.push("main", "Qui valide")
    published(runner)

    numbers = {}
    for name in ("vu", "pas-vu"):
        text = POST.format(title=name, at=soon(), text=f"Bonjour de {name}.")
        team.git("checkout", "-q", "-B", name, "main")
        team.write(f"content/posts/{name}.md", text)
        team.push(name)
        numbers[name] = repo.pull("lea", name, name)
        checked(runner, repo, numbers[name])
        assert not commented(runner, repo, numbers[name]).failed
    seen = numbers["vu"]
    assert "Relecture" in repo.said(seen)[-1][1]
    repo.review("paul", seen)
    event = of_check(repo, seen, event="pull_request_review")
    runner.artifacts.clear()
    heard = runner.run("comment", "comment", "workflow_run", event)
    assert heard is not None
    assert not heard.failed, heard.out
    states = repo.statuses[repo.issues[seen]["pull"]["head"]]
    assert [each["state"] for each in states] == ["pending", "success"]

    said = ""
    for number in numbers.values():
        repo.merge(number)
        said += published(runner).out
    (kept,) = runner.artifacts.values()
    assert b"vu~outbox" in kept
    assert b"pas-vu" not in kept
    assert "pas-vu@outbox  retenu" in said


def test_the_check_has_no_secret_and_writes_nothing(team: Team, runner: Runner, repo: Repo) -> None:
    workflow = runner.workflow("check")
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["check"]["permissions"] == {"contents": "read"}
    assert "secrets." not in repo.run("show", "main:.github/workflows/cmops-check.yml")


def test_publishing_only_runs_on_main(team: Team, runner: Runner, repo: Repo) -> None:
    team.write("docs/autre.md", "Autre page.")
    team.push("autre")
    ran = runner.run("publish", "publish", "workflow_dispatch", {}, ref="refs/heads/autre")
    assert ran is None
