"""Copies of pictures fit what a network takes, look the same, and give nothing away."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw

from cmops.adapters.registry import adapter
from cmops.errors import CmopsError, UsageError
from cmops.media import MediaFile, probe
from cmops.prepare import Copy, Wish, prepared, sidecar_of_copy, wish
from cmops.workspace import dialect
from cmops.workspace.model import Channel, Sidecar
from cmops.workspace.model.sidecars import Crop

RED, BLUE = (220, 30, 30), (30, 30, 220)


def halves(size: tuple[int, int] = (400, 200), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[ExifTags.Base.Orientation] = orientation
    found[ExifTags.Base.Make] = "Appareil de quelqu'un"
    found[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (48.0, 51.0, 0.0),
    }
    return found


def put(folder: Path, image: Image.Image, name: str = "a.jpg", **how: Any) -> Path:
    file = folder / name
    image.save(file, **how)
    return file


def made(file: Path, wanted: Wish) -> tuple[Copy, Image.Image, MediaFile]:
    copy = prepared(file, probe(file.name, file).type, wanted)
    again = file.with_name("copy")
    again.write_bytes(copy.content)
    return copy, Image.open(io.BytesIO(copy.content)), probe("copy", again)


def near(one: Any, other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=False))


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")]
)
def test_a_copy_tells_nothing_but_the_picture(tmp_path: Path, kind: str, name: str) -> None:
    comment = {"comment": b"secret note"} if kind == "JPEG" else {}
    xmp = {"xmp": b'<x exif:GPSLatitude="48,51.0N"/>'} if kind != "PNG" else {}
    file = put(tmp_path, halves(), name, exif=exif(), **comment, **xmp)
    assert probe(name, file).has_place
    copy, image, found = made(file, Wish("bluesky"))
    assert (found.has_place, image.format) == (False, kind)
    assert not image.getexif()
    for word in (b"Appareil", b"secret note", b"GPSLatitude"):
        assert word not in copy.content


# Where the stored picture's left half is once it is shown as its EXIF says.
SHOWN = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}


@pytest.mark.parametrize(("orientation", "red"), SHOWN.items())
def test_a_picture_that_lies_on_its_side_is_upright_in_the_copy(
    tmp_path: Path, orientation: int, red: str
) -> None:
    _, image, _ = made(put(tmp_path, halves(), exif=exif(orientation)), Wish("bluesky"))
    width, height = image.size
    assert (width > height) == (red in {"left", "right"})
    place = {
        "left": (10, height // 2),
        "right": (width - 10, height // 2),
        "top": (width // 2, 10),
        "bottom": (width // 2, height - 10),
    }[red]
    assert near(image.getpixel(place), RED)


def test_a_crop_is_taken_from_the_picture_as_it_is_shown(tmp_path: Path) -> None:
    file = put(tmp_path, halves(), exif=exif(6))  # shown 200 wide and 400 high, red above
    _, image, _ = made(file, Wish("bluesky", Crop(0, 150, 200, 100)))
    assert image.size == (200, 100)
    assert near(image.getpixel((100, 20)), RED)
    assert near(image.getpixel((100, 80)), BLUE)


def test_a_crop_beyond_the_picture_is_refused(tmp_path: Path) -> None:
    file = put(tmp_path, halves())
    for crop in (Crop(0, 0, 401, 10), Crop(399, 199, 1, 2)):
        with pytest.raises(CmopsError) as caught:
            prepared(file, "image/jpeg", Wish("bluesky", crop))
        assert caught.value.phrase == "media.crop-outside"


@pytest.mark.parametrize("most", [200_000, 40_000])
def test_a_copy_has_no_more_bytes_than_wanted(tmp_path: Path, most: int) -> None:
    file = put(tmp_path, Image.effect_noise((900, 600), 80).convert("RGB"), quality=98)
    copy, image, _ = made(file, Wish("bluesky", bytes=most))
    assert len(copy.content) <= most
    assert abs(image.width / image.height - 1.5) < 0.02
    assert image.size == (copy.width, copy.height)


def test_a_picture_is_not_made_so_small_that_nothing_is_seen(tmp_path: Path) -> None:
    file = put(tmp_path, Image.effect_noise((900, 600), 80).convert("RGB"))
    with pytest.raises(CmopsError) as caught:
        prepared(file, "image/jpeg", Wish("bluesky", bytes=1000))
    assert caught.value.phrase == "media.too-heavy"


def test_a_copy_has_no_more_pixels_than_wanted(tmp_path: Path) -> None:
    copy, _, _ = made(put(tmp_path, halves((1000, 500))), Wish("mastodon", pixels=20_000))
    assert copy.width * copy.height <= 20_000
    assert copy.width == 2 * copy.height


def test_what_can_be_seen_through_stays_so(tmp_path: Path) -> None:
    image = Image.effect_noise((600, 600), 80).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((600, 600)))
    for types, type in ((None, "image/png"), ({"image/webp"}, "image/webp")):
        wanted = Wish("bluesky", bytes=400_000, types=types)
        copy, small, _ = made(put(tmp_path, image, "a.png"), wanted)
        assert copy.type == type
        assert small.getchannel("A").getpixel((2, 2)) < 40  # type: ignore[operator]
    _, sharp, _ = made(put(tmp_path, image, "a.png"), Wish("x", Crop(0, 0, 50, 50)))
    assert sharp.mode == "RGBA"


def test_a_palette_keeps_what_can_be_seen_through(tmp_path: Path) -> None:
    image = halves().quantize(2, dither=Image.Dither.NONE)
    file = put(tmp_path, image, "a.png", transparency=image.getpixel((0, 0)))
    for wanted in (Wish("x", Crop(100, 0, 200, 100)), Wish("x", pixels=5_000)):
        _, copy, _ = made(file, wanted)
        assert copy.convert("RGBA").getpixel((2, 2))[3] == 0  # type: ignore[index]
        assert copy.convert("RGBA").getpixel((copy.width - 2, 2))[3] == 255  # type: ignore[index]


def test_a_heavy_png_without_anything_to_see_through_becomes_a_jpeg(tmp_path: Path) -> None:
    file = put(tmp_path, Image.effect_noise((600, 600), 80).convert("RGB"), "a.png")
    copy, _, _ = made(file, Wish("bluesky", bytes=200_000))
    assert (copy.type, copy.width) == ("image/jpeg", 600)
    assert copy.path("media/a.png", "bluesky") == "media/a.bluesky.jpg"


def test_a_type_that_the_network_does_not_take_is_changed(tmp_path: Path) -> None:
    wanted = Wish("x", types={"image/jpeg", "image/png"})
    copy, _, _ = made(put(tmp_path, halves(), "a.webp"), wanted)
    assert copy.type == "image/jpeg"
    copy, _, _ = made(put(tmp_path, halves(mode="RGBA"), "b.webp"), wanted)
    assert copy.type in {"image/jpeg", "image/png"}
    copy, _, _ = made(put(tmp_path, halves(), "a.gif"), Wish("x"))
    assert copy.type == "image/jpeg"


def test_the_profile_of_its_colours_stays_with_a_picture(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = put(tmp_path, halves((1000, 500)), icc_profile=profile)
    _, image, _ = made(file, Wish("x", pixels=50_000))
    assert image.info["icc_profile"] == profile


def test_print_colours_become_those_of_a_screen(tmp_path: Path) -> None:
    _, image, _ = made(put(tmp_path, halves(mode="CMYK")), Wish("x", Crop(0, 0, 100, 100)))
    assert image.mode == "RGB"
    assert near(image.getpixel((50, 50)), RED)


def test_an_animation_is_not_touched(tmp_path: Path) -> None:
    frames = [halves(), halves().rotate(180)]
    for name in ("a.gif", "a.webp", "a.png"):
        file = put(tmp_path, frames[0], name, save_all=True, append_images=frames[1:])
        with pytest.raises(CmopsError) as caught:
            prepared(file, probe(name, file).type, Wish("x", pixels=100))
        assert caught.value.phrase == "media.animated"


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_damaged_picture_is_said_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(content)
    with pytest.raises(CmopsError) as caught:
        prepared(file, "image/jpeg", Wish("x"))
    assert caught.value.phrase == "media.unreadable"


def test_a_cut_off_picture_is_said_so(tmp_path: Path) -> None:
    file = put(tmp_path, Image.effect_noise((300, 300), 80))
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(CmopsError):
        prepared(file, "image/jpeg", Wish("x"))


def test_a_picture_that_would_fill_the_memory_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(tmp_path, halves())
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(CmopsError) as caught:
        prepared(file, "image/jpeg", Wish("x"))
    assert caught.value.phrase == "media.unreadable"


def file_of(**values: Any) -> MediaFile:
    return MediaFile(**{"path": "a", "type": "image/jpeg", "size": 10, "sha256": "", **values})


def test_what_fits_already_is_left_alone() -> None:
    wanted = Wish("x", None, 10, 100, {"image/jpeg"})
    assert wanted.fits(file_of(width=10, height=10))
    for change in ({"size": 11}, {"width": 101, "height": 1}, {"type": "image/png"}):
        assert not wanted.fits(file_of(**change))
    assert not wanted.fits(file_of(has_place=True))
    assert not wanted.at_most(9).fits(file_of())
    assert wanted.at_most(99).bytes == 10
    assert Wish("x").at_most(5).bytes == 5


CROPS = {"bluesky": Crop(1, 1, 1, 1), "ici": Crop(2, 2, 2, 2), "carre": Crop(3, 3, 3, 3)}


def test_a_wish_goes_by_the_channel_its_platform_and_its_own_limits() -> None:
    platform = adapter("bluesky").platform
    sidecar = Sidecar(path="a.yml", media="a", crops=CROPS)
    limits: Mapping[str, int] = {"image_bytes": 2_000_000}
    channel = Channel("ici", "bluesky", "a", "b", "N", "fr", limits=limits)
    found = wish("ici", platform, channel, sidecar)
    assert (found.crop, found.bytes) == (CROPS["ici"], 2_000_000)
    found = wish("bluesky", platform, None, sidecar)
    assert (found.crop, found.bytes) == (CROPS["bluesky"], 1_000_000)
    assert wish("ici", platform, channel, sidecar, "carre").crop == CROPS["carre"]
    assert wish("ici", platform, channel, None).crop is None
    with pytest.raises(UsageError):
        wish("ici", platform, channel, sidecar, "rond")


SIDECAR = """\
# La grande photo
alt: {fr: Un établi}   # relu
url: https://example.org/a.jpg
crops:
  bluesky: {x: 0, y: 0, width: 1, height: 1}

# Les droits
credit: Nous
sha256: abc
rights_until: 2026-12-31
"""


def test_a_copys_sidecar_says_all_but_what_is_about_the_original() -> None:
    text = sidecar_of_copy(SIDECAR)
    expected = {"alt": {"fr": "Un établi"}, "credit": "Nous", "rights_until": "2026-12-31"}
    assert dialect.parse(text).data == expected
    assert "# relu" in text
    assert text.startswith("# La grande photo\n")


@pytest.mark.parametrize(
    "text",
    ["{alt: {fr: a}, crops: {b: {x: 0}}}\n", "crops:\n  b: {x: 0}\nalt: {fr: a}", "alt: {fr: a}\n"],
)
def test_a_sidecar_may_be_laid_out_in_any_way(text: str) -> None:
    assert dialect.parse(sidecar_of_copy(text)).data == {"alt": {"fr": "a"}}


def test_an_empty_sidecar_stays_empty() -> None:
    assert sidecar_of_copy("") == ""
    assert sidecar_of_copy("# rien\n") == "# rien\n"
