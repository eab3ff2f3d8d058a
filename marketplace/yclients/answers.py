"""From an HTTP response to data or a typed error: both envelopes, 204, HTML instead of JSON.

Source: reference "yclients-api", sections 1.3 to 1.5 and 2.8, read 2026-11-23.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic_core import from_json

from marketplace.yclients import errors

DEFAULT_RETRY_AFTER = 60.0

# Booking codes of `book_check` and `book_record`.
_BUSY_CODES = {433, 436, 437}
_BLACKLISTED_CODE = 434
_BOOKING_CODES = range(431, 439)
# Some answers carry words only (switch "message only" of the sheet, 1.4).
_BUSY_WORDS = (
    "уже занято",
    "нет доступных для записи сотрудников",
    "является нерабочим",
    "пересекаются",
)
_LICENCE_WORD = "лиценз"
_BLACKLIST_WORDS = ("чёрном списке", "черном списке", "чёрный список", "черный список")


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer. `data` is None for 204 and for redirects that mean success."""

    status: int
    data: Any = None
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Failure:
    status: int
    message: str = ""
    code: int | None = None
    tags: tuple[int, ...] = ()
    fields: dict[str, list[str]] = field(default_factory=dict)


def read(
    response: httpx.Response, *, safe: bool, right: str = "", redirect_is_success: bool = False
) -> Reply:
    """Returns the answer or raises a `YclientsError`.

    `safe`: the call changes nothing, so a broken answer is Retryable; else OutcomeUnknown.
    `right`: the permission the call needs, named in Forbidden.
    """
    status = response.status_code
    if 300 <= status < 400:
        # 301 of `partner/callback/redirect` is a page for people: its body is never parsed.
        if redirect_is_success:
            return Reply(status)
        raise errors.Permanent("YCLIENTS перенаправил запрос", http_status=status)
    if status == 429:
        raise errors.RateLimited(http_status=429, retry_after=_retry_after(response))
    if status >= 500:
        raise _lost(status, safe=safe)
    if status < 300 and not response.content.strip():
        return Reply(status)
    try:
        body = _json(response.content)
    except ValueError:
        raise _not_json(status, safe=safe, right=right) from None
    if status >= 400 or _says_no(body):
        raise to_error(_failure(status, body), right=right)
    if isinstance(body, dict) and ("data" in body or "success" in body):
        meta = body.get("meta")
        return Reply(status, body.get("data"), meta if isinstance(meta, dict) else {})
    return Reply(status, body)


def _json(content: bytes) -> Any:
    """Raises ValueError."""
    try:
        # A page of records in two thirds of the time: the next one is not asked for before.
        return from_json(content)
    except ValueError:
        # PHP also writes half of a surrogate pair, and a mark at the beginning.
        return json.loads(content)


def lost(*, safe: bool, timed_out: bool) -> errors.YclientsError:
    """The error for a connection that broke after the request may have been sent."""
    text = "YCLIENTS не ответил вовремя" if timed_out else "Связь с YCLIENTS прервалась"
    return errors.Retryable(text) if safe else errors.OutcomeUnknown(text)


def to_error(failure: _Failure, *, right: str = "") -> errors.YclientsError:
    status, message, lower = failure.status, failure.message, failure.message.lower()
    # A failure told with 200 ("success": false) is about the data.
    shown = status if status >= 400 else 422
    if failure.code == _BLACKLISTED_CODE or (
        status == 403 and any(word in lower for word in _BLACKLIST_WORDS)
    ):
        return errors.Blacklisted(message, http_status=shown)
    if failure.code in _BUSY_CODES or any(word in lower for word in _BUSY_WORDS):
        return errors.SlotBusy(
            message, http_status=shown, appointment_ids=failure.tags, booking_code=failure.code
        )
    if status == 402 or (status == 403 and _LICENCE_WORD in lower):
        return errors.LicenceExpired(message, http_status=shown)
    if status == 401:
        return errors.Unauthorized(message, http_status=shown)
    if status == 403:
        return errors.Forbidden(message, http_status=shown, right=right)
    if status == 404:
        return errors.NotFound(message, http_status=shown)
    if status in (200, 201, 202, 400, 409, 422):
        return errors.InvalidRequest(
            message, http_status=shown, booking_code=failure.code, fields=failure.fields
        )
    return errors.Permanent(message, http_status=shown)


def _says_no(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    return body.get("success") is False or ("errors" in body and "data" not in body)


def _lost(status: int, *, safe: bool) -> errors.YclientsError:
    kind = errors.Retryable if safe else errors.OutcomeUnknown
    return kind(f"YCLIENTS ответил ошибкой {status}", http_status=status)


def _not_json(status: int, *, safe: bool, right: str) -> errors.YclientsError:
    """A web page in place of an answer: some guard or proxy stands between, and knows nothing."""
    if not safe:
        return errors.OutcomeUnknown("YCLIENTS ответил страницей, не данными", http_status=status)
    if status in (401, 402, 403, 404):
        return to_error(_Failure(status), right=right)
    return errors.Retryable("YCLIENTS ответил страницей, не данными", http_status=status)


def _retry_after(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return DEFAULT_RETRY_AFTER


def _failure(status: int, body: Any) -> _Failure:
    if not isinstance(body, dict):
        return _Failure(status)
    meta = _dict(body.get("meta"))
    own = _dict(body.get("errors"))
    details = meta.get("errors") or body.get("errors")
    message = own.get("message") or meta.get("message") or "; ".join(_texts(details))
    return _Failure(
        status,
        str(message or ""),
        _code(body, meta, own),
        tuple(_tags(meta)),
        _fields(details),
    )


def _code(body: dict[str, Any], meta: dict[str, Any], own: dict[str, Any]) -> int | None:
    """The booking code, wherever it sits: the place is shown in no captured body."""
    rows = _rows(meta.get("errors"))
    places = [row.get("code") for row in rows]
    places += [meta.get("code"), own.get("code"), body.get("code")]
    for place in places:
        if str(place).isdigit() and int(str(place)) in _BOOKING_CODES:
            return int(str(place))
    return None


def _tags(meta: dict[str, Any]) -> Iterator[int]:
    values = [row.get("id") for row in _rows(meta.get("errors"))]
    values += [meta.get("appointment_id")]
    for value in values:
        if str(value).isdigit():
            yield int(str(value))


def _rows(value: Any) -> list[dict[str, Any]]:
    candidates = value if isinstance(value, list) else [value]
    return [row for row in candidates if isinstance(row, dict)]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _fields(details: Any) -> dict[str, list[str]]:
    """`{field: [text, …]}` where the answer has that form; {} otherwise."""
    if not isinstance(details, dict):
        return {}
    found = {str(key): _texts(value) for key, value in details.items() if isinstance(value, list)}
    return {key: texts for key, texts in found.items() if texts}


def _texts(value: Any) -> list[str]:
    """The sentences inside any of the seen forms: texts, lists of texts, objects with `message`."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        if "message" in value:
            return _texts(value["message"])
        return [text for item in value.values() for text in _texts(item)]
    return []
