"""Pictures for the README: `python -m tests.e2e.screenshots [directory]` (default docs/images).

Starts the whole stack on a throw-away directory, plays the demo once and writes the demo desk, then the
owner's pages: the connect page on a handset and at a desk, the owner's desk in both sizes.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from aiadmin.run import browser as browsers
from aiadmin.run.paths import ROOT
from aiadmin.run.stack import Stack
from tests.e2e import browser
from tests.e2e.pages import visit
from tests.stack import Product, Salon


def take(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as directory,
        Stack.start(Path(directory) / "stack", env={"TRUSTED_PROXIES": "127.0.0.1"}) as stack,
    ):
        _demo(stack, target)
        product = Product(stack)
        working = product.new_salon().ready()
        client = working.client("Ольга")
        client.ask(browser.booking())
        client.ask("Позовите администратора, пожалуйста")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browsers.find())
            for size in ("wide", "phone"):
                _connect(chromium, product.new_salon("small"), target / f"connect-{size}.png")
                _desk(chromium, working, target / f"owner-desk-{size}.png")
            chromium.close()
        product.close()


def _demo(stack: Stack, target: Path) -> None:
    with browser.opened(stack.state["web"]) as desk:
        desk.link()
        # Loaded anew, the owner's page knows the salon's name.
        desk.page.reload()
        desk.write("Сколько стоит маникюр?")
        desk.reply(1)
        desk.write(browser.booking())
        desk.page.locator(".visit.by-program").wait_for()
        desk.reply(2)
        # Off the buttons, and after the new record's glow.
        desk.page.mouse.move(1, 1)
        desk.page.locator(".visit.fresh").wait_for(state="detached")
        desk.picture(target / "demo-desk.png")


def _connect(chromium: Browser, salon: Salon, path: Path) -> None:
    web = salon.product.stack.state["web"]
    with visit(chromium, web, phone="phone" in path.name) as owner:
        owner.connect_page(salon).screenshot(path=path)


def _desk(chromium: Browser, salon: Salon, path: Path) -> None:
    phone = "phone" in path.name
    with visit(chromium, salon.product.stack.state["web"], phone=phone, dark=phone) as owner:
        page = owner.page()
        page.goto(owner.web + salon.connect_url)
        with owner.context.expect_page() as opened:
            page.get_by_role("button", name="Открыть кабинет").click()
        opened.value.get_by_role("button", name="Войти").click()
        opened.value.locator("#status-title").wait_for()
        opened.value.screenshot(path=path)


if __name__ == "__main__":
    if browsers.find() is None:
        sys.exit(f"No browser: {browsers.HOW_TO_GET}.")
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
