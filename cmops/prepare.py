"""The crop, or the smaller copy, of a picture that one network needs: made for a person to review.

Nothing is ever made smaller on its way out. What is made here is a new file beside the original,
without EXIF (a place, a camera, a thumbnail of what was cut away), and with a sidecar of its own.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from cmops.adapters.contract import Platform
from cmops.adapters.limits import limits
from cmops.errors import CmopsError, UsageError
from cmops.media import MediaFile
from cmops.values import dataclass
from cmops.workspace import dialect, nodes
from cmops.workspace.model import Channel, Sidecar
from cmops.workspace.model.sidecars import Crop

if TYPE_CHECKING:
    from PIL.Image import Image

AUTO = "auto"
"""The crop that bears the channel's name, or its platform's, if there is one."""

SMALLEST = 320
"""Pixels of the longer side below which a picture is not made any smaller."""

_QUALITIES = (92, 88, 84, 80, 75, 70)
_STEP = 0.85
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_NAMES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_KEPT = frozenset({"icc_profile", "transparency"})
# What a copy's sidecar does not take over: it is about the original's pixels, or another file.
_ORIGINAL_ONLY = frozenset({"crops", "url", "sha256"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a copy is to fit: ``bytes`` and ``pixels`` at most (None: any), and the types taken."""

    name: str
    crop: Crop | None = None
    bytes: int | None = None
    pixels: int | None = None
    types: Collection[str] | None = None

    def at_most(self, bytes: int | None) -> Wish:
        """The same in no more than so many bytes; None changes nothing."""
        if bytes is None:
            return self
        return replace(self, bytes=min(bytes, self.bytes or bytes))

    def fits(self, file: MediaFile) -> bool:
        """Whether the file is as it should be, so that there is nothing to make."""
        pixels = (file.width or 0) * (file.height or 0)
        return not (
            self.crop
            or file.has_place
            or (self.types is not None and file.type not in self.types)
            or (self.bytes is not None and file.size > self.bytes)
            or (self.pixels is not None and pixels > self.pixels)
        )


@dataclass(frozen=True, slots=True)
class Copy:
    """A picture that is not written yet: its bytes, type and size in pixels."""

    content: bytes
    type: str
    width: int
    height: int

    def path(self, original: str, name: str) -> str:
        """Where it belongs: ``media/a.bluesky.jpg`` beside ``media/a.jpg``."""
        file = PurePosixPath(original)
        return str(file.with_name(f"{file.stem}.{name}{_ENDINGS[self.type]}"))


def wish(
    name: str,
    platform: Platform,
    channel: Channel | None,
    sidecar: Sidecar | None,
    crop: str = AUTO,
) -> Wish:
    """What ``name`` (a channel, else a platform) takes, with a crop of the sidecar.

    Raises UsageError for a crop that the sidecar does not have.
    """
    known = limits(platform, channel) if channel else platform.limits
    # A number that is not verified is still a good one to stay below.
    most = {key: limit.most for key, limit in known.items()}
    return Wish(
        name,
        _crop(crop, (name, platform.name), sidecar.crops if sidecar else {}),
        most.get("image_bytes"),
        most.get("image_pixels"),
        platform.media_types,
    )


def _crop(wanted: str, own: tuple[str, ...], crops: Mapping[str, Crop]) -> Crop | None:
    if wanted == AUTO:
        return next((crops[each] for each in own if each in crops), None)
    if wanted not in crops:
        raise UsageError("media.no-such-crop", crop=wanted, crops=tuple(crops))
    return crops[wanted]


def prepared(file: Path, type: str, wish: Wish) -> Copy:
    """The copy that fits; raises CmopsError when the picture cannot be read, or made to fit."""
    picture = _opened(file)
    if wish.crop is not None:
        picture = picture.crop(_box(wish.crop, picture.size))
    if wish.pixels is not None:
        picture = _within(picture, wish.pixels)
    for attempt in _attempts(picture, type, wish.types):
        if wish.bytes is None or len(attempt.content) <= wish.bytes:
            return attempt
    raise CmopsError("media.too-heavy", path=file.name, most=wish.bytes or 0)


