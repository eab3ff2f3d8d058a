"""Attacks on the real web process, over HTTP and WebSocket: floods, forged tokens, and what it prints."""

import contextlib
import json
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt as pyjwt
import pytest
from django.conf import settings as configured
from pytest_django.fixtures import Settings
from websockets import Origin, Subprotocol
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from marketplace.models import Company
from marketplace.services import access
from tests.marketplace.document import document
from tests.marketplace.test_tokens import FORGERIES
from tests.stack import Product, Salon, new_address, new_phone
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def salon(product: Product) -> Salon:
    return product.new_salon("small")


def _from_elsewhere(**headers: str) -> dict[str, str]:
    """Every request comes from an address of its own: no limit stops the attack."""
    return {"X-Forwarded-For": new_address(), **headers}


# --- One salon, many at once -------------------------------------------------------------------------
def test_a_thousand_registrations_of_a_salon_make_one_company(product: Product) -> None:
    made = product.yclients.post("/salons", json={"seed": "small"}).json()
    body = {"salon_id": made["salon_id"], "phone": "+79001234567"}
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)

    def register(_: int) -> tuple[int, str | None]:
        answer = client.post("/marketplace/register", json=body, headers=_from_elsewhere())
        return answer.status_code, answer.json().get("api_key")

    web = product.stack.state["web"]
    with (
        httpx.Client(base_url=web, timeout=PATIENCE, limits=limits) as client,
        ThreadPoolExecutor(32) as pool,
    ):
        answers = list(pool.map(register, range(1000)))

    assert Counter(status for status, _ in answers) == {200: 999, 201: 1}
    assert sum(key is not None for _, key in answers) == 1
    companies = product.rows("SELECT id FROM companies WHERE company_id = %s", made["salon_id"])
    assert len(companies) == 1
    keys = product.rows("SELECT id FROM api_keys WHERE company_id = %s", companies[0]["id"])
    assert len(keys) == 1


# --- Forged tokens -----------------------------------------------------------------------------------
def _doors() -> list[tuple[str, str, str]]:
    """(method, path, where the token goes) of every operation that takes a connect token."""
    found = []
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if {"connectToken": []} in operation.get("security", []):
                found.append((method, path, "header"))
            found += [
                (method, path, told["in"])
                for told in operation.get("parameters", [])
                if told["name"] == "token"
            ]
    return found


def _expired(claims: dict[str, Any]) -> str:
    claims["exp"] = int(datetime.now(UTC).timestamp()) - 60
    return pyjwt.encode(claims, configured.JWT_SECRET, algorithm="HS256")


BAD_TOKENS = {**FORGERIES, "expired": _expired}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_bad_token_opens_no_door(
    name: str, product: Product, salon: Salon, settings: Settings
) -> None:
    settings.JWT_SECRET = product.stack.env["JWT_SECRET"]
    claims = pyjwt.decode(salon.token, options={"verify_signature": False})
    bad = BAD_TOKENS[name](dict(claims))

    refused = {}
    for method, path, place in _doors():
        refused[path] = _knock(product, salon, method, path, place, bad)

    assert set(refused) == {
        "/marketplace/connect",
        "/marketplace/callback",
        "/marketplace/qr/{token}",
        "/marketplace/status/{company_id}",
    }
    # An empty token leaves the path of another route.
    empty = {"/marketplace/qr/{token}": 404} if not bad else {}
    assert refused == {**dict.fromkeys(refused, 401), **empty}
    code = "token_expired" if name == "expired" else "token_invalid"
    assert _socket_refusal(product, bad) == (code, 4401)
    assert salon.status()["integration_status"] == "pending"


def _knock(product: Product, salon: Salon, method: str, path: str, place: str, token: str) -> int:
    url = path.replace("{company_id}", str(salon.company_id)).replace("{token}", token)
    # As bytes: the library sends nothing but ASCII by itself.
    headers: dict[str, Any] = _from_elsewhere()
    if place == "header":
        headers["Authorization"] = f"Bearer {token}".strip().encode()
    answer = product.web.request(
        method,
        url,
        params={"token": token} if place == "query" else None,
        json={} if method == "post" else None,
        headers=headers,
    )
    return answer.status_code


def _socket_refusal(product: Product, token: str) -> tuple[str, int]:
    web = product.stack.state["web"]
    protocols = ["aiadmin.v1", f"bearer.{token}" if token.isascii() else "bearer.x"]
    with connect(
        web.replace("http", "ws", 1) + "/marketplace",
        subprotocols=[Subprotocol(each) for each in protocols],
        origin=Origin(web),
        additional_headers=_from_elsewhere(),
        open_timeout=PATIENCE,
    ) as page:
        frame = json.loads(page.recv(timeout=PATIENCE))
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=PATIENCE)
        return frame["code"], page.close_code or 0


