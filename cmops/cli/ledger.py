"""The ledger for commands by which a person decides: opened, used, pushed and let go of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from cmops.ledger.clock import SystemClock
from cmops.mainline import Asked
from cmops.project import Project
from cmops.publish.desk import Desk
from cmops.publish.naming import name_of, named
from cmops.publish.plan import Delivery
from cmops.publish.ports import Ports
from cmops.running import ledger_made, ports


@contextmanager
def desk(project: Project) -> Iterator[tuple[Desk, Ports]]:
    """The ledger of the project, with the senders of its channels."""
    outside = ports(project, SystemClock(), Asked())
    try:
        yield Desk(outside.run, outside.clock, outside.ledger), outside
    finally:
        outside.ledger.close()


def remind(project: Project) -> None:
    """Makes the ledger where there is none, and asks for its name in cmops.yml until it is there.

    Without that name a ledger that was deleted would look like one that was never made, and
    everything would go out again. Raises LedgerError and GitError.
    """
    if project.workspace.settings.genesis is None:
        said = project.wording.say("cli.publish.remind", genesis=ledger_made(project))
        click.echo(said, err=True)


def meant(project: Project, text: str) -> tuple[Delivery, str]:
    """The delivery that a person names, and how people call it."""
    found = named(project.deliveries, text)
    return found, str(name_of(found))
