"""Whatever is wrong around a run, nothing is lost or sent twice, and people read what to do.

The real command against real servers and a real git remote; its words are those of the workspace's
language. Once the thing is mended, the next run sends what is missing.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from PIL import Image

from tests.proofs.world import Said, World, ended, git
from tests.servers.proxy import Fault

POSTS = (["Un mot"], ["Un fil, début", "Un fil, fin"])
LEDGER = "cmops-ledger"
SIDECAR = """\
alt: {fr: Un établi}
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
    world.want(*POSTS)
    before = world.before["bluesky"]
    process = world.machine().start("publish")
    while before.count("putRecord") < 1:
        pass
    before.order(Fault.UNAUTHORISED, "putRecord", times=99)
    says(ended(process), "pas envoyé", "n’accepte pas le secret du compte")
    assert sum(world.live()["bluesky"].values()) < 3
    before.end_orders()
    world.settle()
    world.check()


def test_a_media_file_that_disappears(world: World, tmp_path: Path) -> None:
    picture, media = tmp_path / "atelier.png", "content/media/atelier.png"
    Image.new("RGB", (640, 480), (1, 90, 40)).save(picture)
    world.write({media: picture.read_bytes(), f"{media}.yml": SIDECAR})
    world.want(["Avec image"], to=["bluesky"], name="image", front="media: [media/atelier.png]\n")
    world.want(*POSTS)
    desk = world.machine()
    git(desk.root, "rm", "--quiet", "content/media/atelier.png")
    git(desk.root, "commit", "--quiet", "--message", "x")
    git(desk.root, "push", "--quiet", "origin", "HEAD:main")
    says(world.machine().run("publish"), "image-0@bluesky  retenu", "media/atelier.png")
    assert "Avec image" not in world.live()["bluesky"]
    git(desk.root, "revert", "--no-edit", "HEAD")
    git(desk.root, "push", "--quiet", "origin", "HEAD:main")
    world.settle()
    world.check()


def test_a_token_of_another_account(world: World) -> None:
    world.want(*POSTS)
    token = world.secrets["MATRIX_TOKEN"]
    world.secrets["MATRIX_TOKEN"] = world.homeserver.member().token
    says(world.machine().run("publish"), "Un autre compte (CM521)", "cmops doctor")
    live = world.live()
    assert not live["matrix"]
    assert live["bluesky"] == world.wanted["bluesky"]
    world.secrets["MATRIX_TOKEN"] = token
    world.settle()
    world.check()


def writable(root: Path, yes: bool) -> None:
    """Everything below it, or nothing."""
    for folder, _, files in os.walk(root):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | 0o200 if yes else mode & ~0o222)
