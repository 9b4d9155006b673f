"""Small pictures of a workspace's media, for pages and letters that stand alone."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from cmops.media import IMAGES
from cmops.values import dataclass

LARGEST = 640
"""Pixels of the longer side."""

_QUALITY = 78
_MOST_PIXELS = 60_000_000
_WHITE = (255, 255, 255)

Pictures = Callable[[str, str], "Picture | None"]
"""The small picture of a media file, by its path from ``content/`` and its type."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small JPEG."""

    data: bytes
    width: int
    height: int

    @property
    def address(self) -> str:
        """It as a ``data:`` address."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.data).decode()}"


def pictures(root: Path) -> Pictures:
    """The pictures of the workspace at ``root``, each made once. None for what cannot be shown."""
    known: dict[str, Picture | None] = {}

    def find(path: str, kind: str) -> Picture | None:
        if path not in known:
            known[path] = _small(root / "content", path) if kind in IMAGES else None
        return known[path]

    return find


def _small(content: Path, path: str) -> Picture | None:
    from PIL import Image, ImageOps

    file = content / path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged EXIF; how large it may be is looked at below
        try:
            if not file.resolve().is_relative_to(content.resolve()):
                return None
            with Image.open(file) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    return None
                opened.draft("RGB", (LARGEST, LARGEST))
                image = ImageOps.exif_transpose(opened).convert("RGBA")
        # What Pillow raises for a damaged file: https://pillow.readthedocs.io/en/stable/reference/
        except (
            OSError,
            ValueError,
            SyntaxError,
            TypeError,
            EOFError,
            Image.DecompressionBombError,
        ):
            return None
    image.thumbnail((LARGEST, LARGEST))
    flat = Image.new("RGB", image.size, _WHITE)
    flat.paste(image, mask=image.getchannel("A"))
    written = BytesIO()
    flat.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(written.getvalue(), *flat.size)
