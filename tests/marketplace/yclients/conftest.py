"""Fixtures of the client's and the stand-in's own tests: a salon a test, a client, a listener."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from marketplace.yclients.client import Appointment, YclientsClient
from marketplace.yclients.schemas import BookedAppointment
from tests.sandboxes import YclientsSandbox
from tests.waiting import wait_for

PARTNER_TOKEN = "sandbox-partner-token"
USER_TOKEN = "sandbox-user-token-0000000000000000"
MOSCOW = ZoneInfo("Europe/Moscow")

T = TypeVar("T")


def client_of(sandbox: YclientsSandbox, **options: Any) -> YclientsClient:
    defaults: dict[str, Any] = {"partner_token": PARTNER_TOKEN, "user_token": USER_TOKEN}
    return YclientsClient(base_url=sandbox.url, **{**defaults, **options})


class Salon:
    """One salon of the stand-in: short names for its ids, times and bookings."""

    def __init__(self, sandbox: YclientsSandbox, **options: Any) -> None:
        self.sandbox = sandbox
        self.made = sandbox.new_salon(**{"seed": "small", **options})
        self.id: int = self.made["salon_id"]
        self.zone = ZoneInfo(self.made["timezone"])

    def service(self, title: str) -> int:
        return next(int(one["id"]) for one in self.made["services"] if one["title"] == title)

    def master(self, name: str) -> int:
        return next(int(one["id"]) for one in self.made["staff"] if one["name"] == name)

    @property
    def men(self) -> int:
        return self.service("Мужская стрижка")

    @property
    def sergey(self) -> int:
        return self.master("Сергей")

    def day(self, ahead: int = 1) -> date:
        return datetime.now(UTC).astimezone(self.zone).date() + timedelta(days=ahead)

    def at(self, hour: int, minute: int = 0, *, ahead: int = 1) -> datetime:
        day = self.day(ahead)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)

    def set(self, **values: Any) -> None:
        answer = self.sandbox.control.patch(f"/salons/{self.id}", json=values)
        assert answer.is_success, answer.text

    def records(self, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sandbox.get(f"/salons/{self.id}/records", **query)
        return found

    def post(self, path: str, **body: Any) -> Any:
        return self.sandbox.post(f"/salons/{self.id}{path}", **body)

    def book(
        self, client: YclientsClient, start: datetime, *, phone: str = "79000001122", **extra: Any
    ) -> BookedAppointment:
        """Books Сергей's haircut at `start`."""
        visit = Appointment([self.men], start, self.sergey)
        wish = {"phone": phone, "fullname": "Пётр", **extra}
        return client.book_record(self.id, appointments=[visit], **wish)[0]


class Listener:
    """A receiver of webhooks: answers 200 and keeps what came, in order."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(json.loads(raw))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        serve = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        serve.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, count: int) -> list[dict[str, Any]]:
        wait_for(f"{count} webhooks", lambda: len(self.bodies) >= count)
        return self.bodies


@pytest.fixture
def sandbox(yclients_process: YclientsSandbox) -> Iterator[YclientsSandbox]:
    # Tests elsewhere share the process and may have left their faults behind.
    yclients_process.heal()
    yield yclients_process
    yclients_process.heal()


@pytest.fixture
def salon(sandbox: YclientsSandbox) -> Salon:
    return Salon(sandbox)


@pytest.fixture
def client(sandbox: YclientsSandbox) -> Iterator[YclientsClient]:
    with client_of(sandbox) as made:
        yield made


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()
