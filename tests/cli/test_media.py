from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from cmops.media import probe
from cmops.wording import LANGUAGES
from tests.cli.conftest import Cmops
from tests.conftest import CMOPS_YML, MakeWorkspace
from tests.test_film import mp4, mvhd, trak
from tests.test_media import picture, placed

SIDECAR = """\
alt: {fr: Un établi sous la fenêtre, en: A workbench below the window}
credit: Les Ateliers
licence: CC-BY-4.0
rights_until: 2020-12-31
crops:
  bluesky: {x: 0, y: 0, width: 20, height: 10}
"""


def large(side: int = 900) -> bytes:
    stream = io.BytesIO()
    image = Image.effect_noise((side, side), 90).convert("RGB")
    image.save(stream, "JPEG", quality=97, exif=placed())
    return stream.getvalue()


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"content/media/a.jpg": large(), "content/media/a.jpg.yml": SIDECAR})


@pytest.mark.parametrize("language", LANGUAGES)
def test_media_are_said_with_what_is_wrong(
    cmops: Cmops, workspace: MakeWorkspace, language: str
) -> None:
    settings = CMOPS_YML.replace("language: fr", f"language: {language}")
    film = mp4(mvhd(62), trak(1280, 720))
    root = workspace(
        {
            "cmops.yml": settings,
            "content/media/a.jpg": picture(exif=placed()),
            "content/media/a.jpg.yml": SIDECAR,
            "content/media/b.mp4": film,
        }
    )
    said = cmops("media", "check", at=root)
    assert said.code == 1
    assert "{" not in said.out
    for part in ("content/media/a.jpg", "image/jpeg", "40 × 30", "Un établi", "CC-BY-4.0"):
        assert part in said.out
    for part in ("2020-12-31", "bluesky", "CM410", "CM401", "1280 × 720", "1:02 min"):
        assert part in said.out


