"""What is said of the ledger: where it is, whether it is safe, and what is left open."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmops.doctor.ledger import Question, examine
from cmops.ledger import opening
from cmops.ledger.branch import BRANCH
from cmops.ledger.entries import Entry, Kind, Receipt
from cmops.wording import Wording
from cmops.workspace.model import Channel

NOW = datetime.now(UTC)
RUN = "ab" * 16
KEY = "bonjour~outbox~a"


def git(root: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *args], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a bare repository with one commit."""
    server, root = tmp_path / "server.git", tmp_path / "clone"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(server)], check=True)
    subprocess.run(["git", "clone", "-q", str(server), str(root)], check=True)
    (root / "a.md").write_text("a\n")
    git(root, "checkout", "-q", "-b", "main")
    git(root, "add", "a.md")
    git(root, "commit", "-qm", "a")
    git(root, "push", "-q", "origin", "main")
    return root


def channel(id: str = "archive", platform: str = "outbox") -> Channel:
    return Channel(id, platform, "a", "b", "N", "fr")


def ask(
    root: Path, genesis: str | None = None, now: datetime = NOW, platform: str = "outbox"
) -> dict[str, str]:
    """The level of each thing that is said, by its phrase; all of it can be said."""
    channels = {"archive": channel(platform=platform)}
    found = list(examine(Question(root, genesis, channels, now)))
    for each in found:
        for language in ("fr", "en"):
            what, how = each.said(Wording(language))
            assert what
            assert how or each.level != "wrong"
    return {each.phrase.removeprefix("doctor."): str(each.level) for each in found}


def made(root: Path) -> str:
    ledger = opening.open_ledger(root, None)
    try:
        return ledger.create()
    finally:
        ledger.close()


def test_outside_git_it_is_a_folder_that_only_this_machine_has(tmp_path: Path) -> None:
    assert ask(tmp_path) == {"in-folder": "note", "ledger.not-made": "note"}
    genesis = made(tmp_path)
    assert ask(tmp_path, genesis) == {"in-folder": "note", "genesis": "fine", "settled": "fine"}


def test_without_a_remote_it_is_a_branch_of_this_repository(clone: Path) -> None:
    git(clone, "remote", "remove", "origin")
    genesis = made(clone)
    assert ask(clone, genesis) == {"on-branch": "note", "genesis": "fine", "settled": "fine"}


def test_before_the_first_run_it_says_who_makes_it(clone: Path) -> None:
    assert ask(clone) == {
        "on-remote": "fine",
        "ledger.not-made": "note",
        "may-push": "fine",
        "unguarded": "note",
    }


def test_a_ledger_that_cmops_yml_does_not_name_is_wrong(clone: Path) -> None:
    genesis = made(clone)
    assert ask(clone)["not-named"] == "wrong"
    assert "not-named" not in ask(clone, genesis)


def test_a_ledger_that_is_gone_or_another_one_is_wrong(clone: Path) -> None:
    genesis = made(clone)
    assert ask(clone, "0" * 32)["ledger.wrong"] == "wrong"
    git(clone, "push", "-q", "origin", "--delete", "cmops-ledger")
    assert ask(clone, genesis)["ledger.deleted"] == "wrong"


def test_a_branch_that_nobody_can_delete_or_rewind_is_fine(clone: Path) -> None:
    genesis = made(clone)
    server = clone.parent / "server.git"
    git(server, "config", "receive.denyDeletes", "true")
    assert ask(clone, genesis)["unguarded"] == "note"
    git(server, "config", "receive.denyNonFastForwards", "true")
    assert ask(clone, genesis)["guarded"] == "fine"


def test_a_remote_that_does_not_let_us_push_is_wrong_and_nothing_is_pushed(clone: Path) -> None:
    genesis = made(clone)
    before = git(clone, "ls-remote", "origin")
    git(clone, "remote", "set-url", "--push", "origin", str(clone.parent / "nowhere.git"))
    assert ask(clone, genesis)["ledger.push.refused"] == "wrong"
    assert git(clone, "ls-remote", "origin") == before


def test_asking_changes_nothing(clone: Path) -> None:
    genesis = made(clone)
    before = git(clone, "ls-remote", "origin"), git(clone, "status", "--porcelain")
    ask(clone, genesis)
    assert (git(clone, "ls-remote", "origin"), git(clone, "status", "--porcelain")) == before
    journal = clone / ".git" / "cmops" / "journal"
    assert not list(journal.rglob("*.ndjson"))


def test_a_broken_line_is_wrong(clone: Path) -> None:
    genesis = made(clone)
    git(clone, "fetch", "-q", "origin", f"{BRANCH}:{BRANCH}")
    git(clone, "checkout", "-q", "cmops-ledger")
    file = clone / "ledger" / "archive" / "2026-11.ndjson"
    file.parent.mkdir()
    file.write_text('{"kind": "claim", "ha\n')
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "torn")
    git(clone, "push", "-q", "origin", "cmops-ledger")
    assert ask(clone, genesis)["ledger.unreadable"] == "wrong"


