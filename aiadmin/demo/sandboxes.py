"""The only HTTP to the stand-ins' control addresses: what a person with the phone in hand would do.

Whatever a stand-in refuses comes back as `SandboxError`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import httpx
from django.conf import settings
from pydantic import BaseModel, ValidationError

from aiadmin.core.errors import AppError
from aiadmin.core.http import build_client
from aiadmin.demo.schemas import (
    Faults,
    Inbox,
    Journal,
    Message,
    SalonInfo,
    WhatsAppState,
    YclientsState,
)

# Seconds. Both answer on loopback; a scan waits for a handshake with the bridge.
_TIMEOUT = 10.0

Answer = TypeVar("Answer", bound=BaseModel)
Body = Mapping[str, Any]


class SandboxError(AppError):
    """A stand-in refused or is away. `refusal` is its HTTP status, 0 when it did not answer."""

    status = 502
    code = "sandbox"

    def __init__(self, message: str, *, refusal: int = 0) -> None:
        super().__init__(message)
        self.refusal = refusal


def configured() -> bool:
    """Whether the runner told where the stand-ins are; without them there is no demo."""
    return bool(settings.WHATSAPP_SANDBOX_URL and settings.YCLIENTS_SANDBOX_URL)


# --- WhatsApp's servers and everybody's phones -------------------------------------------------------
def phones() -> WhatsAppState:
    return _parse(WhatsAppState, _whatsapp("GET", "/control/state"))


def listen_to_whatsapp(url: str) -> None:
    _whatsapp("POST", "/control/listeners", {"urls": [url]})


def scan(*, qr: str, phone: str, name: str) -> None:
    """Links the companion that shows `qr`. `refusal` 404: the code is over; 409: four devices."""
    _whatsapp("POST", "/control/scan", {"qr": qr, "phone": phone, "name": name})


def enter_code(*, code: str, phone: str) -> None:
    """Links by the code the connect page shows. `refusal` 400: another code; 404: none is asked."""
    _whatsapp("POST", "/control/pair-code", {"code": code, "phone": phone})


def log_out(phone: str) -> None:
    """ "Log out" under linked devices on the phone: every companion is removed."""
    _whatsapp("POST", f"/control/phones/{phone}/logout", {})


def send(*, customer: str, name: str, to: str, content: Body) -> None:
    """A client writes; `content` as the control API takes it ({"text"} or {"image"})."""
    _whatsapp("POST", f"/control/customers/{customer}/send", {"to": to, "name": name, **content})


def read(*, customer: str, salon: str) -> None:
    """The client looks at the chat: the salon's messages get their read receipts."""
    _whatsapp("POST", f"/control/customers/{customer}/read", {"salon": salon})


def inbox(*, customer: str, salon: str) -> list[Message]:
    path = f"/control/customers/{customer}/inbox?salon={salon}"
    return _parse(Inbox, _whatsapp("GET", path)).messages


# --- YCLIENTS ----------------------------------------------------------------------------------------
def salon(salon_id: int) -> SalonInfo:
    state = _parse(YclientsState, _yclients("GET", "/control/state"))
    for item in state.salons:
        if item.id == salon_id:
            return item
    raise SandboxError("В песочнице YCLIENTS нет демо-салона: выполните make clean и make demo")


def listen_to_yclients(salon_id: int, url: str) -> None:
    _yclients("POST", f"/control/salons/{salon_id}/webhooks", {"urls": [url]})


def move_record(salon_id: int, record: int, *, start: str) -> None:
    """The salon's own hand moves a visit. `start`: the salon's wall clock, "YYYY-MM-DD HH:MM"."""
    body = {"start": start, "force": True}
    _yclients("PATCH", f"/control/salons/{salon_id}/records/{record}", body)


def break_yclients() -> None:
    """Every call of the API is answered 503 from now on."""
    body = {"path_regex": "/api/v1/", "mode": "status", "status": 503}
    _yclients("POST", "/control/faults", body)


def mend_yclients() -> None:
    _yclients("DELETE", "/control/faults")


def yclients_is_broken() -> bool:
    return bool(_parse(Faults, _yclients("GET", "/control/faults")).faults)


def journal(salon_id: int, day: date) -> Journal:
    return _parse(Journal, _yclients("GET", f"/control/salons/{salon_id}/journal?date={day}"))


# --- HTTP --------------------------------------------------------------------------------------------
def _whatsapp(method: str, path: str, body: Body | None = None) -> Any:
    return _call("WhatsApp", settings.WHATSAPP_SANDBOX_URL, method, path, body)


def _yclients(method: str, path: str, body: Body | None = None) -> Any:
    return _call("YCLIENTS", settings.YCLIENTS_SANDBOX_URL, method, path, body)


def _call(whose: str, base_url: str, method: str, path: str, body: Body | None) -> Any:
    try:
        with build_client(base_url=base_url, timeout=_TIMEOUT) as client:
            response = client.request(method, path, json=body)
            if response.status_code >= 400:
                raise SandboxError(
                    f"Песочница {whose} отказала: {response.text[:200]}",
                    refusal=response.status_code,
                )
            return response.json() if response.content else None
    except (httpx.HTTPError, ValueError) as error:
        raise SandboxError(f"Песочница {whose} не отвечает. Запущен ли make demo?") from error


def _parse(model: type[Answer], raw: Any) -> Answer:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise SandboxError("Песочница ответила непонятно") from error
