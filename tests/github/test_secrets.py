"""Secrets that only GitHub can open: sealed with its key, opened here with the other half."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from cmops.github.errors import Refused
from cmops.github.secrets import NoSealing, put_secret
from cmops.http import Secret
from tests.github.conftest import Watch, opened
from tests.github.hub import Hub, Repo

TOKEN = Secret("TOKEN", "xoxb-é\n1")


def test_a_secret_of_the_repository_is_opened_by_its_key_alone(
    hub: Hub, repo: Repo, watch: Watch
) -> None:
    marie = opened(hub, repo, hub.person("marie", repo, "write"), watch)
    put_secret(marie, "MASTODON_TOKEN", TOKEN)
    assert repo.secrets == {"MASTODON_TOKEN": "xoxb-é\n1"}
    put_secret(marie, "MASTODON_TOKEN", Secret("TOKEN", "neuf"))
    assert repo.secrets == {"MASTODON_TOKEN": "neuf"}


def test_an_environment_is_made_where_there_is_none(hub: Hub, repo: Repo, watch: Watch) -> None:
    marie = opened(hub, repo, hub.person("marie", repo, "admin"), watch)
    put_secret(marie, "X_TOKEN", TOKEN, "cmops")
    assert repo.environments["cmops"]["secrets"] == {"X_TOKEN": "xoxb-é\n1"}
    assert repo.secrets == {}


def test_an_environment_that_is_there_keeps_its_rules(hub: Hub, repo: Repo, watch: Watch) -> None:
    repo.environments["cmops"] = {"rules": ["required_reviewers"], "secrets": {}}
    marie = opened(hub, repo, hub.person("marie", repo, "write"), watch)
    put_secret(marie, "X_TOKEN", TOKEN, "cmops")
    assert repo.environments["cmops"]["rules"] == ["required_reviewers"]


def test_whoever_may_not_write_is_refused_and_the_value_is_in_no_request(
    hub: Hub, repo: Repo, watch: Watch
) -> None:
    reader = opened(hub, repo, hub.person("paul", repo, "read"), watch)
    with pytest.raises(Refused) as refused:
        put_secret(reader, "X_TOKEN", TOKEN)
    assert "xoxb" not in str(refused.value.values)


def test_without_what_seals_nothing_is_asked(
    hub: Hub, repo: Repo, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = builtins.__import__

    def missing(name: str, *args: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "nacl":
            raise ImportError(name)
        return found(name, *args, **more)

    marie = opened(hub, repo, hub.person("marie", repo, "write"), watch)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(NoSealing):
        put_secret(marie, "X_TOKEN", TOKEN)
    assert hub.requests == []
