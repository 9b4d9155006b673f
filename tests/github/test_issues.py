from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from cmops.github.errors import Lost, Refused
from cmops.github.issues import LABEL, Act, Alert, Step, Words, sync
from cmops.github.session import Repository
from tests.github.conftest import Watch, opened
from tests.github.hub import Fault, Hub, Repo

WORDS = Words("C’est réglé.", "À décider")
DOUBT = Alert("unclear:a@mastodon", "a@mastodon : en ligne ?", "Regardez.")
LATE = Alert("missed:b@bluesky", "b@bluesky : non parti", "Décidez.")
BOT = "github-actions[bot]"


def acts(steps: tuple[Step, ...]) -> list[Act]:
    return [each.act for each in steps]


def run(repository: Repository, *alerts: Alert) -> list[Act]:
    return acts(sync(repository, alerts, WORDS))


def states(repo: Repo) -> dict[int, str]:
    return {number: row["state"] for number, row in repo.issues.items()}


def test_an_alert_has_one_issue_however_often_it_is_told(
    repo: Repo, repository: Repository
) -> None:
    assert run(repository, DOUBT, LATE) == [Act.OPEN, Act.OPEN]
    assert run(repository, DOUBT, LATE) == [Act.KEEP, Act.KEEP]
    assert repo.opened() == [DOUBT.title, LATE.title]
    first = repo.issues[1]
    assert first["body"] == "<!-- cmops:alert:unclear:a@mastodon -->\nRegardez."
    assert [each["name"] for each in first["labels"]] == [LABEL]
    assert repo.labels[LABEL]["description"] == "À décider"


def test_what_says_the_same_is_not_written(hub: Hub, repository: Repository) -> None:
    run(repository, DOUBT)
    hub.requests.clear()
    run(repository, DOUBT)
    assert {method for method, _ in hub.requests} == {"GET"}


def test_changed_words_change_the_issue(repo: Repo, repository: Repository) -> None:
    run(repository, DOUBT)
    assert run(repository, replace(DOUBT, body="Encore.")) == [Act.UPDATE]
    assert run(repository, replace(DOUBT, title="Autre", body="Encore.")) == [Act.UPDATE]
    assert repo.opened() == ["Autre"]
    assert repo.issues[1]["body"].endswith("Encore.")


def test_what_is_settled_is_closed_with_a_word(repo: Repo, repository: Repository) -> None:
    run(repository, DOUBT, LATE)
    assert run(repository, LATE) == [Act.KEEP, Act.CLOSE]
    assert states(repo) == {1: "closed", 2: "open"}
    assert repo.issues[1]["state_reason"] == "completed"
    assert repo.said(1) == [(BOT, f"<!-- cmops:settled -->\n{WORDS.closed}")]
    assert run(repository, LATE) == [Act.KEEP]


def test_what_comes_back_gets_a_new_issue(repo: Repo, repository: Repository) -> None:
    run(repository, DOUBT)
    run(repository)
    assert run(repository, DOUBT) == [Act.OPEN]
    assert states(repo) == {1: "closed", 2: "open"}


def test_an_issue_that_a_person_closed_stays_closed_until_it_comes_back(
    repo: Repo, repository: Repository
) -> None:
    run(repository, DOUBT)
    repo.close(1)
    assert run(repository, DOUBT) == [Act.LEAVE]
    assert run(repository, replace(DOUBT, body="Autrement.")) == [Act.LEAVE]
    assert run(repository) == [Act.SETTLE]
    assert repo.said(1) == []
    assert run(repository) == []
    assert run(repository, DOUBT) == [Act.OPEN]
    assert states(repo) == {1: "closed", 2: "open"}


@pytest.mark.parametrize("login", ["inconnu", "camille", "github-actions", None])
def test_a_forged_issue_neither_silences_nor_is_touched(
    login: str | None, hub: Hub, repo: Repo, repository: Repository
) -> None:
    hub.person("camille", repo, "admin")
    body = f"<!-- cmops:alert:{DOUBT.key} -->\nRien à voir"
    for state in ("open", "closed"):
        row = repo.issue("camille", "Faux", body, labels=[LABEL])
        row |= {"user": {"login": login} if login else None, "state": state}
    before = [dict(row) for row in repo.issues.values()]
    assert run(repository, DOUBT) == [Act.OPEN]
    assert run(repository) == [Act.CLOSE]
    assert [dict(row) for row in list(repo.issues.values())[:2]] == before


def test_our_own_issue_that_only_quotes_a_marker_is_left_alone(
    repo: Repo, repository: Repository
) -> None:
    quoted = f"> <!-- cmops:alert:{DOUBT.key} -->"
    repo.issue(BOT, "Une citation", quoted, labels=[LABEL])
    repo.issue(BOT, "Une citation", f"Voici :\n{quoted[2:]}", labels=[LABEL])
    assert run(repository, DOUBT) == [Act.OPEN]


