from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cmops.git import Git
from cmops.ledger.branch import BRANCH, SEEN, LocalBranch, RemoteBranch
from cmops.ledger.cache import Cache
from cmops.ledger.clock import Run, SystemClock
from cmops.ledger.disk import FolderDisk
from cmops.ledger.entries import Entry
from cmops.ledger.errors import LedgerMissing, LedgerRewound, LedgerUnreachable
from cmops.ledger.history import History
from cmops.ledger.record import Record
from cmops.ledger.store import Result, Store, Tools
from tests.ledger.world import KEY, claims, content, published, scribe

HERE = Path(__file__).parents[2]


def git(root: Path, *args: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *args], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A bare repository with a few commits on main."""
    bare, seed = tmp_path / "server.git", tmp_path / "seed"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", str(seed)], check=True)
    for number in range(3):
        (seed / "a.md").write_text(f"{number}\n")
        git(seed, "add", "a.md")
        git(seed, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", f"{number}")
    git(seed, "push", "-q", bare.as_uri(), "main")
    return bare


Clone = Callable[..., Path]


@pytest.fixture
def clone(tmp_path: Path, server: Path) -> Clone:
    def make(name: str, *options: str) -> Path:
        root = tmp_path / name
        subprocess.run(["git", "clone", "-q", *options, server.as_uri(), str(root)], check=True)
        return root

    return make


def ledger(root: Path, run: str = "a", *, rooted: bool = False, genesis: str = "") -> Store:
    clock = SystemClock()
    own = root / ".git" / "cmops"
    tools = Tools(Run(run), clock, FolderDisk(own), cache=Cache(own / "cache"))
    remote = RemoteBranch(Git(root), clock)
    return Store(remote, tools, rooted=rooted, genesis=genesis or None)


def counting(run: str) -> Callable[[History], Sequence[Entry]]:
    pen = scribe(run)

    def decide(history: History) -> Sequence[Entry]:
        return [pen.claim(history.of(KEY), "mastodon", content())]

    return decide


def test_two_clones_share_a_ledger_and_neither_touches_its_work_tree(
    clone: Clone, server: Path
) -> None:
    one, other = clone("one"), clone("other", "--depth=1")
    (one / "a.md").write_text("unsaved work\n")
    first = ledger(one)
    (claim,) = first.push(claims("a")).entries
    second = ledger(other, "b")
    assert second.push(claims("b")).result is Result.NOTHING
    first.note(published(claim))
    assert first.push().result is Result.WON
    assert second.read().of(KEY).published
    assert git(one, "status", "--porcelain") == "M a.md"
    assert git(other, "status", "--porcelain") == ""
    assert "cmops-ledger" not in git(one, "branch", "--list")
    names = git(server, "log", "--format=%an %ae %cn", "cmops-ledger")
    assert set(names.split("\n")) == {"cmops cmops@localhost cmops"}


def test_the_history_of_the_ledger_is_a_line_of_commits_each_on_the_one_that_was_read(
    clone: Clone, server: Path
) -> None:
    store = ledger(clone("one"))
    for _ in range(3):
        assert store.push(counting("r")).landed
    parents = git(server, "log", "--format=%P", "cmops-ledger").split("\n")
    assert [len(line.split()) for line in [*parents, ""][:3]] == [1, 1, 0]


def test_what_is_remembered_of_an_append_is_what_git_has(clone: Clone) -> None:
    root = clone("one")
    for remote in (RemoteBranch(Git(root), SystemClock()), LocalBranch(Git(root), SystemClock())):
        snapshot = remote.look(10)
        for number in range(3):
            added = {"ledger/a/2026-12.ndjson": b"%d\n" % number, f"ledger/{number}": b"x\n"}
            swap = remote.append(snapshot, added, "title", 10)
            assert swap.snapshot is not None
            snapshot = swap.snapshot
        fresh = type(remote)(Git(root), SystemClock())
        assert fresh.look(10) == snapshot == remote.look(10)
        assert fresh.contents(snapshot, snapshot.files) == remote.contents(snapshot, snapshot.files)
        path = "ledger/a/2026-12.ndjson"
        assert fresh.contents(snapshot, [path])[path].startswith(b"0\n1\n2\n")


def test_the_ref_that_remembers_the_ledger_survives_another_run_on_the_machine(
    clone: Clone,
) -> None:
    root = clone("one")
    one, other = RemoteBranch(Git(root), SystemClock()), RemoteBranch(Git(root), SystemClock())
    for number in range(4):
        remote = (one, other)[number % 2]
        added = {"ledger/a/2026-12.ndjson": b"%d\n" % number}
        assert remote.append(remote.look(10), added, "title", 10).snapshot is not None
        assert git(root, "rev-parse", SEEN) == remote.look(10).tip


def test_a_shallow_checkout_fetches_only_the_tip_and_then_what_is_new(
    clone: Clone, server: Path
) -> None:
    writer = ledger(clone("one"), "w")
    for _ in range(5):
        writer.push(counting("r"))
    shallow = clone("ci", "--depth=1")
    store = ledger(shallow, "b")
    assert store.read().of(KEY).attempts == 5
    assert git(shallow, "rev-list", "--count", SEEN) == "1"
    writer.push(counting("s"))
    assert store.read().of(KEY).attempts == 6
    assert git(shallow, "rev-list", "--count", SEEN) == "2"
    assert store.push(counting("t")).result is Result.WON
    assert git(server, "rev-list", "--count", "cmops-ledger") == "7"


def test_a_full_clone_stays_full(clone: Clone) -> None:
    ledger(clone("one"), "w").push(counting("r"))
    full = clone("full", "--single-branch")
    ledger(full, "b").read()
    assert git(full, "rev-parse", "--is-shallow-repository") == "false"


def test_clones_that_contend_all_land_and_every_decision_saw_the_one_before(
    clone: Clone, server: Path
) -> None:
    roots = [clone(f"c{number}") for number in range(3)]
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.ledger.test_branch import contend\ncontend(Path(sys.argv[1]), sys.argv[2])\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(root), f"r{number}"], cwd=HERE)
        for number, root in enumerate(roots)
    ]
    assert [process.wait(100) for process in processes] == [0, 0, 0]
    record = ledger(roots[0], "z").read().of(KEY)
    assert [claim.attempt for claim in record.claims] == list(range(1, 13))


def contend(root: Path, run: str) -> None:
    store = ledger(root, run)
    decide = counting(f"{run}x")
    for _ in range(4):
        assert store.push(decide).result is Result.WON


def test_two_processes_in_one_clone_do_not_trip_over_each_other(clone: Clone) -> None:
    root = clone("one")
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.ledger.test_branch import contend\ncontend(Path(sys.argv[1]), sys.argv[2])\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(root), f"r{number}"], cwd=HERE)
        for number in range(2)
    ]
    assert [process.wait(100) for process in processes] == [0, 0]
    assert ledger(root, "z").read().of(KEY).attempts == 8


def test_a_server_that_refuses_is_explained_in_its_own_words(clone: Clone, server: Path) -> None:
    hook = server / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)
    pushed = ledger(clone("one")).push(claims("a"))
    assert pushed.result is Result.REFUSED
    assert "GH006: Protected branch" in pushed.reason
    assert "pre-receive hook declined" in pushed.reason


def test_a_server_whose_answer_never_comes_is_found_to_have_written(
    clone: Clone, server: Path
) -> None:
    root = clone("one")
    sent = root.parent / "sent"
    wrapper = root.parent / "receive-pack"
    wrapper.write_text(
        "#!/bin/sh\n"
        f'if [ -e "{sent}" ]; then exec git-receive-pack "$@"; fi\n'
        f'touch "{sent}"\ngit-receive-pack "$@" | head -c 700\nexec sleep 60\n'
    )
    wrapper.chmod(0o755)
    git(root, "config", "remote.origin.receivepack", str(wrapper))
    pushed = ledger(root).push(claims("a"), within=8)
    assert pushed.result is Result.WON
    assert len(ledger(clone("two"), "b").read().of(KEY).claims) == 1
    assert git(server, "rev-list", "--count", "cmops-ledger") == "1"


def test_a_run_that_dies_between_commit_and_push_leaves_nothing(clone: Clone, server: Path) -> None:
    root = clone("one")
    hang = root.parent / "hang"
    hang.write_text(f'#!/bin/sh\ntouch "{root.parent}/hanging"\nsleep 60\n')
    hang.chmod(0o755)
    git(root, "config", "remote.origin.receivepack", str(hang))
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.ledger.test_branch import contend\ncontend(Path(sys.argv[1]), 'dead')\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(root)], cwd=HERE) as process:
        while not (root.parent / "hanging").exists():
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    git(root, "config", "--unset", "remote.origin.receivepack")
    store = ledger(root, "b")
    assert KEY not in store.read()
    assert store.push(claims("b")).result is Result.WON


def test_a_push_that_takes_too_long_is_given_up_in_time(clone: Clone) -> None:
    root = clone("one")
    hang = root.parent / "hang"
    hang.write_text("#!/bin/sh\nexec sleep 60\n")
    hang.chmod(0o755)
    git(root, "config", "remote.origin.receivepack", str(hang))
    pushed = ledger(root).push(claims("a"), within=1.5)
    assert pushed.result is Result.UNREACHABLE


def test_a_server_that_is_gone_is_unreachable_and_what_was_seen_is_still_known(
    clone: Clone, server: Path
) -> None:
    root = clone("one")
    ledger(root).push(claims("a"))
    server.rename(server.with_name("gone"))
    with pytest.raises(LedgerUnreachable):
        ledger(root, "b").read()
    assert ledger(root, "b").known().of(KEY).claims
    assert ledger(root, "b").push(claims("b"), within=1).result is Result.UNREACHABLE


def test_what_is_known_before_anything_was_seen_is_nothing(clone: Clone) -> None:
    assert list(ledger(clone("one")).known().keys()) == []


def test_what_was_read_earlier_is_not_read_again_and_what_has_come_since_is_known(
    clone: Clone,
) -> None:
    root = clone("one")
    store = ledger(root)
    (claim,) = store.push(claims("a")).entries
    earlier = ledger(root).known()
    assert ledger(root).known(earlier).index is earlier.index
    assert earlier.glance(KEY, len) is None

    store.note(published(claim))
    assert store.push().landed
    fresh, now = ledger(root).known(), ledger(root).known(earlier)
    assert now.of(KEY) == fresh.of(KEY)
    assert now.of(KEY).published
    assert not earlier.of(KEY).published
    assert now.tip == fresh.tip != earlier.tip
    assert now.glance(KEY, len) == len(fresh.settled(KEY) or "")


def test_credentials_in_a_remotes_url_are_not_shown(clone: Clone) -> None:
    root = clone("one")
    git(root, "remote", "set-url", "origin", "https://user:s3cret@127.0.0.1:9/x.git")
    with pytest.raises(LedgerUnreachable) as raised:
        ledger(root).read()
    assert "s3cret" not in repr(raised.value)
    assert "s3cret" not in ledger(root, "b").push(claims("b"), within=1).reason


@pytest.mark.parametrize("shallow", [False, True])
def test_a_branch_that_was_force_pushed_is_refused(
    clone: Clone, server: Path, shallow: bool
) -> None:
    root = clone("one", *(["--depth=1"] if shallow else []))
    store = ledger(root)
    for _ in range(3):
        store.push(counting("r"))
    newest = git(server, "rev-parse", BRANCH)
    git(server, "update-ref", BRANCH, f"{BRANCH}~1")
    with pytest.raises(LedgerRewound):
        store.read()
    with pytest.raises(LedgerRewound):
        ledger(root, "b").read()
    git(root, "push", "-q", "origin", f"{SEEN}:{BRANCH}")  # as the message says
    assert git(server, "rev-parse", BRANCH) == newest
    assert ledger(root, "c").read().of(KEY).attempts == 3


def test_a_branch_that_was_replaced_by_another_of_the_same_genesis_is_refused(
    clone: Clone, server: Path
) -> None:
    root, other = clone("one"), clone("other")
    genesis = ledger(other, "g", rooted=True).create()
    store = ledger(root, rooted=True, genesis=genesis)
    store.push(counting("r"))
    copy = ledger(other, "h", rooted=True, genesis=genesis)
    git(server, "update-ref", BRANCH, git(server, "rev-parse", f"{BRANCH}~1"))
    copy.push(counting("s"))
    with pytest.raises(LedgerRewound):
        store.push(counting("t"))


def test_a_branch_that_was_deleted_is_refused_with_and_without_memory_of_it(
    clone: Clone, server: Path
) -> None:
    root = clone("one")
    genesis = ledger(root, rooted=True).create()
    git(server, "update-ref", "-d", BRANCH)
    with pytest.raises(LedgerRewound):
        ledger(root, "b", rooted=True, genesis=genesis).push(claims("b"))
    with pytest.raises(LedgerMissing):
        ledger(clone("fresh"), "c", rooted=True, genesis=genesis).push(claims("c"))


def test_the_ledger_is_read_whole_from_a_hand_made_commit_too(clone: Clone, server: Path) -> None:
    root = clone("one")
    store = ledger(root)
    store.push(claims("a"))
    git(root, "fetch", "-q", "origin", "cmops-ledger")
    git(root, "checkout", "-q", "--detach", "FETCH_HEAD")
    (root / "ledger" / "mastodon" / "mended.txt").write_text("not a ledger file\n")
    (file,) = (root / "ledger" / "mastodon").glob("*.ndjson")
    file.write_bytes(file.read_bytes() + b"by hand\n")
    (root / "ledger" / "mastodon" / "2020-01.ndjson").symlink_to("/etc/passwd")
    git(root, "add", "ledger")
    git(root, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x")
    git(root, "push", "-q", "origin", f"HEAD:{BRANCH}")
    history = store.read()
    assert [line.line for line in history.unreadable] == [2]
    assert history.of(KEY).claims


def test_a_repository_without_a_remote_keeps_the_ledger_on_a_branch_of_its_own(
    tmp_path: Path,
) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    clock = SystemClock()

    def local(run: str) -> Store:
        tools = Tools(Run(run), clock, FolderDisk(tmp_path / ".git" / "cmops"))
        return Store(LocalBranch(Git(tmp_path), clock), tools)

    store = local("a")
    genesis = store.create()
    assert store.push(claims("a")).result is Result.WON
    assert local("b").create() == genesis
    assert local("b").read().of(KEY).claims
    git(tmp_path, "update-ref", BRANCH, f"{BRANCH}~1")
    with pytest.raises(LedgerRewound):
        local("c").push(claims("c"))


def test_a_local_branch_moves_only_from_where_it_was_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    clock = SystemClock()
    stores = [
        Store(
            LocalBranch(Git(tmp_path), clock),
            Tools(Run(run), clock, FolderDisk(tmp_path / ".git" / "cmops")),
            rooted=False,
        )
        for run in "ab"
    ]
    for store in stores:
        store.read()
    for store, run in zip(stores * 3, "ababab", strict=True):
        assert store.push(counting(f"{run}x")).result is Result.WON
    record = stores[0].read().of(KEY)
    assert [claim.attempt for claim in record.claims] == [1, 2, 3, 4, 5, 6]


def test_records_of_several_channels_land_in_one_commit(clone: Clone, server: Path) -> None:
    store = ledger(clone("one"))
    pen = scribe("m")
    entries = [
        pen.claim(Record(f"p~{channel}"), channel, content()) for channel in ("bluesky", "été", "x")
    ]
    assert store.push(lambda _: entries).entries == tuple(entries)
    assert git(server, "rev-list", "--count", "cmops-ledger") == "1"
    history = ledger(clone("two"), "b").read()
    assert all(history.of(entry.key).claims for entry in entries)
