"""The demo desk in a real browser: a page that remembers every complaint, and hands to use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import FrameLocator, Locator, Page, ViewportSize, sync_playwright

from aiadmin.run import browser
from tests import waiting

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Milliseconds.
PATIENCE = waiting.PATIENCE * 1000


def booking() -> str:
    """A wish for tomorrow, by its date: «завтра» of a night may be meant for today, and is asked about."""
    tomorrow = datetime.now(ZoneInfo("Europe/Moscow")) + timedelta(days=1)
    return f"Запишите на мужскую стрижку {tomorrow:%d.%m} в 15:00 к Сергею"


@contextmanager
def opened(
    web: str, *, viewport: ViewportSize = WIDE, dark: bool = False, touch: bool = False
) -> Iterator["Desk"]:
    """The desk of the stack at `web`, loaded. The browser ends with the `with`."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find())
        context = chromium.new_context(
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            locale="ru-RU",
            has_touch=touch,
            is_mobile=touch,
        )
        context.set_default_timeout(PATIENCE)
        desk = Desk(context.new_page())
        desk.open(f"{web}/demo/")
        yield desk
        chromium.close()


class Desk:
    """What a visitor does with the three panes. `complaints`: console errors (CSP's among them)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )

    @property
    def owner(self) -> FrameLocator:
        """The real connect page inside the first pane."""
        return self.page.frame_locator("#owner-page")

    @property
    def replies(self) -> Locator:
        """What the salon wrote in the open chat."""
        return self.page.locator("#talk .said.theirs")

    def open(self, address: str) -> None:
        self.page.goto(address)
        # The clock shows a time once the page has spoken with the server.
        self.page.locator("#clock-now").filter(has_text=":").filter(has_not_text="--").wait_for()

    def link(self) -> None:
        """Scans the code; returns when the owner's page says that it is done and synchronised."""
        self.page.locator("#scan:enabled").click()
        self.owner.locator("#done-title", has_text="Готово").wait_for()
        self.owner.locator("#next").wait_for()
        self.page.locator("#device-state[data-state=on]").wait_for()

    def write(self, text: str) -> None:
        """Types and sends as the chosen client; returns when it stands in the chat."""
        self.page.locator("#letter").fill(text)
        self.page.locator("#composer .send").click()
        self.page.locator("#talk .said.mine", has_text=text).last.wait_for()

    def reply(self, number: int) -> str:
        """The text of the salon's reply `number`, from 1, with plain spaces."""
        text = self.replies.nth(number - 1).locator(".said-text").inner_text()
        return text.replace("\xa0", " ").replace("\u202f", " ")

    def overflow(self) -> int:
        """By how many pixels the page or a pane is wider than the room it has."""
        return int(
            self.page.evaluate(
                "Math.max(...[document.documentElement, ...document.querySelectorAll('.pane')]"
                ".map((part) => part.scrollWidth - part.clientWidth))"
            )
        )

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)
