"""docker/nginx.conf in a real nginx: what it lets through, what it refuses, and what it writes down."""

import http.server
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets import Origin, Subprotocol
from websockets.sync.client import connect

from aiadmin.run import ports
from tests.stack import Product, new_address, new_phone
from tests.tree import ROOT
from tests.waiting import PATIENCE, wait_for

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
REQUIRED = os.environ.get("REQUIRE_NGINX", "") not in ("", "0")
CAN = NGINX is not None and os.geteuid() == 0

if not CAN and not REQUIRED:
    pytest.skip(
        "nginx.conf in a real nginx: install nginx (Debian: apt install nginx-light), run as root",
        allow_module_level=True,
    )

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJjb21wYW55X2lkIjoxfQ.c2lnbmF0dXJlc2lnbmF0dXJl"
KEY = "sk_" + "5e" * 32


@dataclass
class Proxy:
    url: str
    output: Path

    def lines(self) -> list[dict[str, Any]]:
        """The access log so far."""
        text = self.output.read_text("utf-8", "replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def wait_for_lines(self, count: int) -> list[dict[str, Any]]:
        wait_for(f"{count} lines", lambda: len(self.lines()) >= count)
        return self.lines()


@contextmanager
def proxy(upstream: str, folder: Path) -> Iterator[Proxy]:
    """A real nginx with our file; only its port, its upstream and its pid file are the test's."""
    assert CAN, "REQUIRE_NGINX is set: install nginx (Debian: apt install nginx-light), run as root"
    port = ports.choose()
    text = (ROOT / "docker" / "nginx.conf").read_text("utf-8")
    for ours, here in (
        ("listen 80 default_server;", f"listen 127.0.0.1:{port} default_server;"),
        ("server web-1:3000 max_fails=0;", f"server {upstream} max_fails=0;"),
        ("server web-2:3000 max_fails=0;", ""),
        ("pid /run/nginx.pid;", f"pid {folder / 'nginx.pid'};"),
    ):
        assert text.count(ours) == 1, ours
        text = text.replace(ours, here)
    file, output = folder / "nginx.conf", folder / "output"
    file.write_text(text, "utf-8")
    with output.open("wb") as out:
        process = subprocess.Popen(
            [str(NGINX), "-p", str(folder), "-c", str(file), "-g", "daemon off;"],
            stdout=out,
            stderr=out,
        )
    try:
        found = Proxy(f"http://127.0.0.1:{port}", output)
        wait_for("nginx", lambda: _up(found, process))
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def _up(found: Proxy, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, found.output.read_text("utf-8", "replace")
    try:
        return httpx.get(f"{found.url}/internal/up").status_code == 404
    except httpx.TransportError:
        return False


class Echo(http.server.BaseHTTPRequestHandler):
    """A small upstream: tells what reached it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = {
            "path": self.path,
            "length": len(self.rfile.read(length)),
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        raw = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Not our subject."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def nginx(echo: str, tmp_path: Path) -> Iterator[Proxy]:
    with proxy(echo, tmp_path) as found:
        yield found


def test_a_request_arrives_as_it_came_with_its_address_appended(nginx: Proxy) -> None:
    sent = {"X-Forwarded-For": "198.51.100.7", "Host": "salon.example", "X-API-Key": KEY}

    answer = httpx.get(f"{nginx.url}/marketplace/status/15?a=b", headers=sent).json()

    assert answer["path"] == "/marketplace/status/15?a=b"
    assert answer["headers"]["host"] == "salon.example"
    assert answer["headers"]["x-api-key"] == KEY
    assert answer["headers"]["x-forwarded-for"] == "198.51.100.7, 127.0.0.1"
    assert answer["headers"]["x-forwarded-proto"] == "http"


@pytest.mark.parametrize(
    ("path", "upgraded"),
    [
        ("/marketplace", True),
        ("/marketplace/", True),
        ("/marketplace/test", False),
        ("/marketplace/webhook", False),
        ("/", False),
    ],
)
def test_only_the_pages_socket_is_upgraded(path: str, upgraded: bool, nginx: Proxy) -> None:
    sent = {"Upgrade": "websocket", "Connection": "Upgrade"}

    headers = httpx.get(f"{nginx.url}{path}", headers=sent).json()["headers"]

    assert headers.get("upgrade") == ("websocket" if upgraded else None)
    assert headers["connection"] == ("upgrade" if upgraded else "close")


@pytest.mark.parametrize(
    "path",
    [
        "/internal/bridge/ring",
        "/internal",
        "//internal/bridge/ring",
        "/%69nternal/bridge/ring",
        "/static/../internal/bridge/ring",
        "/static/..%2finternal/bridge/ring",
        "/demo/",
        "/demo/ws",
        "/metrics",
    ],
)
def test_what_is_inside_does_not_exist_outside(path: str, nginx: Proxy) -> None:
    answer = httpx.request("POST", httpx.URL(nginx.url).copy_with(raw_path=path.encode()))

    assert answer.status_code == 404
    assert "upstream" not in answer.text
    last = nginx.wait_for_lines(2)[-1]
    assert (last["status"], last["upstream_status"]) == (404, "")


def test_a_megabyte_passes_and_more_is_refused_in_the_one_shape(nginx: Proxy) -> None:
    fits = httpx.post(f"{nginx.url}/marketplace/webhook", content=b"a" * 2**20)
    refused = httpx.post(f"{nginx.url}/marketplace/webhook", content=b"a" * (2**20 + 1))

    assert (fits.status_code, fits.json()["length"]) == (200, 2**20)
    assert refused.status_code == 413
    assert (refused.json()["success"], refused.json()["code"]) == (False, "too_large")
    assert refused.headers["Content-Type"] == "application/json"


def test_a_flood_is_held_back_and_webhooks_are_not(nginx: Proxy) -> None:
    with httpx.Client(base_url=nginx.url) as client:
        page = [client.get("/marketplace/test") for _ in range(400)]
        hooks = [client.post("/marketplace/webhook/1", content=b"{}") for _ in range(400)]

    assert [each.status_code for each in page[:60]] == [200] * 60
    refused = [each for each in page if each.status_code == 429]
    assert refused[0].json()["code"] == "too_many_requests"
    assert refused[0].headers["Retry-After"] == "5"
    assert {each.status_code for each in hooks} == {200}


def test_an_upstream_that_is_away_is_told_in_the_one_shape(tmp_path: Path) -> None:
    with proxy(f"127.0.0.1:{ports.choose()}", tmp_path) as nginx:
        answer = httpx.get(f"{nginx.url}/marketplace/qr/{TOKEN}?key={KEY}")
        lines = nginx.wait_for_lines(2)
        page = httpx.get(f"{nginx.url}/?{TOKEN}", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert (lines[-1]["status"], lines[-1]["upstream_status"]) == (503, "502")
    # A person reads a page where a program reads the one shape.
    assert (page.status_code, page.headers["Content-Type"]) == (503, "text/html")
    assert "Сервис перезапускается" in page.text
    _nothing_secret(nginx)


def test_no_secret_is_written_down(nginx: Proxy) -> None:
    phone = new_phone()
    paths = [
        f"/marketplace/qr/{TOKEN}",
        f"/marketplace/qr/{TOKEN}?token={TOKEN}",
        f"/marketplace/%71r/{TOKEN}",
        f"//marketplace//qr/{TOKEN}",
        f"/x/../marketplace/qr/{TOKEN}",
        f"/marketplace/connect?token={TOKEN}&company=1",
        f"/marketplace/webhook/1?key={KEY}",
        f"/nowhere/{TOKEN}",
        f"/nowhere/%65{TOKEN[1:]}",
        f"/nowhere/%2565{TOKEN[1:]}",
        f"/nowhere/{KEY}/{phone}",
        f"/internal/{TOKEN}",
        f"/{phone}",
    ]
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "X-API-Key": KEY,
        "Referer": f"{nginx.url}/marketplace/connect?token={TOKEN}",
        "Cookie": f"a={TOKEN}",
        "User-Agent": f"{KEY} {phone}",
    }
    with httpx.Client() as client:
        for path in paths:
            url = httpx.URL(nginx.url).copy_with(raw_path=path.encode())
            client.get(url, headers=headers)
            client.post(url, headers=headers, json={"phone": phone, "api_key": KEY})
        client.post(f"{nginx.url}/marketplace/qr/{TOKEN}", headers=headers, content=b"a" * 2**21)
        for _ in range(200):
            client.get(f"{nginx.url}/marketplace/qr/{TOKEN}", headers=headers)
    lines = nginx.wait_for_lines(2 * len(paths) + 202)

    _nothing_secret(nginx, phone)
    assert {200, 404, 413, 429} <= {line["status"] for line in lines}
    qr = [line for line in lines if line["path"] == "/marketplace/qr/[token]"]
    assert len(qr) == 10 + 201
    assert {"/marketplace/connect", "/marketplace/webhook/1"} <= {line["path"] for line in lines}


def _nothing_secret(nginx: Proxy, *more: str) -> None:
    text = nginx.output.read_text("utf-8", "replace")
    for secret in (TOKEN, TOKEN[1:], TOKEN.split(".")[2], KEY, KEY[3:], "Bearer", *more):
        assert secret not in text
    assert [line for line in text.splitlines() if not line.startswith("{")] == []


def test_the_pages_socket_passes_through_to_the_real_product(
    product: Product, tmp_path: Path
) -> None:
    salon = product.new_salon("small")
    web = product.stack.state["web"]
    with proxy(web.removeprefix("http://"), tmp_path) as nginx:
        with connect(
            nginx.url.replace("http", "ws", 1) + "/marketplace",
            subprotocols=[Subprotocol("aiadmin.v1"), Subprotocol(f"bearer.{salon.token}")],
            origin=Origin(web),
            # Another owner's browser than the other tests': each address has five sockets a minute.
            additional_headers={"X-Forwarded-For": new_address()},
            open_timeout=PATIENCE,
        ) as page:
            frame = json.loads(page.recv(timeout=PATIENCE))
        status = httpx.get(
            f"{nginx.url}/marketplace/status/{salon.company_id}",
            headers={"Authorization": f"Bearer {salon.token}"},
            timeout=PATIENCE,
        )
        lines = nginx.wait_for_lines(3)

    assert (frame["type"], frame["company_id"]) == ("status", salon.company_id)
    assert status.status_code == 200
    assert {line["status"] for line in lines} == {404, 101, 200}
    assert salon.token not in nginx.output.read_text("utf-8")
