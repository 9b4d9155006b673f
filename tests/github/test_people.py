from __future__ import annotations

import pytest

from cmops.github.errors import Hidden
from cmops.github.people import Permission, is_team, members, permission
from cmops.github.session import Repository
from cmops.wording import Wording
from tests.github.conftest import Watch, opened
from tests.github.hub import Fault, Hub, Repo


@pytest.mark.parametrize("role", ["read", "triage", "write", "maintain", "admin"])
def test_a_role_is_known_by_its_name(
    role: str, hub: Hub, repo: Repo, repository: Repository
) -> None:
    hub.person("camille", repo, role)
    assert permission(repository, "camille") is Permission[role.upper()]


def test_a_role_of_ones_own_counts_as_what_it_extends(hub: Hub, repository: Repository) -> None:
    row = {"permission": "write", "role_name": "relecture"}
    hub.faults.append(Fault(200, row))
    assert permission(repository, "camille") is Permission.WRITE


def test_a_stranger_may_do_nothing(hub: Hub, repo: Repo, repository: Repository) -> None:
    repo.private = True
    hub.person("inconnu")
    assert permission(repository, "inconnu") is Permission.NONE
    assert permission(repository, "personne") is Permission.NONE
    assert permission(repository, "../../../user") is Permission.NONE


def test_members_of_a_team_are_all_read(hub: Hub, repo: Repo, watch: Watch) -> None:
    hub.teams["ateliers/juridique"] = ["Camille", "dominique", "alix"]
    hub.page = 2
    person = opened(hub, repo, hub.person("camille", repo), watch)
    assert members(person, "@ateliers/juridique") == {"camille", "dominique", "alix"}
    assert members(person, "ateliers/juridique") == members(person, "@ateliers/juridique")


def test_a_team_that_cannot_be_seen_has_no_known_members(
    hub: Hub, repo: Repo, repository: Repository, watch: Watch
) -> None:
    hub.teams["ateliers/juridique"] = ["camille"]
    person = opened(hub, repo, hub.person("camille", repo), watch)
    for asker, team in ((repository, "@ateliers/juridique"), (person, "@ateliers/autre")):
        with pytest.raises(Hidden) as caught:
            members(asker, team)
        assert team in Wording("fr").error(caught.value)


def test_a_team_has_a_slash() -> None:
    assert is_team("@ateliers/juridique")
    assert not is_team("@camille")
