"""`manage.py doctor`: what is missing, in words, and an exit code that scripts can trust."""

import io
import socket
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from aiadmin import doctor
from aiadmin.core import redis as store
from aiadmin.doctor import Mark
from tests.marketplace.salons import SandboxSalon
from tests.sandboxes import YclientsSandbox
from tests.whatsapp.loopback import LoopbackServer, QuietHandler

pytestmark = pytest.mark.django_db


class _Health(QuietHandler):
    """The bridge's own `/healthz`."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def nowhere() -> str:
    """host:port where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{closed.getsockname()[1]}"


@pytest.fixture
def healthy(yclients: YclientsSandbox, settings: Settings) -> Iterator[YclientsSandbox]:
    bridge = LoopbackServer(_Health)
    settings.BRIDGE_URL = bridge.url
    settings.OPS_EMAIL = "ops@example.test"
    settings.YCLIENTS_APPLICATION_ID = 77
    yield yclients
    bridge.close()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("doctor", *arguments, stdout=out)
    return out.getvalue()


def test_all_is_well(healthy: YclientsSandbox) -> None:
    told = run()

    assert told.count("✅") == len(doctor.CHECKS)


@pytest.mark.parametrize(
    ("setting", "value", "check"),
    [
        ("YCLIENTS_API_KEY", "", doctor.check_settings),
        ("YCLIENTS_API_KEY", "wrong", doctor.check_yclients),
        ("YCLIENTS_APPLICATION_ID", 78, doctor.check_yclients),
    ],
)
def test_a_wrong_setting_is_named(
    healthy: YclientsSandbox,
    settings: Settings,
    setting: str,
    value: object,
    check: object,
) -> None:
    setattr(settings, setting, value)

    found = {made: made() for made in (doctor.check_settings, doctor.check_yclients)}

    line = found[check]  # type: ignore[index]
    assert line.mark is Mark.FAILED
    assert setting in line.text


def test_servers_that_do_not_answer_fail(
    healthy: YclientsSandbox, settings: Settings, nowhere: str
) -> None:
    settings.BRIDGE_URL = f"http://{nowhere}"
    settings.YCLIENTS_API_URL = f"http://{nowhere}"
    working = settings.REDIS_URL
    settings.REDIS_URL = f"redis://{nowhere}/0"
    store.client.cache_clear()
    try:
        lines = [doctor.check_bridge(), doctor.check_redis(), doctor.check_yclients()]
        with pytest.raises(CommandError, match="Не работает: 3"):
            run()
    finally:
        settings.REDIS_URL = working
        store.client.cache_clear()

    assert {line.mark for line in lines} == {Mark.FAILED}


def test_a_salon_is_told_call_by_call(healthy: YclientsSandbox) -> None:
    salon = SandboxSalon(healthy, seed="small")
    salon_id = salon.company.salon_id

    by_salon = run("--salon", str(salon_id))
    by_company = run("--company", str(salon.company.pk))

    assert by_salon == by_company
    assert "хватает партнёрского токена" in by_salon
    assert "работает с токеном пользователя" in by_salon
    assert "❌" not in by_salon


def test_a_missing_right_fails_only_when_it_is_needed(healthy: YclientsSandbox) -> None:
    salon_id = int(healthy.new_salon(seed="small")["salon_id"])

    def deny(right: str) -> None:
        healthy.control.patch(f"/salons/{salon_id}", json={"denied": [right]})

    deny("clients_access")
    assert "⚠️" in run("--salon", str(salon_id))
    deny("delete_records_access")
    with pytest.raises(CommandError, match="Не работает: 1"):
        run("--salon", str(salon_id))
