"""The whole product running, and the hands to use it: a salon's owner, its phone, its clients.

Nothing of ours is touched from inside: HTTP and WebSocket as the outside uses them, the two sandboxes'
control APIs, and a plain look into the database.
"""

import base64
import itertools
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import png
import psycopg
import zxingcpp
from psycopg.rows import dict_row
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

from aiadmin.run.stack import Stack
from tests.waiting import PATIENCE, wait_for

# Every salon and client of a run has a phone of its own.
_phones = itertools.count(int(time.time()) % 1_000_000)


def new_phone() -> str:
    """Digits of a phone nobody has: invented, 7900…"""
    return f"7900{next(_phones) % 10_000_000:07d}"


def new_address() -> str:
    """An IPv4 address nobody used before in this run: each page is another owner's browser."""
    number = next(_phones)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def scan_picture(data_uri: str) -> str:
    """The text in a QR code's picture, read as a phone's camera would."""
    head, _, body = data_uri.partition(",")
    assert head == "data:image/png;base64", head
    width, height, rows, _ = png.Reader(bytes=base64.b64decode(body)).asRGB8()
    grey = b"".join(bytes(row[::3]) for row in rows)
    # One picture in some hundred also has a row of modules that reads as a bar code of another kind.
    found = zxingcpp.read_barcodes(
        memoryview(grey).cast("B", shape=[height, width]),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    )
    assert len(found) == 1, "exactly one code in the picture"
    return str(found[0].text)


class Product:
    """The running system from outside."""

    def __init__(self, stack: Stack, tls: ssl.SSLContext | None = None) -> None:
        """`tls`: whose certificate counts, where the product stands behind one."""
        self.stack = stack
        self.tls = tls
        state = stack.state
        self.web = httpx.Client(base_url=state["web"], timeout=PATIENCE, verify=tls or True)
        self.yclients = httpx.Client(base_url=state["yclients_control"], timeout=PATIENCE)
        self.whatsapp = httpx.Client(base_url=state["whatsapp_control"], timeout=PATIENCE)

    def close(self) -> None:
        for client in (self.web, self.yclients, self.whatsapp):
            client.close()

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """A plain look into our database."""
        with psycopg.connect(self.stack.state["database"], row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def new_salon(self, seed: str = "demo") -> "Salon":
        """A salon in the YCLIENTS sandbox, registered with us, its WhatsApp not connected yet."""
        made = _ok(self.yclients.post("/salons", json={"seed": seed}))
        registered = _ok(
            self.web.post("/marketplace/register", json={"salon_id": made["salon_id"]})
        )
        return Salon(
            product=self,
            salon_id=made["salon_id"],
            company_id=registered["company_id"],
            connect_url=registered["connect_url"],
            api_key=registered["api_key"],
            phone=new_phone(),
            made=made,
        )


@dataclass
class Salon:
    product: Product
    salon_id: int
    company_id: int
    connect_url: str
    api_key: str
    phone: str
    made: dict[str, Any]
    clients: dict[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return str(httpx.URL(self.connect_url).params["token"])

    @contextmanager
    def page(self) -> Iterator["Page"]:
        """The connect page's socket, open."""
        address = self.product.stack.state["web"].replace("http", "ws", 1) + "/marketplace"
        protocols = ["aiadmin.v1", f"bearer.{self.token}"]
        with connect(
            address,
            subprotocols=[Subprotocol(name) for name in protocols],
            origin=Origin(self.product.stack.state["web"]),
            open_timeout=PATIENCE,
            ssl=self.product.tls,
            additional_headers={"X-Forwarded-For": new_address()},
        ) as socket:
            assert socket.subprotocol == "aiadmin.v1"
            yield Page(socket)

    def connect(self) -> dict[str, Any]:
        """Opens the page, scans its QR with the salon's phone, waits for `connected`."""
        with self.page() as page:
            code = page.wait("qr")
            self.scan(scan_picture(code["qr"]))
            return page.wait("connected")

    def scan(self, text: str) -> dict[str, Any]:
        body = {"qr": text, "phone": self.phone, "name": "Телефон салона"}
        return _ok(self.product.whatsapp.post("/scan", json=body))

    def ready(self) -> "Salon":
        """Connected and with its catalogue, so that clients can write."""
        self.connect()
        wait_for("the first sync", self.catalogue_synced)
        return self

    def catalogue_synced(self) -> bool:
        row = self.product.rows(
            "SELECT catalog_synced_at FROM companies WHERE id = %s", self.company_id
        )
        return row[0]["catalog_synced_at"] is not None

    def status(self) -> dict[str, Any]:
        return _ok(
            self.product.web.get(
                f"/marketplace/status/{self.company_id}", headers={"X-API-Key": self.api_key}
            )
        )

    def client(self, name: str = "Ольга") -> "Client":
        return Client(salon=self, phone=new_phone(), name=name)

    def records(self, **query: str) -> list[dict[str, Any]]:
        """The journal's own rows: what YCLIENTS holds."""
        found: Any = _ok(
            self.product.yclients.get(f"/salons/{self.salon_id}/records", params=query)
        )
        return list(found)

    def journal(self, day: date) -> dict[str, Any]:
        query = {"date": day.isoformat()}
        return _ok(self.product.yclients.get(f"/salons/{self.salon_id}/journal", params=query))


class Page:
    """Frames of the connect page's WebSocket, kept in the order they came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []

    def next(self, timeout: float = PATIENCE) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=timeout))
        self.frames.append(frame)
        return frame

    def wait(self, kind: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next frame of this type. An `error` frame that was not awaited fails the test."""
        deadline = time.monotonic() + timeout
        while True:
            frame = self.next(max(0.1, deadline - time.monotonic()))
            if frame["type"] == kind:
                return frame
            assert frame["type"] != "error", frame

    def send(self, **frame: object) -> None:
        self.socket.send(json.dumps(frame))


@dataclass
class Client:
    """A client of the salon with a WhatsApp of her own."""

    salon: Salon
    phone: str
    name: str
    seen: int = 0

    def say(self, text: str = "", **extra: object) -> str:
        """Writes to the salon; returns the message's id."""
        body = {"to": self.salon.phone, "name": self.name, **extra}
        if text or not extra:
            body["text"] = text
        path = f"/customers/{self.phone}/send"
        return str(_ok(self.salon.product.whatsapp.post(path, json=body))["id"])

    def inbox(self) -> list[dict[str, Any]]:
        """What the salon wrote, oldest first."""
        return [item for item in self._messages(0, 0) if item["direction"] == "in"]

    def answer(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next message from the salon that was not read yet."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for item in self._messages(self.seen, 5):
                self.seen = max(self.seen, item["seq"])
                if item["direction"] == "in":
                    return item
        raise AssertionError(f"no answer within {timeout:.0f} s")

    def ask(self, text: str) -> str:
        """Writes and returns the text of the answer."""
        self.say(text)
        return str(self.answer()["text"])

    def _messages(self, after: int, wait: int) -> list[dict[str, Any]]:
        query: dict[str, str | int] = {"salon": self.salon.phone, "after": after, "wait": wait}
        path = f"/customers/{self.phone}/inbox"
        return list(_ok(self.salon.product.whatsapp.get(path, params=query))["messages"])


def _ok(response: httpx.Response) -> dict[str, Any]:
    assert response.is_success, f"{response.request.url}: {response.status_code} {response.text}"
    body: dict[str, Any] = response.json()
    return body
