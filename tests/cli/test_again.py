"""``cmops publish POST@CHANNEL --again --reason``: once more, on purpose, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import NOW, POST, Cmops
from tests.conftest import MakeWorkspace

AGAIN = ("--again", "--reason", "effacé par erreur")


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    """Two posts that are due on the archive."""
    return workspace(
        {
            f"content/posts/{name}.md": POST.format(
                title=name, at=at, to="archive", text=f"Le texte de {name}."
            )
            for name, at in (("un", "2026-11-24 09:30"), ("deux", "2026-11-25 09:30"))
        }
    )


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("outbox/archive/*.json"))


def test_what_was_published_goes_out_once_more_and_nothing_else(cmops: Cmops, root: Path) -> None:
    sandbox = ("publish", "--sandbox", "--at", NOW)
    assert cmops(*sandbox, at=root).code == 0
    assert len(files(root)) == 1
    later = ("publish", "--sandbox", "--at", "2026-11-25 10:00")
    said = cmops(*later, "un@archive", *AGAIN)
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()] == ["un@archive"]
    assert len(files(root)) == 2
    assert all(name.startswith("un~") for name in files(root))
    # The round is over: the next run sends what is due, and it alone.
    assert cmops(*later).out.split()[0] == "deux@archive"
    assert len(files(root)) == 3


def test_for_real_the_reason_is_in_the_ledger(cmops: Cmops, root: Path) -> None:
    old = POST.format(title="vieux", at="2020-01-02 09:30", to="archive", text="Il y a longtemps.")
    (root / "content/posts/vieux.md").write_text(old)

    def ledger() -> str:
        files = root.glob(".cmops/kept/ledger/archive/*.ndjson")
        return "".join(path.read_text() for path in files)

    assert cmops("publish", "vieux@archive", at=root).code == 0
    assert ledger().count('"kind":"published"') == 1
    assert cmops("publish", "vieux@archive", *AGAIN).code == 0
    assert ledger().count('"kind":"published"') == 2
    [line] = [line for line in ledger().splitlines() if '"kind":"again"' in line]
    assert "par erreur" in line
    assert len(files(root)) == 2


def test_what_was_never_published_cannot_be_published_again(cmops: Cmops, root: Path) -> None:
    said = cmops("publish", "--sandbox", "--at", NOW, "un@archive", *AGAIN, at=root)
    assert said.code == 2
    assert files(root) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("un@archive", "--again"),
        ("un@archive", "--reason", "pourquoi"),
        AGAIN,
        ("un@archive", "deux@archive", *AGAIN),
        ("un@archive", "--again", "--reason", "  "),
        ("nobody@archive", *AGAIN),
        ("un", *AGAIN),
    ],
)
def test_one_delivery_and_a_reason_are_needed(
    cmops: Cmops, root: Path, arguments: tuple[str, ...]
) -> None:
    cmops("publish", "--sandbox", "--at", NOW, at=root)
    before = files(root)
    assert cmops("publish", "--sandbox", "--at", NOW, *arguments).code == 2
    assert files(root) == before
