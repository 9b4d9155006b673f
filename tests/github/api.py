"""What the hub answers: one function for each kind of thing, who may do it, and what is refused."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nacl.public import SealedBox

from tests.github.hub import Account, Hub, Repo, Row

MOST_BODY = 65_536


@dataclass
class Asked:
    """One request."""

    hub: Hub
    account: Account
    method: str
    path: str
    query: dict[str, str]
    body: Row


@dataclass
class Answer:
    """Its answer; ``key`` is the field that holds a page's rows."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    key: str = ""


Endpoint = Callable[..., Answer]
_TABLE: list[tuple[str, re.Pattern[str], Endpoint]] = []


class No(Exception):
    """A refusal."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.answer = Answer(status, {"message": message, **more})


def at(method: str, pattern: str) -> Callable[[Endpoint], Endpoint]:
    """Registers what answers a method on a path; ``REPO`` stands for a repository."""

    def register(endpoint: Endpoint) -> Endpoint:
        expression = pattern.replace("REPO", r"/repos/(?P<repo>[^/]+/[^/]+)")
        _TABLE.append((method, re.compile(expression), endpoint))
        return endpoint

    return register


def answer(asked: Asked) -> Answer:
    """The answer to a request."""
    for method, pattern, endpoint in _TABLE:
        found = pattern.fullmatch(asked.path)
        if found and method == asked.method:
            values: dict[str, Any] = found.groupdict()
            try:
                if "repo" in values:
                    values["repo"] = _repo(asked, values["repo"])
                return endpoint(asked, **values)
            except No as no:
                return no.answer
    return Answer(404, {"message": "Not Found"})


def _repo(asked: Asked, name: str) -> Repo:
    repo = asked.hub.repos.get(name)
    if repo is None or (repo.private and not repo.may(asked.account.login, "read")):
        raise No(404, "Not Found")
    return repo


def _needs(asked: Asked, repo: Repo, rank: str) -> None:
    if not repo.may(asked.account.login, rank):
        raise No(403, "Resource not accessible by integration")


def _text(asked: Asked, name: str = "body") -> str:
    text = asked.body.get(name)
    if not isinstance(text, str) or len(text) > MOST_BODY:
        errors = [{"resource": "Issue", "code": "custom", "field": name, "message": "is too long"}]
        raise No(422, "Validation Failed", errors=errors)
    return text


# People.


@at("GET", "/user")
def _user(asked: Asked) -> Answer:
    if asked.account.app:
        raise No(403, "Resource not accessible by integration")
    return Answer(body={"login": asked.account.login})


@at("POST", "/graphql")
def _graphql(asked: Asked) -> Answer:
    assert "viewer" in asked.body["query"]
    return Answer(body={"data": {"viewer": {"login": asked.account.login}}})


@at("GET", "REPO/collaborators/(?P<login>[^/]+)/permission")
def _permission(asked: Asked, repo: Repo, login: str) -> Answer:
    if login not in {each.login for each in asked.hub.accounts.values()}:
        raise No(404, f"{login} is not a user")
    role = repo.permissions.get(login, "none" if repo.private else "read")
    coarse = {"maintain": "write", "triage": "read"}.get(role, role)
    return Answer(body={"permission": coarse, "role_name": role, "user": {"login": login}})


@at("GET", "/orgs/(?P<org>[^/]+)/teams/(?P<slug>[^/]+)/members")
def _members(asked: Asked, org: str, slug: str) -> Answer:
    if not asked.account.sees_teams:
        raise No(403, "Resource not accessible by integration")
    team = asked.hub.teams.get(f"{org}/{slug}")
    if team is None:
        raise No(404, "Not Found")
    return Answer(body=[{"login": login} for login in team])


# Issues and comments.


@at("GET", "REPO/issues")
def _issues(asked: Asked, repo: Repo) -> Answer:
    query, rows = asked.query, list(repo.issues.values())
    state = query.get("state", "open")
    labels = set(filter(None, query.get("labels", "").split(",")))
    rows = [each for each in rows if state in ("all", each["state"])]
    rows = [each for each in rows if labels <= {one["name"] for one in each["labels"]}]
    rows = [each for each in rows if each["updated_at"] >= query.get("since", "")]
    rows.sort(key=lambda each: each["number"], reverse=query.get("direction", "desc") == "desc")
    return Answer(body=[_shown(each) for each in rows])


@at("POST", "REPO/issues")
def _open(asked: Asked, repo: Repo) -> Answer:
    title, body = _text(asked, "title"), asked.body.get("body") or ""
    if not title or len(title) > 256 or len(body) > MOST_BODY:
        raise No(422, "Validation Failed", errors=[{"field": "title", "code": "invalid"}])
    given = asked.body.get("assignees", [])
    if any(not repo.may(each, "read") for each in given):
        raise No(422, "Validation Failed", errors=[{"field": "assignees", "code": "invalid"}])
    named = {"labels": asked.body.get("labels", []), "assignees": given}
    return Answer(201, _shown(repo.issue(asked.account.login, title, body, **named)))


@at("PATCH", r"REPO/issues/(?P<number>\d+)")
def _edit(asked: Asked, repo: Repo, number: str) -> Answer:
    row = repo.issues.get(int(number))
    if row is None:
        raise No(404, "Not Found")
    if row["user"]["login"] != asked.account.login:
        _needs(asked, repo, "write")
    known = ("title", "body", "state", "state_reason")
    row |= {name: asked.body[name] for name in known if name in asked.body}
    row["updated_at"] = asked.hub.tick()
    return Answer(body=_shown(row))


@at("GET", r"REPO/issues/(?P<number>\d+)/comments")
def _comments(asked: Asked, repo: Repo, number: str) -> Answer:
    return Answer(body=[row for row in repo.comments.values() if row["issue"] == int(number)])


@at("POST", r"REPO/issues/(?P<number>\d+)/comments")
def _comment(asked: Asked, repo: Repo, number: str) -> Answer:
    if int(number) not in repo.issues:
        raise No(404, "Not Found")
    return Answer(201, repo.comment(asked.account.login, int(number), _text(asked)))


@at("PATCH", r"REPO/issues/comments/(?P<id>\d+)")
def _reword(asked: Asked, repo: Repo, id: str) -> Answer:
    row = _own_comment(asked, repo, id)
    row["body"] = _text(asked)
    return Answer(body=row)


@at("DELETE", r"REPO/issues/comments/(?P<id>\d+)")
def _unsay(asked: Asked, repo: Repo, id: str) -> Answer:
    del repo.comments[_own_comment(asked, repo, id)["id"]]
    return Answer(204)


def _own_comment(asked: Asked, repo: Repo, id: str) -> Row:
    row = repo.comments.get(int(id))
    if row is None:
        raise No(404, "Not Found")
    if row["user"]["login"] != asked.account.login:
        _needs(asked, repo, "write")
    return row


@at("POST", "REPO/labels")
def _label(asked: Asked, repo: Repo) -> Answer:
    _needs(asked, repo, "write")
    if asked.body["name"] in repo.labels:
        raise No(422, "Validation Failed", errors=[{"field": "name", "code": "already_exists"}])
    repo.labels[asked.body["name"]] = asked.body
    return Answer(201, asked.body)


# Pull requests.


@at("GET", "REPO/pulls")
def _pulls(asked: Asked, repo: Repo) -> Answer:
    rows = [_pull(repo, number) for number, row in repo.issues.items() if "pull" in row]
    state, head = asked.query.get("state", "open"), asked.query.get("head")
    rows = [each for each in rows if state in ("all", each["state"])]
    rows = [each for each in rows if head in (None, each["head"]["label"])]
    return Answer(body=rows[::-1])


@at("GET", r"REPO/pulls/(?P<number>\d+)")
def _one(asked: Asked, repo: Repo, number: str) -> Answer:
    return Answer(body=_pull(repo, int(number)))


@at("GET", r"REPO/pulls/(?P<number>\d+)/files")
def _files(asked: Asked, repo: Repo, number: str) -> Answer:
    row = _pull(repo, int(number))
    between = f"{row['base']['sha']}...{row['head']['sha']}"
    lines = repo.run("diff", "--name-status", "-M", between).splitlines()
    words = {"A": "added", "M": "modified", "D": "removed", "R": "renamed"}
    found = []
    for kind, *paths in (line.split("\t") for line in lines):
        before = {"previous_filename": paths[0]} if len(paths) == 2 else {}
        found.append({"filename": paths[-1], "status": words[kind[0]], **before})
    return Answer(body=found)


@at("GET", r"REPO/pulls/(?P<number>\d+)/commits")
def _commits(asked: Asked, repo: Repo, number: str) -> Answer:
    row = _pull(repo, int(number))
    between = f"{row['base']['sha']}..{row['head']['sha']}"
    ids = repo.run("rev-list", "--reverse", between).split()
    inner = [{"message": repo.run("log", "-1", "--format=%B", each)} for each in ids]
    found = [
        {"sha": each, "commit": said, "author": None} for each, said in zip(ids, inner, strict=True)
    ]
    return Answer(body=found)


@at("GET", r"REPO/pulls/(?P<number>\d+)/reviews")
def _reviews(asked: Asked, repo: Repo, number: str) -> Answer:
    _pull(repo, int(number))
    return Answer(body=repo.reviews[int(number)])


@at("GET", "REPO/commits/(?P<commit>[^/]+)/pulls")
def _of_commit(asked: Asked, repo: Repo, commit: str) -> Answer:
    """GitHub does not connect the commits of forks before they are merged."""
    rows = [_pull(repo, number) for number, row in repo.issues.items() if "pull" in row]
    own = [each for each in rows if each["head"]["repo"]["full_name"] == repo.name]
    heads = [each for each in own if each["head"]["sha"] == commit]
    return Answer(body=heads or [each for each in rows if each["merge_commit_sha"] == commit])


def _pull(repo: Repo, number: int) -> Row:
    row = repo.issues.get(number)
    if row is None or "pull" not in row:
        raise No(404, "Not Found")
    repo.refresh(number)
    pull = row["pull"]
    source = pull["source"].name
    head = {"ref": pull["branch"], "sha": pull["head"], "repo": {"full_name": source}}
    return {
        **_shown(row),
        "draft": False,
        "base": {"ref": "main", "sha": pull["base"], "repo": {"full_name": repo.name}},
        "head": {**head, "label": f"{source.partition('/')[0]}:{pull['branch']}"},
        "merged_at": pull["merged_at"],
        "merge_commit_sha": pull["merge_commit_sha"],
    }


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "pull"}


# What commits are marked with.


@at("GET", "REPO/commits/(?P<commit>[^/]+)/statuses")
def _statuses(asked: Asked, repo: Repo, commit: str) -> Answer:
    return Answer(body=repo.statuses.get(commit, [])[::-1])


@at("POST", "REPO/statuses/(?P<commit>[^/]+)")
def _status(asked: Asked, repo: Repo, commit: str) -> Answer:
    _needs(asked, repo, "write")
    if len(asked.body.get("description", "")) > 140:
        raise No(422, "Validation Failed")
    row = {"target_url": None, "description": None, **asked.body}
    repo.statuses.setdefault(commit, []).append(row)
    return Answer(201, row)


# Rules of branches.


@at("GET", "REPO/rules/branches/(?P<branch>.+)")
def _rules(asked: Asked, repo: Repo, branch: str) -> Answer:
    return Answer(body=[{"type": each} for each in repo.rules.get(branch, [])])


@at("GET", "REPO/branches/(?P<branch>[^/]+)")
def _branch(asked: Asked, repo: Repo, branch: str) -> Answer:
    commit = repo.head(branch)
    if commit is None:
        raise No(404, "Branch not found")
    protected = branch in repo.protection or bool(repo.rules.get(branch))
    return Answer(body={"name": branch, "commit": {"sha": commit}, "protected": protected})


@at("GET", "REPO/branches/(?P<branch>[^/]+)/protection")
def _protection(asked: Asked, repo: Repo, branch: str) -> Answer:
    _needs(asked, repo, "admin")
    if branch not in repo.protection:
        raise No(404, "Branch not protected")
    return Answer(body=repo.protection[branch])


# Secrets of workflows: whoever may write puts them in, and nobody reads them.


@at("GET", "REPO/environments/(?P<name>[^/]+)")
def _environment(asked: Asked, repo: Repo, name: str) -> Answer:
    if name not in repo.environments:
        raise No(404, "Not Found")
    return Answer(body={"name": name, "protection_rules": repo.environments[name]["rules"]})


@at("PUT", "REPO/environments/(?P<name>[^/]+)")
def _make_environment(asked: Asked, repo: Repo, name: str) -> Answer:
    _needs(asked, repo, "admin")
    # As there: what the request leaves out is taken away.
    repo.environments[name] = {"rules": [], "secrets": {}}
    return Answer(body={"name": name})


@at("GET", "REPO(?P<place>/actions|/environments/[^/]+)/secrets/public-key")
def _public_key(asked: Asked, repo: Repo, place: str) -> Answer:
    _needs(asked, repo, "write")
    key = base64.b64encode(bytes(repo.key.public_key)).decode()
    return Answer(body={"key_id": "568250167242549743", "key": key})


@at("PUT", "REPO(?P<place>/actions|/environments/[^/]+)/secrets/(?P<name>[A-Z_][A-Z0-9_]*)")
def _put_secret(asked: Asked, repo: Repo, place: str, name: str) -> Answer:
    _needs(asked, repo, "write")
    assert asked.body["key_id"] == "568250167242549743"
    sealed = base64.b64decode(asked.body["encrypted_value"])
    value = SealedBox(repo.key).decrypt(sealed).decode()
    of = place.rpartition("/")[2]
    kept = repo.environments[of]["secrets"] if of != "actions" else repo.secrets
    kept[name] = value
    return Answer(204)
