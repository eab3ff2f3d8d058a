"""One browser for the owner's pages; every test opens a context of its own in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from aiadmin.run import browser as browsers
from tests.e2e.browser import PATIENCE

# Its own five seconds are less than a busy machine may take.
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=browsers.find())
    yield running
    running.close()
