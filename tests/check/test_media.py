"""Media: there, described, allowed, and silent on where they were taken."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.check.checking import Check, Finds, post

PATH = "content/posts/a.md"
FILE = "content/media/atelier.jpg"
SIDECAR = f"{FILE}.yml"
FINE = "alt: {fr: Deux personnes réparent une radio sur un établi}\ncredit: Les Ateliers\n"
WHEN = "publish_at: 2026-12-02 12:00"


def picture(kind: str = "JPEG", *, place: bool = False) -> bytes:
    image = Image.new("RGB", (40, 30), "white")
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (48.0, 51.0, 0.0)
    stream = io.BytesIO()
    image.save(stream, kind, exif=exif)
    return stream.getvalue()


def files(sidecar: str = FINE, front: str = "", mark: str = "") -> dict[str, str | bytes]:
    text = f"{WHEN}\nmedia: [{mark}media/atelier.jpg]\n{front}"
    return {PATH: post(text), FILE: picture(), SIDECAR: sidecar}


def test_a_picture_with_everything_is_fine(check: Check) -> None:
    assert not {code for code in check(files()).codes if code.startswith("CM4")}


@pytest.mark.parametrize(
    ("code", "sidecar"),
    [
        ("CM402", "alt: {en: Two people repair a radio}\ncredit: Les Ateliers\n"),
        ("CM403", "alt: {fr: Image de l’atelier en hiver}\ncredit: Les Ateliers\n"),
        ("CM403", "alt: {fr: atelier.jpg}\ncredit: Les Ateliers\n"),
        ("CM403", "alt: {fr: Atelier}\ncredit: Les Ateliers\n"),
        ("CM403", "alt: {fr: IMG_2041}\ncredit: Les Ateliers\n"),
        ("CM404", "alt: {fr: Deux personnes réparent une radio}\n"),
        ("CM405", f"{FINE}rights_until: 2026-12-01\n"),
        ("CM407", f"{FINE}networks: [bluesky]\n"),
        ("CM408", f"{FINE}consent: {{state: missing}}\n"),
        ("CM409", f"{FINE}consent: {{state: given, until: 2026-12-01}}\n"),
        ("CM412", f"{FINE}ai_generated: true\n"),
    ],
)
def test_what_a_sidecar_lacks_is_found_where_the_post_names_the_picture(
    code: str, sidecar: str, finds: Finds
) -> None:
    finds(code, files(sidecar, mark="⟦"))


@pytest.mark.parametrize(
    "sidecar",
    [
        "decorative: true\ncredit: Les Ateliers\n",
        f"{FINE}rights_until: 2026-12-02\nconsent: {{state: given, until: 2026-12-02}}\n",
        f"{FINE}networks: [mastodon]\nconsent: {{state: not-needed}}\n",
    ],
)
def test_what_is_enough_is_enough(sidecar: str, check: Check) -> None:
    found = check(files(sidecar))
    assert not {code for code in found.codes if code.startswith("CM4")}


def test_a_language_also_describes_for_its_regions(check: Check) -> None:
    assert "CM402" not in check(files(front="language: fr-CA")).codes


def test_a_generated_picture_that_says_so_is_fine(check: Check) -> None:
    made = files(f"{FINE}ai_generated: true\n")
    made[PATH] = post(f"{WHEN}\nmedia: [media/atelier.jpg]", "Bientôt. (Image générée par IA)\n")
    assert "CM412" not in check(made).codes


@pytest.mark.parametrize("path", ["media/autre.jpg", "media/../../cmops.yml", "media/Atelier.JPG"])
def test_a_picture_that_is_not_there_is_found(path: str, finds: Finds) -> None:
    finds("CM219", {PATH: post(f"media: [⟦{path}]"), FILE: picture(), SIDECAR: FINE})


def test_a_picture_without_a_sidecar_is_found(finds: Finds) -> None:
    (found,) = finds("CM401", {PATH: post("media: [⟦media/atelier.jpg]"), FILE: picture()})
    assert SIDECAR in found.hint


def test_a_picture_that_says_where_it_was_taken_is_found(finds: Finds) -> None:
    made = files(mark="⟦")
    made[FILE] = picture(place=True)
    finds("CM410", made)


def test_a_file_that_is_not_what_its_name_says_is_found(finds: Finds) -> None:
    made = files(mark="⟦")
    made[FILE] = picture("PNG")
    (found,) = finds("CM411", made)
    assert "image/png" in found.message


def test_rights_that_end_before_the_repetition_does_are_found(finds: Finds) -> None:
    made = files(f"{FINE}rights_until: 2026-12-20\n", "repeat: FREQ=WEEKLY", mark="⟦")
    (found,) = finds("CM406", made)
    assert "2026-12-23" in found.message


def test_a_variant_has_pictures_of_its_own(finds: Finds) -> None:
    front = (
        "to: [mastodon, bluesky]\nvariants:\n"
        "  bluesky: {media: [media/atelier.jpg, ⟦media/autre.jpg]}"
    )
    (found,) = finds("CM219", files(front=front))
    assert found.channel == "bluesky"


def test_the_picture_of_a_link_card_counts_too(finds: Finds) -> None:
    front = "link: https://example.org\ncard: {title: Voir, image: ⟦media/autre.jpg}"
    finds("CM219", {PATH: post(front)})


def test_a_sidecar_of_nothing_is_found(finds: Finds) -> None:
    finds("CM413", {"content/media/vieux.jpg.yml": f"⟦{FINE}"})


def test_a_video_elsewhere_needs_no_file_here(check: Check) -> None:
    away = f"url: https://example.org/v.mp4\nsha256: {'0' * 64}\n"
    made = {
        PATH: post(f"{WHEN}\nmedia: [media/visite.mp4]"),
        "content/media/visite.mp4.yml": f"{FINE}{away}",
    }
    assert not check(made).codes & {"CM219", "CM413"}


def test_an_idea_may_have_no_picture_yet(check: Check) -> None:
    assert "CM219" not in check({PATH: post("status: idea\nmedia: [media/x.jpg]")}).codes
