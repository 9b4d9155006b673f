"""Whatever is wrong around a run, nothing is lost or sent twice, and people read what to do.

The real command against real servers and a real git remote; its words are those of the workspace's
language. Once the thing is mended, the next run sends what is missing.
"""

from __future__ import annotations

import os
import re
import resource
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.proofs.conftest import MakeWorld
from tests.proofs.world import Said, World, ended, git
from tests.servers.proxy import Fault

POSTS = (["Un mot"], ["Un fil, début", "Un fil, fin"])
LEDGER = "cmops-ledger"
PUT = "putRecord"
FRENCH = re.compile("[àâçéèêëîïôùûœ«»\u202f]|(?i:\\b(?:le|la|les|une|des|est)\\b)")
ASTRAY = """\
---
title: Astray
publish_at: 2026-01-05 09:00
to: [blusky]
status: ready
---
Nobody gets this.
"""
MEDIA = "content/media/atelier.png"
SIDECAR = """\
alt: {fr: Un établi, en: A workbench}
credit: Les Ateliers
licence: CC0-1.0
consent: {state: not-needed}
ai_generated: false
"""


def nothing(world: World) -> bool:
    return not any(world.live().values())


def words(said: Said) -> str:
    """What a person reads."""
    return (said.out + said.err).replace("\u00a0", " ").replace("\u202f", " ")


def says(said: Said, *expected: str) -> None:
    """It ended with 1, as something that somebody must act on, and says these words."""
    assert said.code == 1, said
    for each in expected:
        assert each in words(said), words(said)
    assert "Traceback" not in words(said)


def test_a_full_disk(world: World) -> None:
    world.want(*POSTS)
    machine = world.machine()
    says(
        machine.run("publish", files=0),
        "la branche principale ne peut pas être lue",
        "la place sur le disque",
    )
    assert nothing(world)
    world.settle()
    world.check()


def test_a_read_only_checkout(world: World) -> None:
    world.want(*POSTS)
    machine = world.machine()
    writable(machine.root, False)
    says(machine.run("publish"), "Permission denied", "le droit d’y écrire")
    writable(machine.root, True)
    assert nothing(world)
    world.settle()
    world.check()


def test_without_git_nothing_is_sent(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.want(*POSTS)
    machine = world.machine()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path / "empty"))
        says(machine.run("publish"), "le programme git est introuvable", "installez git")
    assert nothing(world)
    world.settle()
    world.check()


def test_without_a_remote_the_ledger_is_missed(world: World) -> None:
    world.want(*POSTS)
    machine = world.machine()
    git(machine.root, "remote", "remove", "origin")
    says(machine.run("publish"), world.genesis, "restaurez la branche")
    assert nothing(world)
    world.settle()
    world.check()


def test_a_protected_ledger(world: World) -> None:
    world.want(*POSTS)
    hook = world.remote / "hooks" / "pre-receive"
    hook.write_text(
        "#!/bin/sh\nwhile read old new ref; do\n"
        f'[ "$ref" = refs/heads/{LEDGER} ] && echo "protected branch" >&2 && exit 1\ndone\nexit 0\n'
    )
    hook.chmod(0o755)
    says(world.machine().run("publish"), "protected branch", "doit être ouverte en écriture")
    assert nothing(world)
    hook.unlink()
    world.settle()
    world.check()


def test_a_deleted_ledger(world: World) -> None:
    world.want(*POSTS, name="avant")
    machine = world.machine()
    assert machine.run("publish").code == 0
    world.want(["Un mot de plus"])
    tip = git(world.remote, "rev-parse", LEDGER)
    git(world.remote, "branch", "-D", LEDGER)
    says(
        machine.run("publish"),
        "a disparu",
        f"git push origin refs/cmops/ledger:refs/heads/{LEDGER}",
    )
    says(world.machine().run("publish"), "n’existe pas ou est vide", "restaurez la branche")
    git(machine.root, "push", "--quiet", "origin", f"refs/cmops/ledger:refs/heads/{LEDGER}")
    assert git(world.remote, "rev-parse", LEDGER) == tip
    world.settle()
    world.check()


def test_a_rewound_ledger(world: World) -> None:
    world.want(*POSTS)
    machine = world.machine()
    old = git(world.remote, "rev-parse", LEDGER)
    assert machine.run("publish").code == 0
    tip = git(world.remote, "rev-parse", LEDGER)
    git(world.remote, "update-ref", f"refs/heads/{LEDGER}", old)
    says(machine.run("publish"), "a été réécrit", tip[:12], "remettez la branche sur")
    git(world.remote, "update-ref", f"refs/heads/{LEDGER}", tip)
    assert machine.run("publish").code == 0
    world.check()


