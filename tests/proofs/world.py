"""A team's world: a repository on a git remote, two accounts on real servers, many machines.

Every machine is a fresh clone. What is live is asked of the servers themselves.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from cmops.ledger.clock import SystemClock
from cmops.ledger.history import History
from cmops.ledger.opening import open_ledger
from tests.servers.bluesky import Pds, Person
from tests.servers.matrix import Homeserver, Member
from tests.servers.proxy import Proxy

HURRIED = Path(__file__).with_name("hurried.py")
SHORT = {"lease": 5.0, "skew": 1.0, "patience": 1.5}
"""Of five seconds, the first two and a half are good for sending."""

_SETPRIV = shutil.which("setpriv")
ORDINARY = [_SETPRIV, "--bounding-set=-dac_override"] if _SETPRIV and os.geteuid() == 0 else []
"""What makes of root somebody whom a read-only file stops."""

SETTINGS = """\
version: 1
name: Les Ateliers
language: {language}
timezone: UTC
ledger: {{genesis: {genesis}}}
channels:
  bluesky:
    platform: bluesky
    url: {pds}
    account: {handle}
    secrets: {{password: BLUESKY_PASSWORD}}
  matrix:
    platform: matrix
    url: {homeserver}
    account: "{member}"
    room: "{room}"
    secrets: {{token: MATRIX_TOKEN}}
"""

Live = dict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a run ended with."""

    code: int
    out: str
    err: str

    @property
    def outcomes(self) -> dict[str, str]:
        """By delivery; of a run that was asked for JSON."""
        return {
            f"{each['post']}@{each['channel']}": each["error"] or each["outcome"]
            for each in json.loads(self.out)["deliveries"]
        }


@dataclass
class Machine:
    """A clone, and what runs in it."""

    root: Path
    world: World

    def start(self, *arguments: str, **times: float) -> subprocess.Popen[str]:
        """A command begins."""
        environment = {
            **os.environ,
            **self.world.secrets,
            "PROOF_TIMES": json.dumps({**self.world.times, **times}),
        }
        return subprocess.Popen(
            [*ORDINARY, sys.executable, str(HURRIED), *arguments],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **times: float) -> Said:
        """A command, from its beginning to its end."""
        return ended(self.start(*arguments, **times))

    def publish(self, *arguments: str, **times: float) -> Said:
        """``cmops publish``, told in JSON."""
        return self.run("publish", "--format", "json", *arguments, **times)

    def gone(self) -> None:
        """The machine and everything that only it knew."""
        shutil.rmtree(self.root)


def ended(process: subprocess.Popen[str]) -> Said:
    """What a command said, once it has ended."""
    out, err = process.communicate(timeout=110)
    return Said(process.returncode, out, err)


