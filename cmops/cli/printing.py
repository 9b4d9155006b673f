"""A page of ours as a PDF, through a browser that the user has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from html import escape
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from cmops.errors import CmopsError
from cmops.pages import Page

BROWSER = "CMOPS_BROWSER"
"""The variable that names one, where it is not found by itself."""

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
)
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_STYLES = ("cmops.css", "calendar.css", "kpis.css")
_SECONDS = 120
_OPTIONS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check"),
    *("--disable-extensions", "--disable-background-networking", "--disable-sync"),
    # A page of ours needs nobody, and nothing in it may reach anybody.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def browser(environ: Mapping[str, str]) -> str:
    """The program that prints. Raises CmopsError where there is none."""
    wanted = environ.get(BROWSER)
    found = next(_found([wanted] if wanted else [*NAMES, *_MAC], environ), None)
    if found is None:
        named = wanted or ", ".join(NAMES)
        raise CmopsError("kpis.report.no-browser", variable=BROWSER, names=named)
    return found


def printed(page: Page, target: Path, language: str, environ: Mapping[str, str]) -> None:
    """Writes the page as a PDF. Raises CmopsError where the browser cannot."""
    program = browser(environ)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the file: a browser from a shop of programs sees no other place.
    with TemporaryDirectory(prefix="cmops-report-", dir=target.parent) as folder:
        source, made = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(document(page, language), "utf-8")
        said = _run(program, Path(folder), source, made)
        if not made.is_file() or not made.stat().st_size:
            raise CmopsError("kpis.report.browser-failed", program=program, said=said)
        made.replace(target)


def document(page: Page, language: str) -> str:
    """The page alone, with our styles inside it."""
    folder = resources.files("cmops.pages") / "assets"
    styles = "\n".join((folder / name).read_text("utf-8") for name in _STYLES)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(page.title)}</title>\n<style>\n"
        f"body {{ margin: 0; font-family: system-ui, sans-serif; color: #1c1c1f; }}\n{styles}"
        f"\ntable {{ width: 100%; border-collapse: collapse; }}\n"
        f"</style></head>\n<body><main>\n{page.html}\n</main></body></html>\n"
    )


def _found(names: list[str], environ: Mapping[str, str]) -> Iterator[str]:
    for name in names:
        path = shutil.which(name, path=environ.get("PATH"))
        if path:
            yield path


def _run(program: str, folder: Path, source: Path, made: Path) -> str:
    """What the browser said, if it said anything."""
    options = [*_OPTIONS, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}"]
    if sys.platform != "win32" and os.geteuid() == 0:
        options.append("--no-sandbox")  # it refuses to start as root otherwise
    try:
        done = subprocess.run(
            [program, *options, source.as_uri()],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return f"{_SECONDS} s"
    except OSError as error:
        return error.strerror or str(error)
    return done.stderr.decode("utf-8", "replace").strip()[-500:]
