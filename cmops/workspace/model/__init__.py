"""What the documents mean; built only from documents that match their schema.

Times are aware datetimes in the workspace's zone, or None where the text names no single moment
(which is a finding). Durations are timedeltas.

To make a class takes longer than to read a document, and few workspaces have documents of all
kinds: what is in the modules of ``_LATE`` is made when somebody first asks for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cmops.workspace.model.approvals import (
    ApprovalRole,
    ApprovalRule,
    Approvals,
    Ask,
    Emergency,
    Matter,
)
from cmops.workspace.model.posts import Commercial, LinkCard, Poll, Post, Variant
from cmops.workspace.model.reports import Report
from cmops.workspace.model.scope import Scope
from cmops.workspace.model.settings import (
    Brand,
    Channel,
    Handoff,
    Named,
    Pillar,
    Publishing,
    Settings,
    Site,
    SitePart,
    Style,
    Utm,
)
from cmops.workspace.model.sidecars import Consent, Crop, Sidecar
from cmops.workspace.model.windows import Quiet, Window, Windows
from cmops.workspace.model.workspace import Broken, Workspace

if TYPE_CHECKING:
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
    from cmops.workspace.model.programme import (
        Campaign,
        Contest,
        ContestRules,
        Draw,
        Event,
        KeyDate,
        Objective,
        Prize,
    )

__all__ = [
    "Action",
    "ApprovalRole",
    "ApprovalRule",
    "Approvals",
    "Ask",
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
    "Emergency",
    "Event",
    "Examples",
    "Guideline",
    "Guidelines",
    "Handoff",
    "Incident",
    "KeyDate",
    "Level",
    "LinkCard",
    "Match",
    "Matter",
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
    "Report",
    "Role",
    "Sanction",
    "Scope",
    "Settings",
    "Sidecar",
    "Site",
    "SitePart",
    "Spelling",
    "Statement",
    "StatementUsed",
    "Step",
    "StepDone",
    "Style",
    "TimelineEntry",
    "Trigger",
    "Utm",
    "Variant",
    "Window",
    "Windows",
    "Workspace",
]

_LATE = ("programme", "playbooks", "crises")


def __getattr__(name: str) -> Any:
    """One of the names above whose module was not imported yet."""
    for late in _LATE if name in __all__ else ():
        module = import_module(f"{__name__}.{late}")
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
