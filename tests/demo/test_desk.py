"""The desk's doors without a browser: its page, the stand-ins' hooks, its WebSocket, its command."""

import json
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from pytest_django import Settings

from aiadmin.asgi import application
from aiadmin.demo import cast, desk
from marketplace import selectors
from marketplace.models import Company
from tests.sandboxes import yclients_sandbox
from tests.waiting import PATIENCE

RECORD = {
    "company_id": cast.SALON_ID,
    "resource": "record",
    "resource_id": 900_123,
    "status": "create",
    "data": {"id": 900_123, "datetime": "2026-03-12T15:00:00+03:00"},
}


def post(path: str, body: Any) -> Any:
    return Client().post(path, json.dumps(body), content_type="application/json")


def hook(source: str) -> str:
    return f"/demo/hook/{source}/{desk.hook_secret(source)}"


def test_without_sandboxes_the_page_says_how_to_start(settings: Settings) -> None:
    settings.WHATSAPP_SANDBOX_URL = ""

    answer = Client().get("/demo/")

    assert answer.status_code == 503
    assert "make demo" in answer.content.decode()


@pytest.mark.django_db
def test_the_page_holds_a_valid_connect_link(settings: Settings) -> None:
    settings.WHATSAPP_SANDBOX_URL = settings.YCLIENTS_SANDBOX_URL = "http://127.0.0.1:9"

    page = Client().get("/demo/").content.decode()

    path = page.split('id="owner-page"')[1].split('src="')[1].split('"')[0].replace("&amp;", "&")
    assert Client().get(path).status_code == 200
    assert "style=" not in page


def test_localhost_is_sent_where_the_connect_socket_answers(settings: Settings) -> None:
    settings.WHATSAPP_SANDBOX_URL = settings.YCLIENTS_SANDBOX_URL = "http://127.0.0.1:9"
    settings.PUBLIC_URL = "http://127.0.0.1:3000"

    answer = Client().get("/demo/", headers={"host": "localhost:3000"})

    assert (answer.status_code, answer["Location"]) == (302, "http://127.0.0.1:3000/demo/")


@pytest.mark.parametrize(
    "path", ["/demo/hook/yclients/guess", "/demo/hook/other/x", f"{hook('whatsapp')}x"]
)
def test_a_hook_without_its_secret_is_not_found(path: str) -> None:
    assert post(path, RECORD).status_code == 404


@pytest.mark.parametrize(
    "body", [[], {}, {"type": "unknown"}, {"resource": "client", "resource_id": 1}]
)
def test_news_that_is_not_for_the_desk_is_answered_and_dropped(body: Any) -> None:
    assert post(hook("yclients"), body).json() == {"success": True}
    assert post(hook("whatsapp"), body).json() == {"success": True}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("source", "body", "frame"),
    [
        (
            "yclients",
            RECORD,
            {"type": "journal", "record": 900_123, "status": "create", "day": "2026-03-12"},
        ),
        (
            "whatsapp",
            {"type": "chat", "phone": "79000000001", "customer": "79005550101"},
            {"type": "chat", "customer": "79005550101"},
        ),
        ("whatsapp", {"type": "device", "phone": "79000000001"}, {"type": "device"}),
    ],
)
async def test_a_hook_reaches_the_open_desk(source: str, body: Any, frame: Any) -> None:
    socket = WebsocketCommunicator(
        application, "/demo/ws", headers=[(b"origin", b"https://ai-admin.app")]
    )
    assert (await socket.connect(timeout=PATIENCE))[0]

    await sync_to_async(post)(hook(source), body)

    assert await socket.receive_json_from(timeout=PATIENCE) == frame
    await socket.disconnect(timeout=PATIENCE)
    # The thread that asks the database for async code keeps its connection.
    await sync_to_async(connections.close_all)()


async def test_a_foreign_page_hears_nothing() -> None:
    foreign = [(b"origin", b"https://evil.example")]
    socket = WebsocketCommunicator(application, "/demo/ws", headers=foreign)
    await socket.connect(timeout=PATIENCE)

    closed = await socket.receive_output(timeout=PATIENCE)

    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


def test_a_sandbox_that_is_away_is_said_in_one_sentence(settings: Settings) -> None:
    settings.YCLIENTS_SANDBOX_URL = "http://127.0.0.1:9"

    answer = Client().get("/demo/api/journal")

    assert answer.status_code == 502
    assert answer.json() == {
        "success": False,
        "error": "Песочница YCLIENTS не отвечает. Запущен ли make demo?",
        "code": "sandbox",
    }


def test_the_journal_is_the_sandboxes_own(settings: Settings, tmp_path: Path) -> None:
    with yclients_sandbox(tmp_path) as sandbox:
        settings.YCLIENTS_SANDBOX_URL = sandbox.url

        day = Client().get("/demo/api/journal?date=2026-03-12").json()

        assert day["date"] == "2026-03-12"
        assert "Сергей" in [master["name"] for master in day["staff"]]


@pytest.mark.django_db
def test_nothing_is_scanned_before_a_code_is_shown() -> None:
    answer = post("/demo/api/scan", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "no_qr")


def test_only_the_demos_own_clients_write() -> None:
    answer = post("/demo/api/chat/79009999999", {"text": "Здравствуйте"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_clock_is_moved_and_brought_back(clock_file: Path) -> None:
    assert post("/demo/api/clock", {"seconds": 3600}).status_code == 200
    assert post("/demo/api/clock", {"seconds": 86_400}).status_code == 200
    assert float(clock_file.read_text()) == 90_000

    post("/demo/api/clock", {"seconds": None})

    assert float(clock_file.read_text()) == 0


def test_a_move_beyond_a_month_is_refused(clock_file: Path) -> None:
    assert post("/demo/api/clock", {"seconds": 10**10}).status_code == 400
    assert not clock_file.exists()


@pytest.mark.django_db
def test_the_demo_salon_is_registered_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo_salon")
    call_command("demo_salon")

    company = selectors.by_salon(cast.SALON_ID)
    assert company is not None
    assert company.whatsapp_enabled is True
    assert Company.objects.count() == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "registered" in first
    assert "known" in second


@pytest.mark.django_db
def test_production_has_no_demo_salon(settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("demo_salon")
    assert not Company.objects.exists()
