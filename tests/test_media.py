"""Media are what their bytes say they are."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from cmops import media
from cmops.media import UNKNOWN, Gallery, MediaFile, probe


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 30), exif: Image.Exif | None = None
) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "teal").save(stream, kind, exif=exif or Image.Exif())
    return stream.getvalue()


def placed() -> Image.Exif:
    exif = Image.Exif()
    latitude = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (48.0, 51.0, 0.0)}
    exif[ExifTags.IFD.GPSInfo] = latitude
    return exif


def put(root: Path, content: bytes, name: str = "media/a.jpg") -> Path:
    file = root / "content" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("kind", "type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
    ],
)
def test_a_picture_has_its_type_size_and_hash_whatever_its_name(
    tmp_path: Path, kind: str, type: str
) -> None:
    content = picture(kind)
    put(tmp_path, content, "media/photo été 2.txt")
    assert Gallery(tmp_path).open("media/photo été 2.txt") == MediaFile(
        "media/photo été 2.txt",
        type,
        len(content),
        hashlib.sha256(content).hexdigest(),
        40,
        30,
        has_place=False,
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_lies_on_its_side_has_the_size_that_is_shown(
    tmp_path: Path, orientation: int
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    put(tmp_path, picture(exif=exif))
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    shown = (30, 40) if orientation >= 5 else (40, 30)
    assert (found.width, found.height) == shown


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_place_in_the_exif_is_seen(tmp_path: Path, kind: str) -> None:
    put(tmp_path, picture(kind, exif=placed()))
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert found.has_place


def test_a_place_behind_the_picture_of_a_png_is_seen(tmp_path: Path) -> None:
    whole = picture("PNG", exif=placed())
    start = whole.index(b"eXIf") - 4
    end = start + 12 + struct.unpack(">I", whole[start : start + 4])[0]
    last = whole.index(b"IEND") - 4
    put(tmp_path, whole[:start] + whole[end:last] + whole[start:end] + whole[last:])
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert (found.has_place, found.width) == (True, 40)


@pytest.mark.parametrize("before", [0, (1 << 20) - 8, (1 << 20) - 3])
def test_a_place_in_the_xmp_is_seen_wherever_it_stands(tmp_path: Path, before: int) -> None:
    start = picture()
    padding = b"\0" * max(before - len(start), 0)
    put(tmp_path, start + padding + b'<rdf exif:GPSLatitude="48,51.0N"/>')
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert found.has_place


def test_exif_without_a_place_is_no_place(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    put(tmp_path, picture(exif=exif))
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert not found.has_place


VIDEO = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 100


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (VIDEO, "video/mp4"),
        (VIDEO.replace(b"isom", b"qt  "), "video/quicktime"),
        (b"\x1aE\xdf\xa3" + b"\x00" * 100, "video/webm"),
        (b"%PDF-1.7\n", "application/pdf"),
        (VIDEO.replace(b"isom", b"heic"), "image/heic"),
        (VIDEO.replace(b"isom", b"mif1"), "image/heic"),
        (VIDEO.replace(b"isom", b"avif"), "image/avif"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", UNKNOWN),
        (b"", UNKNOWN),
        (b"\xff", UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
    ],
)
def test_other_files_have_the_type_that_their_first_bytes_show(
    tmp_path: Path, content: bytes, type: str
) -> None:
    put(tmp_path, content)
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert (found.type, found.size, found.width) == (type, len(content), None)


def _chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def test_a_picture_that_would_be_huge_is_not_unpacked(tmp_path: Path) -> None:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + _chunk(b"IEND", b"")
    put(tmp_path, b"\x89PNG\r\n\x1a\n" + header + body)
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert (found.type, found.width) == ("image/png", None)


def test_a_large_picture_is_measured_without_a_warning(tmp_path: Path) -> None:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 12_000, 9_000, 8, 2, 0, 0, 0))
    put(tmp_path, b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IEND", b""))
    found = Gallery(tmp_path).open("media/a.jpg")
    assert found is not None
    assert (found.width, found.height) == (12_000, 9_000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_cut_anywhere_or_damaged_never_breaks_the_gallery(
    tmp_path: Path, kind: str
) -> None:
    whole = picture(kind, exif=placed())
    for end in range(0, len(whole), 7):
        file = put(tmp_path, whole[:end])
        assert probe("media/a.jpg", file).size == end
        damaged = bytearray(whole)
        damaged[end] ^= 0xFF
        assert probe("media/a.jpg", put(tmp_path, bytes(damaged))).size == len(whole)


def test_what_is_not_there_or_no_file_is_none(tmp_path: Path) -> None:
    put(tmp_path, picture())
    gallery = Gallery(tmp_path)
    assert gallery.open("media/b.jpg") is None
    assert gallery.open("media") is None
    assert gallery.open("media/a.jpg/b.jpg") is None
    assert gallery.open("media/\0.jpg") is None
    assert gallery.open("media/" + "a" * 5000) is None


@pytest.mark.parametrize("path", ["../secret.jpg", "media/../../secret.jpg", "media/out.jpg"])
def test_nothing_outside_of_content_is_opened(tmp_path: Path, path: str) -> None:
    put(tmp_path, picture())
    (tmp_path / "secret.jpg").write_bytes(picture())
    (tmp_path / "content/media/out.jpg").symlink_to(tmp_path / "secret.jpg")
    assert Gallery(tmp_path).open(path) is None


def test_an_absolute_path_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(picture())
    (tmp_path / "content").mkdir()
    assert Gallery(tmp_path).open(str(secret)) is None


def test_a_link_inside_of_content_is_followed_and_a_circle_is_not(tmp_path: Path) -> None:
    file = put(tmp_path, picture())
    (file.parent / "b.jpg").symlink_to("a.jpg")
    (file.parent / "c.jpg").symlink_to("c.jpg")
    gallery = Gallery(tmp_path)
    assert gallery.open("media/b.jpg") is not None
    assert gallery.open("media/c.jpg") is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path, b"")
    os.mkfifo(tmp_path / "content/media/pipe.jpg")
    assert Gallery(tmp_path).open("media/pipe.jpg") is None


class Shelf:
    """Keeps in memory what a cache keeps on disk."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str]] = {}

    def load(self, shelf: str) -> dict[str, tuple[str, str]]:
        return dict(self.kept)

    def save(self, shelf: str, changed: Mapping[str, tuple[str, str]]) -> None:
        self.kept.update(changed)


