"""What an open connect page is told, and what it asks for."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from aiadmin.core import redis as store
from marketplace import qr
from marketplace.models import Company, SyncRun
from tests.waiting import PATIENCE, wait_for
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import event, make_unconnected, run_jobs
from tests.whatsapp.pages import Open, in_thread
from whatsapp import notify, open_pages, tasks
from whatsapp.models import Session
from whatsapp.models.session import SessionState
from whatsapp.services import inbox, pages, sessions


@pytest.fixture
def company(committed: None, bridge: BridgeServer) -> Company:
    return make_unconnected()


async def test_unconnected_page_gets_a_pairing_and_its_code(
    open_page: Open, company: Company, bridge: BridgeServer
) -> None:
    page = await open_page()
    await page.wait("status")
    await in_thread(run_jobs)
    assert bridge.of("start")[0].body == {"mode": "qr"}

    await in_thread(lambda: event(company, "qr", qr="2@ref,a,b,c", expires_in=20, number=1))
    await in_thread(inbox.drain, company.pk)

    frame = await page.wait("qr")
    assert frame["qr"].startswith("data:image/png;base64,")
    assert 0 < frame["expires_in"] <= 20


@pytest.mark.usefixtures("fresh_throttles")
def test_what_happened_since_the_page_was_let_in_is_in_its_first_frame(
    company: Company, token: str
) -> None:
    page = pages.admit(headers={"authorization": f"Bearer {token}"}, peer="203.0.113.9", offered=[])
    Company.objects.filter(pk=company.pk).update(whatsapp_connected=True)

    status, *_ = pages.first_frames(page)

    assert status["whatsapp_connected"] is True


async def test_page_opened_later_sees_the_current_code_at_once(
    open_page: Open, company: Company
) -> None:
    await in_thread(qr.remember, company.pk, "2@ref,a,b,c")

    page = await open_page()

    assert [(await page.next())["type"], (await page.next())["type"]] == ["status", "qr"]


async def test_both_tabs_hear_of_the_connection(open_page: Open, company: Company) -> None:
    first, second = await open_page(), await open_page()
    phone = "79005550077"
    body = {"phone": phone, "jid": f"{phone}@s.whatsapp.net", "fresh": True}
    await in_thread(lambda: event(company, "connected", **body))
    await in_thread(inbox.drain, company.pk)

    assert (await first.wait("connected"))["phone"] == f"+{phone}"
    assert (await second.wait("connected"))["phone"] == f"+{phone}"


async def test_frames_of_another_company_do_not_arrive(open_page: Open, company: Company) -> None:
    page = await open_page()
    await page.wait("status")

    await in_thread(notify.to_page, company.pk + 1, {"type": "connected", "phone": "+7"})
    await in_thread(notify.to_page, company.pk, {"type": "disconnected", "reason": "x"})

    assert await page.next() == {"type": "disconnected", "reason": "x"}


def hold_snapshots(locked: threading.Event, held: threading.Event, told: threading.Event) -> None:
    """Nobody reads sessions from `locked` until `told`; `held`: a page waits to read them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE whatsapp_sessions")
        locked.set()

        def waits() -> bool:
            cursor.execute(
                "SELECT FROM pg_locks WHERE NOT granted AND relation = 'whatsapp_sessions'::regclass"
            )
            return bool(cursor.fetchall())

        wait_for("a page that waits for its snapshot", waits)
        held.set()
        assert told.wait(PATIENCE)
    connection.close()


def tell(company_id: int, frame: dict[str, str]) -> None:
    """From a thread of its own, as another process does: the one for the database waits meanwhile."""
    notify.to_page(company_id, frame)
    connection.close()


async def test_news_that_comes_before_the_snapshot_is_told_after_it(
    open_page: Open, company: Company
) -> None:
    early = await open_page()
    await early.wait("status")
    locked, held, told = threading.Event(), threading.Event(), threading.Event()
    holding = asyncio.create_task(asyncio.to_thread(hold_snapshots, locked, held, told))
    news = {"type": "disconnected", "reason": "x"}

    # A page that came before the lock would have its snapshot without waiting for anybody.
    assert await asyncio.to_thread(locked.wait, PATIENCE)
    late = await open_page()
    assert await asyncio.to_thread(held.wait, PATIENCE)
    await asyncio.to_thread(tell, company.pk, news)
    assert await early.next() == news
    told.set()

    assert (await late.next())["type"] == "status"
    assert await late.next() == news
    await holding


