"""All that pages are made of; a Project has it, each part worked out when first looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from cmops.composed import Compositions
from cmops.findings import Diagnostic
from cmops.ledger.history import History
from cmops.measure.figures import Figures
from cmops.media import Gallery
from cmops.publish.plan import Delivery
from cmops.review.approvals import Standing
from cmops.todo import Task
from cmops.wording import Wording
from cmops.workspace.cache import Cache
from cmops.workspace.model import Workspace


class Facts(Protocol):
    """What is known of a workspace at one time.

    ``sandbox`` says that deliveries and history are those of the rehearsal, not of the networks.
    """

    @property
    def workspace(self) -> Workspace:
        """What the documents say."""
        ...

    @property
    def wording(self) -> Wording:
        """The words of the workspace's language."""
        ...

    @property
    def now(self) -> datetime:
        """The time at which everything is looked at, in the workspace's zone."""
        ...

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Everything that is or was to go out, in order."""
        ...

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong."""
        ...

    @property
    def history(self) -> History:
        """What the ledger says."""
        ...

    @property
    def todo(self) -> tuple[Task, ...]:
        """What waits for a person."""
        ...

    @property
    def figures(self) -> Figures:
        """How it went."""
        ...

    @property
    def compositions(self) -> Compositions:
        """What every channel gets of every post."""
        ...

    @property
    def gallery(self) -> Gallery:
        """The media files."""
        ...

    def approved_by(self, delivery: Delivery) -> Standing | None:
        """Who approved a delivery and whose word it lacks; None where nobody is asked."""
        ...

    @property
    def surroundings(self) -> str:
        """What changes when any document does that is no post."""
        ...

    @property
    def cache(self) -> Cache | None:
        """What earlier builds worked out, if anything may be kept."""
        ...

    @property
    def sandbox(self) -> bool:
        """Whether this is the rehearsal's ledger."""
        ...
