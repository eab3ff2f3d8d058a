"""Who may: browser origins, staff and company keys, webhook keys, and what YCLIENTS signed or shows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils.translation import gettext

from aiadmin.core import clock, crypto, signatures
from aiadmin.core.errors import ForbiddenError, UnavailableError
from marketplace.models import Company
from marketplace.services.yclients_access import partner_client
from marketplace.yclients.budget import Lane
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.errors import Forbidden, NotFound, YclientsError

log = structlog.get_logger(__name__)

_FIXED_ORIGINS = frozenset({"https://ai-admin.app", "https://yclients.com"})
_YCLIENTS_NODE = re.compile(r"https://n[0-9]+\.yclients\.com")

# A salon new to us is proven by a fresh click in YCLIENTS's marketplace…
FRESH_INSTALL = timedelta(hours=24)
# …and the other salons of the same click entered `pending` together with it.
SAME_CLICK = timedelta(seconds=60)


# --- Origins ---------------------------------------------------------------------------------------
def origin_allowed(origin: str) -> bool:
    """Whether a browser page of this origin may call us (CORS, WebSocket). "" and "null" may not."""
    if origin in _FIXED_ORIGINS or _YCLIENTS_NODE.fullmatch(origin):
        return True
    own = urlsplit(settings.PUBLIC_URL)
    allowed = {
        f"{own.scheme}://{own.netloc}",
        *(item.rstrip("/") for item in settings.ALLOWED_ORIGINS),
    }
    return origin in allowed


# --- Keys ------------------------------------------------------------------------------------------
def is_admin_key(key: str) -> bool:
    """Constant time; an unset ADMIN_API_KEY refuses everybody."""
    return crypto.same_secret(key, settings.ADMIN_API_KEY)


def webhook_key(company: Company) -> str:
    """The secret in the webhook address of this installation; a re-install gets another one."""
    return crypto.derived_secret(_webhook_purpose(company))


def webhook_key_fits(company: Company, given: str | None) -> bool:
    """Former SECRET_KEYs count: YCLIENTS keeps the address it was given at the installation."""
    return crypto.matches_derived(_webhook_purpose(company), given)


def _webhook_purpose(company: Company) -> str:
    return f"webhook:{company.pk}:{company.install_generation}"


def webhook_url(company: Company) -> str:
    return f"{settings.PUBLIC_URL}/marketplace/webhook/{company.pk}?key={webhook_key(company)}"


# --- What YCLIENTS signed ----------------------------------------------------------------------------
@dataclass(frozen=True)
class AdminProof:
    """The caller holds the staff key, or works at the server's own command line."""


@dataclass(frozen=True)
class OpenProof:
    """MARKETPLACE_OPEN_REGISTRATION: the demo and the tests."""


@dataclass(frozen=True)
class SignedUser:
    """A person whose data YCLIENTS signed. The signature covers neither the salon nor the time."""

    user_id: int | None
    name: str = ""
    email: str = ""
    salon_name: str = ""


Proof = AdminProof | OpenProof | SignedUser


def signed_user(user_data: str, signature: str) -> SignedUser:
    """Raises ForbiddenError `bad_signature` when YCLIENTS did not sign this."""
    try:
        data = signatures.verified_user_data(user_data, signature, settings.YCLIENTS_API_KEY)
    except (ValueError, TypeError) as error:
        # TypeError: compare_digest refuses text outside ASCII.
        raise ForbiddenError(
            gettext("The signature of YCLIENTS does not match"), code="bad_signature"
        ) from error
    return SignedUser(
        user_id=_whole(data.get("id")),
        name=_text(data, "name"),
        email=_text(data, "email"),
        salon_name=_text(data, "salon_name"),
    )


def proven_salons(salon_ids: Iterable[int], user: SignedUser) -> dict[int, str]:
    """Those of `salon_ids` that this user has just installed, by YCLIENTS's own status log, with the
    title each has in YCLIENTS.

    One of them must bear the signed name and be `pending` for less than FRESH_INSTALL; the others
    pass when their `pending` lies within SAME_CLICK of that one's. Calls YCLIENTS: never inside a
    transaction. Raises UnavailableError when it does not answer.
    """
    if user.user_id is None or not user.salon_name:
        return {}
    named: list[datetime] = []
    pending: dict[int, datetime] = {}
    titles: dict[int, str] = {}
    try:
        with partner_client(lane=Lane.CLIENT, timeout=5.0) as client:
            for salon_id in salon_ids:
                since = _pending_since(client, salon_id)
                if since is None:
                    continue
                pending[salon_id] = since
                titles[salon_id] = _title(client, salon_id)
                if _same_name(titles[salon_id], user.salon_name):
                    named.append(since)
    except YclientsError as error:
        log.warning("marketplace.proof_unavailable", error=error.code)
        raise UnavailableError(
            gettext("YCLIENTS does not answer now. Open the app again in a minute"),
            code="yclients_unavailable",
        ) from error
    return {
        salon_id: titles[salon_id]
        for salon_id, since in pending.items()
        if any(abs(since - moment) <= SAME_CLICK for moment in named)
    }


def _pending_since(client: YclientsClient, salon_id: int) -> datetime | None:
    try:
        status = client.application_status(
            salon_id=salon_id, application_id=settings.YCLIENTS_APPLICATION_ID
        )
    except (NotFound, Forbidden):
        return None
    since = status.since("pending")
    if status.status != "pending" or since is None:
        return None
    return since if clock.now() - since < FRESH_INSTALL else None


def _title(client: YclientsClient, salon_id: int) -> str:
    try:
        return client.company(salon_id).title
    except (NotFound, Forbidden):
        return ""


def _same_name(title: str, signed: str) -> bool:
    return bool(title) and " ".join(title.split()).casefold() == " ".join(signed.split()).casefold()


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if 0 < number < 2**63 else None


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value.replace("\x00", "").strip()[:255] if isinstance(value, str) else ""