def write(root: Path, genesis: str, *entries: Entry) -> None:
    ledger = opening.open_ledger(root, genesis)
    assert ledger.push(lambda history: entries).landed
    ledger.close()


def claim(at: datetime, lease: timedelta = timedelta(minutes=5)) -> Entry:
    return Entry(
        Kind.CLAIM,
        f"{RUN}.1",
        at,
        KEY,
        "archive",
        attempt=1,
        digest="sha256:" + "0" * 64,
        digests=("0" * 64, "1" * 64),
        until=at + lease,
        created=at,
    )


def published(at: datetime, message: int, reference: str = "", id: int = 2) -> Entry:
    receipt = Receipt(reference or f"{KEY}.{message}", at)
    return Entry(
        Kind.PUBLISHED,
        f"{RUN}.{id}",
        at,
        KEY,
        "archive",
        claim=f"{RUN}.1",
        message=message,
        receipt=receipt,
    )


HOUR = timedelta(hours=1)
LONG_AGO = NOW - HOUR


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([claim(NOW)], {"claimed": "note"}),
        ([claim(LONG_AGO)], {"doubt": "note"}),
        ([claim(NOW, HOUR)], {"ledger.overlong": "wrong", "doubt": "note"}),
        ([claim(NOW + HOUR)], {"ledger.future": "wrong", "doubt": "note"}),
        ([claim(LONG_AGO), published(LONG_AGO, 0)], {"doubt": "note"}),
        (
            [claim(LONG_AGO), *(published(LONG_AGO, n, id=n + 2) for n in (0, 1))],
            {"settled": "fine"},
        ),
        (
            [
                claim(LONG_AGO),
                *(published(LONG_AGO, n, id=n + 2) for n in (0, 1)),
                published(NOW, 1, "another", 4),
            ],
            {"ledger.duplicate": "wrong"},
        ),
        (
            [
                claim(LONG_AGO),
                *(published(LONG_AGO, n, id=n + 2) for n in (0, 1)),
                Entry(Kind.RETRACT, f"{RUN}.9", NOW, KEY, "archive"),
            ],
            {"to-delete": "note"},
        ),
    ],
)
def test_what_is_open_is_said(
    tmp_path: Path, entries: list[Entry], expected: dict[str, str]
) -> None:
    genesis = made(tmp_path)
    write(tmp_path, genesis, *entries)
    assert ask(tmp_path, genesis) == {"in-folder": "note", "genesis": "fine", **expected}


def test_a_doubt_that_no_run_can_settle_is_for_a_person(tmp_path: Path) -> None:
    genesis = made(tmp_path)
    write(tmp_path, genesis, claim(LONG_AGO))
    assert ask(tmp_path, genesis, platform="email")["doubt-for-you"] == "wrong"
    assert ask(tmp_path, genesis, platform="myspace")["doubt-for-you"] == "wrong"


def test_what_a_dead_run_left_is_counted_and_left_for_the_next_one(tmp_path: Path) -> None:
    genesis = made(tmp_path)
    write(tmp_path, genesis, claim(LONG_AGO), published(LONG_AGO, 0))
    ledger = opening.open_ledger(tmp_path, genesis)
    ledger.note(published(LONG_AGO, 1, id=3))
    ledger.close()
    journal = next((tmp_path / ".cmops" / "journal").rglob("*.ndjson"))
    kept = journal.read_bytes()
    for _ in range(2):
        assert ask(tmp_path, genesis)["left-over"] == "note"
    assert journal.read_bytes() == kept
    journal.write_bytes(kept + b'{"kind": "pub')
    assert ask(tmp_path, genesis)["left-broken"] == "note"
    # What is in the ledger already is nobody's work.
    write(tmp_path, genesis)
    assert "left-over" not in ask(tmp_path, genesis)


def test_a_machine_that_cannot_keep_outcomes_is_wrong(tmp_path: Path) -> None:
    genesis = made(tmp_path)
    journal = tmp_path / ".cmops" / "journal"
    for file in journal.rglob("*"):
        if file.is_file():
            file.unlink()
    for folder in sorted(journal.rglob("*"), reverse=True):
        folder.rmdir()
    journal.rmdir()
    journal.write_text("not a folder")
    assert ask(tmp_path, genesis)["ledger.journal"] == "wrong"


def test_lines_of_a_later_version_are_said(tmp_path: Path) -> None:
    genesis = made(tmp_path)
    write(tmp_path, genesis, Entry("sealed", f"{RUN}.1", NOW, KEY, "archive"))
    assert ask(tmp_path, genesis)["newer"] == "note"
