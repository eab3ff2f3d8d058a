"""Fixtures of the marketplace tests: the YCLIENTS stand-in, one process a run."""

import functools
import itertools
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from aiadmin.core import redis as store
from aiadmin.core.queue import Job
from marketplace.services import registration
from marketplace.services.access import AdminProof
from marketplace.services.registration import Registration

# --- the API and registration ------------------------------------------------------------------------
_salons = itertools.count(910_000_001)

Jobs = list[tuple[Job, int]]


@pytest.fixture
def salon_id() -> int:
    """A salon nobody else in this run uses."""
    return next(_salons)


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def registered(db: None, salon_id: int) -> Registration:
    """A salon registered by the staff: pending, with an owner's key and a connect token."""
    return registration.register(salon_id=salon_id, proof=AdminProof())


@pytest.fixture
def another(db: None) -> Registration:
    """A second salon, whose credentials must open nothing of the first."""
    return registration.register(salon_id=next(_salons), proof=AdminProof())


@pytest.fixture
def capture_jobs(
    django_capture_on_commit_callbacks: Any,
) -> Callable[[], AbstractContextManager[Jobs]]:
    """`with capture_jobs() as jobs:` lists what the block would have published on commit."""

    @contextmanager
    def capture() -> Iterator[Jobs]:
        jobs: Jobs = []
        with django_capture_on_commit_callbacks() as callbacks:
            yield jobs
        jobs.extend(
            (callback.args[0], callback.args[1])
            for callback in callbacks
            if isinstance(callback, functools.partial)
        )

    return capture


@pytest.fixture
def redis_down(settings: Settings) -> Iterator[None]:
    """Nobody listens at the address of Redis."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    working = settings.REDIS_URL
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    store.client.cache_clear()
    yield
    settings.REDIS_URL = working
    store.client.cache_clear()
