"""The demo desk as a visitor sees it: scan, write as a client, see the record in the journal."""

from pathlib import Path

import pytest

from aiadmin.run import browser as browsers
from aiadmin.run.stack import Stack
from tests.e2e import browser

pytestmark = [pytest.mark.browser, pytest.mark.flow]

if browsers.find() is None and not browsers.required():
    pytest.skip(f"the demo desk in a browser: {browsers.HOW_TO_GET}", allow_module_level=True)


def test_a_visitor_scans_books_and_sees_the_record(stack: Stack, tmp_path: Path) -> None:
    with browser.opened(stack.state["web"]) as desk:
        desk.link()
        desk.page.locator(".talk-empty", has_text="Напишите салону").wait_for()
        desk.picture(tmp_path / "linked.png")

        desk.write(browser.booking())
        reply = desk.reply(1)
        if reply.endswith("?"):
            desk.write("Да")
            reply = desk.reply(2)
        # The journal turns to the record's day by itself.
        record = desk.page.locator(".visit.by-program", has_text="Ольга")
        record.wait_for()
        desk.picture(tmp_path / "booked.png")

        # A greeting may stand before it: this is the client's first message.
        booked = next(line for line in reply.splitlines() if line.startswith("Записала"))
        booked = booked.replace("\xa0", " ")
        for told in ("завтра", "15:00", "мужская стрижка", "Сергей", "1 500 ₽"):
            assert told.casefold() in booked.casefold()
        title = record.get_attribute("title") or ""
        assert title.startswith("15:00–15:45, Мужская стрижка, Ольга")
        assert title.endswith("Сергей")
        assert desk.page.locator("[data-day='1']").get_attribute("aria-pressed") == "true"
        assert record.count() == 1
        assert desk.overflow() == 0

        desk.page.locator("#move-visit").click()
        desk.page.locator(".visit.by-program[title^='16:00–16:45']").wait_for()
        trouble = desk.page.locator("#yclients-down")
        for text, pressed in (("Вернуть YCLIENTS", "true"), ("YCLIENTS не отвечает", "false")):
            trouble.click()
            desk.page.locator(f"#yclients-down[aria-pressed={pressed}]", has_text=text).wait_for()
        assert desk.complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_overflows_on_a_phone(stack: Stack, tmp_path: Path, dark: bool) -> None:
    phone = browser.PHONE
    with browser.opened(stack.state["web"], viewport=phone, dark=dark, touch=True) as desk:
        for pane in ("owner", "phone", "journal"):
            desk.page.locator(f"#tab-{pane}").click()
            desk.page.locator(f"#pane-{pane}").wait_for()
            for more in desk.page.locator(f"#pane-{pane} summary:visible").all():
                more.click()
            desk.picture(tmp_path / f"{pane}.png")

            assert desk.overflow() == 0
            assert desk.page.locator(".pane:visible").count() == 1
        assert desk.complaints == []
