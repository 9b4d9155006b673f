"""The site as pages: pure functions from what is known to Markdown with HTML in it.

``build`` gives the pages and the media that they show; the MkDocs plugin and ``cmops pages``
put them where they belong.
"""

from __future__ import annotations

from cmops.pages.building import Built, build
from cmops.pages.facts import Facts
from cmops.pages.page import Page

__all__ = ["Built", "Facts", "Page", "build"]
