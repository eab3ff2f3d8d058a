"""YCLIENTS's webhooks: stored under a unique key, answered, then processed by re-reading.

They come once, unsigned, unordered: the body only says what to read again.
"""

import hashlib
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import models

from aiadmin.core import alarms, crypto
from aiadmin.core.errors import AppError, ForbiddenError
from aiadmin.core.jsontext import storable
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, IntegrationStatus, WebhookEvent
from marketplace.services import activation, bookings, sync
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.errors import NotFound, RateLimited, YclientsError

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
# A repeat within this many seconds is the same event; a twin across the border is harmless.
_SLOT = 600
# An outage of YCLIENTS is waited out for a day; errors of our own end sooner.
KEEP_TRYING = timedelta(hours=24)
MAX_CRASHES = 8
LONGEST_WAIT = 900.0
# Longer than one call may take: 120 s for its place in the budget, then timeouts and retries.
CLAIM_SECONDS = 300
_BIGINT = 2**63 - 1

# The seed's own event names mean YCLIENTS's (resource, status).
ALIASES = {
    "booking_created": ("record", "create"),
    "booking_updated": ("record", "update"),
    "booking_cancelled": ("record", "delete"),
    "client_created": ("client", "create"),
}
_CATALOGUE = {"service", "service_category", "staff", "master", "company", "salon"}

Status = WebhookEvent.Status


def receive(company: Company, raw: bytes) -> None:
    """Stores a salon's webhook. Raises AppError (400) when the body is not a JSON object or list."""
    body = parse(raw)
    items = body if isinstance(body, list) else [body]
    slot = int(datetime.now(UTC).timestamp()) // _SLOT
    for item in items:
        if not isinstance(item, dict):
            raise AppError("Событие должно быть объектом JSON", code="malformed")
        if "event" in item and "salon_id" in item:
            # The lifecycle's shape on the data route: it is understood there too.
            lifecycle(item)
            continue
        _store(company, item, slot)


def lifecycle(body: dict[str, Any]) -> None:
    """`uninstall` and `freeze` from YCLIENTS. The partner token is compared, never stored.

    Raises ForbiddenError for a wrong token. Idempotent: a repeat changes nothing.
    """
    if not crypto.same_secret(str(body.get("partner_token") or ""), settings.YCLIENTS_API_KEY):
        raise ForbiddenError("Неверный партнёрский токен", code="bad_partner_token")
    if str(body.get("application_id")) != str(settings.YCLIENTS_APPLICATION_ID):
        return
    event = body.get("event") or body.get("event_type")
    company = Company.objects.filter(external_company_id=_number(body.get("salon_id"))).first()
    if company is None:
        return
    if event == "uninstall":
        activation.mark_uninstalled(company.pk, reason="uninstalled_in_yclients")
    elif event == "freeze":
        activation.mark_frozen(company.pk, reason="frozen_by_yclients")
    log.info("webhook.lifecycle", company_id=company.pk, kind=str(event)[:20])


def process(event_id: int) -> None:
    """Handles one stored event together with all that wait for the same (resource, id)."""
    event = WebhookEvent.objects.select_related("company").filter(pk=event_id).first()
    if event is None or not _claim(event):
        return
    if event.crashes > MAX_CRASHES:
        _fail(event, event.note or "обработка прерывалась")
        return
    try:
        note = _apply(event)
    except YclientsError as error:
        _later(event, error)
        return
    except Exception:  # ours to repair: logged with its trace, tried again, then told
        log.exception("webhook.broken", company_id=event.company_id, event_id=event.pk)
        _crashed(event)
        return
    WebhookEvent.objects.filter(
        models.Q(pk=event.pk, attempts=event.attempts)
        | models.Q(
            company=event.company,
            resource=event.resource,
            resource_id=event.resource_id,
            pk__lt=event.pk,
        ),
        status=Status.NEW,
    ).update(status=Status.IGNORED if note else Status.DONE, note=note)


def due_ids(limit: int = 100) -> list[int]:
    """Stored events that wait for their first or next try."""
    rows = WebhookEvent.objects.filter(status=Status.NEW, due_at__lte=datetime.now(UTC))
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def parse(raw: bytes) -> Any:
    """The JSON value of a body. Raises AppError: too large, not JSON, or with a NUL inside."""
    if len(raw) > MAX_BODY:
        raise AppError("Тело больше 1 МБ", code="too_large", status=413)
    try:
        # Infinity, NaN and 1e999 are no JSON to PostgreSQL.
        body = json.loads(raw, parse_constant=_finite, parse_float=_finite)
    # Brackets nested by the thousand are no ValueError to the parser.
    except (ValueError, RecursionError) as error:
        raise AppError("Тело запроса — не JSON", code="malformed") from error
    if not isinstance(body, dict | list) or not storable(body):
        raise AppError("Событие должно быть объектом JSON", code="malformed")
    return body


