"""Files of a workspace, as they are attached to messages."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image

from cmops.adapters.contract import Media


def picture(
    root: Path,
    name: str = "atelier.png",
    size: tuple[int, int] = (80, 60),
    alt: str = "Un établi",
    colour: int = 40,
) -> Media:
    """A picture in ``content/media`` of the workspace at ``root``."""
    written = io.BytesIO()
    Image.new("RGB", size, (200, 90, colour)).save(written, "PNG")
    return put(root, name, written.getvalue(), "image/png", alt, size)


def film(root: Path, name: str = "visite.mp4") -> Media:
    """What a server takes for a film."""
    content = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2000)
    return put(root, name, content, "video/mp4", "La visite")


def put(
    root: Path,
    name: str,
    content: bytes,
    type: str,
    alt: str = "",
    size: tuple[int, int] | None = None,
) -> Media:
    """Any file in ``content/media``."""
    place = root / "content" / "media" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    width, height = size or (None, None)
    digest = hashlib.sha256(content).hexdigest()
    return Media(f"media/{name}", alt, type, len(content), digest, width, height)
