"""What a film says of itself: how long it is, how large it is shown, where it was taken.

MP4 and QuickTime files are boxes inside boxes (ISO/IEC 14496-12); only the few that answer are
read, and nothing that a file claims makes this read much or go on for long.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cmops.values import dataclass

MOST_BOXES = 2000
"""Boxes that are looked at in one file."""

_MOST_BYTES = 1 << 20
_PLACES = (b"\xa9xyz", b"loci", b"com.apple.quicktime.location")
"""Where phones write the place: QuickTime's and 3GPP's boxes, and a key of Apple's."""


@dataclass(frozen=True, slots=True)
class Film:
    """What was found: ``duration`` in seconds, ``width`` and ``height`` in pixels as shown.

    None where the file does not say; ``has_place`` when it says where it was taken.
    """

    duration: float | None = None
    width: int | None = None
    height: int | None = None
    has_place: bool = False


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int
    end: int


def read(stream: BinaryIO) -> Film:
    """The film in this file; an empty answer for what is damaged. Raises OSError."""
    end = stream.seek(0, 2)
    walk = _Walk(stream)
    moov = next((box for box in walk.boxes(0, end) if box.name == b"moov"), None)
    return walk.film(moov) if moov is not None else Film()


class _Walk:
    """One reading of one file; ``left`` is how many more boxes it may look at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = MOST_BOXES

    def film(self, moov: _Box) -> Film:
        duration: float | None = None
        size: tuple[int, int] | None = None
        has_place = False
        for box in self.boxes(moov.start, moov.end):
            if box.name == b"mvhd":
                duration = _duration(self._content(box))
            elif box.name == b"trak":
                size = size or self._shown(box)
            elif box.name in {b"udta", b"meta"}:
                content = self._content(box)
                has_place = has_place or any(place in content for place in _PLACES)
        width, height = size or (None, None)
        return Film(duration, width, height, has_place)

    def boxes(self, start: int, end: int) -> Iterator[_Box]:
        """The boxes between two places of the file, as far as they make sense."""
        while start + 8 <= end and self._left > 0:
            self._left -= 1
            self._stream.seek(start)
            head = self._stream.read(16)
            if len(head) < 8:
                return
            size, name = struct.unpack_from(">I4s", head)
            before = 8
            if size == 1 and len(head) == 16:  # the size follows, because it is a large one
                size, before = struct.unpack_from(">Q", head, 8)[0], 16
            elif size == 0:  # to the end of what it is in
                size = end - start
            if size < before or start + size > end:
                return
            yield _Box(name, start + before, start + size)
            start += size

    def _shown(self, track: _Box) -> tuple[int, int] | None:
        """The size at which a track is shown; None for one that is only heard."""
        for box in self.boxes(track.start, track.end):
            if box.name == b"tkhd":
                return _size(self._content(box))
        return None

    def _content(self, box: _Box) -> bytes:
        self._stream.seek(box.start)
        return self._stream.read(min(box.end - box.start, _MOST_BYTES))


def _duration(header: bytes) -> float | None:
    """Seconds by a movie header; None where it says "unknown" or nothing."""
    try:
        if header[0] == 1:
            scale, length = struct.unpack_from(">IQ", header, 20)
            unknown = length == 2**64 - 1
        else:
            scale, length = struct.unpack_from(">II", header, 12)
            unknown = length == 2**32 - 1
    except (struct.error, IndexError):
        return None
    if not scale or not length or unknown:
        return None
    seconds: float = length / scale
    return round(seconds, 3)


def _size(header: bytes) -> tuple[int, int] | None:
    """Width and height by a track header, as its matrix turns them."""
    try:
        at = 52 if header[0] == 1 else 40
        matrix = struct.unpack_from(">9i", header, at)
        wide, high = struct.unpack_from(">II", header, at + 36)
    except (struct.error, IndexError):
        return None
    width, height = round(wide / 65536), round(high / 65536)
    if not width or not height:
        return None
    lies = math.isclose(matrix[0], 0, abs_tol=1) and matrix[1] != 0
    return (height, width) if lies else (width, height)
