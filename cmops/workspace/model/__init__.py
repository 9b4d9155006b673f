"""What the documents mean; built only from documents that match their schema.

Times are aware datetimes in the workspace's zone, or None where the text names no single moment
(which is a finding). Durations are timedeltas.
"""

from __future__ import annotations

from cmops.workspace.model.crises import (
    Action,
    Closing,
    CrisisPlaybook,
    Incident,
    Level,
    PostMortem,
    Role,
    Statement,
    StatementUsed,
    Step,
    StepDone,
    TimelineEntry,
    Trigger,
)
from cmops.workspace.model.playbooks import (
    BannedTerm,
    Editorial,
    Examples,
    Guideline,
    Guidelines,
    Match,
    ModerationRule,
    Reply,
    Sanction,
    Spelling,
)
from cmops.workspace.model.posts import Commercial, LinkCard, Poll, Post, Variant
from cmops.workspace.model.programme import (
    Campaign,
    Contest,
    ContestRules,
    Draw,
    Event,
    KeyDate,
    Objective,
    Prize,
    Quiet,
    Window,
    Windows,
)
from cmops.workspace.model.scope import Scope
from cmops.workspace.model.settings import (
    Brand,
    Channel,
    Named,
    Pillar,
    Publishing,
    Settings,
    Style,
)
from cmops.workspace.model.sidecars import Consent, Crop, Sidecar
from cmops.workspace.model.workspace import Broken, Workspace

__all__ = [
    "Action",
    "BannedTerm",
    "Brand",
    "Broken",
    "Campaign",
    "Channel",
    "Closing",
    "Commercial",
    "Consent",
    "Contest",
    "ContestRules",
    "CrisisPlaybook",
    "Crop",
    "Draw",
    "Editorial",
    "Event",
    "Examples",
    "Guideline",
    "Guidelines",
    "Incident",
    "KeyDate",
    "Level",
    "LinkCard",
    "Match",
    "ModerationRule",
    "Named",
    "Objective",
    "Pillar",
    "Poll",
    "Post",
    "PostMortem",
    "Prize",
    "Publishing",
    "Quiet",
    "Reply",
    "Role",
    "Sanction",
    "Scope",
    "Settings",
    "Sidecar",
    "Spelling",
    "Statement",
    "StatementUsed",
    "Step",
    "StepDone",
    "Style",
    "TimelineEntry",
    "Trigger",
    "Variant",
    "Window",
    "Windows",
    "Workspace",
]
