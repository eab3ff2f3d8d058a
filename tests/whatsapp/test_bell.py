"""The bridge's bell in front of Django: a ring wakes a worker, everything else is Django's."""

from collections.abc import Iterable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.whatsapp.hands import run_jobs
from whatsapp.bell import PATH, bell


def _django(_request: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("418 I'm a teapot", [])
    return [b"Django"]


def _ask(token: str, *, path: str = PATH, method: str = "POST") -> str:
    told: list[str] = []
    request = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "HTTP_AUTHORIZATION": f"Bearer {token}",
    }
    list(bell(_django)(request, lambda status, _headers: told.append(status)))
    return told[0]


@pytest.mark.usefixtures("committed")
def test_a_ring_wakes_a_worker_without_django(settings: Settings) -> None:
    assert _ask(settings.BRIDGE_TOKEN) == "204 No Content"
    assert run_jobs() == ["whatsapp.bridge_events"]


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    "changed", [{"token": "forged"}, {"token": ""}, {"path": "/internal/bridge"}, {"method": "GET"}]
)
def test_everything_else_is_left_to_django(settings: Settings, changed: dict[str, str]) -> None:
    assert _ask(**{"token": settings.BRIDGE_TOKEN, **changed}).startswith("418")
    assert run_jobs() == []