def _store(company: Company, item: dict[str, Any], slot: int) -> None:
    resource, status = ALIASES.get(
        str(item.get("type")), (str(item.get("resource") or ""), str(item.get("status") or ""))
    )
    data = item.get("data")
    digest = hashlib.sha256(
        json.dumps(item, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    resource_id = _number(item.get("resource_id"), most=_BIGINT)
    if resource_id is None and isinstance(data, dict):
        resource_id = _number(data.get("id"), most=_BIGINT)
    item.pop("partner_token", None)
    event, created = WebhookEvent.objects.get_or_create(
        key=f"{company.pk}:{company.install_generation}:{digest}:{slot}",
        defaults={
            "company": company,
            "resource": resource[:60],
            "resource_id": resource_id,
            "event": status[:60],
            "body": item,
        },
    )
    if created:
        enqueue(Job.WEBHOOK_PROCESS, event.pk)


def _claim(event: WebhookEvent) -> bool:
    """Compare-and-set on the attempt number; a killed worker's claim ends by itself.

    The crash is counted beforehand and taken back when the try ends in our hands.
    """
    rows = WebhookEvent.objects.filter(pk=event.pk, status=Status.NEW, attempts=event.attempts)
    until = datetime.now(UTC) + timedelta(seconds=CLAIM_SECONDS)
    claimed = rows.filter(due_at__lte=datetime.now(UTC)).update(
        attempts=event.attempts + 1, crashes=event.crashes + 1, due_at=until
    )
    event.attempts += 1
    event.crashes += 1
    return claimed == 1


def _mine(event: WebhookEvent) -> models.QuerySet[WebhookEvent]:
    """The event while nobody else has claimed it since."""
    return WebhookEvent.objects.filter(pk=event.pk, status=Status.NEW, attempts=event.attempts)


def _apply(event: WebhookEvent) -> str:
    """Carries the event out; returns why it was ignored, or "" when it was not."""
    company = event.company
    foreign = _number(event.body.get("company_id"), most=_BIGINT)
    if foreign is not None and foreign != company.external_company_id:
        alarms.raise_alarm(
            "webhook_foreign",
            "YCLIENTS прислал событие другого салона на адрес этого. Проверьте настройки вебхуков.",
            company_id=company.pk,
        )
        return "событие другого салона"
    if company.integration_status == IntegrationStatus.UNINSTALLED:
        return "салон отключён"
    if event.resource == "record" and event.resource_id:
        _reread_record(company, event.resource_id)
        return ""
    if event.resource in _CATALOGUE:
        sync.request_sync(company.pk)
        return ""
    return "такие события не нужны"


def _reread_record(company: Company, record_id: int) -> None:
    try:
        with client_for(company, lane=Lane.SYNC) as client:
            record = client.record(company.salon_id, record_id)
    except NotFound:
        bookings.mark_deleted(company, record_id, announce=True)
        return
    bookings.upsert_records(company, [record], announce=True)


def _later(event: WebhookEvent, error: YclientsError) -> None:
    """YCLIENTS did not answer: tried again for a day. Waiting for the call budget ends nothing."""
    rate_limited = isinstance(error, RateLimited)
    if not rate_limited and datetime.now(UTC) - event.received_at >= KEEP_TRYING:
        _fail(event, error.message)
        return
    wait = error.retry_after if isinstance(error, RateLimited) else _backoff(event.attempts)
    _mine(event).update(
        due_at=datetime.now(UTC) + timedelta(seconds=min(max(wait, 1.0), LONGEST_WAIT)),
        crashes=0,
        note=error.message[:300],
    )


def _crashed(event: WebhookEvent) -> None:
    note = "ошибка обработки"
    if event.crashes >= MAX_CRASHES:
        _fail(event, note)
        return
    wait = timedelta(seconds=_backoff(event.crashes))
    _mine(event).update(due_at=datetime.now(UTC) + wait, note=note)


def _fail(event: WebhookEvent, note: str) -> None:
    if not _mine(event).update(status=Status.FAILED, note=note[:300]):
        return
    alarms.raise_alarm(
        "webhook_failed",
        f"Событие YCLIENTS не обработано ({event.resource[:30]} {event.resource_id or ''}: "
        f"{note[:200]}): {event.company}. Журнал у нас мог устареть: запустите перенос данных в "
        "админке, «Перенести данные из YCLIENTS сейчас».",
        company_id=event.company_id,
    )


def _backoff(tries: int) -> float:
    return min(5.0 * float(2 ** min(tries, 10)), LONGEST_WAIT)


def _number(value: Any, *, most: int = 2**31 - 1) -> int | None:
    """A positive id up to `most`: salons' ids are integers in the database, others are bigints."""
    try:
        found = int(value)
    except (TypeError, ValueError):
        return None
    return found if 0 < found <= most else None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no JSON number")
    return number