def test_a_pull_request_is_no_alert(repo: Repo, repository: Repository) -> None:
    run(repository, DOUBT)
    repo.issues[1]["pull_request"] = {}
    assert run(repository) == []


def test_what_could_not_be_looked_at_stays_as_it_is(repo: Repo, repository: Repository) -> None:
    run(repository, DOUBT, LATE)
    steps = sync(repository, [], WORDS, unsure={DOUBT.key, "unclear:nothing"})
    assert acts(steps) == [Act.CLOSE]
    assert repo.opened() == [DOUBT.title]
    assert acts(sync(repository, [DOUBT], WORDS, unsure={DOUBT.key})) == [Act.KEEP]


def test_a_dry_run_only_says(hub: Hub, repo: Repo, repository: Repository) -> None:
    assert acts(sync(repository, [DOUBT], WORDS, dry_run=True)) == [Act.OPEN]
    assert repo.issues == {}
    assert repo.labels == {}
    assert {method for method, _ in hub.requests} <= {"GET"} | {"POST"}
    assert [path for method, path in hub.requests if method == "POST"] == ["/graphql"]


def test_many_pages_of_issues_are_all_seen(hub: Hub, repo: Repo, repository: Repository) -> None:
    many = [replace(DOUBT, key=f"unclear:{n}@x", title=str(n)) for n in range(7)]
    run(repository, *many)
    hub.page = 2
    assert run(repository, *many) == [Act.KEEP] * 7


def test_new_issues_are_given_to_somebody(hub: Hub, repo: Repo, repository: Repository) -> None:
    hub.person("camille", repo)
    run(repository, replace(DOUBT, assignees=("camille",)))
    assert [each["login"] for each in repo.issues[1]["assignees"]] == ["camille"]
    # Somebody who left does not keep the alert from being told.
    assert run(repository, DOUBT, replace(LATE, assignees=("parti",))) == [Act.KEEP, Act.OPEN]
    assert repo.issues[2]["assignees"] == []


def test_what_github_does_not_take_is_an_error(hub: Hub, repository: Repository) -> None:
    with pytest.raises(Refused):
        run(repository, replace(DOUBT, title=""))


def test_a_long_title_ends_in_an_ellipsis(repo: Repo, repository: Repository) -> None:
    alert = replace(DOUBT, title="é\n" * 400)
    run(repository, alert)
    (title,) = repo.opened()
    assert len(title) == 256
    assert title.endswith("…")
    assert run(repository, alert) == [Act.KEEP]


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("path", ["/issues", "/labels", "/issues/1", "/issues/1/comments"])
def test_a_run_that_breaks_off_is_finished_by_the_next(
    path: str, after: bool, method: str, hub: Hub, repo: Repo, repository: Repository
) -> None:
    def broken(*alerts: Alert) -> None:
        hub.faults.append(Fault(drop=True, after=after, methods=(method,), path=path))
        with suppress(Lost):
            run(repository, *alerts)
        hub.faults.clear()
        run(repository, *alerts)

    broken(DOUBT)
    assert repo.opened() == [DOUBT.title]
    broken(replace(DOUBT, body="Autrement."))
    assert repo.issues[1]["body"].endswith("Autrement.")
    broken()
    assert states(repo) == {1: "closed"}
    assert len(repo.said(1)) == 1
    broken(DOUBT)
    assert states(repo) == {1: "closed", 2: "open"}


def test_runs_at_once_open_one_issue_each(hub: Hub, repo: Repo) -> None:
    account = hub.actions(repo)
    barrier = threading.Barrier(3, timeout=30)
    seen = threading.local()

    def before(method: str, path: str) -> None:
        # Everybody has looked before anybody opens anything.
        if method == "POST" and path.endswith("/issues") and not hasattr(seen, "waited"):
            seen.waited = True
            barrier.wait()

    hub.before = before

    def once(watch: Watch) -> list[Act]:
        return run(opened(hub, repo, account, watch), DOUBT, LATE)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(once, [Watch() for _ in range(3)]))
    hub.before = lambda method, path: None
    assert sorted(repo.opened()) == sorted([DOUBT.title, LATE.title])
    assert run(opened(hub, repo, account, Watch()), DOUBT, LATE) == [Act.KEEP, Act.KEEP]
    assert run(opened(hub, repo, account, Watch())) == [Act.CLOSE, Act.CLOSE]
    assert repo.opened() == []


def test_runs_at_once_close_with_one_word(hub: Hub, repo: Repo) -> None:
    account = hub.actions(repo)
    run(opened(hub, repo, account, Watch()), DOUBT)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda watch: run(opened(hub, repo, account, watch)), [Watch()] * 3))
    assert repo.opened() == []
    assert len(repo.said(1)) == 1
