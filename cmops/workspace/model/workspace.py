"""The whole of what a workspace says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cmops.values import dataclass
from cmops.workspace import time
from cmops.workspace.model.windows import Windows

if TYPE_CHECKING:
    from cmops.workspace.model.crises import CrisisPlaybook, Incident
    from cmops.workspace.model.playbooks import Editorial, Guidelines, ModerationRule, Reply
    from cmops.workspace.model.posts import Post
    from cmops.workspace.model.programme import Campaign, Event, KeyDate, Objective
    from cmops.workspace.model.reports import Report
    from cmops.workspace.model.settings import Settings
    from cmops.workspace.model.sidecars import Sidecar


@dataclass(frozen=True, slots=True)
class Broken:
    """A post that cannot be read or does not match its schema; what is still known of it.

    Its deliveries are held and not forgotten: ``channels`` and ``publish_at`` are what its file
    says as far as it can be read.
    """

    path: str
    id: str
    channels: tuple[str, ...] = ()
    publish_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that the documents say.

    Mappings are by id, in the order of their paths; media and reports are by their paths.
    """

    root: str
    settings: Settings
    posts: Mapping[str, Post] = field(default_factory=dict)
    sidecars: Mapping[str, Sidecar] = field(default_factory=dict)
    replies: Mapping[str, Reply] = field(default_factory=dict)
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    key_dates: tuple[KeyDate, ...] = ()
    windows: Windows = field(default_factory=Windows)
    objectives: Mapping[str, Objective] = field(default_factory=dict)
    editorial: Editorial | None = None
    guidelines: Mapping[str, Guidelines] = field(default_factory=dict)
    moderation: Mapping[str, ModerationRule] = field(default_factory=dict)
    crises: Mapping[str, CrisisPlaybook] = field(default_factory=dict)
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    broken: tuple[Broken, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return time.zone(self.settings.timezone)