def test_a_ledger_that_was_replaced(world: World) -> None:
    world.want(*POSTS)
    tip = git(world.remote, "rev-parse", LEDGER)
    git(world.remote, "update-ref", f"refs/heads/{LEDGER}", "main")
    says(world.machine().run("publish"), "ne commence pas comme un historique", "restaurez-la")
    assert nothing(world)
    git(world.remote, "update-ref", f"refs/heads/{LEDGER}", tip)
    world.settle()
    world.check()


def test_a_line_that_cannot_be_read(world: World) -> None:
    world.want(*POSTS, name="avant")
    world.settle()
    world.want(["Un mot de plus"])
    tip = git(world.remote, "rev-parse", LEDGER)
    desk = world.machine()
    git(desk.root, "checkout", "--quiet", LEDGER)
    [file] = (desk.root / "ledger" / "bluesky").iterdir()
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:-1]) + lines[-1][:40] + "\n")
    git(desk.root, "commit", "--quiet", "--all", "--message", "x")
    git(desk.root, "push", "--quiet", "origin", f"HEAD:{LEDGER}")
    says(
        world.machine().run("publish"), "post-0@bluesky  retenu", f"{file.name}, ligne {len(lines)}"
    )
    live = world.live()
    assert live["bluesky"]["Un mot de plus"] == 0
    assert live["matrix"]["Un mot de plus"] == 1
    git(desk.root, "pull", "--quiet", "origin", LEDGER)
    git(desk.root, "checkout", tip, "--", f"ledger/bluesky/{file.name}")
    git(desk.root, "commit", "--quiet", "--all", "--message", "x")
    git(desk.root, "push", "--quiet", "origin", f"HEAD:{LEDGER}")
    world.settle()
    world.check()


@pytest.mark.parametrize("ahead", [600, -600])
def test_a_wrong_clock(world: World, ahead: int) -> None:
    world.want(*POSTS)
    says(
        world.machine().run("publish", ahead=ahead),
        "l’horloge de cette machine diffère",
        "synchronisez l’horloge",
    )
    assert nothing(world)
    world.settle()
    world.check()


def test_a_token_that_expires_between_two_sends(world: World) -> None:
    names = world.want(["Un mot"], ["Un autre"], ["Un fil, début", "Un fil, fin"])
    before = world.before["bluesky"]
    before.when(PUT, lambda: before.order(Fault.UNAUTHORISED, times=999))
    machine = world.machine()
    said = machine.publish()
    assert said.code == 1
    rest = ["published", "unauthorised", "channel_rests"]
    assert [said.outcomes[name] for name in names if name.endswith("bluesky")] == rest
    assert before.count(PUT) == 2, "a server that says no is left alone"
    says(machine.run("status"), "n’accepte pas le secret", "cmops doctor bluesky")
    says(machine.run("doctor", "bluesky"), "le serveur refuse le secret", "BLUESKY_PASSWORD")
    again = machine.publish()
    assert again.code == 1
    assert set(again.outcomes.values()) <= {"unauthorised"}
    assert before.count(PUT) == 2
    before.end_orders()
    world.settle()
    world.check()
    assert machine.run("status").code == 0


def with_picture(
    world: World,
    folder: Path,
    before: str = "Avant",
    text: str = "Avec image",
    after: str = "Après",
) -> None:
    """A post with a picture for Bluesky, after one without and before another one."""
    picture = folder / "atelier.png"
    Image.new("RGB", (640, 480), (1, 90, 40)).save(picture)
    world.write({MEDIA: picture.read_bytes(), f"{MEDIA}.yml": SIDECAR})
    world.want([before], name="a")
    world.want([text], to=["bluesky"], name="b", front="media: [media/atelier.png]\n")
    world.want([after], name="c")


def test_a_media_file_that_disappears(world: World, tmp_path: Path) -> None:
    with_picture(world, tmp_path)
    desk = world.machine()
    git(desk.root, "rm", "--quiet", MEDIA)
    git(desk.root, "commit", "--quiet", "--message", "x")
    git(desk.root, "push", "--quiet", "origin", "HEAD:main")
    says(world.machine().run("publish"), "b-0@bluesky  retenu", "media/atelier.png")
    assert "Avec image" not in world.live()["bluesky"]
    git(desk.root, "revert", "--no-edit", "HEAD")
    git(desk.root, "push", "--quiet", "origin", "HEAD:main")
    world.settle()
    world.check()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (Path.unlink, "un fichier du post n’est plus là"),
        (lambda path: path.write_bytes(b"x"), "n’est plus celui qui a été relu"),
    ],
)
def test_a_media_file_that_is_lost_or_changed_after_planning(
    world: World, tmp_path: Path, spoil: Callable[[Path], object], why: str
) -> None:
    with_picture(world, tmp_path)
    machine = world.machine()
    file = machine.root / MEDIA
    reviewed = file.read_bytes()
    # The first of three is on its way when somebody does it.
    world.before["bluesky"].when(PUT, lambda: spoil(file))
    says(machine.run("publish"), "b-0@bluesky  retenu", why)
    live = world.live()
    assert live["bluesky"] == Counter(["Avant", "Après"])
    assert live["matrix"] == world.wanted["matrix"]
    assert not world.before["bluesky"].count("uploadBlob")
    file.write_bytes(reviewed)
    planned = words(machine.run("plan"))
    assert "b-0@bluesky  retenu" in planned
    assert why in planned
    assert machine.publish().outcomes == {"b-0@bluesky": "published"}
    world.settle()
    world.check()


