"""What the documents mean; built only from documents that match their schema.

Times are aware datetimes in the workspace's zone, or None where the text names no single moment
(which is a finding). Durations are timedeltas.
"""

from __future__ import annotations

from cmops.workspace.model.posts import Commercial, LinkCard, Poll, Post, Variant
from cmops.workspace.model.settings import (
    Brand,
    Channel,
    Named,
    Pillar,
    Publishing,
    Settings,
    Style,
)
from cmops.workspace.model.workspace import Broken, Workspace

__all__ = [
    "Brand",
    "Broken",
    "Channel",
    "Commercial",
    "LinkCard",
    "Named",
    "Pillar",
    "Poll",
    "Post",
    "Publishing",
    "Settings",
    "Style",
    "Variant",
    "Workspace",
]
