"""Films say how long and how large they are, and nothing that they claim does harm."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops import film
from cmops.film import Film, read
from cmops.media import Gallery

UPRIGHT = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
TURNED = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def large(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, name, 16 + len(content)) + content


def mvhd(seconds: float, version: int = 0, scale: int = 600) -> bytes:
    if version:
        return box(b"mvhd", struct.pack(">B3xQQIQ", 1, 0, 0, scale, int(seconds * scale)))
    return box(b"mvhd", struct.pack(">B3xIIII", 0, 0, 0, scale, int(seconds * scale)))


def trak(width: int, height: int, matrix: tuple[int, ...] = UPRIGHT, version: int = 0) -> bytes:
    times = struct.pack(">QQIIQ", 0, 0, 1, 0, 0) if version else struct.pack(">5I", 0, 0, 1, 0, 0)
    rest = struct.pack(">8x4h9i2I", 0, 0, 0, 0, *matrix, width << 16, height << 16)
    return box(b"trak", box(b"tkhd", bytes([version, 0, 0, 0]) + times + rest))


def mp4(*inside: bytes, brand: bytes = b"isom", first: bytes = b"") -> bytes:
    return box(b"ftyp", brand + b"\0\0\0\0") + first + box(b"moov", b"".join(inside))


def film_of(content: bytes) -> Film:
    return read(io.BytesIO(content))


@pytest.mark.parametrize("version", [0, 1])
def test_a_film_says_how_long_it_is_and_how_large(version: int) -> None:
    content = mp4(mvhd(62.5, version), trak(1920, 1080, version=version))
    assert film_of(content) == Film(62.5, 1920, 1080)


def test_a_film_that_was_held_upright_has_the_size_that_is_shown() -> None:
    assert film_of(mp4(mvhd(3), trak(1920, 1080, TURNED))) == Film(3, 1080, 1920)


def test_sound_has_no_size_and_the_pictures_beside_it_have() -> None:
    assert film_of(mp4(mvhd(3), trak(0, 0), trak(640, 360))) == Film(3, 640, 360)


def test_the_answers_are_found_behind_the_pictures_however_large_those_are() -> None:
    pictures = large(b"mdat", b"\0" * 100_000)
    assert film_of(mp4(mvhd(3), trak(640, 360), first=pictures)).duration == 3


@pytest.mark.parametrize(
    "place",
    [
        box(b"udta", box(b"\xa9xyz", b"+48.85+002.35/")),
        box(b"udta", box(b"loci", b"\0" * 20)),
        box(b"meta", b"mdtacom.apple.quicktime.location.ISO6709" + b"+48.85+002.35/"),
    ],
)
def test_a_place_is_seen(place: bytes) -> None:
    assert film_of(mp4(mvhd(3), place)).has_place


def test_other_notes_are_no_place() -> None:
    assert not film_of(mp4(mvhd(3), box(b"udta", box(b"\xa9nam", b"Atelier")))).has_place


@pytest.mark.parametrize(
    "header",
    [
        box(b"mvhd"),
        box(b"mvhd", b"\1"),
        mvhd(3, scale=0),
        mvhd(0),
        box(b"mvhd", struct.pack(">B3xIIII", 0, 0, 0, 600, 2**32 - 1)),
        box(b"mvhd", struct.pack(">B3xQQIQ", 1, 0, 0, 600, 2**64 - 1)),
    ],
)
def test_a_film_that_does_not_say_how_long_it_is_has_no_duration(header: bytes) -> None:
    assert film_of(mp4(header, trak(640, 360))) == Film(None, 640, 360)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\0\x08moov",
        b"\0\0\0\0moov",
        b"\0\0\0\1moov",
        b"\0\0\0\1moov" + b"\xff" * 8,
        b"\0\0\0\7moov" * 100,
        b"\xff\xff\xff\xffmoov",
        mp4(box(b"trak", struct.pack(">I4s", 2**32 - 1, b"tkhd"))),
    ],
)
def test_what_is_damaged_has_no_answers(content: bytes) -> None:
    assert film_of(content) == Film()


def test_a_file_of_nothing_but_boxes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    class Counting(io.BytesIO):
        def read(self, *args: Any) -> bytes:
            nonlocal looked
            looked += 1
            return super().read(*args)

    read(Counting(box(b"free") * 100_000))
    assert looked <= film.MOST_BOXES


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(inside: bytes) -> None:
    whole = mp4(mvhd(3), trak(640, 360), inside)
    for cut in range(0, len(whole), 7):
        film_of(whole[:cut])
    film_of(box(b"ftyp", b"isom") + box(b"moov", inside) + inside)


def test_a_workspace_knows_its_films_again(tmp_path: Path) -> None:
    kept: dict[str, tuple[str, str]] = {}

    class Shelves:
        def load(self, shelf: str) -> dict[str, tuple[str, str]]:
            return dict(kept)

        def save(self, shelf: str, changed: Any) -> None:
            kept.update(changed)

    file = tmp_path / "content/media/a.mov"
    file.parent.mkdir(parents=True)
    file.write_bytes(mp4(mvhd(12.5), trak(1280, 720), brand=b"qt  "))
    first = Gallery(tmp_path, Shelves())
    found = first.open("media/a.mov")
    first.save()
    assert found is not None
    assert (found.type, found.duration, found.width) == ("video/quicktime", 12.5, 1280)
    assert Gallery(tmp_path, Shelves()).open("media/a.mov") == found
