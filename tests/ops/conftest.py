"""What the tests of operation share."""

import socket
import time
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from aiadmin.core import redis as store
from aiadmin.health import SWEEP
from tests.marketplace.conftest import redis_down
from tests.ops.surroundings import Around, node
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.loopback import LoopbackServer

__all__ = ["redis_down"]


@pytest.fixture
def nowhere() -> str:
    """host:port where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{closed.getsockname()[1]}"


@pytest.fixture
def healthy(yclients: YclientsSandbox, settings: Settings, db: None) -> Iterator[YclientsSandbox]:
    """All that can be right without other processes of ours."""
    around = LoopbackServer(Around)
    settings.BRIDGE_URL = settings.PUBLIC_URL = around.url
    settings.OPS_EMAIL = "ops@example.test"
    settings.YCLIENTS_APPLICATION_ID = 77
    store.client().set(store.seen_key(SWEEP), int(time.time()))
    node("bridge-1", "key")
    yield yclients
    around.close()
