"""Pictures and videos: there, described, allowed to be shown, and silent on their place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath

from cmops.check.rule import Case, Scene, Version
from cmops.check.slots import gathered, moment, repeated
from cmops.findings import Finding, Pointer
from cmops.media import MediaFile
from cmops.workspace.model import Post
from cmops.workspace.model.posts import Shared
from cmops.workspace.model.sidecars import Sidecar

Found = Iterator[tuple[Post, str, Finding]]

SUFFIXES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
}
"""What a file of this name is expected to be."""
_YEAR = timedelta(days=366)
_SHORT = 10
_FILE_NAME = re.compile(
    r"[\w-]+\.(?:jpe?g|png|gif|webp|mp4|mov)|(?:img|dsc|dscn|pxl|image|photo)[_ -]?\d+", re.I
)
_OPENING = re.compile(
    r"(?:une?\s+|l['’])?(?:image|photo(?:graphie)?|visuel|illustration)\s+(?:de\b|d['’]|du\b|des\b"
    r"|montrant|représentant)"
    r"|(?:an?\s+)?(?:image|photo(?:graph)?|picture|illustration)\s+(?:of|showing)\b",
    re.IGNORECASE,
)
_DISCLOSED = re.compile(
    r"\b(?:ia|ai|i\.a\.|a\.i\.|intelligences? artificielles?|artificial intelligence"
    r"|ai-generated|image générée|image de synthèse|générée? par)\b"
    r"|#\w*(?:IA|AI)(?![a-z])",
    re.IGNORECASE,
)


def media(case: Case) -> Iterator[Finding]:
    """What is wrong with the media of a post, for the channels that show them."""
    post = case.post
    if post.status == "idea" or not (post.media or post.card or post.cover or post.variants):
        return iter(())
    return gathered(_all(case))


def sidecars(scene: Scene) -> Iterator[Finding]:
    """Sidecars of files that are not there."""
    content = Path(scene.workspace.root) / "content"
    for media, sidecar in scene.workspace.sidecars.items():
        if sidecar.url is None and not (content / media).is_file():
            yield Finding("CM413", sidecar.path, (), {"media": media})


def _all(case: Case) -> Found:
    for version in case.versions:
        for path, at in _shown(case.post, version):
            for finding in _one(case, version, path, at):
                yield case.post, version.channel.id, finding


def _shown(post: Post, version: Version) -> Iterator[tuple[str, Pointer]]:
    """Every media file that a channel is to show, with the place where the post names it."""
    own = (
        (name, post.variants.get(name)) for name in (version.channel.id, version.channel.platform)
    )
    layers: list[tuple[Shared, Pointer]] = [
        *((variant, ("variants", name)) for name, variant in own if variant is not None),
        (post, ()),
    ]
    for layer, base in layers:
        if layer.media is not None:
            yield from ((path, (*base, "media", i)) for i, path in enumerate(layer.media))
            break
    edition = version.edition
    if edition.card is not None and edition.card.image is not None:
        yield edition.card.image, (*edition.at("card"), "image")
    if post.cover:
        yield post.cover, ("cover",)


def _one(case: Case, version: Version, path: str, at: Pointer) -> Iterator[Finding]:
    post = case.post
    file = case.gallery.open(path)
    sidecar = case.workspace.sidecars.get(path)
    if file is None and (sidecar is None or sidecar.url is None):
        yield Finding("CM219", post.path, at, {"media": path})
        return
    if file is not None:
        yield from _content(post, path, at, file)
    if sidecar is None:
        yield Finding("CM401", post.path, at, {"media": path, "sidecar": f"content/{path}.yml"})
        return
    yield from _described(version.edition.language, post, sidecar, at)
    yield from _allowed(version, post, sidecar, at)
    if sidecar.ai_generated and not any(map(_DISCLOSED.search, version.edition.parts)):
        yield Finding("CM412", post.path, at, {"media": path})


def _content(post: Post, path: str, at: Pointer, file: MediaFile) -> Iterator[Finding]:
    expected = SUFFIXES.get(PurePosixPath(path).suffix.lower())
    if file.has_place:
        yield Finding("CM410", post.path, at, {"media": path})
    if expected is not None and file.type != expected:
        values = {"media": path, "type": file.type, "expected": expected}
        yield Finding("CM411", post.path, at, values)


def _described(language: str, post: Post, sidecar: Sidecar, at: Pointer) -> Iterator[Finding]:
    if sidecar.decorative:
        return
    values = {"media": sidecar.media, "language": language, "sidecar": sidecar.path}
    alt = sidecar.alt_in(language).strip()
    if not alt:
        yield Finding("CM402", post.path, at, values)
        return
    poor = _poor(alt, sidecar.media)
    if poor:
        yield Finding("CM403", post.path, at, {**values, "alt": alt[:80], "why": poor})


def _poor(alt: str, media: str) -> str:
    """What is poor about a description; empty for a good one."""
    stem = PurePosixPath(media).stem
    if _FILE_NAME.fullmatch(alt) or _plain(alt) == _plain(stem):
        return "file"
    if _OPENING.match(alt):
        return "opening"
    # Chinese or Japanese say much in ten characters.
    return "short" if len(alt) < _SHORT and alt.isascii() else ""


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", bare.lower())


def _allowed(version: Version, post: Post, sidecar: Sidecar, at: Pointer) -> Iterator[Finding]:
    channel = version.channel
    values = {"media": sidecar.media, "sidecar": sidecar.path}
    if not (sidecar.licence or sidecar.credit or sidecar.rights_until or sidecar.source):
        yield Finding("CM404", post.path, at, values)
    if sidecar.networks is not None and not {channel.id, channel.platform} & {*sidecar.networks}:
        known = {"channel": channel.id, "networks": sidecar.networks}
        yield Finding("CM407", post.path, at, {**values, **known})
    when = moment(post, channel)[0]
    if sidecar.rights_until is not None and when is not None:
        yield from _rights(post, when, sidecar.rights_until, at, values)
    consent = sidecar.consent
    if consent is not None and consent.state == "missing":
        yield Finding("CM408", post.path, at, values)
    until = consent.until if consent is not None else None
    if until is not None and when is not None and when.date() > until:
        yield Finding("CM409", post.path, at, {**values, "until": f"{until}"})


def _rights(
    post: Post, when: datetime, until: date, at: Pointer, values: dict[str, str]
) -> Iterator[Finding]:
    if when.date() > until:
        yield Finding("CM405", post.path, at, {**values, "until": f"{until}"})
    elif post.repeat:
        after = next(
            (
                each
                for each in repeated(post.repeat, when, when, when + _YEAR)
                if each.date() > until
            ),
            None,
        )
        if after is not None:
            given = {**values, "until": f"{until}", "time": f"{after:%Y-%m-%d}"}
            yield Finding("CM406", post.path, at, given)
