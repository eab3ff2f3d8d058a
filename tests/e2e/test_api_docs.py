"""The API's page in a real browser: it draws under our CSP and asks nobody but us."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from aiadmin.run import browser as browsers
from aiadmin.run.stack import Stack
from tests.e2e.browser import PATIENCE
from tests.marketplace.document import document

pytestmark = [pytest.mark.browser, pytest.mark.flow]

if browsers.find() is None and not browsers.required():
    pytest.skip(f"the API's page in a browser: {browsers.HOW_TO_GET}", allow_module_level=True)


def test_the_page_draws_every_operation_and_tries_one(stack: Stack) -> None:
    complaints: list[str] = []
    asked: set[str] = set()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browsers.find())
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if line.type == "error" else None
        )
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))

        page.goto(f"{stack.state['web']}/api/docs/")
        page.locator(".opblock").first.wait_for()
        drawn = page.locator(".opblock").count()
        page.locator("#operations-service-test").click()
        page.locator(".try-out__btn").click()
        page.locator(".execute").click()
        page.locator(".live-responses-table", has_text="endpoints are ready").wait_for()
        page.locator("#operations-connect-register .opblock-summary").click()
        page.locator("#operations-connect-register", has_text="Needs one proof").wait_for()
        chromium.close()

    assert complaints == []
    assert drawn == sum(map(len, document()["paths"].values()))
    # A picture inside a style sheet has no host.
    assert asked - {""} == {urlsplit(stack.state["web"]).netloc}