# --- What the processes print ------------------------------------------------------------------------
def _raw(product: Product, data: bytes) -> bytes:
    """Bytes that no HTTP library would send; returns what came back before the server hung up."""
    where = urlsplit(product.stack.state["web"])
    with socket.create_connection(
        (where.hostname or "", where.port or 0), timeout=PATIENCE
    ) as line:
        found = b""
        # It may hang up before it has heard all.
        with contextlib.suppress(OSError):
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            for piece in iter(lambda: line.recv(4096), b""):
                found += piece
        return found


def test_no_secret_and_no_phone_is_printed(
    product: Product, salon: Salon, settings: Settings
) -> None:
    settings.SECRET_KEY = product.stack.env["SECRET_KEY"]
    hook = access.webhook_key(Company(pk=salon.company_id, install_generation=1))
    token, key, phone = salon.token, salon.api_key, new_phone()
    staff = product.stack.env["ADMIN_API_KEY"]
    forged = token[:-8] + "AAAAAAAA"
    wrong = "sk_" + "0f" * 32
    event = {"resource": "client", "resource_id": 7, "data": {"phone": f"+{phone}"}}
    ask = product.web.request

    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/marketplace/qr/{token}", {}),
        ("GET", f"/marketplace/qr/{forged}", {}),
        ("GET", f"/marketplace/connect?token={token}&company=1", {}),
        ("GET", f"/marketplace/connect?token={forged}", {}),
        ("GET", f"/marketplace/{token}/{phone}", {}),
        ("GET", f"/{key}/{phone}?token={token}", {}),
        ("GET", f"/admin/marketplace/company/?q={phone}", {}),
        ("POST", f"/admin/login/?next=/{token}", {"data": {"username": phone, "password": key}}),
        ("GET", f"/marketplace/status/{salon.company_id}", {"headers": {"X-API-Key": key}}),
        ("GET", f"/marketplace/status/{salon.company_id}", {"headers": {"X-API-Key": wrong}}),
        ("GET", "/marketplace/companies", {"headers": {"X-API-Key": staff}}),
        ("GET", "/marketplace/companies", {"headers": {"Authorization": f"Bearer {token}"}}),
        ("GET", "/marketplace/test", {"headers": {"Host": f"{phone}.example"}}),
        ("POST", "/marketplace/register", {"json": {"salon_id": salon.salon_id, "phone": phone}}),
        ("POST", "/marketplace/register", {"json": {"salon_id": phone, "phone": key}}),
        ("POST", "/marketplace/callback", {"json": {"api_key": key, "whatsapp_phone": phone}}),
        ("POST", f"/marketplace/webhook/{salon.company_id}?key={hook}", {"json": event}),
        ("POST", f"/marketplace/webhook/{salon.company_id}?key={wrong}", {"json": event}),
        ("POST", "/marketplace/webhook", {"json": {"partner_token": key, "phone": phone}}),
    ]
    statuses = []
    for method, url, options in requests:
        headers = {**_from_elsewhere(), **options.pop("headers", {})}
        statuses.append(ask(method, url, headers=headers, **options).status_code)
    _raw(product, f"GET /marketplace/qr/{token} HTTP/9.9\r\nX-API-Key: {key}\r\n\r\n".encode())
    _raw(product, f"POST /{token} HTTP/1.1\r\nHost: {phone}\r\nContent-Length: x\r\n\r\n".encode())
    _raw(product, b"GET /" + token.encode() * 500 + b" HTTP/1.1\r\n\r\n")
    assert _socket_refusal(product, forged) == ("token_invalid", 4401)
    ask("GET", "/", headers={"Host": "the-last.example"})

    wait_for("the last line", lambda: "the-last.example" in product.stack.log("web"))
    assert {200, 302, 400, 401, 403, 404, 409, 503} >= set(statuses) >= {200, 400, 401, 403, 404}
    secrets = [token, forged, token.split(".")[2], key, wrong, staff, hook, phone, phone[1:]]
    printed = {path.stem: path.read_text("utf-8", "replace") for path in _logs(product)}
    assert "/marketplace/qr/[token]" in printed["web"], "there was something to hide"
    found = [
        f"{name}: {secret[:12]}…"
        for name, text in printed.items()
        for secret in secrets
        if secret in text
    ]
    assert found == []


def _logs(product: Product) -> list[Path]:
    return sorted((product.stack.directory / "logs").glob("*.log"))
