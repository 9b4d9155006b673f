"""A publishing run of a real workspace: its ledger, its senders, and what main says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from cmops.adapters import registry
from cmops.adapters.contract import Sends
from cmops.http import session
from cmops.ledger import opening
from cmops.ledger.clock import Clock, ClockCheck, Run
from cmops.mainline import Asked, RemoteMain, WorkTree, main_of
from cmops.project import Project
from cmops.publish.outlets import Outlet, outlet
from cmops.publish.ports import Ports
from cmops.publish.stopping import Stop

OUTBOX = "outbox"


def ports(project: Project, clock: Clock, asked: Asked, stop: Stop | None = None) -> Ports:
    """The outside of a run on this workspace, or on its sandbox.

    The sandbox rehearses what the folder says; a real run sends what main says.
    """
    run, check = Run(), ClockCheck()
    if project.sandbox:
        ledger = opening.open_sandbox(project.root, run=run, clock=clock)
        main: WorkTree | RemoteMain = WorkTree(project, clock, asked)
    else:
        genesis, place = project.workspace.settings.genesis, project.place
        ledger = opening.open_ledger(
            project.root, genesis, run=run, clock=clock, check=check, place=place
        )
        main = main_of(project, clock, asked)
    outlets = dict(_outlets(project, main.content, check))
    return Ports(run, clock, ledger, main, outlets, stop=stop or Stop())


def ledger_made(project: Project) -> str:
    """The genesis of the workspace's ledger, which is made where cmops.yml names none.

    Raises LedgerError and GitError.
    """
    genesis = project.workspace.settings.genesis
    ledger = opening.open_ledger(project.root, genesis, place=project.place)
    try:
        return ledger.create()
    finally:
        ledger.close()


def _outlets(project: Project, content: Path, check: ClockCheck) -> Iterator[tuple[str, Outlet]]:
    """The way to each channel that there is one for; ``content`` is where its media are read."""
    for channel in project.workspace.settings.channels.values():
        sender: Sends | None
        try:
            if project.sandbox:
                sender = registry.sandbox(channel, root=project.root)
            elif channel.handoff is not None or _is_ready(channel.secrets):
                # An outbox writes here; whoever else needs the folder reads what main says.
                here = channel.platform == OUTBOX
                silent = here or channel.handoff is not None
                http = None if silent else session(channel.secrets, check.observe)
                sender = registry.sender(channel, root=project.root if here else content, http=http)
            else:
                sender = None
        except registry.UnknownPlatform:
            sender = None
        if sender is not None:
            yield channel.id, outlet(channel, sender)


def _is_ready(secrets: Mapping[str, str]) -> bool:
    return all(os.environ.get(name) for name in secrets.values())
