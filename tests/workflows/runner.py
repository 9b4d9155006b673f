"""Runs workflows as GitHub does: their own ``run`` steps, in order, in a checkout of a real remote.

Actions of others are done here in a few lines (a clone, files kept and fetched). What a step gets
is what its workflow gives it: an environment of its own, the secrets that it names, the token
with the repository's address, the event in a file.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.github.hub import Account, Hub, Repo
from tests.workflows.expressions import Expressions

SERVER = "https://github.example"
"""The address that people see; programs go to the API's."""

_KEPT = ("LC_ALL", "TZ", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@dataclass
class Step:
    """What became of a step: its name, its exit code, what it printed."""

    name: str
    code: int
    out: str


@dataclass
class Ran:
    """What became of a job."""

    steps: list[Step] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return any(each.code for each in self.steps)

    @property
    def out(self) -> str:
        """Everything that was printed."""
        return "\n".join(each.out for each in self.steps)


class Runner:
    """Runs jobs of one repository.

    ``artifacts`` are the archives that they left, ``caches`` the folders that they kept by key,
    the newest last.
    """

    def __init__(self, hub: Hub, repo: Repo, folder: Path, secrets: dict[str, str]) -> None:
        self.hub, self.repo, self.folder, self.secrets = hub, repo, folder, secrets
        self.account = hub.actions(repo)
        self.artifacts: dict[str, bytes] = {}
        self.caches: dict[str, Path] = {}
        self._count = 0

    def workflow(self, name: str, ref: str = "main", repo: Repo | None = None) -> dict[Any, Any]:
        """A workflow as it stands on a branch."""
        found = (repo or self.repo).run("show", f"{ref}:.github/workflows/cmops-{name}.yml")
        loaded: dict[Any, Any] = yaml.safe_load(found)
        return loaded

    def run(
        self,
        name: str,
        job: str,
        event: str,
        payload: dict[str, Any],
        *,
        ref: str = "refs/heads/main",
        sha: str | None = None,
        token: Account | None = None,
        trusted: bool = True,
        needs: dict[str, Ran] | None = None,
        more: dict[str, str] | None = None,
        base: str = "",
    ) -> Ran | None:
        """Runs a job; None where its condition does not hold. ``trusted`` jobs have secrets."""
        self._count += 1
        work = self.folder / f"run-{self._count}"
        (work / "temp").mkdir(parents=True)
        told = work / "event.json"
        told.write_text(json.dumps(payload), "utf-8")
        account = token or self.account
        github = {
            "event_name": event,
            "event": payload,
            "ref": ref,
            "sha": sha,
            "base_ref": base,
            "token": account.token,
            "run_id": str(self._count),
            "run_attempt": "1",
        }
        text = self.workflow(name) if trusted else self.workflow(name, sha or ref)
        wanted = text["jobs"][job]
        contexts: dict[str, Any] = {
            "github": github,
            "secrets": self.secrets if trusted and wanted.get("environment") else {},
            "runner": {"temp": str(work / "temp")},
            "steps": {},
            "needs": {key: {"outputs": each.outputs} for key, each in (needs or {}).items()},
        }
        ran = Ran()
        if not Expressions(contexts, failed=False).holds(wanted.get("if", "success()")):
            return None
        environment = self._environment(work, told, github) | (more or {})
        for step in wanted["steps"]:
            around = Expressions(contexts, failed=ran.failed)
            if around.holds(step.get("if", "success()")):
                done, outputs = self._step(step, around, work, environment, github)
                ran.steps.append(done)
                if "id" in step:
                    contexts["steps"][step["id"]] = {"outputs": outputs}
        after = Expressions(contexts, failed=ran.failed)
        if not ran.failed:
            self._save(wanted["steps"], after, work / "checkout")
        ran.outputs = {key: after.filled(each) for key, each in wanted.get("outputs", {}).items()}
        return ran

    def _step(
        self,
        step: dict[str, Any],
        around: Expressions,
        work: Path,
        environment: dict[str, str],
        github: dict[str, Any],
    ) -> tuple[Step, dict[str, str]]:
        given = {key: around.filled(value) for key, value in step.get("with", {}).items()}
        name = step.get("name") or step.get("uses") or ""
        if "uses" in step:
            action = step["uses"].partition("@")[0]
            return Step(name, self._action(action, given, work, github), ""), {}
        out = work / "output"
        out.write_text("")
        own = {key: around.filled(value) for key, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", around.filled(step["run"])],
            cwd=work / "checkout" if (work / "checkout").exists() else work,
            env={**environment, **own, "GITHUB_OUTPUT": str(out)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=100,
            check=False,
        )
        outputs = dict(line.partition("=")[::2] for line in out.read_text().splitlines())
        return Step(name, done.returncode, done.stdout.decode(errors="replace")), outputs

    def _action(
        self, action: str, given: dict[str, str], work: Path, github: dict[str, Any]
    ) -> int:
        if action == "actions/checkout":
            self._checkout(given, work / "checkout", github)
        elif action in ("actions/upload-artifact", "actions/upload-pages-artifact"):
            self._keep(given.get("name", "github-pages"), given["path"], work / "checkout")
        elif action == "actions/download-artifact":
            self._fetch(given, Path(given["path"]))
        elif action == "actions/cache":
            self._restore(given, work / "checkout")
        else:
            assert action in ("acme/cmops", "./", "actions/deploy-pages"), action
        return 0

    def _restore(self, given: dict[str, str], folder: Path) -> None:
        """The newest of the caches that the key or one of the others begins."""
        wanted = (given["key"], *given["restore-keys"].split())
        for key, kept in reversed(self.caches.items()):
            if key.startswith(wanted):
                shutil.copytree(kept, folder / given["path"])
                return

    def _save(self, steps: list[dict[str, Any]], around: Expressions, folder: Path) -> None:
        for step in steps:
            if step.get("uses", "").startswith("actions/cache@"):
                key = around.filled(step["with"]["key"])
                kept = self.folder / "caches" / key
                shutil.copytree(folder / step["with"]["path"], kept)
                self.caches[key] = kept

    def _checkout(self, given: dict[str, str], folder: Path, github: dict[str, Any]) -> None:
        user = f"x-access-token:{github['token']}@"
        address = f"{self.hub.url}/{self.repo.name}.git".replace("://", f"://{user}")
        folder.mkdir()
        depth = [] if given.get("fetch-depth") == "0" else ["--depth=1"]
        wanted = [f"+{github['ref']}:refs/remotes/origin/checked-out"]
        if not depth:
            wanted.append("+refs/heads/*:refs/remotes/origin/*")
        self._git(folder, "init", "-q", "-b", "checked-out")
        self._git(folder, "remote", "add", "origin", address)
        self._git(folder, "fetch", "-q", *depth, "origin", *wanted)
        self._git(folder, "checkout", "-q", "refs/remotes/origin/checked-out")
        self._git(folder, "update-ref", "-d", "refs/remotes/origin/checked-out")
        if given.get("persist-credentials") == "false":
            bare = address.replace(user, "")
            self._git(folder, "remote", "set-url", "origin", bare)

    def _git(self, folder: Path, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)

    def _keep(self, name: str, paths: str, folder: Path) -> None:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as archive:
            for path in paths.split():
                root = folder / path
                files = [root] if root.is_file() else sorted(root.rglob("*"))
                for each in files:
                    if each.is_file():
                        inside = each.name if root.is_file() else str(each.relative_to(root))
                        archive.write(each, inside)
        if archive.namelist():
            self.artifacts[name] = kept.getvalue()

    def _fetch(self, given: dict[str, str], folder: Path) -> None:
        folder.mkdir(parents=True)
        kept = self.artifacts.get(given["pattern"])
        if kept is not None:
            (folder / f"{given['pattern']}.zip").write_bytes(kept)

    def _environment(self, work: Path, told: Path, github: dict[str, Any]) -> dict[str, str]:
        programs = Path(sys.executable).parent
        bin_ = work / "bin"
        bin_.mkdir()
        (bin_ / "cmops").symlink_to(programs / "cmops")
        curl = shutil.which("curl")
        kept = {name: os.environ[name] for name in (*_KEPT, *_PROXIES) if name in os.environ}
        return {
            **kept,
            "HOME": str(work),
            "PATH": f"{bin_}:/usr/bin:/bin" + (f":{Path(curl).parent}" if curl else ""),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_SERVER_URL": SERVER,
            "GITHUB_API_URL": self.hub.api,
            "GITHUB_REPOSITORY": self.repo.name,
            "GITHUB_REF": str(github["ref"]),
            "GITHUB_BASE_REF": str(github["base_ref"]),
            "GITHUB_EVENT_NAME": str(github["event_name"]),
            "GITHUB_EVENT_PATH": str(told),
            "GITHUB_STEP_SUMMARY": str(work / "summary.md"),
            "RUNNER_TEMP": str(work / "temp"),
        }