@dataclass
class World:
    """The remote, the accounts and what the team wants to be live.

    ``before`` are the proxies that stand before the servers, by channel.
    """

    folder: Path
    pds: Pds
    homeserver: Homeserver
    person: Person
    member: Member
    room: str
    before: Mapping[str, Proxy]
    times: Mapping[str, float] = field(default_factory=lambda: SHORT)
    language: str = "fr"
    secrets: dict[str, str] = field(default_factory=dict)
    wanted: Live = field(default_factory=lambda: {"bluesky": Counter(), "matrix": Counter()})
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.secrets = {
            "BLUESKY_PASSWORD": self.person.password,
            "MATRIX_TOKEN": self.member.token,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.remote))
        self._desk = self.machine()
        ledger = open_ledger(self._desk.root, None, clock=_LastWeek())
        self.genesis = ledger.create()
        ledger.close()
        self.write({"cmops.yml": self.settings()})

    @property
    def remote(self) -> Path:
        """The bare repository."""
        return self.folder / "remote.git"

    def settings(self) -> str:
        """cmops.yml."""
        return SETTINGS.format(
            language=self.language,
            genesis=self.genesis,
            pds=self.before["bluesky"].url,
            handle=self.person.handle,
            homeserver=self.before["matrix"].url,
            member=self.member.id,
            room=self.room,
        )

    def machine(self) -> Machine:
        """A new clone, as CI would make it."""
        root = self.folder / f"clone{next(self._numbers)}"
        git(self.folder, "clone", "--quiet", self.remote.as_uri(), str(root))
        return Machine(root, self)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Files that land on main."""
        root = self._desk.root
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        git(root, "add", ".")
        git(root, "commit", "--quiet", "--message", "Contenu")
        git(root, "push", "--quiet", "origin", "HEAD:main")

    def want(
        self,
        *posts: Sequence[str],
        to: Sequence[str] = ("bluesky", "matrix"),
        name: str = "post",
        front: str = "",
    ) -> list[str]:
        """Posts, each of one or more messages, due for some minutes; the deliveries' names."""
        due = datetime.now(UTC) - timedelta(minutes=30)
        files: dict[str, str | bytes] = {}
        names = []
        for number, texts in enumerate(posts):
            at = f"{due + timedelta(seconds=number):%Y-%m-%d %H:%M:%S}"
            top = f"title: Un post\nstatus: ready\npublish_at: {at}\nto: [{', '.join(to)}]\n{front}"
            body = "\n\n---\n\n".join(texts)
            files[f"content/posts/{name}-{number}.md"] = f"---\n{top}---\n{body}\n"
            for channel in to:
                self.wanted[channel].update(texts)
                names.append(f"{name}-{number}@{channel}")
        self.write(files)
        return names

    def live(self) -> Live:
        """What the servers hand out now, by channel: each text and how often it is there."""
        records, cursor = [], ""
        while True:
            asked = {"repo": self.person.did, "collection": "app.bsky.feed.post", "limit": 100}
            page: Any = self.pds.call(
                "GET",
                "com.atproto.repo.listRecords",
                params={**asked, **({"cursor": cursor} if cursor else {})},
            )
            records += page["records"]
            cursor = page.get("cursor", "")
            if not cursor or not page["records"]:
                break
        events = self.homeserver.events(self.member, self.room)
        return {
            "bluesky": Counter(each["value"]["text"] for each in records),
            "matrix": Counter(each["content"]["body"] for each in events),
        }

    def history(self) -> History:
        """The ledger as the remote has it, read from a new clone."""
        machine = self.machine()
        ledger = open_ledger(machine.root, self.genesis)
        try:
            return ledger.read()
        finally:
            ledger.close()
            machine.gone()

    def settle(self, most: int = 8) -> int:
        """Runs from new clones until nothing is unsettled or missing; how many it took."""
        said = None
        for number in range(1, most + 1):
            machine = self.machine()
            said = machine.publish("--until", "1m")
            machine.gone()
            history = self.history()
            if said.code == 0 and not history.unsettled and self.missing(history) == 0:
                return number
        raise AssertionError(f"not settled after {most} runs: {said}")

    def missing(self, history: History) -> int:
        """How many messages have no receipt in the ledger."""
        known = sum(len(history.of(key).receipts) for key in set(history.keys()))
        return sum(sum(texts.values()) for texts in self.wanted.values()) - known

    def check(self) -> None:
        """Nothing twice, nothing lost, and nobody has anything to look into."""
        live = self.live()
        twice = {name: +(live[name] - self.wanted[name]) for name in live}
        lost = {name: +(self.wanted[name] - live[name]) for name in live}
        assert not any(twice.values()), f"live too often: {twice}"
        assert not any(lost.values()), f"lost: {lost}"
        history = self.history()
        assert not history.unsettled
        assert not history.duplicates
        machine = self.machine()
        said = machine.publish()
        machine.gone()
        assert said.code == 0, said
        assert said.outcomes == {}


class _LastWeek(SystemClock):
    """The ledger's beginning must be older than what is due."""

    def now(self) -> datetime:
        return super().now() - timedelta(days=7)


def git(root: Path, *arguments: str) -> str:
    """What git answers."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
