"""What every test shares: real servers from the environment that `make test` prepared, and the clock."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from aiadmin.core import redis as store
from aiadmin.run.stack import Stack
from tests.sandboxes import YclientsSandbox, yclients_sandbox
from tests.stack import Product


def pytest_configure() -> None:
    if not os.environ.get("DATABASE_URL") or not os.environ.get("REDIS_URL"):
        pytest.exit("Run `make test` (or `python -m aiadmin.run test`): tests need servers.", 2)


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A movable business clock for this test alone (`aiadmin.core.clock.set_offset`)."""
    path = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_OFFSET_FILE", str(path))
    return path


@pytest.fixture
def fresh_throttles() -> None:
    """Calls counted by an earlier test must not refuse this one's."""
    for key in store.client().scan_iter("throttle:*"):
        store.client().delete(key)


@pytest.fixture(scope="session")
def yclients_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YclientsSandbox]:
    with yclients_sandbox(tmp_path_factory.mktemp("yclients")) as sandbox:
        yield sandbox


@pytest.fixture
def yclients(yclients_process: YclientsSandbox, settings: Settings) -> YclientsSandbox:
    """The stand-in without faults, and our client pointed at it. Each test makes its own salon."""
    yclients_process.heal()
    settings.YCLIENTS_API_URL = yclients_process.url
    return yclients_process


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole product, once a run; every test makes a salon of its own."""
    # Every page of a test comes from an address of its own, as owners do.
    # Messages of one breath may be far apart where all the suite's programs share two cores.
    env = {"TRUSTED_PROXIES": "127.0.0.1", "TURN_DELAY_SECONDS": "2.4"}
    running = Stack.start(tmp_path_factory.mktemp("stack"), env=env)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def product(stack: Stack) -> Iterator[Product]:
    """The hands of owners, phones and clients on that product."""
    outside = Product(stack)
    yield outside
    outside.close()
