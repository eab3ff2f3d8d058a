"""An owner comes from YCLIENTS in a real browser: one button a salon, then the code."""

from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from aiadmin.run import browser as browsers
from tests.e2e import browser
from tests.stack import Product

pytestmark = [pytest.mark.browser, pytest.mark.flow]

if browsers.find() is None and not browsers.required():
    pytest.skip(f"onboarding in a browser: {browsers.HOW_TO_GET}", allow_module_level=True)


def _redirect(product: Product, titles: list[str], **spec: object) -> str:
    """The address that YCLIENTS opens after "connect" was pressed in these salons."""
    salons = []
    for title in titles:
        made = product.yclients.post("/salons", json={"seed": "small", "title": title}).json()
        salons.append(made["salon_id"])
    body = {"salon_ids": salons, **spec} if len(salons) > 1 else spec
    signed = product.yclients.post(f"/salons/{salons[0]}/redirect", json=body).json()
    return f"{product.stack.state['web']}/marketplace/?{signed['query']}"


def _complaint(line: ConsoleMessage) -> list[str]:
    """What the console holds against the page. "Not yet" is what a busy server says of a code."""
    asked_too_early = "/marketplace/qr/" in line.location.get("url", "") and "503" in line.text
    return [line.text] if line.type == "error" and not asked_too_early else []


def _wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("touch", [False, True], ids=["desktop", "phone"])
def test_owner_presses_the_button_and_sees_the_code(
    product: Product, tmp_path: Path, touch: bool
) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browsers.find())
        context = chromium.new_context(
            viewport=browser.PHONE if touch else browser.WIDE,
            locale="ru-RU",
            has_touch=touch,
            is_mobile=touch,
        )
        context.set_default_timeout(browser.PATIENCE)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.extend(_complaint(line)))

        several = _redirect(product, ["Студия «Ёлка» на Большой Никитской", "Барбершоп"])
        page.goto(several)
        page.screenshot(path=tmp_path / "several.png")
        assert page.get_by_role("button", name="Подключить").count() == 2
        assert _wide(page) <= 0

        one = _redirect(product, ["Студия «Ёлка»"])
        page.goto(one)
        page.screenshot(path=tmp_path / "one.png")
        assert _wide(page) <= 0
        # Nothing begins before the box is ticked: the browser itself stays on the page.
        page.get_by_role("button", name="Подключить").click()
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Подключить").click()
        page.locator("#qr:visible").wait_for()
        assert "token" not in page.url
        assert context.cookies() == []
        page.screenshot(path=tmp_path / "code.png")

        # The same link again is another visit, and the browser's "back" makes no dead end.
        page.goto(one)
        assert page.get_by_role("checkbox").count() == 0
        page.get_by_role("button", name="Подключить").click()
        page.locator("#qr:visible").wait_for()
        assert complaints == []
        chromium.close()
