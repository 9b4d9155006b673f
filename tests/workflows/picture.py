"""A comment as a page like GitHub's shows it: for eyes, and for README's picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from PIL import Image
from playwright.sync_api import Browser, Route

_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Commentaire</title><style>
body { background: #f6f8fa; color: #1f2328; margin: 0; padding: 24px; }
body, table { font: 14px/1.5 "DejaVu Sans", "Noto Color Emoji", sans-serif; }
article { background: #fff; border: 1px solid #d1d9e0; border-radius: 6px; max-width: 860px; }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; }
header, main { padding: 10px 16px; }
header { color: #59636e; }
header b { color: #1f2328; }
table { border-collapse: collapse; display: block; overflow: auto; }
td, th { border: 1px solid #d1d9e0; padding: 4px 10px; }
blockquote { border-left: 4px solid #d1d9e0; color: #59636e; margin: 0 0 12px; padding: 0 14px; }
code { background: #eff1f3; border-radius: 6px; font-size: 85%; padding: 2px 5px; }
h3, h4 { margin: 16px 0 10px; }
img { border-radius: 4px; max-width: 100%; }
summary { cursor: pointer; }
</style><article><header><b>BOT_NAME</b> a commenté</header><main>COMMENT</main></article>"""


def page(comment: str, author: str = "github-actions[bot]") -> str:
    """The comment as HTML; what it brings itself is shown as GitHub would: no more is escaped."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return _PAGE.replace("BOT_NAME", author).replace("COMMENT", renderer.render(comment))


def small(picture: bytes) -> bytes:
    """A picture of a page in as many colours as it takes, and no more."""
    written = BytesIO()
    with Image.open(BytesIO(picture)) as opened:
        few = opened.convert("RGB").quantize(
            256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(written, "PNG", optimize=True)
    return written.getvalue()


def shown(browser: Browser, comment: str, files: Path, below: str) -> tuple[bytes, list[str]]:
    """A picture of the comment, and the addresses that it asked for.

    What is below an address comes from a folder; nothing else is answered.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        asked.append(url)
        file = files / unquote(urlsplit(url).path.removeprefix(urlsplit(below).path).lstrip("/"))
        if url.startswith(below) and file.is_file():
            route.fulfill(path=file)
        else:
            route.abort()

    view = browser.new_page(viewport={"width": 908, "height": 600}, device_scale_factor=1.25)
    view.route("**/*", answer)
    view.set_content(page(comment))
    view.wait_for_load_state("networkidle")
    picture = view.locator("article").screenshot()
    view.close()
    return picture, asked
