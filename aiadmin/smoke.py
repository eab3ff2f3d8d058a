"""`make smoke` and `make smoke-bridge`: a salon's way through a running system, from outside, step by step.

The first system's two manual tests. Against the sandboxes the whole way is walked, to a client's answer;
against the real services it ends where a phone is needed. The first step that fails ends the walk.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from django.conf import settings
from django.db import connection

from aiadmin.core import redis as store
from aiadmin.core.http import build_client
from aiadmin.doctor_line import Mark
from aiadmin.doctor_outside import check_public_address

_PATIENCE = 60.0
_LOOK_EVERY = 0.3


class SmokeError(Exception):
    """A step did not end as it should; the message says how."""


@dataclass
class Walk:
    """What the steps learn on their way. `salon_id`: given, or made in the sandbox."""

    salon_id: int | None = None
    company_id: int = 0
    token: str = ""
    client: str = field(default_factory=lambda: f"7901{secrets.randbelow(10**7):07d}")
    phone: str = field(default_factory=lambda: f"7902{secrets.randbelow(10**7):07d}")

    @property
    def played(self) -> bool:
        """Both stand-ins are there: phones can be played."""
        return bool(settings.YCLIENTS_SANDBOX_URL and settings.WHATSAPP_SANDBOX_URL)


T = TypeVar("T")
Step = tuple[str, Callable[[Walk], str]]


def integration(walk: Walk) -> Iterator[Step]:
    """(what, how it is done) of the whole way; later steps only where they can be walked."""
    yield "the public address and its WebSocket", _address
    yield "GET /marketplace/test", _test
    yield "registration without a proof is refused", _refused
    if walk.played and walk.salon_id is None:
        yield "a salon in the YCLIENTS sandbox", _sandbox_salon
    if walk.salon_id is None and not walk.played:
        return
    yield "POST /marketplace/register", _register
    yield "the connect page", _page
    yield "GET /marketplace/status", _status
    yield "GET /marketplace/qr", _qr
    if walk.played:
        yield "the phone scans", _scan
        yield "a client asks and is answered", _ask


def bridge(walk: Walk) -> Iterator[Step]:
    """The bridge by itself."""
    yield "GET /healthz", _bridge_lives
    yield "a stranger's token is refused", _bridge_refuses
    yield "figures", _bridge_figures
    yield "an unknown session is idle", _bridge_idle
    if walk.played:
        yield "a code without the rest of the product", _bridge_code


def _web(**headers: str) -> httpx.Client:
    return build_client(base_url=settings.PUBLIC_URL, timeout=15, headers=headers)


def _good(answer: httpx.Response, *statuses: int) -> httpx.Response:
    if answer.status_code not in statuses:
        raise SmokeError(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
    return answer


def _until(what: str, look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = look()
        if found is not None:
            return found
        time.sleep(_LOOK_EVERY)
    raise SmokeError(f"waited {_PATIENCE:.0f} s for {what}")


# --- The way of a salon ----------------------------------------------------------------------------
def _address(_: Walk) -> str:
    line = check_public_address()
    if line.mark is not Mark.OK:
        raise SmokeError(line.text)
    return line.text


def _test(_: Walk) -> str:
    with _web() as web:
        return str(_good(web.get("/marketplace/test"), 200).json()["message"])


def _refused(_: Walk) -> str:
    if settings.MARKETPLACE_OPEN_REGISTRATION:
        return "registration is open here: the demo"
    with _web() as web:
        _good(web.post("/marketplace/register", json={"salon_id": 999999}), 401)
    return "401"


def _sandbox_salon(walk: Walk) -> str:
    with build_client(base_url=settings.YCLIENTS_SANDBOX_URL, timeout=15) as sandbox:
        made = _good(sandbox.post("/control/salons", json={"seed": "small"}), 200, 201)
    walk.salon_id = int(made.json()["salon_id"])
    return f"salon {walk.salon_id}"


def _register(walk: Walk) -> str:
    with _web(**{"X-API-Key": settings.ADMIN_API_KEY}) as web:
        answer = web.post("/marketplace/register", json={"salon_id": walk.salon_id})
        told = _good(answer, 200, 201).json()
    walk.company_id = int(told["company_id"])
    walk.token = httpx.URL(told["connect_url"]).params["token"]
    return f"company {walk.company_id}"


def _page(walk: Walk) -> str:
    with _web(Accept="text/html") as web:
        query = {"token": walk.token, "company": str(walk.company_id)}
        page = _good(web.get("/marketplace/connect", params=query), 200).text
    if walk.token in page:
        raise SmokeError("the page holds the token")
    return f"{len(page)} characters"


def _status(walk: Walk) -> str:
    with _web(Authorization=f"Bearer {walk.token}") as web:
        told = _good(web.get(f"/marketplace/status/{walk.company_id}"), 200).json()
    return f"{told['integration_status']}, WhatsApp {'on' if told['whatsapp_connected'] else 'off'}"


def _qr(walk: Walk) -> str:
    def code() -> dict[str, Any] | None:
        with _web() as web:
            answer = _good(web.get(f"/marketplace/qr/{walk.token}"), 200, 409, 503)
        if answer.status_code == 503:
            return None
        told: dict[str, Any] = answer.json()
        return told

    told = _until("a code", code)
    if told.get("code") == "already_connected":
        return "connected already"
    return f"a picture of {len(told['qr'])} characters, {told['expires_in']} s left"


def _scan(walk: Walk) -> str:
    def code() -> str | None:
        held = store.client().get(store.qr_key(walk.company_id))
        return json.loads(held)["qr"] if held else None

    def connected() -> bool | None:
        with _web(Authorization=f"Bearer {walk.token}") as web:
            told = web.get(f"/marketplace/status/{walk.company_id}").json()
        return True if told["whatsapp_connected"] else None

    body = {"qr": _until("the code's text", code), "phone": walk.phone, "name": "Проверка"}
    with build_client(base_url=settings.WHATSAPP_SANDBOX_URL, timeout=40) as sandbox:
        _good(sandbox.post("/control/scan", json=body), 200, 201)
    _until("the connection", connected)
    return "connected"


def _ask(walk: Walk) -> str:
    with build_client(base_url=settings.WHATSAPP_SANDBOX_URL, timeout=40) as sandbox:
        said = {"to": walk.phone, "name": "Ольга", "text": "Сколько стоит мужская стрижка?"}
        _good(sandbox.post(f"/control/customers/{walk.client}/send", json=said), 200, 201)

        def answer() -> str | None:
            query: dict[str, str | int] = {"salon": walk.phone, "after": 0, "wait": 5}
            path = f"/control/customers/{walk.client}/inbox"
            told = _good(sandbox.get(path, params=query), 200).json()["messages"]
            return next((row["text"] for row in told if row["direction"] == "in"), None)

        text = _until("an answer", answer)
    if "₽" not in text:
        raise SmokeError(f"the answer names no price: {text}")
    return text.replace("\n", " ")


# --- The bridge by itself --------------------------------------------------------------------------
def _bridge(token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return build_client(base_url=settings.BRIDGE_URL, timeout=15, headers=headers)


def _bridge_lives(_: Walk) -> str:
    with _bridge("") as web:
        _good(web.get("/healthz"), 200)
    return settings.BRIDGE_URL


def _bridge_refuses(_: Walk) -> str:
    with _bridge("wrong") as web:
        _good(web.get("/sessions/1"), 401)
    return "401"


def _bridge_figures(_: Walk) -> str:
    with _bridge(settings.BRIDGE_TOKEN) as web:
        lines = _good(web.get("/metrics"), 200).text.splitlines()
    return ", ".join(line for line in lines if line.startswith("bridge_sessions{"))


def _bridge_idle(_: Walk) -> str:
    with _bridge(settings.BRIDGE_TOKEN) as web:
        told = _good(web.get(f"/sessions/{_nobody()}"), 200, 404).json()
    return str(told.get("state", told.get("code")))


def _bridge_code(_: Walk) -> str:
    """A pairing that nobody of the product has asked for, and its end."""
    session = _nobody()
    with _bridge(settings.BRIDGE_TOKEN) as web:
        _good(web.post(f"/sessions/{session}/start", json={"mode": "qr"}), 202)
        try:
            found = _until("the code", lambda: _code_of(session))
        finally:
            web.post(f"/sessions/{session}/logout")
            _forget(session)
    return f"a code of {len(found)} characters"


def _nobody() -> int:
    """A session number that no company has."""
    return 2**31 - 1 - secrets.randbelow(10**6)


def _code_of(session: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT payload->>'qr' FROM bridge.events WHERE session_id = %s AND kind = 'qr'"
            " ORDER BY id DESC LIMIT 1",
            [session],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


def _forget(session: int) -> None:
    with connection.cursor() as cursor:
        for table in ("events", "leases"):
            cursor.execute(f"DELETE FROM bridge.{table} WHERE session_id = %s", [session])  # noqa: S608
