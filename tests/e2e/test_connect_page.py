"""The connect page on the ways owners really come: by phone, with a lost network, in YCLIENTS's frame."""

import re

import pytest
from playwright.sync_api import Browser, Page, Playwright, WebSocketRoute, expect

from aiadmin.run import browser as browsers
from tests.e2e.pages import barriers, overflow, visit
from tests.stack import Product, scan_picture
from tests.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.flow]

if browsers.find() is None and not browsers.required():
    pytest.skip(f"the connect page in a browser: {browsers.HOW_TO_GET}", allow_module_level=True)


def shown(page: Page) -> str:
    """The text of the code on the page."""
    return scan_picture(page.locator("#qr").get_attribute("src") or "")


def done(page: Page) -> None:
    page.locator("#done-title", has_text="Готово").wait_for()


def test_an_owner_connects_at_a_desk_and_is_shown_that_it_works(
    product: Product, chromium: Browser
) -> None:
    salon = product.new_salon("small")
    with visit(chromium, product.stack.state["web"]) as owner:
        page = owner.page()
        page.goto(owner.web + salon.connect_url)
        assert "token" not in page.url
        assert barriers(page) == []
        page.locator("#agree input[type=checkbox]").check()
        page.get_by_role("button", name="Показать код").click()
        page.locator("#qr:visible").wait_for()
        assert barriers(page) == []
        expect(page.locator("#qr-note")).to_have_text(re.compile(r"Код обновится через \d+ с"))

        salon.scan(shown(page))
        done(page)
        expect(page.locator("#self-test-title")).to_have_text("Всё работает")
        assert "Ближайшее окно" in page.locator("#checks").inner_text()
        assert "Записала" in page.locator("#sample-talk .out").last.inner_text()
        assert barriers(page) == []

        # A reload finds the tab's token and the result that is kept.
        page.reload()
        done(page)
        page.locator("#checks li").first.wait_for()
        assert overflow(page) <= 0
        assert owner.complaints == []


def test_on_a_phone_the_code_to_type_comes_first(product: Product, chromium: Browser) -> None:
    salon = product.new_salon("small")
    with visit(chromium, product.stack.state["web"], phone=True, dark=True) as owner:
        page = owner.connect_page(salon)
        tops = page.evaluate(
            "['pairing', 'qr'].map((id) => document.getElementById(id).getBoundingClientRect().top)"
        )
        assert tops[0] < tops[1]
        assert overflow(page) <= 0

        product.whatsapp.post("/refuse-code", json={"phone": salon.phone}).raise_for_status()
        page.locator("#phone").fill(f"+{salon.phone}")
        page.get_by_role("button", name="Получить код").click()
        expect(page.locator("#phone-error")).to_contain_text("WhatsApp просит подождать")
        # What only the phone is told stands open: its four devices, for one.
        expect(page.get_by_text("Достигнут лимит устройств")).to_be_visible()
        product.whatsapp.post("/refuse-code", json={"phone": salon.phone, "code": 0})
        page.get_by_role("button", name="Получить код").click()
        page.locator("#code:visible").wait_for()
        expect(page.locator("#code-left")).to_have_text(re.compile(r"действует \d+ с"))
        page.get_by_role("button", name="Скопировать").click()
        assert barriers(page) == []
        code = page.locator("#code").inner_text().replace("-", "")
        body = {"phone": salon.phone, "code": code}
        product.whatsapp.post("/pair-code", json=body).raise_for_status()
        done(page)

        assert owner.complaints == []


def test_a_lost_network_is_told_and_what_happened_meanwhile_is_seen(
    product: Product, chromium: Browser
) -> None:
    salon = product.new_salon("small")
    sockets: list[WebSocketRoute] = []
    away = False

    def route(socket: WebSocketRoute) -> None:
        if away:
            socket.close(code=1001)
            return
        socket.connect_to_server()
        sockets.append(socket)

    with visit(chromium, product.stack.state["web"]) as owner:
        owner.context.route_web_socket(re.compile("/marketplace$"), route)
        page = owner.connect_page(salon)
        code = shown(page)

        away = True
        owner.context.set_offline(True)
        sockets[-1].close(code=1001)
        expect(page.locator("#qr-note")).to_have_text(re.compile("Нет связи"))
        salon.scan(code)
        wait_for("the connection", lambda: salon.status()["whatsapp_connected"])
        # The network is back and sockets still do not pass: /status tells.
        owner.context.set_offline(False)
        done(page)
        away = False
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#sync:visible").wait_for()


