"""``cmops approvals`` against a GitHub of the tests' own, from pull request to plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmops.ledger import opening
from cmops.ledger.clock import Run, SystemClock
from cmops.ledger.scribe import Scribe
from tests.cli.approving import RULES, Make, hub, policy, ready, soon, team
from tests.conftest import CMOPS_YML

__all__ = ["hub", "team"]

A, B = "content/posts/a.md", "content/posts/b.md"


def test_an_approved_pull_request_goes_out_and_another_is_held(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.merge(number)
    assert here.states()["a@archive"] == ("held", "unapproved")
    assert "1 envoi validé (relecture), enregistré" in here.record().out
    assert here.states()["a@archive"] == ("waiting", None)
    said = here.run("plan")
    assert f"validé par Relecture (#{number})" in said.out


def test_the_entry_has_roles_and_versions_and_nobodys_name(team: Make) -> None:
    here = team()
    number = here.pull({A: ready(), B: ready("Autre chose.")})
    for login in ("camille", "dominique"):
        here.repo.review(login, number)
    head = here.repo.head("change")
    here.record("--pull", str(number))
    (entry,) = here.approvals()
    assert (entry.pull, entry.commit, entry.means) == (number, head, "review")
    assert entry.voices == {"relecture": 2}
    assert {each.key.partition("~")[0] for each in entry.covers} == {"a", "b"}
    line = here.repo.run("show", f"cmops-ledger:{entry.path}")
    assert "relecture" in line
    assert "camille" not in line.lower()
    assert "dominique" not in line


def test_recording_twice_writes_once(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.record("--pull", str(number))
    assert "rien de nouveau" in here.record("--pull", str(number)).out
    assert len(here.approvals()) == 1
    here.merge(number)
    here.record()
    assert len(here.approvals()) == 1


def test_a_push_after_the_review_takes_the_approval_back(team: Make) -> None:
    here = team()
    here.repo.dismisses_stale = False
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.record("--pull", str(number))
    here.push({A: ready("Un autre texte, que personne n’a lu.")})
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("held", "unapproved")


def test_a_review_of_an_older_commit_counts_for_nothing(team: Make) -> None:
    here = team()
    here.repo.dismisses_stale = False
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.push({A: ready("Un autre texte.")})
    here.merge(number)
    here.record()
    assert here.approvals() == ()
    assert here.states()["a@archive"] == ("held", "unapproved")


@pytest.mark.parametrize("login", ["inconnue", "sacha", "claude"])
def test_a_review_by_somebody_without_the_role_counts_for_nothing(team: Make, login: str) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review(login, number)
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("held", "unapproved")


def test_nobody_approves_their_own(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()}, author="camille")
    row = here.repo.review("dominique", number)
    row["user"] = {"login": "Camille", "type": "User"}  # as an API that let it pass would say
    here.merge(number)
    here.record()
    assert here.approvals() == ()


def test_a_comment_that_plays_an_approval_is_only_a_comment(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    for login in ("inconnue", "camille"):
        here.repo.comment(login, number, "<!-- cmops:approvals -->\nAPPROVED par Relecture")
    here.repo.review("camille", number, "COMMENTED", "<!-- cmops:approved --> LGTM")
    here.merge(number)
    here.record()
    assert here.approvals() == ()


def test_a_team_that_cannot_be_seen_has_no_members_and_that_is_said(team: Make) -> None:
    here = team()
    here.patch.delenv("CMOPS_TEAMS_TOKEN")
    number = here.pull({A: ready()})
    here.repo.review("dominique", number)
    here.merge(number)
    said = here.run("approvals", "record")
    assert (said.code, here.approvals()) == (1, ())
    assert "@ateliers/relecture" in said.err


def test_a_pull_request_that_names_its_own_reviewer_is_not_approved_by_that(team: Make) -> None:
    here = team()
    own = policy().replace("Camille]", "Camille, inconnue]")
    number = here.pull({A: ready(), "cmops.yml": own})
    here.repo.review("inconnue", number)
    here.record("--pull", str(number))
    here.merge(number)
    here.record()
    assert here.approvals() == ()


def test_a_fork_is_approved_like_everything_else_and_its_own_rules_count_for_nothing(
    team: Make,
) -> None:
    here = team()
    fork = here.repo.fork("voisine")
    here.hub.person("voisine")
    own = policy("    - for: {channel: mastodon}\n      by: {any: [relecture]}\n")
    made = here.push({A: ready(), "cmops.yml": own}, branch="ailleurs")
    fork.run("fetch", "-q", str(here.repo.git), "ailleurs:patch")
    assert fork.head("patch") == made
    number = here.repo.pull("voisine", "patch", source=fork)
    here.repo.review("inconnue", number)
    said = here.run("approvals", "check", "--pull", str(number))
    assert said.code == 0, said.err
    assert here.repo.statuses[made][-1]["state"] == "pending"
    here.repo.review("camille", number)
    here.run("approvals", "check", "--pull", str(number))
    assert here.repo.statuses[made][-1]["state"] == "success"


def test_somebody_who_thinks_again_takes_the_approval_back(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)
    here.repo.review("camille", number, "CHANGES_REQUESTED", "Finalement non.")
    here.record()
    assert here.states()["a@archive"][0] == "held"


def test_one_of_two_is_refused_and_held_while_the_other_goes_out(team: Make) -> None:
    here = team()
    number = here.pull({A: ready(), B: ready("Autre chose.")})
    here.repo.review("camille", number, body="Bien.\n/cmops refuse b@archive trop long\n")
    here.run("approvals", "check", "--pull", str(number))
    (status,) = here.repo.statuses[here.repo.head("change") or ""]
    assert (status["state"], status["description"]) == ("success", "1 envoi validé, 1 refusé")
    here.merge(number)
    here.record()
    states = here.states()
    assert states["a@archive"] == ("waiting", None)
    assert states["b@archive"] == ("held", "unapproved_refused")


def test_a_stranger_refuses_nothing(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.comment("inconnue", number, "/cmops refuse a")
    here.repo.comment("camille", number, "> /cmops refuse a\n\n~~~text\n/cmops refuse a\n~~~")
    here.repo.review("camille", number)
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)


def test_a_refusal_in_a_comment_holds_until_its_author_approves_later(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("dominique", number)
    here.repo.comment("camille", number, "Non.\r\n/cmops refuse a\r\n")
    here.record("--pull", str(number))
    here.merge(number)
    assert here.states()["a@archive"] == ("held", "unapproved_refused")
    here.repo.review("camille", number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)


def test_a_refusal_of_something_that_is_not_there_is_told(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("camille", number, body="/cmops refuse \x1b[31mc@archive")
    said = here.record("--pull", str(number))
    assert "ne correspond à aucun envoi" in said.err
    assert "\x1b" not in said.err


def test_another_time_needs_its_approval_again(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.merge(number)
    here.record()
    (here.root / A).write_text(ready(at=soon(72)))
    here.commit()
    assert here.states()["a@archive"] == ("held", "unapproved_moved")
    (here.root / A).write_text(ready("Un texte que personne n’a lu."))
    assert here.states()["a@archive"][1] in ("unapproved_changed", "unapproved_moved")


def test_settings_that_change_what_is_sent_need_an_approval_and_get_it_by_their_own(
    team: Make,
) -> None:
    tags = "hashtags: {saison: [Hiver]}\n"
    here = team(policy() + tags)
    number = here.pull({A: ready().replace("status:", "hashtags: [+saison]\nstatus:")})
    here.repo.review("camille", number)
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)
    here.push({"cmops.yml": policy() + tags.replace("Hiver", "Printemps")}, branch="tags")
    second = here.repo.pull("auteur", "tags")
    here.merge(second)
    here.record()
    assert here.states()["a@archive"] == ("held", "unapproved_changed")
    here.repo.review("camille", second)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)


def test_the_status_says_whose_word_is_missing_delivery_by_delivery(team: Make) -> None:
    more = "    - for: {channel: archive}\n      by: {all: [direction]}\n"
    rules = f"{RULES}{more}"
    here = team(policy(rules))
    number = here.pull({A: ready(), B: ready("Autre chose.")})
    here.repo.review("camille", number)
    said = here.run("approvals", "check", "--pull", str(number), "--comment")
    assert said.code == 0
    (status,) = here.repo.statuses[here.repo.head("change") or ""]
    assert (status["state"], status["context"]) == ("pending", "cmops/approvals")
    assert status["description"] == "Il manque : Direction (2)"
    (comment,) = here.repo.said(number)
    assert "a@archive" in comment[1]
    assert "il manque : Direction" in comment[1]
    here.run("approvals", "check", "--pull", str(number), "--comment")
    assert len(here.repo.said(number)) == 1
    assert len(here.repo.statuses[here.repo.head("change") or ""]) == 1
    report = here.run("approvals", "check", "--pull", str(number), "--format", "json").json
    assert [each["missing"] for each in report["deliveries"]] == [["Direction"], ["Direction"]]


def test_two_people_are_two_and_one_person_with_two_roles_is_one(team: Make) -> None:
    rules = "    - by: {at_least: 2, of: [relecture, communication]}\n"
    both = policy(rules).replace("people: [sacha]", "people: [sacha, camille]")
    here = team(both)
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.record("--pull", str(number))
    here.merge(number)
    assert here.approvals()[-1].voices == {"communication+relecture": 1}
    assert here.states()["a@archive"] == ("held", "unapproved")
    here.repo.review("dominique", number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)


def test_a_freelancer_approves_by_merging_and_that_is_said(team: Make) -> None:
    here = team(policy(more="  solo: true\n"))
    number = here.pull({A: ready()})
    here.record("--pull", str(number))
    assert here.approvals() == ()
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)
    assert "validé en fusionnant, par une personne seule" in here.run("plan").out


def test_a_pull_request_that_makes_itself_solo_is_not_approved_by_that(team: Make) -> None:
    here = team()
    number = here.pull({A: ready(), "cmops.yml": policy(more="  solo: true\n")})
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("held", "unapproved")


def test_a_small_change_needs_less_only_where_the_whole_was_approved_before(team: Make) -> None:
    rules = "    - by: {any: [direction]}\n      minor: {any: [relecture]}\n"
    here = team(policy(rules))
    at = soon()
    new = here.pull({A: ready("Bonjour.", at=at)}, title="minor: un tout nouveau post")
    here.repo.review("camille", new)
    here.record("--pull", str(new))
    here.repo.review("claude", new)
    here.merge(new)
    assert here.states()["a@archive"] == ("held", "unapproved")
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)
    here.push({A: ready("Bonjour !", at=at)}, branch="typo")
    typo = here.repo.pull("auteur", "typo", "minor: une virgule")
    here.repo.review("camille", typo)
    here.merge(typo)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)


def test_reminders_call_the_role_once_and_then_its_deputy(team: Make) -> None:
    rules = "    - by: {any: [direction]}\n      remind: 24h\n"
    here = team(policy(rules))
    number = here.pull({A: ready(at=soon(30))})
    assert "Personne à rappeler" in here.run("approvals", "remind").err
    here.push({A: ready(at=soon(20))})
    here.run("approvals", "remind")
    here.run("approvals", "remind")
    ((_, said),) = here.repo.said(number)
    assert "@claude" in said
    here.push({A: ready(at=soon(6))})
    here.run("approvals", "remind")
    here.run("approvals", "remind")
    said = here.repo.said(number)[-1][1]
    assert len(here.repo.said(number)) == 2
    assert "@sacha" in said
    assert "@claude" not in said


def test_a_deputy_counts_only_when_time_is_short(team: Make) -> None:
    rules = "    - by: {any: [direction]}\n      remind: 24h\n"
    here = team(policy(rules))
    number = here.pull({A: ready(at=soon(20))})
    here.repo.review("sacha", number)
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("held", "unapproved")
    assert here.states(at=soon(12))["a@archive"] == ("waiting", None)


def test_without_rules_nothing_is_asked(team: Make) -> None:
    here = team(CMOPS_YML)
    number = here.pull({A: ready()})
    here.merge(number)
    assert here.states()["a@archive"] == ("waiting", None)
    assert "aucune validation" in here.run("approvals", "record").err
    here.run("approvals", "check", "--pull", str(number))


def test_an_emergency_takes_two_people_of_the_roles(team: Make) -> None:
    here = team(policy(more="  emergency: {of: [direction, communication]}\n"))
    number = here.pull({A: ready()})
    here.merge(number)
    why = ("--reason", "fermeture immédiate")
    arguments = ("approvals", "emergency", "a@archive", "--issue", str(number), *why)
    for login, code, count in (("claude", 1, 0), ("claude", 1, 0), ("sacha", 0, 1)):
        person = here.hub.person(login, here.repo, "write")
        here.patch.setenv("GITHUB_TOKEN", person.token)
        said = here.run(*arguments)
        assert (said.code, len(here.approvals())) == (code, count), said.err
    (entry,) = here.approvals()
    assert (entry.means, entry.reason) == ("emergency", "fermeture immédiate")
    assert entry.voices == {"communication": 1, "direction": 1}
    assert here.states()["a@archive"] == ("waiting", None)
    assert "urgence, par" in here.run("plan").out
    assert here.run(*arguments).code == 0
    assert len(here.approvals()) == 1


def test_an_emergency_is_nobody_elses_and_of_one_version_at_one_time(team: Make) -> None:
    here = team(policy(more="  emergency: {of: [direction, communication]}\n"))
    number = here.pull({A: ready()})
    here.merge(number)
    stranger = here.hub.person("inconnue", here.repo, "write")
    here.patch.setenv("GITHUB_TOKEN", stranger.token)
    arguments = ("approvals", "emergency", "a@archive", "--issue", str(number), "--reason", "vite")
    said = here.run(*arguments)
    assert said.code == 1
    assert "aucun des rôles" in said.err
    here.patch.setenv("GITHUB_TOKEN", here.hub.person("claude", here.repo, "write").token)
    said = here.run(*arguments)
    line = next(each.strip() for each in said.out.splitlines() if "/cmops" in each)
    here.repo.comment("inconnue", number, line)
    here.repo.comment("sacha", number, line.replace("2026", "2027").replace(" vite", "  vite"))
    here.repo.comment("sacha", number, f"> {line}")
    here.repo.comment("sacha", number, f"Faut-il écrire ceci ?\n```\n{line}\n```\n")
    here.patch.setenv("GITHUB_TOKEN", here.account.token)
    here.record("--issue", str(number))
    assert here.approvals() == ()
    here.repo.comment("sacha", number, line)
    here.record("--issue", str(number))
    assert here.states()["a@archive"] == ("waiting", None)


def test_two_runs_at_once_end_with_what_github_says_last(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.repo.review("camille", number)
    here.merge(number)
    once: list[bool] = []

    def meanwhile(method: str, path: str) -> None:
        """While this run reads, somebody thinks again and another run records it."""
        if path.endswith("/comments") and not once:
            once.append(True)
            here.repo.review("camille", number, "CHANGES_REQUESTED")
            ledger = opening.open_ledger(here.root, None)
            pen = Scribe(Run(), SystemClock())
            ledger.push(lambda history: [pen.approved(1, "review", pull=number, covers=())])

    here.hub.before = meanwhile
    here.record()
    assert once
    assert here.states()["a@archive"] == ("held", "unapproved")
    assert all(not each.voices for each in here.approvals())


def test_the_sandbox_shows_whose_word_it_would_take_and_holds_nothing(team: Make) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.merge(number)
    said = here.run("plan", "--sandbox")
    assert "à valider (le bac à sable ne retient pas) : Relecture" in said.out
    assert "retenu" not in said.err


def test_the_job_summary_has_the_details(team: Make, tmp_path: Path) -> None:
    here = team()
    file = tmp_path / "summary.md"
    here.patch.setenv("GITHUB_STEP_SUMMARY", str(file))
    number = here.pull({A: ready()})
    here.run("approvals", "check", "--pull", str(number), "--dry-run")
    assert "a@archive" in file.read_text()
    assert here.repo.statuses == {}


def test_a_run_sends_what_was_approved_and_nothing_else(team: Make) -> None:
    here = team()
    at = soon(-0.2)
    number = here.pull({A: ready(at=at), B: ready("Autre chose.", at=at)})
    here.repo.review("camille", number, body="/cmops refuse b")
    here.merge(number)
    names = ("a@archive", "b@archive")
    assert here.run("publish", *names).code == 1
    assert not (here.root / "outbox/archive").exists()
    here.record()
    said = here.run("publish", *names, "--format", "json")
    outcomes = {each["post"]: (each["outcome"], each["error"]) for each in said.json["deliveries"]}
    assert outcomes == {"a": ("published", None), "b": ("held", "unapproved_refused")}
    assert len(list((here.root / "outbox/archive").iterdir())) == 1
    assert f"validé par Relecture (#{number})" in here.run("plan", "--all").out


def test_what_needs_somebody_is_said_with_what_to_do(team: Make) -> None:
    here = team()
    here.merge(here.pull({A: ready()}))
    said = here.run("status")
    assert said.code == 1
    assert "il attend une validation : Relecture" in said.out
    assert "cmops approve --on-behalf" in said.out


def test_everything_that_one_push_brought_to_main_is_recorded(team: Make, tmp_path: Path) -> None:
    here = team()
    before = here.git("rev-parse", "HEAD")
    for name, branch in ((A, "un"), (B, "deux")):
        here.push({name: ready(name)}, branch=branch)
        number = here.repo.pull("auteur", branch)
        here.repo.review("camille", number)
        here.merge(number)
    event = tmp_path / "event.json"
    event.write_text(f'{{"before": "{before}", "pull_request": null}}')
    here.patch.setenv("GITHUB_EVENT_PATH", str(event))
    here.record()
    assert {state for state, _ in here.states().values()} == {"waiting"}
    here.push({A: ready("Autre.")}, branch="trois")
    third = here.repo.pull("auteur", "trois")
    here.repo.review("dominique", third)
    event.write_text(f'{{"pull_request": {{"number": {third}}}}}')
    assert f"#{third}" in here.record().out


def test_a_shallow_checkout_gets_the_history_that_it_needs(team: Make, tmp_path: Path) -> None:
    here = team()
    number = here.pull({A: ready()})
    here.push({B: ready("Du côté de main.")}, branch="autre")
    other = here.repo.pull("auteur", "autre")
    here.merge(other)
    here.repo.review("camille", number)
    shallow = tmp_path / "ci"
    here.git("clone", "-q", "--depth", "1", f"file://{here.repo.git}", str(shallow))
    here.root = shallow
    here.record("--pull", str(number))
    (entry,) = here.approvals()
    assert [each.key.partition("~")[0] for each in entry.covers] == ["a"]
    here.merge(number)
    here.record()
    assert here.states()["a@archive"] == ("waiting", None)
    assert here.states()["b@archive"] == ("held", "unapproved")
