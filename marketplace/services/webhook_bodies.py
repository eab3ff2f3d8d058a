"""Bodies of YCLIENTS's webhooks: bytes to the few fields we go by, secrets taken out. No database."""

import json
import math
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings

from aiadmin.core.errors import AppError
from aiadmin.core.jsontext import storable

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
# YCLIENTS sends one object; a list is tolerated, not a flood of rows.
MAX_ITEMS = 500
# A record is five levels deep. Past some hundreds neither Python nor PostgreSQL would write it down.
MAX_DEPTH = 100
# Salons' ids are integers in the database, others are bigints.
_INT, BIGINT = 2**31 - 1, 2**63 - 1

# The seed's own event names mean YCLIENTS's (resource, status).
ALIASES = {
    "booking_created": ("record", "create"),
    "booking_updated": ("record", "update"),
    "booking_cancelled": ("record", "delete"),
    "client_created": ("client", "create"),
}
_LIFECYCLE = ("uninstall", "freeze")
_SECRET_NAMES = frozenset(
    {"partner_token", "user_token", "token", "api_key", "authorization", "password", "secret"}
)


@dataclass(frozen=True)
class Fact:
    """What an event says: look at this resource again. `salon_id`: whose, None when it is not said."""

    resource: str
    event: str
    resource_id: int | None
    salon_id: int | None
    body: dict[str, Any] = field(repr=False)


def parse(raw: bytes) -> dict[str, Any] | list[dict[str, Any]]:
    """One event, or the usable ones of a list. What is unusable beside them is left out.

    Raises AppError: 413 `too_large`, 400 `malformed` (not JSON, or nothing in it can be stored).
    """
    if len(raw) > MAX_BODY:
        raise AppError("Тело больше 1 МБ", code="too_large", status=413)
    try:
        # Infinity, NaN and 1e999 are no JSON to PostgreSQL.
        body = json.loads(raw, parse_constant=_finite, parse_float=_finite)
    # Brackets nested by the thousand are no ValueError to the parser.
    except (ValueError, RecursionError) as error:
        raise AppError("Тело запроса — не JSON", code="malformed") from error
    if isinstance(body, list) and len(body) > MAX_ITEMS:
        raise AppError(f"Больше {MAX_ITEMS} событий в одном запросе", code="too_large", status=413)
    items = body if isinstance(body, list) else [body]
    good = [item for item in items if _usable(item)]
    if not good:
        raise AppError("Событие должно быть объектом JSON", code="malformed")
    if len(good) < len(items):
        log.warning("webhook.items_left_out", kept=len(good), of=len(items))
    return good if isinstance(body, list) else good[0]


def is_lifecycle(item: dict[str, Any]) -> bool:
    """`uninstall` and `freeze` come with the partner token, and may come to either address."""
    return "partner_token" in item or lifecycle_event(item) in _LIFECYCLE


def lifecycle_event(item: dict[str, Any]) -> str:
    return str(item.get("event") or item.get("event_type") or "")[:60]


def fact(item: dict[str, Any]) -> Fact:
    """The event's fields. Its `body` is `item` itself, without the secrets."""
    named = (ALIASES.get(str(item.get(key))) for key in ("type", "event", "event_type"))
    alias = next((known for known in named if known), None)
    resource, event = alias or (str(item.get("resource") or ""), str(item.get("status") or ""))
    resource_id = number(item.get("resource_id"), most=BIGINT)
    data = item.get("data")
    if resource_id is None and isinstance(data, dict):
        resource_id = number(data.get("id") or data.get(f"{resource}_id"), most=BIGINT)
    _hide_secrets(item)
    return Fact(
        resource=resource[:60],
        event=event[:60],
        resource_id=resource_id,
        salon_id=number(item.get("company_id"), most=BIGINT),
        body=item,
    )


def number(value: Any, *, most: int = _INT) -> int | None:
    """A positive id up to `most`, also from a text."""
    try:
        found = int(value)
    except (TypeError, ValueError):
        return None
    return found if 0 < found <= most else None


def _usable(item: Any) -> bool:
    return isinstance(item, dict) and _depth_fits(item) and storable(item)


def _depth_fits(item: Any) -> bool:
    level = [item]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: Any) -> list[Any]:
    found = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(found, list):
        return []
    return [inner for inner in found if isinstance(inner, dict | list)]


def _hide_secrets(body: dict[str, Any]) -> None:
    """In place, at any depth: what is named as a secret, and the partner token wherever it stands."""
    partner = settings.YCLIENTS_API_KEY
    waiting: list[Any] = [body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for name in [name for name in value if name.lower() in _SECRET_NAMES]:
                del value[name]
        for place in list(value) if isinstance(value, dict) else range(len(value)):
            inner = value[place]
            if isinstance(inner, dict | list):
                waiting.append(inner)
            elif partner and isinstance(inner, str) and partner in inner:
                value[place] = inner.replace(partner, "[hidden]")


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(f"{text} is no JSON number")
    return found
