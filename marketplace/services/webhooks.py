"""YCLIENTS's webhooks: stored under a unique key, answered, then processed by re-reading.

They come once, unsigned, unordered: the body only says what to read again.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, models, transaction

from aiadmin.core import alarms, crypto
from aiadmin.core.errors import ForbiddenError
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Client, Company, IntegrationStatus, SyncRun, WebhookEvent
from marketplace.services import activation, bookings, clients, sync, trouble
from marketplace.services import webhook_bodies as bodies
from marketplace.services import webhook_claims as claims
from marketplace.services.webhook_bodies import parse
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.errors import Forbidden, NotFound, RateLimited, YclientsError

__all__ = ["due_ids", "lifecycle", "parse", "process", "receive", "replay"]

log = structlog.get_logger(__name__)

# A repeat within this many seconds is the same event; a twin across the border is harmless.
_SLOT = 600
# An outage of YCLIENTS is waited out for a day; errors of our own end sooner.
KEEP_TRYING = timedelta(hours=24)
MAX_CRASHES = 8
LONGEST_WAIT = 900.0
# A licence, a token or a right that is missing is mended by a person, not by asking.
TROUBLE_WAIT = 3600.0

_CATALOGUE = {"service", "service_category", "staff", "master", "company", "salon"}
_FOREIGN = "событие другого салона"
# The full sync that follows the switch reads what these events told.
_SWITCHED_OFF = "синхронизация выключена"
_JOURNAL, _CLIENTS = "timetable_access", "clients_access"

Status = WebhookEvent.Status


def receive(company: Company, raw: bytes) -> None:
    """Stores a salon's webhook: an event, or a list of them, each under its own key.

    Raises AppError of `parse`, and ForbiddenError (lifecycle with a wrong partner token) after
    everything else of a list was stored.
    """
    body = parse(raw)
    digest = hashlib.sha256(raw).hexdigest()
    slot = int(datetime.now(UTC).timestamp()) // _SLOT
    key = f"{company.pk}:{company.install_generation}:{digest}:{slot}"
    refused: ForbiddenError | None = None
    for place, item in enumerate(body if isinstance(body, list) else [body]):
        if not bodies.is_lifecycle(item):
            _store(company, f"{key}:{place}" if isinstance(body, list) else key, item)
            continue
        # The lifecycle's shape on the data route: it is understood there too.
        try:
            lifecycle(item)
        except ForbiddenError as error:
            refused = error
    if refused is not None:
        raise refused


def lifecycle(body: dict[str, Any]) -> None:
    """`uninstall` and `freeze` from YCLIENTS. The partner token is compared, never stored.

    Raises ForbiddenError for a wrong token. Idempotent: a repeat changes nothing.
    """
    if not crypto.same_secret(str(body.get("partner_token") or ""), settings.YCLIENTS_API_KEY):
        raise ForbiddenError("Неверный партнёрский токен", code="bad_partner_token")
    if str(body.get("application_id")) != str(settings.YCLIENTS_APPLICATION_ID):
        return
    event = bodies.lifecycle_event(body)
    salon_id = bodies.number(body.get("salon_id"))
    company = Company.objects.filter(external_company_id=salon_id).first()
    if salon_id is None or company is None:
        return
    if event == "uninstall":
        activation.mark_uninstalled(company.pk, reason="uninstalled_in_yclients")
    elif event == "freeze":
        activation.mark_frozen(company.pk, reason="frozen_by_yclients")
    log.info("webhook.lifecycle", company_id=company.pk, kind=event[:20])


def process(event_id: int) -> None:
    """Handles one stored event together with all that wait for the same (resource, id)."""
    event = WebhookEvent.objects.select_related("company").filter(pk=event_id).first()
    if event is None or not claims.claim(event):
        return
    if event.crashes > MAX_CRASHES:
        _fail(event, event.note or "обработка прерывалась")
        return
    same = WebhookEvent.objects.filter(
        company=event.company, resource=event.resource, resource_id=event.resource_id
    )
    # What was stored before the reading is answered by it; what comes later is read again.
    last: int = same.filter(status=Status.NEW).aggregate(models.Max("pk"))["pk__max"] or event.pk
    try:
        with claims.keeper.held(event.pk, event.attempts):
            note = _apply(event)
    except YclientsError as error:
        _later(event, error, told=trouble.note(event.company_id, error))
        return
    except Exception:  # ours to repair: logged with its trace, tried again, then told
        log.exception("webhook.broken", company_id=event.company_id, event_id=event.pk)
        _crashed(event)
        return
    others = same.filter(pk__lte=last).exclude(pk=event.pk)
    (claims.mine(event) | others.filter(status=Status.NEW)).update(
        status=Status.IGNORED if note else Status.DONE, note=note
    )


def due_ids(limit: int = 100) -> list[int]:
    """Stored events that wait for their first or next try."""
    rows = WebhookEvent.objects.filter(status=Status.NEW, due_at__lte=datetime.now(UTC))
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def replay(
    *,
    statuses: Collection[str] = (Status.FAILED, Status.IGNORED),
    company_id: int | None = None,
    ids: Collection[int] | None = None,
) -> int:
    """Events that failed or were ignored become due again, for the sweep; returns how many."""
    rows = WebhookEvent.objects.filter(status__in=set(statuses) - {Status.NEW})
    if company_id is not None:
        rows = rows.filter(company_id=company_id)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(status=Status.NEW, due_at=datetime.now(UTC), crashes=0, note="")


def _store(company: Company, key: str, item: dict[str, Any]) -> None:
    fact = bodies.fact(item)
    if not _is_foreign(company, fact.salon_id):
        if (event_id := _insert(company, key, fact, Status.NEW)) is not None:
            enqueue(Job.WEBHOOK_PROCESS, event_id)
        return
    with transaction.atomic():
        if _insert(company, key, fact, Status.IGNORED, _FOREIGN) is None:
            return
        alarms.raise_alarm(
            "webhook_foreign",
            f"{company}: на адрес этого салона пришло событие другого. Проверьте настройки "
            "вебхуков в YCLIENTS: наверное, адрес скопирован в чужой филиал.",
            company_id=company.pk,
        )


def _insert(
    company: Company, key: str, fact: bodies.Fact, status: WebhookEvent.Status, note: str = ""
) -> int | None:
    """The new row's id; None when it is there already. One statement: a webhook waits for nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO webhook_events (company_id, key, resource, resource_id, event, body, status, note,"
            " attempts, crashes) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, 0)"
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            [
                *(company.pk, key, fact.resource, fact.resource_id, fact.event),
                *(json.dumps(fact.body), status.value, note),
            ],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _is_foreign(company: Company, salon_id: int | None) -> bool:
    return salon_id is not None and salon_id != company.external_company_id


