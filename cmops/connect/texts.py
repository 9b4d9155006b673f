"""What a platform wants of whoever connects it, in words: the application, permissions, review."""

from __future__ import annotations

from importlib import resources


def explained(platform: str, language: str) -> str:
    """The page of ``wording/connect`` about a platform, else the one for all others."""
    folder = resources.files("cmops.wording") / "connect"
    file = folder / f"{platform}.md"
    text = (file if file.is_file() else folder / "other.md").read_text("utf-8")
    found = {
        name.strip(): body.strip()
        for name, _, body in (part.partition("\n") for part in text.split("\n## ")[1:])
    }
    return found.get(language) or found["en"]
