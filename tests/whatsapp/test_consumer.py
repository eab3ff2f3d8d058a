"""Who may open the connect page's WebSocket, and how the others are refused."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from marketplace.models import Company, ConnectToken
from marketplace.services import tokens
from tests.waiting import PATIENCE, wait_for
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import make_unconnected
from tests.whatsapp.pages import Open, in_thread
from whatsapp import notify, open_pages


@pytest.fixture
def company(committed: None, bridge: BridgeServer) -> Company:
    return make_unconnected()


def fail_one_check() -> None:
    """PostgreSQL ends the connection of a page while it looks at its token."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE connect_tokens")

        def end() -> bool:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE NOT granted AND relation = 'connect_tokens'::regclass"
            )
            return bool(cursor.fetchall())

        wait_for("a check", end)
    connection.close()


@pytest.mark.parametrize("path", ["/marketplace", "/marketplace/"])
async def test_page_is_accepted_and_first_sees_a_snapshot(
    open_page: Open, company: Company, path: str
) -> None:
    page = await open_page(path=path)

    assert page.subprotocol == "aiadmin.v1"
    frame = await page.next()
    assert frame["type"] == "status"
    assert frame["company_id"] == company.pk
    assert frame["whatsapp_connected"] is False
    assert frame["integration_status"] == "pending"


async def test_header_opens_without_an_origin_and_without_a_subprotocol(
    open_page: Open, token: str
) -> None:
    page = await open_page(bearer=None, header=f"Bearer {token}", origin=None)

    assert page.subprotocol is None
    assert (await page.next())["type"] == "status"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"bearer": "nonsense"}, ("token_invalid", 4401)),
        ({"bearer": None}, ("token_invalid", 4401)),
        ({"origin": "https://evil.example"}, ("bad_origin", 4403)),
        ({"origin": "https://n1.yclients.com.evil.example"}, ("bad_origin", 4403)),
        ({"origin": None}, ("bad_origin", 4403)),
        ({"origin": ""}, ("bad_origin", 4403)),
    ],
)
async def test_stranger_gets_an_error_frame_and_its_close_code(
    open_page: Open, options: dict[str, Any], expected: tuple[str, int]
) -> None:
    page = await open_page(**options)

    assert await page.refusal() == expected


async def test_page_inside_yclients_is_let_in(open_page: Open) -> None:
    page = await open_page(origin="https://n12.yclients.com")

    assert (await page.next())["type"] == "status"


async def test_revoked_token_is_refused(open_page: Open, token: str) -> None:
    await in_thread(tokens.revoke, token)

    assert await (await open_page()).refusal() == ("token_invalid", 4401)


async def test_token_revoked_later_closes_its_pages_and_no_others(
    open_page: Open, company: Company, token: str
) -> None:
    other = await in_thread(tokens.issue, company)
    first, second, third = await open_page(), await open_page(), await open_page(bearer=other)
    for page in (first, second, third):
        await page.wait("status")

    await in_thread(tokens.revoke, token)
    await open_pages.here().look()

    assert await first.refusal() == ("token_invalid", 4401)
    assert await second.refusal() == ("token_invalid", 4401)
    await in_thread(notify.to_page, company.pk, {"type": "disconnected", "reason": "x"})
    assert await third.next() == {"type": "disconnected", "reason": "x"}


async def test_token_that_runs_out_closes_the_page_and_says_so(open_page: Open) -> None:
    page = await open_page()
    await page.wait("status")

    await in_thread(lambda: ConnectToken.objects.update(expires_at=datetime.now(UTC)))
    await open_pages.here().look()

    assert await page.refusal() == ("token_expired", 4401)


async def test_database_that_fails_a_check_does_not_end_the_watching(
    open_page: Open, token: str
) -> None:
    page = await open_page()
    await page.wait("status")

    failing = asyncio.create_task(asyncio.to_thread(fail_one_check))
    while not failing.done():
        await open_pages.here().look()
    await failing
    await in_thread(tokens.revoke, token)
    await open_pages.here().look()

    assert await page.refusal() == ("token_invalid", 4401)


async def test_sixth_connect_of_an_address_within_a_minute_is_refused(open_page: Open) -> None:
    address = "10.9.9.9"
    seen = []
    # The window is a slot of the clock: should it turn in between, the count begins anew.
    for _ in range(11):
        page = await open_page(address=address)
        frame = await page.next()
        seen.append(frame.get("code", frame["type"]))
        if frame["type"] == "error":
            assert (await page.socket.receive_output(timeout=PATIENCE))["code"] == 4429
            break

    assert seen[:5] == ["status"] * 5
    assert seen[-1] == "too_many_requests"


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", '"x"', "null"])
async def test_nonsense_from_a_page_gets_an_error_and_the_page_lives_on(
    open_page: Open, text: str
) -> None:
    page = await open_page()
    await page.wait("status")

    await page.socket.send_to(text_data=text)

    assert (await page.wait("error"))["code"] in {"malformed", "unknown_message"}
    await page.socket.send_json_to({"type": "?"})
    assert (await page.wait("error"))["code"] == "unknown_message"


async def test_salon_that_may_not_connect_is_told_why(open_page: Open, company: Company) -> None:
    await in_thread(lambda: Company.objects.update(whatsapp_enabled=False))

    page = await open_page()

    assert (await page.next())["type"] == "status"
    assert (await page.next())["code"] == "whatsapp_disabled"