def test_a_disk_that_fills_up_under_the_journal(world: World) -> None:
    world.want(*([f"Un mot {number}"] for number in range(4)), to=["bluesky"])
    before, machine = world.before["bluesky"], world.machine()

    def fill() -> None:
        [journal] = (machine.root / ".git" / "cmops" / "journal").rglob("*.ndjson")
        journal.unlink()
        journal.symlink_to("/dev/full")

    before.when(PUT, fill)
    says(machine.run("publish"), "No space left on device", "libérez de la place")
    assert before.count(PUT) == 1, "what cannot be noted must not happen"
    history = world.history()
    assert sum(len(history.of(key).receipts) for key in set(history.keys())) == 1
    machine.gone()
    world.settle()
    world.check()


def test_a_disk_that_fills_up_under_everything(world: World) -> None:
    world.want(*([f"Un mot {number}"] for number in range(4)))
    machine = world.machine()
    process = machine.start("publish")

    def fill() -> None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    world.before["bluesky"].when(PUT, fill)
    says(ended(process), "File too large", "libérez de la place")
    assert world.before["bluesky"].count(PUT) == 1
    assert world.before["matrix"].count("/send/") <= 2
    machine.gone()
    world.settle()
    world.check()


def test_a_channel_that_does_not_exist_holds_back_no_other(world: World) -> None:
    world.want(["Un mot"], to=["bluesky"])
    [path] = (world.machine().root / "content" / "posts").iterdir()
    text = path.read_text().replace("to: [bluesky]", "to: [blusky, bluesky]")
    world.write({f"content/posts/{path.name}": text})
    says(world.machine().run("publish"), "post-0@blusky  retenu", "CM210", "bluesky  publié")
    assert world.live()["bluesky"] == world.wanted["bluesky"]
    world.write({f"content/posts/{path.name}": text.replace("blusky, ", "")})
    world.settle()
    world.check()


def test_a_token_of_another_account(world: World) -> None:
    world.want(*POSTS)
    token = world.secrets["MATRIX_TOKEN"]
    world.secrets["MATRIX_TOKEN"] = world.homeserver.member().token
    for _ in range(2):
        says(world.machine().run("publish"), "Un autre compte (CM521)", "cmops doctor")
    world.secrets["MATRIX_TOKEN"] = token
    # Whoever looks has the right secret, and is told that the runs have not.
    says(world.machine().run("status"), "Un autre compte (CM521)", "cmops doctor")
    assert "Un autre compte (CM521)" in words(world.machine().run("plan"))
    live = world.live()
    assert not live["matrix"]
    assert live["bluesky"] == world.wanted["bluesky"]
    world.settle()
    world.check()


def test_a_team_that_speaks_english_reads_english_whatever_goes_wrong(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    with make_world(language="en") as world:
        with_picture(world, tmp_path, "First", "Picture", "Last")
        world.write({"content/posts/z.md": ASTRAY})
        machine = world.machine()
        file = machine.root / MEDIA
        reviewed = file.read_bytes()
        world.before["bluesky"].when(PUT, file.unlink)
        world.before["matrix"].order(Fault.THROTTLED, "/send/")
        published = machine.run("publish")
        says(published, "b-0@bluesky  held", "no longer there", "put off by the platform")
        says(published, "c-0@matrix  not sent", "rests after", "z@blusky  held", "(known: bluesky")
        file.write_bytes(reviewed)
        world.before["bluesky"].order(Fault.LOST, PUT)
        world.before["matrix"].order(Fault.UNAUTHORISED, times=99)
        in_doubt = machine.run("publish")
        says(in_doubt, "b-0@bluesky  to be checked", "answer did not come")
        refused = [machine.run(*each) for each in (["status"], ["plan"], ["doctor"])]
        assert [each.code for each in refused] == [1, 0, 1]
        says(refused[2], "the server refuses the secret", "MATRIX_TOKEN")
        for each in (published, in_doubt, *refused):
            assert not FRENCH.findall(each.out + each.err), words(each)


def writable(root: Path, yes: bool) -> None:
    """Everything below it, or nothing."""
    for folder, _, files in os.walk(root):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | 0o200 if yes else mode & ~0o222)
