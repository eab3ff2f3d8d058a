"""What a connect page may do over its WebSocket, without the socket: be admitted, see, ask."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from aiadmin.core import api, crypto
from aiadmin.core.errors import AppError, ForbiddenError, UnauthorizedError
from marketplace.models import Company
from marketplace.services import access, tokens
from whatsapp.services import self_test, sessions

CONNECTS, COMMANDS, WINDOW = 5, 20, 60
_BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Page:
    """What is kept of an admitted page as long as it is open: of thousands a salon each would be much."""

    company_id: int
    token_sha256: str


def admit(*, headers: Mapping[str, str], peer: str, offered: Sequence[str]) -> Page:
    """Rate, origin, token, in this order. Raises AppError with status 429, 403 or 401.

    `headers` in lower case; `offered` are the subprotocols, one of which may carry the token
    ("bearer.<jwt>": browsers cannot set headers, and an address ends up in logs).
    """
    ip = api.client_ip(peer, headers.get("x-forwarded-for", ""))
    api.throttle("ws", ip, limit=CONNECTS, window=WINDOW)
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    origin = headers.get("origin")
    # No browser leaves the origin out; a program shows the header that no page can set.
    if not (access.origin_allowed(origin) if origin is not None else shown):
        raise ForbiddenError(gettext("This page may not connect"), code="bad_origin")
    token = shown.strip() if scheme.lower() == _BEARER else ""
    prefix = f"{_BEARER}."
    token = token or next((p.removeprefix(prefix) for p in offered if p.startswith(prefix)), "")
    return Page(tokens.company_for_token(token).pk, crypto.sha256_hex(token))


def check(opened: Collection[Page]) -> dict[Page, UnauthorizedError]:
    """Those whose token is revoked or expired by now, each with what it is told. One query."""
    refusals = tokens.refusals({page.token_sha256 for page in opened})
    return {page: refusals[page.token_sha256] for page in opened if page.token_sha256 in refusals}


def first_frames(page: Page) -> list[dict[str, Any]]:
    """The snapshot, the code if one can be scanned now; a salon without WhatsApp gets one started.

    Asked for once the page hears news: what happened since it was admitted is told here or there.
    """
    company = Company.objects.get(pk=page.company_id)
    snapshot = {**sessions.snapshot(company), "self_test": self_test.latest(company)}
    frames = [snapshot]
    code = sessions.qr_frame(company.pk)
    if code is not None:
        frames.append(code)
    try:
        sessions.page_opened(company)
    except AppError as error:
        frames.append(error_frame(error))
    return frames


def command(page: Page, frame: object) -> None:
    """`request_qr`, `request_pairing_code {phone}`, `request_self_test`. Raises AppError."""
    api.throttle("ws-command", str(page.company_id), limit=COMMANDS, window=WINDOW)
    for refusal in check([page]).values():
        raise refusal
    # Read anew: the salon may have changed since the page was opened.
    company = Company.objects.get(pk=page.company_id)
    match frame:
        case {"type": "request_qr"}:
            sessions.request_pairing(company)
        case {"type": "request_pairing_code", "phone": str(phone)} if phone.strip():
            sessions.request_pairing(company, phone=phone.strip()[:40])
        case {"type": "request_self_test"}:
            self_test.request(company)
        case {"type": "request_pairing_code"}:
            raise AppError(gettext("Tell the phone number"), code="bad_phone")
        case _:
            raise AppError(gettext("Such a message is not understood here"), code="unknown_message")


def next_round(company_id: int) -> dict[str, Any] | None:
    """The codes ran out and a page is still open. A frame when a person has to ask for more."""
    if sessions.continue_pairing(company_id):
        return None
    return {
        "type": "error",
        "code": "qr_expired",
        "message": gettext(
            "The code was shown several times. Press “Show the code” when the phone is at hand"
        ),
    }


def error_frame(error: AppError) -> dict[str, Any]:
    return {"type": "error", "code": error.code, "message": error.message}
