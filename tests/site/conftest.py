from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.site.serving import OPTIONS


@pytest.fixture
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    path = program("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield launched
        launched.close()