async def test_group_of_a_salon_is_left_with_its_last_page(
    open_page: Open, company: Company
) -> None:
    group = f"*{store.company_group(company.pk)}"
    first, second = await open_page(), await open_page()
    for page in (first, second):
        await page.wait("status")

    await first.socket.disconnect(timeout=PATIENCE)
    await open_pages.here().look()
    assert store.client().pubsub_channels(group)
    await second.socket.disconnect(timeout=PATIENCE)
    await open_pages.here().look()

    assert not store.client().pubsub_channels(group)
    third = await open_page()
    await third.wait("status")
    await in_thread(notify.to_page, company.pk, {"type": "disconnected", "reason": "x"})
    assert await third.next() == {"type": "disconnected", "reason": "x"}


async def test_open_page_asks_for_the_next_round_when_the_codes_are_spent(
    open_page: Open, company: Company, bridge: BridgeServer
) -> None:
    page = await open_page()
    await page.wait("status")
    await in_thread(run_jobs)
    await in_thread(lambda: event(company, "qr_ended", reason="expired"))
    await in_thread(inbox.drain, company.pk)

    def begun() -> bool:
        return sessions.get(company.pk).state == SessionState.STARTING

    async with asyncio.timeout(PATIENCE):
        while not await in_thread(begun):  # noqa: ASYNC110  (it is a row that changes)
            await asyncio.sleep(0.01)
    await in_thread(run_jobs)
    assert len(bridge.of("start")) == 2


async def test_page_is_told_of_a_refused_version_and_asks_for_no_other_round(
    open_page: Open, company: Company, bridge: BridgeServer
) -> None:
    page = await open_page()
    await page.wait("status")
    await in_thread(run_jobs)
    await in_thread(lambda: event(company, "qr_ended", reason="version_refused"))
    await in_thread(inbox.drain, company.pk)

    assert (await page.wait("error"))["code"] == "version_refused"
    await in_thread(run_jobs)
    assert len(bridge.of("start")) == 1


async def test_last_round_ends_with_an_error_that_says_what_to_do(
    open_page: Open, company: Company
) -> None:
    page = await open_page()
    await page.wait("status")
    spent = sessions.MAX_PAIRINGS - 1
    await in_thread(lambda: Session.objects.update(pairings=spent, state=SessionState.QR))
    await in_thread(lambda: event(company, "qr_ended", reason="expired"))
    await in_thread(inbox.drain, company.pk)

    assert (await page.wait("error"))["code"] == "qr_expired"


async def test_page_asks_for_a_code_by_number(
    open_page: Open, company: Company, bridge: BridgeServer
) -> None:
    page = await open_page()
    await page.wait("status")
    await page.socket.send_json_to({"type": "request_pairing_code", "phone": "12"})
    assert (await page.wait("error"))["code"] == "bad_phone"

    await page.socket.send_json_to({"type": "request_pairing_code", "phone": "8 900 555-00-01"})
    # The next answer proves that the request before it was carried out.
    await page.socket.send_json_to({"type": "?"})
    await page.wait("error")
    await in_thread(run_jobs)
    assert bridge.of("start")[-1].body == {"mode": "code", "phone": "79005550001"}

    await in_thread(
        lambda: event(company, "pairing_code", code="ABCD1234", phone="79005550001", expires_in=60)
    )
    await in_thread(inbox.drain, company.pk)
    assert (await page.wait("pairing_code"))["code"] == "ABCD1234"


async def test_progress_of_the_sync_reaches_the_page(open_page: Open, company: Company) -> None:
    page = await open_page()
    await page.wait("status")
    run = await in_thread(
        lambda: SyncRun.objects.create(company=company, status="running", step="staff", done=2)
    )

    await in_thread(tasks.sync_progress, run.pk)

    progress = {"step": "staff", "done": 2, "total": 5, "status": "running"}
    assert await page.wait("sync") == {"type": "sync", **progress}


async def test_connected_salon_starts_no_pairing(
    open_page: Open, company: Company, bridge: BridgeServer
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    await in_thread(
        lambda: Session.objects.update(state=SessionState.CONNECTED, updated_at=long_ago)
    )
    page = await open_page()
    await page.wait("status")
    await in_thread(run_jobs)

    assert not bridge.asked