def sidecar_of_copy(text: str) -> str:
    """The original's sidecar for its copy: all of it but what is about the original alone."""
    root: Any = nodes.tree(text)
    if root is None:
        return text
    if root.flow_style:
        data = dialect.parse(text).data or {}
        kept_data = {key: value for key, value in data.items() if key not in _ORIGINAL_ONLY}
        return json.dumps(kept_data, ensure_ascii=False) + "\n"
    keys = [key for key, _ in root.value]
    starts = [*(key.start_mark.index for key in keys), len(text)]
    kept = [text[: starts[0]]]
    for key, start, end in zip(keys, starts, starts[1:], strict=False):
        if key.value not in _ORIGINAL_ONLY:
            kept.append(text[start:end])
    return "".join(kept)


def _opened(file: Path) -> Image:
    """The picture as it is shown, upright, with nothing besides but its colours' profile."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged EXIF, many pixels: the picture is what counts
        try:
            with Image.open(file) as image:
                if getattr(image, "is_animated", False):
                    raise CmopsError("media.animated", path=file.name)
                upright = ImageOps.exif_transpose(image)
                upright.load()
        except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
            raise CmopsError("media.unreadable", path=file.name) from error
    kept = {name: value for name, value in upright.info.items() if name in _KEPT}
    upright.info.clear()
    upright.info.update(kept)
    return upright


def _box(crop: Crop, size: tuple[int, int]) -> tuple[int, int, int, int]:
    right, bottom = crop.x + crop.width, crop.y + crop.height
    if right > size[0] or bottom > size[1]:
        raise CmopsError("media.crop-outside", width=size[0], height=size[1])
    return crop.x, crop.y, right, bottom


def _within(picture: Image, pixels: int) -> Image:
    width, height = picture.size
    share = (pixels / (width * height)) ** 0.5
    return picture if share >= 1 else _scaled(picture, share)


def _scaled(picture: Image, share: float) -> Image:
    from PIL import Image

    size = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
    kept = dict(picture.info)
    if picture.mode in {"P", "1"}:  # colours by number cannot be mixed
        picture = picture.convert("RGBA" if "transparency" in kept else "RGB")
        kept.pop("transparency", None)
    small = picture.resize(size, Image.Resampling.LANCZOS)
    small.info.update(kept)
    return small


def _attempts(picture: Image, type: str, types: Collection[str] | None) -> Iterator[Copy]:
    """The picture in ever fewer bytes: first less exact, then smaller."""
    kind = _kind(picture, type, types)
    while True:
        if kind == "image/png":
            yield _saved(picture, kind)
            kind = _lighter(picture, types)
        if kind != "image/png":
            for quality in _QUALITIES:
                yield _saved(picture, kind, quality=quality)
        if max(picture.size) * _STEP < SMALLEST:
            return
        picture = _scaled(picture, _STEP)


def _kind(picture: Image, type: str, types: Collection[str] | None) -> str:
    """The original's type where the network takes it, else one that shows all there is."""
    if type in _NAMES and (types is None or type in types):
        return type
    return "image/png" if _see_through(picture) else "image/jpeg"


def _lighter(picture: Image, types: Collection[str] | None) -> str:
    """What takes fewer bytes than PNG and shows the same, where the network takes it."""
    if not _see_through(picture) and (types is None or "image/jpeg" in types):
        return "image/jpeg"
    # Not every program shows it, so it must be known to be taken.
    return "image/webp" if types is not None and "image/webp" in types else "image/png"


def _see_through(picture: Image) -> bool:
    return picture.has_transparency_data


def _saved(picture: Image, type: str, **how: int) -> Copy:
    profile = picture.info.get("icc_profile")
    options: dict[str, Any] = {"optimize": True, **how}
    if type == "image/jpeg" and picture.mode not in {"RGB", "L"}:
        # A profile is about the colours that it came with.
        profile = None if picture.mode in {"CMYK", "LAB"} else profile
        picture = picture.convert("RGB")
    if profile:
        options["icc_profile"] = profile
    stream = io.BytesIO()
    picture.save(stream, _NAMES[type], **options)
    return Copy(stream.getvalue(), type, *picture.size)
