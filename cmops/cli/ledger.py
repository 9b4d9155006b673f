"""The ledger for commands by which a person decides: opened, used, pushed and let go of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cmops.ledger.clock import SystemClock
from cmops.mainline import Asked
from cmops.project import Project
from cmops.publish.desk import Desk
from cmops.publish.naming import name_of, named
from cmops.publish.plan import Delivery
from cmops.publish.ports import Ports
from cmops.running import ports


@contextmanager
def desk(project: Project) -> Iterator[tuple[Desk, Ports]]:
    """The ledger of the project, with the senders of its channels."""
    outside = ports(project, SystemClock(), Asked())
    try:
        yield Desk(outside.run, outside.clock, outside.ledger), outside
    finally:
        outside.ledger.close()


def meant(project: Project, text: str) -> tuple[Delivery, str]:
    """The delivery that a person names, and how people call it."""
    found = named(project.deliveries, text)
    return found, str(name_of(found))
