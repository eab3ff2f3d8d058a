"""The owner's desk, the landing and the pages of refusals in a real browser, in both sizes and schemes."""

import pytest
from playwright.sync_api import Browser, Page

from aiadmin.run import browser as browsers
from tests.e2e.pages import DESKTOP, HANDSET, barriers, overflow, visit
from tests.stack import Product, Salon

pytestmark = [pytest.mark.browser, pytest.mark.flow]

if browsers.find() is None and not browsers.required():
    pytest.skip(f"the owner's desk in a browser: {browsers.HOW_TO_GET}", allow_module_level=True)


@pytest.fixture(scope="module")
def salon(product: Product) -> Salon:
    """A working salon with a booking and a question that needs a person."""
    made = product.new_salon().ready()
    client = made.client("Ольга Ёлкина")
    client.ask("Запишите на мужскую стрижку послезавтра в 15:00 к Сергею")
    client.ask("Позовите администратора, пожалуйста")
    return made


def wide_and_light(page: Page) -> None:
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


def test_the_owner_enters_sees_the_rows_behind_a_number_and_changes_a_wish(
    salon: Salon, chromium: Browser
) -> None:
    web = salon.product.stack.state["web"]
    with visit(chromium, web, phone=True, dark=True) as owner:
        page = owner.page()
        page.goto(web + salon.connect_url)
        page.locator("#done-title", has_text="Готово").wait_for()
        with owner.context.expect_page() as opened:
            page.get_by_role("button", name="Открыть кабинет").click()
        desk = opened.value
        owner.watch(desk)
        desk.get_by_role("button", name="Войти").click()
        desk.locator("#status-title", has_text="подключён").wait_for()
        assert (barriers(desk), overflow(desk)) == ([], 0)
        wide_and_light(desk)
        assert (barriers(desk), overflow(desk)) == ([], 0)
        desk.set_viewport_size(HANDSET)
        [cookie] = [item for item in owner.context.cookies() if item["name"] == "desk"]
        assert (cookie["httpOnly"], cookie["path"]) == (True, f"/desk/{salon.company_id}/")

        desk.locator(".tile", has_text="Записал").click()
        assert "Мужская стрижка" in desk.locator(".lines").inner_text()
        assert barriers(desk) == []
        desk.get_by_role("link", name="Открыть чат").first.click()
        desk.locator(".said", has_text="Записала").wait_for()
        assert (barriers(desk), overflow(desk)) == ([], 0)

        desk.get_by_role("link", name="Настройки").click()
        desk.get_by_label("Обращение").select_option("ty")
        desk.get_by_label("Администраторы").fill("8 900 111-22-33 Анна")
        desk.get_by_role("button", name="Сохранить").click()
        desk.locator(".good", has_text="Сохранено").wait_for()
        assert desk.get_by_label("Администраторы").input_value() == "+7 900 111-22-33 Анна"
        assert (barriers(desk), overflow(desk)) == ([], 0)

        desk.locator(".menu").get_by_role("button", name="Выйти").click()
        desk.get_by_role("button", name="Прислать ссылку").wait_for()
        assert barriers(desk) == []
        assert owner.complaints == []


def test_pages_anybody_reaches_stop_nobody(product: Product, chromium: Browser) -> None:
    web = product.stack.state["web"]
    with visit(chromium, web, phone=True, dark=True) as owner:
        # Not watched: a refused page is an error to the console.
        page = owner.context.new_page()
        paths = ("/marketplace/", "/desk/", "/marketplace/nowhere", "/marketplace/connect?token=x")
        for path in paths:
            page.goto(web + path)
            assert (path, barriers(page), overflow(page)) == (path, [], 0)
        wide_and_light(page)
        for path in paths:
            page.goto(web + path)
            assert (path, barriers(page), overflow(page)) == (path, [], 0)
