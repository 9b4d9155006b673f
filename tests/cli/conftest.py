"""The command line as people use it: a folder to stand in, a command, what it said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cmops.cli.main import run

NOW = "2026-11-24 10:00"  # a Tuesday, in the example's windows

POST = """\
---
title: {title}
publish_at: {at}
to: [{to}]
status: ready
---
{text}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cmops = Callable[..., Said]


@pytest.fixture
def cmops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cmops:
    """``cmops("plan", "--all", at=folder)``: runs it where the test stands, or in a folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, at: Path | None = None) -> Said:
        if at is not None:
            monkeypatch.chdir(at)
        capsys.readouterr()
        code = run(arguments)
        return Said(code, *capsys.readouterr())

    return call


def post(
    text: str = "Bonjour à toutes et à tous.",
    *,
    to: str = "archive",
    at: str = "2026-11-24 09:30",
    title: str = "Un post",
) -> str:
    """A post that is ready to go out."""
    return POST.format(title=title, at=at, to=to, text=text)


GOOD = "content/posts/bon.md"
WRONG = "content/posts/faux.md"
ONE_MISTAKE = {
    GOOD: post(),
    WRONG: post("Demain, autre chose.", to="archive, nulle-part", at="2026-11-25 09:30"),
}
"""A workspace in which one of two posts names a channel that there is not."""
