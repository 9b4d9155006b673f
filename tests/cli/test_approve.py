"""``cmops approve``: an e-mail that somebody records, and its proof that stays out of git."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.approving import Make, Team, hub, policy, ready, soon, team

__all__ = ["hub", "team"]

A, B = "content/posts/a.md", "content/posts/b.md"
RULES = "    - by: {any: [direction]}\n"
MAIL = b"From: direction\n\nBon pour moi.\n"


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    file = tmp_path / "reponse.eml"
    file.write_bytes(MAIL)
    return file


def merged(team: Make, **posts: str) -> Team:
    """Two posts on main that the board has not approved."""
    here = team(policy(RULES))
    one, other = posts.get("a") or ready(), ready("Autre chose.")
    batch = "status: ready\nbatch: 2026-S49"
    files = {A: one.replace("status: ready", batch), B: other.replace("status: ready", batch)}
    here.merge(here.pull(files))
    return here


def email(here: Team, proof: Path, *what: str, role: str = "direction") -> int:
    return here.run("approve", "--on-behalf", role, "--proof", str(proof), *what).code


def test_an_email_counts_where_it_may_and_is_called_that_everywhere(
    team: Make, proof: Path
) -> None:
    here = merged(team)
    assert email(here, proof, "a@archive") == 0
    (entry,) = here.approvals()
    assert (entry.means, entry.voices, entry.pull) == ("email", {"direction": 1}, None)
    assert entry.proof == f"sha256:{hashlib.sha256(MAIL).hexdigest()}"
    assert here.states() == {
        "a@archive": ("waiting", None),
        "b@archive": ("held", "unapproved"),
    }
    assert "validation par e-mail : Direction" in here.run("plan").out
    (row, _) = here.run("plan", "--format", "json").json["deliveries"]
    assert [each["means"] for each in row["approvals"]] == ["email"]


def test_the_same_email_is_recorded_once(team: Make, proof: Path) -> None:
    here = merged(team)
    assert email(here, proof, "--batch", "2026-S49") == 0
    assert email(here, proof, "--batch", "2026-S49") == 0
    (entry,) = here.approvals()
    assert len(entry.covers) == 2


def test_only_the_versions_that_the_answer_quotes_are_approved(team: Make, proof: Path) -> None:
    here = merged(team)
    rows = here.run("plan", "--format", "json").json["deliveries"]
    digests = {each["post"]: each["digest"] for each in rows}
    assert email(here, proof, "--digest", digests["b"][7:19]) == 0
    assert here.states()["b@archive"] == ("waiting", None)
    assert here.states()["a@archive"][0] == "held"
    assert email(here, proof, "--batch", "2026-S49", "--digest", "0123456789ab") == 2
    assert email(here, proof, "a@archive", "--digest", digests["b"]) == 2


def test_what_changes_after_the_email_is_not_what_was_approved(team: Make, proof: Path) -> None:
    here = merged(team)
    email(here, proof, "--batch", "2026-S49")
    (here.root / A).write_text(ready("Autre texte."))
    assert here.states()["a@archive"][0] == "held"


@pytest.mark.parametrize(
    ("role", "code", "said"), [("relecture", 1, "pas par e-mail"), ("personne", 2, "aucun rôle")]
)
def test_a_role_that_does_not_answer_by_email_approves_nothing(
    team: Make, proof: Path, role: str, code: int, said: str
) -> None:
    here = merged(team)
    found = here.run("approve", "--on-behalf", role, "--proof", str(proof), "a@archive")
    assert (found.code, here.approvals()) == (code, ())
    assert said in found.err


def test_an_email_stops_counting_when_the_role_no_longer_accepts_it(
    team: Make, proof: Path
) -> None:
    here = merged(team)
    email(here, proof, "a@archive")
    (here.root / "cmops.yml").write_text(policy(RULES).replace(", email: true", ""))
    assert here.states()["a@archive"] == ("held", "unapproved")


@pytest.mark.parametrize("name", ["preuve.eml", "content/posts/preuve.eml"])
def test_a_proof_in_the_work_tree_is_refused(team: Make, name: str) -> None:
    here = merged(team)
    (here.root / name).write_bytes(MAIL)
    found = here.run("approve", "--on-behalf", "direction", "--proof", name, "a@archive")
    assert (found.code, here.approvals()) == (2, ())
    assert "git, qui n’oublie rien" in found.err


def test_a_proof_that_git_has_is_refused_wherever_a_link_to_it_stands(
    team: Make, tmp_path: Path
) -> None:
    here = merged(team)
    (here.root / "prive").mkdir()
    (here.root / "prive/suivi.eml").write_bytes(MAIL)
    here.git("add", "--force", "prive/suivi.eml")
    link = tmp_path / "lien.eml"
    link.symlink_to(here.root / "prive/suivi.eml")
    assert email(here, link, "a@archive") == 2
    (here.root / "dedans.eml").symlink_to(tmp_path / "dehors.eml")
    (tmp_path / "dehors.eml").write_bytes(MAIL)
    assert email(here, here.root / "dedans.eml", "a@archive") == 2


def test_a_proof_in_a_folder_that_git_ignores_is_taken(team: Make) -> None:
    here = merged(team)
    (here.root / "prive").mkdir()
    (here.root / "prive/reponse.eml").write_bytes(MAIL)
    assert email(here, here.root / "prive/reponse.eml", "a@archive") == 0


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_a_proof_of_nothing_is_none(team: Make, proof: Path, content: bytes) -> None:
    here = merged(team)
    proof.write_bytes(content)
    assert email(here, proof, "a@archive") == 2


def test_what_is_approved_must_be_said(team: Make, proof: Path) -> None:
    here = merged(team)
    assert email(here, proof) == 2
    assert email(here, proof, "--batch", "inconnu") == 2
    assert email(here, proof, "inconnu@archive") == 2


def test_another_time_is_another_delivery(team: Make, proof: Path) -> None:
    at = soon(48)
    here = merged(team, a=ready(at=at))
    email(here, proof, "a@archive")
    text = (here.root / A).read_text()
    (here.root / A).write_text(text.replace(at, soon(50)))
    assert here.states()["a@archive"] == ("held", "unapproved_moved")
