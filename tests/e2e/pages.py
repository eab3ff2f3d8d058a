"""The owner's pages in a real browser: opened as another owner's each time, every complaint remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from tests.e2e.browser import PATIENCE
from tests.stack import Salon, new_address

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
HANDSET: ViewportSize = {"width": 360, "height": 740}
# What stops somebody from using the page, by axe-core's own scale.
_SERIOUS = ("serious", "critical")


@dataclass
class Visit:
    """A context with its pages. `complaints`: console errors (CSP's among them) and exceptions."""

    context: BrowserContext
    web: str
    complaints: list[str] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.extend(_complaint(line)))

    def connect_page(self, salon: Salon) -> Page:
        """The salon's connect page with its code shown; the consent is given on the way."""
        page = self.page()
        page.goto(self.web + salon.connect_url)
        page.locator("#agree input[type=checkbox]").check()
        page.get_by_role("button", name="Показать код").click()
        page.locator("#qr:visible").wait_for()
        return page


@contextmanager
def visit(
    browser: Browser, web: str, *, phone: bool = False, dark: bool = False
) -> Iterator[Visit]:
    """An owner's browser; the context ends with the `with`."""
    context = browser.new_context(
        viewport=HANDSET if phone else DESKTOP,
        color_scheme="dark" if dark else "light",
        locale="ru-RU",
        has_touch=phone,
        is_mobile=phone,
        # Each owner has an address of their own: the limits count by it.
        extra_http_headers={"X-Forwarded-For": new_address()},
    )
    context.set_default_timeout(PATIENCE)
    yield Visit(context, web)
    context.close()


def barriers(page: Page) -> list[str]:
    """What axe-core finds that would stop somebody, as "rule: element"."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found["violations"]
        if rule["impact"] in _SERIOUS
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def _complaint(line: ConsoleMessage) -> list[str]:
    """What the console holds against the page, but two answers that belong to the way: a busy server's
    "not yet" of a code, and "who are you" to a reload whose address has lost its token."""
    url = line.location.get("url", "")
    asked_too_early = "/marketplace/qr/" in url and "503" in line.text
    reloaded = "/marketplace/connect?" in url and "401" in line.text
    return [line.text] if line.type == "error" and not (asked_too_early or reloaded) else []
