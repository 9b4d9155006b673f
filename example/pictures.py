"""Makes README's pictures of the site: the example's own, at the demo's clock.

Run from the repository's root: ``make pictures``. It needs Chromium. Everything happens in a
folder of its own, so that nothing but the pictures changes here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, FloatRect, sync_playwright

from tests.site.serving import OPTIONS, served
from tests.workflows.picture import small

TARGET = Path("docs/assets")
FROM, AT = "2026-10-01 00:00", "2026-12-01 12:30"
PARTS = ("cmops.yml", "mkdocs.yml", "content", "calendar", "playbooks", "kpis", "docs")


@dataclass(frozen=True, slots=True)
class Picture:
    """What to show: a page, from one of its headings on, in a window of this size.

    ``left``, ``top`` and ``width`` cut the window to the page's own column.
    """

    name: str
    page: str
    height: int
    width: int = 1280
    left: int = 0
    top: int = 0
    window: int = 1280
    dark: bool = False
    scale: float = 1


# Those further down are only fetched when somebody scrolls there.
_ARRIVED = """() => [...document.images].every(each => each.complete
  || each.getBoundingClientRect().top > innerHeight)"""

PICTURES = (
    Picture("site-calendrier", "calendar/2026-12/", height=1180),
    Picture("site-posts", "posts/2026-12/#ouverture-ateliers-hiver", 1130, 790, 245, top=52),
    Picture("site-abonnes", "kpis/followers/", 1040, 790, 245, top=110, dark=True),
    Picture("site-telephone", "", height=1080, width=390, window=390, scale=1.5),
)


def main() -> None:
    """Writes every picture."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = built(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        with served(site) as address:
            for each in PICTURES:
                taken = small(shot(browser, address, each))
                (TARGET / f"{each.name}.png").write_bytes(taken)
        browser.close()


def built(folder: Path) -> Path:
    """The example's site after a rehearsal, as ``make demo`` builds it."""
    for name in PARTS:
        source = Path(name)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    rehearsal = ["-m", "cmops", "publish", "--sandbox", "--from", FROM, "--at", AT]
    clock = {"CMOPS_AT": AT, "CMOPS_LEDGER": "sandbox", "NO_MKDOCS_2_WARNING": "1"}
    # An incident is open in the example: 1 says that a post waits for somebody.
    for command, fine in ((rehearsal, 1), (["-m", "mkdocs", "build", "--quiet"], 0)):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, **clock},
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if done.returncode != fine:
            done.check_returncode()
    return folder / "site"


def shot(browser: Browser, address: str, picture: Picture) -> bytes:
    """The picture as the browser takes it, once everything in it has arrived."""
    context = browser.new_context(
        viewport={"width": picture.window, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
        device_scale_factor=picture.scale,
        reduced_motion="reduce",
        locale="fr-FR",
    )
    page = context.new_page()
    page.goto(address + picture.page)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(_ARRIVED)
    taken = page.screenshot(clip=_area(picture))
    context.close()
    return taken


def _area(picture: Picture) -> FloatRect:
    height = picture.height - picture.top
    return {"x": picture.left, "y": picture.top, "width": picture.width, "height": height}


if __name__ == "__main__":
    main()
