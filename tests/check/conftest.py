"""Checking a small workspace: where a code is found, and that it is worded in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cmops.check.rule import Scene
from cmops.check.rules import WORKSPACE_RULES
from cmops.check.run import examine, worded
from cmops.composed import Compositions
from cmops.findings import Diagnostic, Finding
from cmops.ledger.entries import Entry
from cmops.ledger.history import History
from cmops.media import Gallery
from cmops.wording import Wording
from cmops.workspace.load import load
from tests.check.checking import MARK, NOW, Check, Checked, Files, Finds, marks
from tests.conftest import MakeWorkspace


@pytest.fixture
def check(workspace: MakeWorkspace) -> Check:
    """Everything that is found in these files, worded in French and in English."""

    def run(
        files: Files,
        *,
        at: str = NOW,
        entries: tuple[Entry, ...] = (),
        new: Callable[[str], bool] = lambda path: True,
    ) -> Checked:
        loaded = load(workspace(files))
        gallery = Gallery(loaded.root)
        made = Compositions(loaded, gallery)
        examined = examine(loaded, made, gallery)
        now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Paris"))
        history = History.of_entries(entries)
        scene = Scene(loaded.workspace, history, now, new, made)
        found: list[Finding] = [*loaded.findings, *examined]
        if loaded.usable:
            found += [finding for rule in WORKSPACE_RULES for finding in rule(scene)]
        french, english = (worded(loaded, found, Wording(each)) for each in ("fr", "en"))
        for each in (*french, *english):
            said = f"{each.message} {each.hint}"
            assert not re.search(r"(?<!\{)\{\w+\}|\(\)|\(connus : \)|None", said), (
                f"{each.code}: {said}"
            )
        return Checked(french, english)

    return run


@pytest.fixture
def finds(check: Check) -> Finds:
    """``finds(code, files)``: the code is found at each mark and nowhere else."""

    def run(code: str, files: Mapping[str, str | bytes], **given: object) -> list[Diagnostic]:
        marked = {name: text for name, text in files.items() if isinstance(text, str)}
        plain = {name: text.replace(MARK, "") for name, text in marked.items()}
        found = check({**files, **plain}, **given)  # type: ignore[arg-type]
        places = sorted({(each.path, each.line, each.column) for each in found.of(code)})
        wanted = sorted(place for name, text in marked.items() for place in marks(name, text))
        assert places == wanted, "\n".join(map(str, found.diagnostics))
        return found.of(code)

    return run
