"""Prism, which holds every request against GitHub's own description of its API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers.installed import node_modules, unavailable
from tests.servers.process import free_ports, running, tied

PREFIX = "/api/v3"
REPO = "/repos/{owner}/{repo}"
USED = {
    "/user": ("get",),
    "/orgs/{org}/teams/{team_slug}/members": ("get",),
    f"{REPO}/branches/{{branch}}": ("get",),
    f"{REPO}/branches/{{branch}}/protection": ("get",),
    f"{REPO}/collaborators/{{username}}/permission": ("get",),
    f"{REPO}/commits/{{commit_sha}}/pulls": ("get",),
    f"{REPO}/commits/{{ref}}/statuses": ("get",),
    f"{REPO}/issues": ("get", "post"),
    f"{REPO}/issues/comments/{{comment_id}}": ("patch", "delete"),
    f"{REPO}/issues/{{issue_number}}": ("patch",),
    f"{REPO}/issues/{{issue_number}}/comments": ("get", "post"),
    f"{REPO}/labels": ("post",),
    f"{REPO}/pulls": ("get",),
    f"{REPO}/pulls/{{pull_number}}": ("get",),
    f"{REPO}/pulls/{{pull_number}}/commits": ("get",),
    f"{REPO}/pulls/{{pull_number}}/files": ("get",),
    f"{REPO}/pulls/{{pull_number}}/reviews": ("get",),
    f"{REPO}/rules/branches/{{branch}}": ("get",),
    f"{REPO}/statuses/{{sha}}": ("post",),
}
"""Every path that cmops asks, and how."""

_ACCEPTED = "application/vnd.github+json"


@contextmanager
def mock(folder: Path) -> Iterator[str]:
    """The address of a GitHub that answers with the description's examples."""
    with _prism(folder, "mock", "--errors") as url:
        yield url


@contextmanager
def watching(folder: Path, upstream: str) -> Iterator[str]:
    """The address of a proxy that says in a header what a request or its answer has wrong."""
    with _prism(folder, "proxy", upstream=(upstream,)) as url:
        yield url


@contextmanager
def _prism(folder: Path, mode: str, *options: str, upstream: tuple[str, ...] = ()) -> Iterator[str]:
    modules = node_modules("prism")
    file = folder / "github.json"
    file.write_text(json.dumps(_description(modules)), "utf-8")
    [port] = free_ports(1)
    program = str(modules / "@stoplight/prism-cli/dist/index.js")
    where = ("--host", "127.0.0.1", "--port", str(port))
    command = ["node", program, mode, str(file), *upstream, *where, *options]
    with running(tied(command), folder, port):
        yield f"http://127.0.0.1:{port}"


def _description(modules: Path) -> dict[str, Any]:
    """GitHub's description, cut to what is used (it starts in 2 s and not in 50) and mended."""
    text = (modules / "@octokit/openapi/generated/api.github.com.json").read_text("utf-8")
    whole: dict[str, Any] = json.loads(text)
    paths = {}
    for path, methods in USED.items():
        if missing := [each for each in methods if each not in whole["paths"].get(path, {})]:
            unavailable(f"GitHub's description has no {missing} {path}")
        paths[f"{PREFIX}{path}"] = {each: whole["paths"][path][each] for each in methods}
    kept: dict[str, Any] = {}
    _keep(paths, whole, kept)
    cut = {"openapi": whole["openapi"], "info": whole["info"], "servers": [{"url": "/"}]}
    mended: dict[str, Any] = _mended({**cut, "paths": paths, "components": kept}, kept)
    return mended


def _keep(node: Any, whole: dict[str, Any], kept: dict[str, Any]) -> None:
    """The components that something refers to, and those that they refer to."""
    for each in node.values() if isinstance(node, dict) else node:
        if isinstance(each, dict | list):
            _keep(each, whole, kept)
    reference = node.get("$ref") if isinstance(node, dict) else None
    if isinstance(reference, str):
        _, _, kind, name = reference.split("/")
        if name not in kept.setdefault(kind, {}):
            kept[kind][name] = whole["components"][kind][name]
            _keep(kept[kind][name], whole, kept)


def _mended(node: Any, components: dict[str, Any]) -> Any:
    """What Prism stumbles over, put so that it does not."""
    if isinstance(node, list):
        return [_mended(each, components) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: _mended(each, components) for name, each in node.items()}
    if "type" not in node and isinstance(node.get("nullable"), bool):
        del node["nullable"]  # with it, a body is silently not looked at
    if isinstance(node.get("value"), dict) and set(node["value"]) == {"$ref"}:
        _, _, kind, name = node["value"]["$ref"].split("/")
        node = {**node, "value": components[kind][name].get("value")}
    content = node.get("content")
    if isinstance(content, dict) and "application/json" in content:
        node["content"] = {**content, _ACCEPTED: content["application/json"]}
    if isinstance(node.get("responses"), dict):
        node["responses"] = {
            name: _answer(each, components) for name, each in node["responses"].items()
        }
    return node


def _answer(node: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """An answer with its example and without its schema, which that often does not fit.

    Headers are examples as well, and lead to other pages of other lists.
    """
    if "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = _mended(components[kind][name], components)
    loose = {
        name: {"examples": each["examples"]} if "examples" in each else each
        for name, each in node.get("content", {}).items()
    }
    return {"description": node["description"], "content": loose}