def test_a_file_that_did_not_change_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shelf = put(tmp_path, picture()), Shelf()
    first = Gallery(tmp_path, shelf)
    found = first.open("media/a.jpg")
    first.save()
    reads: list[str] = []

    def counted(path: str, file: Path) -> MediaFile:
        reads.append(path)
        return probe(path, file)

    monkeypatch.setattr(media, "probe", counted)
    assert first.open("media/a.jpg") == found
    assert Gallery(tmp_path, shelf).open("media/a.jpg") == found
    assert reads == []
    file.write_bytes(picture(size=(10, 10)))
    later = Gallery(tmp_path, shelf).open("media/a.jpg")
    assert reads == ["media/a.jpg"]
    assert later is not None
    assert later.width == 10


def test_a_stamp_changes_with_the_content_and_is_the_same_in_a_new_checkout(
    tmp_path: Path,
) -> None:
    assert Gallery(tmp_path).stamp("media/a.jpg") == ""
    put(tmp_path, b"a")
    before = Gallery(tmp_path).stamp("media/a.jpg")
    put(tmp_path / "elsewhere", b"a")
    assert before
    assert Gallery(tmp_path / "elsewhere").stamp("media/a.jpg") == before
    put(tmp_path, b"b")
    assert Gallery(tmp_path).stamp("media/a.jpg") != before
