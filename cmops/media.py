"""What a media file is, by its content: type, size, dimensions, hash, duration, and a place.

Files are read once and remembered by their stat signature, so that composing many posts with
one picture costs one read.
"""

from __future__ import annotations

import hashlib
import json
import struct
import warnings
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cmops.film import Film, read
from cmops.values import dataclass

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

SHELF = "media"

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
FILMS = frozenset({"video/mp4", "video/quicktime"})
"""Those that are made of boxes and say how long they are; WebM is made otherwise."""

VIDEOS = FILMS | {"video/webm"}
UNKNOWN = "application/octet-stream"

_MAGIC = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypqt", 4, "video/quicktime"),
    # The same container holds pictures, which most networks do not take.
    *((b"ftyp" + brand, 4, "image/heic") for brand in (b"hei", b"hev", b"mif1", b"msf1")),
    *((b"ftyp" + brand, 4, "image/avif") for brand in (b"avif", b"avis")),
    (b"ftyp", 4, "video/mp4"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
    (b"%PDF-", 0, "application/pdf"),
)

_XMP_PLACE = b"exif:GPSLatitude"

# What Pillow raises when it reads a damaged file.
_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    SyntaxError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file as its bytes say it is.

    ``size`` in bytes; ``width`` and ``height`` in pixels, None where they do not apply;
    ``sha256`` of the whole file; ``has_place`` when its EXIF, XMP or film data say where it was
    taken; ``duration`` of a film in seconds, None where it does not say.
    """

    path: str
    type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    has_place: bool = False
    duration: float | None = None


class Shelves(Protocol):
    """Where what was found can be kept until the next run."""

    def load(self, shelf: str) -> dict[str, tuple[str, str]]:
        """Every path's stamp and text."""
        ...

    def save(self, shelf: str, changed: Mapping[str, tuple[str, str]]) -> None:
        """Keeps what changed."""
        ...


class Gallery:
    """Opens the media files of a workspace, each once, and none that an earlier run has seen."""

    def __init__(self, root: Path, shelves: Shelves | None = None) -> None:
        self._root = root
        self._shelves = shelves
        self._kept: dict[str, tuple[str, str]] | None = None
        self._fresh: dict[str, tuple[str, str]] = {}
        self._seen: dict[str, MediaFile | None] = {}

    def open(self, path: str) -> MediaFile | None:
        """The file at ``path`` (from ``content/``), or None when there is none to be read."""
        if path not in self._seen:
            self._seen[path] = self._find(path)
        return self._seen[path]

    def stamp(self, path: str) -> str:
        """What changes when the file's content does, the same on every machine; else empty."""
        found = self.open(path)
        return found.sha256 if found else ""

    def save(self) -> None:
        """Keeps what was found for the next run."""
        if self._shelves is not None:
            self._shelves.save(SHELF, self._fresh)

    def _find(self, path: str) -> MediaFile | None:
        file = self._root / "content" / path
        try:
            inside = file.resolve().is_relative_to((self._root / "content").resolve())
            if not inside or not file.is_file():
                return None
            return self._probed(path, file)
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, to 3.12
            return None

    def _probed(self, path: str, file: Path) -> MediaFile:
        if self._kept is None:
            self._kept = self._shelves.load(SHELF) if self._shelves else {}
        status = file.stat()
        stamp = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"
        kept = self._kept.get(path)
        if kept is not None and kept[0] == stamp:
            return MediaFile(*json.loads(kept[1]))
        found = probe(path, file)
        self._fresh[path] = (stamp, json.dumps(astuple(found)))
        return found


def probe(path: str, file: Path) -> MediaFile:
    """What the file's bytes say; raises OSError when it cannot be read."""
    digest = hashlib.sha256()
    head = tail = b""
    in_xmp = False
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            head = head or chunk[:64]
            in_xmp = in_xmp or _XMP_PLACE in tail + chunk
            tail = chunk[-len(_XMP_PLACE) :]
        size = stream.tell()
        kind = media_type(head)
        film = read(stream) if kind in FILMS else Film()
    width, height, has_place = film.width, film.height, film.has_place
    if kind in IMAGES:
        width, height, has_place = _picture(file)
    return MediaFile(
        path, kind, size, digest.hexdigest(), width, height, has_place or in_xmp, film.duration
    )


def media_type(head: bytes) -> str:
    """The media type that a file's first bytes show, or ``UNKNOWN``."""
    for magic, offset, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    return UNKNOWN


def _picture(file: Path) -> tuple[int | None, int | None, bool]:
    """Width and height as shown (after EXIF rotation), and whether EXIF holds GPS data."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # large pictures, damaged EXIF: nothing is unpacked here
        try:
            with Image.open(file) as image:
                width, height = image.size
                turned, has_place = _exif(image, file)
        except (*_DAMAGED, Image.DecompressionBombError):
            return None, None, False
    return (height, width, has_place) if turned else (width, height, has_place)


def _exif(image: ImageFile, file: Path) -> tuple[bool, bool]:
    """Whether the picture lies on its side, and whether its EXIF says where it was taken."""
    from PIL import ExifTags, Image

    if image.format == "PNG" and "exif" not in image.info:
        image.info["exif"] = _png_exif(file)
    try:
        # Not a PNG's own getexif, which unpacks the whole picture to look behind it.
        exif = Image.Image.getexif(image)
        turned = exif.get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
        return turned, bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except _DAMAGED:
        return False, False


def _png_exif(file: Path) -> bytes | None:
    """The EXIF of a PNG wherever it stands; most programs put it before the picture."""
    with file.open("rb") as stream:
        stream.seek(8)
        while len(header := stream.read(8)) == 8:
            length, name = struct.unpack(">I4s", header)
            if name == b"eXIf":
                return b"Exif\0\0" + stream.read(min(length, 1 << 20))
            stream.seek(length + 4, 1)
    return None
