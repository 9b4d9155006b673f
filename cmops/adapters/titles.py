"""What people call a platform, in their language."""

from __future__ import annotations

from cmops.adapters.declaration import Platform
from cmops.wording import Wording


def title(platform: Platform, wording: Wording) -> str:
    """A network's own name; what is no network is called by the catalogue."""
    phrase = f"platform.title.{platform.name}"
    return wording.say(phrase) if wording.has(phrase) else platform.title