def test_media_without_anything_wrong_end_well(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({"content/media/a.jpg": picture(), "content/media/a.jpg.yml": SIDECAR})
    assert cmops("media", "check", at=root).code == 0
    [row] = cmops("media", "check", "--format", "json").json["media"]
    assert row["path"] == "content/media/a.jpg"
    assert (row["file"]["width"], row["file"]["has_place"]) == (40, False)
    assert row["sidecar"]["rights_until"] == "2020-12-31"
    assert (row["posts"], row["findings"]) == ([], [])


@pytest.mark.parametrize("name", ["content/media/a.jpg", "media/a.jpg", "content/media/a.jpg.yml"])
def test_a_file_may_be_named_as_posts_do_or_from_where_one_stands(
    cmops: Cmops, root: Path, name: str
) -> None:
    [row] = cmops("media", "check", name, "--format", "json", at=root).json["media"]
    assert row["path"] == "content/media/a.jpg"
    assert cmops("media", "check", "a.jpg", at=root / "content/media").code == 1


@pytest.mark.parametrize("name", ["content/media/b.jpg", "cmops.yml", "../a.jpg", "/etc/passwd"])
@pytest.mark.parametrize("command", [("check",), ("prepare", "--for", "bluesky")])
def test_what_is_no_media_file_is_wrong_usage(
    cmops: Cmops, root: Path, name: str, command: tuple[str, ...]
) -> None:
    assert cmops("media", *command, name, at=root).code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_is_written_beside_the_original_with_its_own_sidecar(
    cmops: Cmops, root: Path, language: str
) -> None:
    settings = root / "cmops.yml"
    settings.write_text(settings.read_text().replace("language: fr", f"language: {language}"))
    original = (root / "content/media/a.jpg").read_bytes()
    said = cmops("media", "prepare", "content/media/a.jpg", "--for", "bluesky", at=root)
    assert (said.code, said.out.count("×")) == (0, 2)
    assert "media/a.bluesky.jpg" in said.err
    assert "{" not in said.out + said.err
    made = root / "content/media/a.bluesky.jpg"
    found = probe("a", made)
    assert (found.width, found.height, found.has_place) == (20, 10, False)
    assert (root / "content/media/a.jpg").read_bytes() == original
    sidecar = (root / "content/media/a.bluesky.jpg.yml").read_text()
    assert sidecar == SIDECAR.partition("crops:")[0]
    assert cmops("media", "check", "content/media/a.bluesky.jpg").code == 0


def test_nothing_is_overwritten_without_being_asked(cmops: Cmops, root: Path) -> None:
    ask = ("media", "prepare", "content/media/a.jpg", "--for", "bluesky")
    assert cmops(*ask, at=root).code == 0
    sidecar = root / "content/media/a.bluesky.jpg.yml"
    sidecar.write_text("alt: {fr: Mieux dit}\n")
    made = root / "content/media/a.bluesky.jpg"
    made.write_bytes(b"retouched by hand")
    assert cmops(*ask).code == 2
    assert made.read_bytes() == b"retouched by hand"
    assert cmops(*ask, "--force").code == 0
    assert probe("a", made).width == 20
    assert sidecar.read_text() == "alt: {fr: Mieux dit}\n"
    assert not list(made.parent.glob(".*"))


def test_the_limits_that_hold_are_the_channels_own(cmops: Cmops, root: Path) -> None:
    settings = root / "cmops.yml"
    own = "platform: mastodon\n    limits: {image_bytes: 90000, image_pixels: 250000}"
    settings.write_text(settings.read_text().replace("platform: mastodon", own))
    ask = ("media", "prepare", "content/media/a.jpg", "--for", "mastodon", "--format", "json")
    made = cmops(*ask, at=root).json["made"]
    assert made["path"] == "content/media/a.mastodon.jpg"
    assert made["size"] <= 90_000
    assert made["width"] * made["height"] <= 250_000
    made = cmops(*ask, "--max-bytes", "50000", "--force").json["made"]
    assert made["size"] <= 50_000


def test_what_fits_already_is_left_alone(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({"content/media/a.jpg": picture()})
    ask = ("media", "prepare", "content/media/a.jpg", "--for", "mastodon")
    assert cmops(*ask, at=root).code == 0
    assert cmops(*ask, "--format", "json").json["made"] is None
    assert [each.name for each in (root / "content/media").iterdir()] == ["a.jpg"]


def test_an_original_without_a_sidecar_says_that_the_copy_needs_one(
    cmops: Cmops, workspace: MakeWorkspace
) -> None:
    root = workspace({"content/media/a.jpg": picture(exif=placed())})
    said = cmops("media", "prepare", "content/media/a.jpg", "--for", "x", at=root)
    assert said.code == 0
    assert "content/media/a.x.jpg.yml" in said.err
    assert not (root / "content/media/a.x.jpg.yml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--for", "myspace"), "bluesky"),
        (("--for", "bluesky", "--crop", "rond"), "bluesky"),
        ((), "--for"),
        (("--for", "bluesky", "--max-bytes", "0"), "--max-bytes"),
    ],
)
def test_what_was_meant_is_asked_for(
    cmops: Cmops, root: Path, arguments: tuple[str, ...], said: str
) -> None:
    found = cmops("media", "prepare", "content/media/a.jpg", *arguments, at=root)
    assert found.code == 2
    assert said in found.err


def test_a_film_is_not_prepared(cmops: Cmops, workspace: MakeWorkspace) -> None:
    root = workspace({"content/media/a.mp4": mp4(mvhd(3), trak(640, 360))})
    assert cmops("media", "prepare", "content/media/a.mp4", "--for", "x", at=root).code == 2


def test_a_picture_that_cannot_fit_is_said_and_nothing_is_written(cmops: Cmops, root: Path) -> None:
    ask = ("media", "prepare", "content/media/a.jpg", "--for", "mastodon", "--max-bytes", "100")
    assert cmops(*ask, at=root).code == 1
    assert len(list((root / "content/media").iterdir())) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_of_the_group_has_its_page(
    cmops: Cmops, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CMOPS_LANGUAGE", language)
    for arguments in ((), ("check",), ("prepare",)):
        said = cmops("media", *arguments, "--help")
        assert said.code == 0
        assert "media." not in said.out.replace("cmops media ", "")