def test_a_code_that_expires_while_looked_at_is_replaced_in_its_place(
    product: Product, chromium: Browser
) -> None:
    salon = product.new_salon("small")
    with visit(chromium, product.stack.state["web"]) as owner:
        page = owner.page()
        page.clock.install()
        page.goto(owner.web + salon.connect_url)
        page.locator("#agree input[type=checkbox]").check()
        page.get_by_role("button", name="Показать код").click()
        page.locator("#qr:visible").wait_for()
        place = page.locator("#qr").bounding_box()

        page.clock.fast_forward(25_000)

        expect(page.locator("#qr-note")).to_have_text(re.compile("через|Обновляем"))
        page.clock.fast_forward(3_000)
        page.locator("#qr-wait").wait_for(state="hidden")
        assert page.locator("#qr").bounding_box() == place
        salon.scan(shown(page))
        done(page)
        assert owner.complaints == []


def test_a_second_tab_sees_the_same(product: Product, chromium: Browser) -> None:
    salon = product.new_salon("small")
    with visit(chromium, product.stack.state["web"]) as owner:
        first = owner.connect_page(salon)
        second = owner.page()
        second.goto(owner.web + salon.connect_url)
        second.locator("#qr:visible").wait_for()

        salon.scan(shown(second))

        done(first)
        done(second)
        assert owner.complaints == []


def test_a_link_that_ends_says_how_to_get_another(product: Product, chromium: Browser) -> None:
    salon = product.new_salon("small")
    sockets: list[WebSocketRoute] = []

    def route(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    with visit(chromium, product.stack.state["web"]) as owner:
        owner.context.route_web_socket(re.compile("/marketplace$"), route)
        page = owner.connect_page(salon)
        product.rows(
            "UPDATE connect_tokens SET revoked_at = now() WHERE company_id = %s RETURNING id",
            salon.company_id,
        )

        sockets[-1].close(code=1001)

        expect(page.locator("#link-title")).to_have_text("Ссылка устарела")
        assert page.locator("#qr:visible").count() == 0
        page.reload()
        expect(page.locator("h1")).to_have_text(re.compile("Ссылка"))
        assert "Откройте приложение в YCLIENTS" in page.locator("main").inner_text()


def test_an_empty_catalogue_is_said_with_the_setting_to_change(
    product: Product, chromium: Browser
) -> None:
    salon = product.new_salon("small")
    for service in salon.made["services"]:
        path = f"/salons/{salon.salon_id}/services/{service['id']}"
        product.yclients.patch(path, json={"is_online": False}).raise_for_status()
    with visit(chromium, product.stack.state["web"]) as owner:
        page = owner.connect_page(salon)
        salon.scan(shown(page))
        done(page)

        expect(page.locator("#self-test-title")).to_have_text(re.compile("не всё"))
        told = page.locator("#checks li[data-state=bad]").first.inner_text()
        assert "нет услуг" in told
        assert "YCLIENTS → Настройки → Услуги" in told
        assert page.locator("#next:visible").count() == 0
        assert owner.complaints == []


def test_in_yclients_frame_without_third_party_cookies(
    product: Product, playwright: Playwright
) -> None:
    made = product.yclients.post("/salons", json={"seed": "small", "title": "Студия «Ёлка»"}).json()
    signed = product.yclients.post(f"/salons/{made['salon_id']}/redirect", json={}).json()
    web = product.stack.state["web"]
    frame = f'<iframe src="{web}/marketplace/?{signed["query"]}" width="900" height="800"></iframe>'
    # The second flag: a page of the internet may frame this machine's own address.
    flags = ["--test-third-party-cookie-phaseout", "--disable-features=LocalNetworkAccessChecks"]
    strict = playwright.chromium.launch(executable_path=browsers.find(), args=flags)
    with visit(strict, web) as owner:
        owner.context.route(
            "https://yclients.com/**",
            lambda route: route.fulfill(content_type="text/html", body=frame),
        )
        page = owner.page()
        page.goto("https://yclients.com/app")
        inside = page.frame_locator("iframe")
        inside.get_by_role("checkbox").check()
        inside.get_by_role("button", name="Подключить").click()
        inside.locator("#qr:visible").wait_for()

        assert owner.context.cookies() == []
        assert owner.complaints == []
    strict.close()
