"""Fixtures of the WhatsApp tests: a salon, the bridge's HTTP side, an empty broker."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connection, connections
from pytest_django.fixtures import Settings

from aiadmin.asgi import application
from aiadmin.core import redis as store
from marketplace.models import Company
from marketplace.services import tokens
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.waiting import PATIENCE
from tests.whatsapp.bridge_server import BridgeServer
from tests.whatsapp.hands import CLIENT, CLIENT_LID, QUEUES, make_company
from tests.whatsapp.journal_proxy import JournalProxy
from tests.whatsapp.pages import OWN, Open, Page, addresses
from tests.whatsapp.reminders import set_hour
from whatsapp.models import Conversation, Session
from whatsapp.models.session import SessionState


@pytest.fixture
def bridge(settings: Settings) -> Iterator[BridgeServer]:
    """The bridge answers and accepts everything; a test says otherwise."""
    server = BridgeServer()
    settings.BRIDGE_URL = server.url
    yield server
    server.close()


@pytest.fixture
def fast(settings: Settings) -> None:
    """A chat is quiet after a blink."""
    settings.TURN_DELAY_SECONDS = 0.05
    settings.TYPING_MS = 0
    # Nothing here may reach the real YCLIENTS; tests that need a journal name their stand-in.
    settings.YCLIENTS_API_URL = "http://127.0.0.1:9"


@pytest.fixture
def committed(transactional_db: None, fast: None) -> Iterator[None]:
    """Real commits: jobs are published, threads see each other's rows. The broker starts empty."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bridge.events, bridge.media, bridge.nodes, bridge.leases")
    _empty_broker()
    yield
    _empty_broker()


@pytest.fixture
def company(db: None, fast: None) -> Company:
    """A working salon. With `committed` beside it its rows are really committed, which takes longer."""
    return make_company()


def _empty_broker() -> None:
    # The names kombu gives: the queues' lists under the prefix of the settings.
    for name in QUEUES:
        store.client().delete(f"celery:{name}")


@pytest.fixture
def yclients(fast: None, yclients: YclientsSandbox) -> YclientsSandbox:
    """The stand-in of all tests, after `fast` has cut the way to any other."""
    return yclients


@pytest.fixture
def salon(db: None, yclients: YclientsSandbox) -> SandboxSalon:
    """A working salon whose journal is the stand-in's, its catalogue read."""
    made = SandboxSalon(yclients).synced()
    Session.objects.create(company=made.company, state=SessionState.CONNECTED)
    return made


@pytest.fixture
def cut(salon: SandboxSalon) -> str:
    """Its haircut's id in YCLIENTS, as the assistant has it."""
    return str(salon.service("Мужская стрижка"))


@pytest.fixture
def sergey(salon: SandboxSalon) -> str:
    """Its master's, likewise."""
    return str(salon.master("Сергей"))


@pytest.fixture
def journal(settings: Settings) -> Iterator[JournalProxy]:
    """YCLIENTS is away; a test may act while it is asked."""
    proxy = JournalProxy()
    settings.YCLIENTS_API_URL = proxy.url
    yield proxy
    proxy.close()


@pytest.fixture
def conversation(company: Company) -> Conversation:
    return Conversation.objects.create(
        company=company, chat=CLIENT_LID, lid=CLIENT_LID, phone=f"+{CLIENT}"
    )


@pytest.fixture
def midday(clock_file: Path) -> None:
    """Noon of the salon's tomorrow: nobody's night, so reminders may leave."""
    set_hour(12)


# --- the connect page ---


@pytest.fixture
def token(company: Company) -> str:
    return tokens.issue(company)


@pytest.fixture
async def open_page(token: str, fresh_throttles: None) -> AsyncIterator[Open]:
    opened: list[WebsocketCommunicator] = []

    async def open_(
        *,
        app: Any = application,
        path: str = "/marketplace",
        bearer: str | None = token,
        header: str | None = None,
        origin: str | None = OWN,
        address: str | None = None,
    ) -> Page:
        headers = [(b"origin", origin.encode())] if origin is not None else []
        if header:
            headers.append((b"authorization", header.encode()))
        protocols = ["aiadmin.v1", f"bearer.{bearer}"] if bearer is not None else []
        socket = WebsocketCommunicator(app, path, headers=headers, subprotocols=protocols)
        socket.scope["client"] = (address or f"10.1.0.{next(addresses)}", 50000)
        accepted, subprotocol = await socket.connect(timeout=PATIENCE)
        assert accepted
        opened.append(socket)
        return Page(socket, subprotocol)

    yield open_
    for socket in opened:
        await socket.disconnect(timeout=PATIENCE)
    await database_sync_to_async(connections.close_all)()