def _apply(event: WebhookEvent) -> str:
    """Carries the event out; returns why it was ignored, or "" when it was not."""
    company, resource_id = event.company, event.resource_id
    if _is_foreign(company, bodies.number(event.body.get("company_id"), most=bodies.BIGINT)):
        return _FOREIGN
    if company.integration_status == IntegrationStatus.UNINSTALLED:
        return "салон отключён"
    catalogue = event.resource in _CATALOGUE
    if not catalogue and (event.resource not in ("record", "client") or not resource_id):
        return "такие события не нужны"
    if not company.sync_enabled:
        return _SWITCHED_OFF
    if catalogue or not resource_id:
        sync.request_sync(company.pk, scope=SyncRun.Scope.CATALOG)
        return ""
    if event.resource == "client":
        return _reread_client(company, resource_id)
    _reread_record(company, resource_id)
    return ""


def _reread_record(company: Company, record_id: int) -> None:
    try:
        with client_for(company, lane=Lane.SYNC) as client:
            record = client.record(company.salon_id, record_id)
    except NotFound:
        bookings.mark_deleted(company, record_id, announce=True)
    else:
        bookings.upsert_records(company, [record], announce=True)
    if company.yclients_trouble:
        trouble.clear(company.pk, right=_JOURNAL)


def _reread_client(company: Company, client_id: int) -> str:
    """Why the card could not be read; empty when our copy of it is fresh."""
    try:
        with client_for(company, lane=Lane.SYNC) as client:
            card = client.client(company.salon_id, client_id)
    except NotFound:
        clients.mark_deleted(company, client_id)
        return ""
    except Forbidden:
        # No trouble of the journal: the polls go on, and the next full sync tells the owner.
        return f"нет права «{trouble.right_name(_CLIENTS)}»"
    ours = Client.objects.filter(company=company, yclients_id=client_id)
    known = ours.first() or Client.objects.filter(company=company, phone=card.phone).first()
    if known is not None:
        # One card alone tells neither: what the last sync read stays.
        counts = {"visits_count": known.visits_count, "last_visit_date": known.last_visit}
        card = card.model_copy(update=counts)
    clients.upsert_clients(company, [card])
    if card.phone:
        # The card got another number: under the former one nobody is known any more.
        ours.exclude(phone=card.phone).filter(deleted_at=None).update(deleted_at=datetime.now(UTC))
    return ""


def _later(event: WebhookEvent, error: YclientsError, *, told: bool) -> None:
    """YCLIENTS did not answer: tried again for a day. Waiting for the call budget ends nothing.

    `told`: a person knows already what to mend.
    """
    rate_limited = isinstance(error, RateLimited)
    if not rate_limited and datetime.now(UTC) - event.received_at >= KEEP_TRYING:
        _fail(event, error.message, tell=not told)
        return
    wait = error.retry_after if isinstance(error, RateLimited) else _backoff(event.attempts)
    wait = TROUBLE_WAIT if told else min(max(wait, 1.0), LONGEST_WAIT)
    claims.mine(event).update(
        due_at=datetime.now(UTC) + timedelta(seconds=wait), crashes=0, note=error.message[:300]
    )


def _crashed(event: WebhookEvent) -> None:
    note = "ошибка обработки"
    if event.crashes >= MAX_CRASHES:
        _fail(event, note)
        return
    wait = timedelta(seconds=_backoff(event.crashes))
    claims.mine(event).update(due_at=datetime.now(UTC) + wait, note=note)


def _fail(event: WebhookEvent, note: str, *, tell: bool = True) -> None:
    if not claims.mine(event).update(status=Status.FAILED, note=note[:300]) or not tell:
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
