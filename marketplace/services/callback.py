"""Outbox of the activation callback: "connected" to YCLIENTS, tried until it is acknowledged.

A failing callback never undoes a connection: it has its own row and its own state. What follows the
acknowledgement, a look at the application's status and its webhooks, is in `hooks`.
"""

import random
import time
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from aiadmin.core import crypto, leases
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.errors import ConflictError
from aiadmin.core.logging import scrub
from aiadmin.core.queue import Job, enqueue
from marketplace.models import (
    ApiKey,
    CallbackAttempt,
    CallbackDelivery,
    Company,
    IntegrationStatus,
)
from marketplace.services import funnel, keys
from marketplace.services.access import webhook_url
from marketplace.services.yclients_access import partner_client
from marketplace.yclients.errors import RateLimited, YclientsError

log = structlog.get_logger(__name__)

FIRST_DELAY = 5.0
LONGEST_DELAY = 24 * 3600.0
# What the statuses of a success mean; their bodies are empty or a page.
_TAKEN = {201: "подключено", 301: "подключено", 403: "уже подключено раньше"}
ALARM_AFTER = timedelta(hours=1)


def ensure(company: Company) -> CallbackDelivery:
    """The delivery of this installation, made once and queued with the key that YCLIENTS will get.

    Runs in the caller's transaction; the job is published when it commits.
    """
    with transaction.atomic():
        delivery, created = CallbackDelivery.objects.get_or_create(
            company=company, install_generation=company.install_generation
        )
        if created:
            issued = keys.issue(company, ApiKey.Kind.YCLIENTS)
            delivery.api_key_encrypted = crypto.encrypt(issued.plain)
            delivery.save(update_fields=["api_key_encrypted"])
            enqueue(Job.CALLBACK_SEND, delivery.pk)
    return delivery


def request(company: Company) -> CallbackDelivery:
    """POST /marketplace/callback: the same row when called again; what waits is tried at once.

    Raises ConflictError `not_connected`: YCLIENTS is told only what we know ourselves.
    """
    if not company.whatsapp_connected:
        raise ConflictError("WhatsApp ещё не подключён", code="not_connected")
    delivery = ensure(company)
    repeat_now(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def repeat_now(delivery_id: int) -> bool:
    """Brings a waiting delivery's next attempt forward; False when there is nothing to repeat.

    A withdrawn one stays so: its installation is over, and the key it would give is erased.
    """
    queued = CallbackDelivery.objects.filter(pk=delivery_id, status=CallbackDelivery.Status.QUEUED)
    queued.filter(due_at__gt=Now()).update(due_at=Now())
    if not queued.exists():
        return False
    enqueue(Job.CALLBACK_SEND, delivery_id)
    return True


def due_ids(limit: int = 50) -> list[int]:
    """Deliveries whose next attempt is due, for the sweeper."""
    return list(_due().order_by("due_at").values_list("pk", flat=True)[:limit])


def _due() -> QuerySet[CallbackDelivery]:
    """Without those whose attempt is under way."""
    idle = Q(claimed_until=None) | Q(claimed_until__lte=Now())
    return CallbackDelivery.objects.filter(
        idle, status=CallbackDelivery.Status.QUEUED, due_at__lte=Now()
    )


def claimed(delivery_id: int, attempt: int) -> QuerySet[CallbackDelivery]:
    """The delivery while this attempt of it is under way."""
    return CallbackDelivery.objects.filter(
        pk=delivery_id,
        status=CallbackDelivery.Status.QUEUED,
        attempts=attempt,
        claimed_until__isnull=False,
    )


keeper = leases.Keeper(claimed, "claimed_until")


def withdraw(company_id: int) -> None:
    """The installation ended: nothing more is sent or looked at, the key for YCLIENTS is erased."""
    rows = CallbackDelivery.objects.filter(company_id=company_id)
    rows.filter(status=CallbackDelivery.Status.QUEUED).update(
        status=CallbackDelivery.Status.FAILED, api_key_encrypted=""
    )
    rows.update(hooks_due_at=None)


def send_again(delivery: CallbackDelivery, *, wait: float) -> None:
    """YCLIENTS acknowledged the callback and forgot it: queued once more, `wait` seconds from now.

    With another key, for the acknowledged one cannot be read any more; both are valid, since only
    YCLIENTS knows which of them it kept. In the caller's transaction.
    """
    rows = CallbackDelivery.objects.filter(pk=delivery.pk, status=CallbackDelivery.Status.DONE)
    if rows.update(status=CallbackDelivery.Status.QUEUED, due_at=_ahead(wait), claimed_until=None):
        issued = keys.issue(delivery.company, ApiKey.Kind.YCLIENTS)
        CallbackDelivery.objects.filter(pk=delivery.pk).update(
            api_key_encrypted=crypto.encrypt(issued.plain)
        )


def deliver(delivery_id: int) -> None:
    """One attempt, when it is due and nobody else makes it. Safe to call any number of times."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return
    company = delivery.company
    if (
        company.install_generation != delivery.install_generation
        or company.integration_status == IntegrationStatus.UNINSTALLED
    ):
        _close(delivery, CallbackDelivery.Status.FAILED)
        return
    started = time.monotonic()
    # The call may wait minutes for its place in the budget.
    with keeper.held(delivery.pk, delivery.attempts):
        status_code, error = _send(company, delivery)
    took_ms = int((time.monotonic() - started) * 1000)
    answer = _masked(error.message) if error else _TAKEN.get(status_code or 0, "принято")
    CallbackAttempt.objects.create(
        delivery=delivery, status_code=status_code, answer=answer[:500], took_ms=took_ms
    )
    if error is None:
        _close(delivery, CallbackDelivery.Status.DONE, sent_at=datetime.now(UTC))
        funnel.reached(company, funnel.Step.CALLBACK)
        log.info("marketplace.callback_done", company_id=company.pk, took_ms=took_ms)
        return
    delay = _delay(delivery.attempts, error)
    claimed(delivery.pk, delivery.attempts).update(due_at=_ahead(delay), claimed_until=None)
    log.warning(
        "marketplace.callback_failed",
        company_id=company.pk,
        attempt=delivery.attempts,
        error=error.code,
        status=error.http_status,
        retry_in=int(delay),
    )
    _alarm_when_late(delivery, error)


def _claim(delivery_id: int) -> CallbackDelivery | None:
    """Compare-and-set on the attempt number: two workers never make the same attempt."""
    delivery = CallbackDelivery.objects.select_related("company").filter(pk=delivery_id).first()
    if delivery is None:
        return None
    free = _due().filter(pk=delivery_id, attempts=delivery.attempts)
    if not free.update(attempts=delivery.attempts + 1, claimed_until=leases.until()):
        return None
    delivery.attempts += 1
    return delivery


def _close(delivery: CallbackDelivery, status: str, *, sent_at: datetime | None = None) -> None:
    """Nothing more is sent, so the key for YCLIENTS need not be read again.

    What was withdrawn during the call stays withdrawn. An acknowledged one is looked after.
    """
    CallbackDelivery.objects.filter(pk=delivery.pk, status=CallbackDelivery.Status.QUEUED).update(
        status=status, sent_at=sent_at, api_key_encrypted="", hooks_due_at=sent_at, hooks_claim=0
    )
    if sent_at is not None:
        enqueue(Job.HOOKS_CHECK, delivery.pk)


def _send(company: Company, delivery: CallbackDelivery) -> tuple[int | None, YclientsError | None]:
    """HTTP status (None: no answer) and what went wrong (None: YCLIENTS took it, now or before)."""
    try:
        return _call(company, delivery), None
    except YclientsError as error:
        return error.http_status, error
    except Exception:  # ours to repair: logged with its trace, then as any failed attempt
        log.exception("marketplace.callback_broken", company_id=company.pk)
        return None, YclientsError("Ошибка обработки")


def _call(company: Company, delivery: CallbackDelivery) -> int:
    if not settings.YCLIENTS_API_KEY or not settings.YCLIENTS_APPLICATION_ID:
        raise YclientsError("Не заданы YCLIENTS_API_KEY и YCLIENTS_APPLICATION_ID")
    try:
        api_key = crypto.decrypt(delivery.api_key_encrypted)
    except ValueError as error:
        raise YclientsError("Ключ для YCLIENTS не расшифровать: SECRET_KEY заменён") from error
    with partner_client() as client:
        return client.partner_callback(
            salon_id=company.salon_id,
            application_id=settings.YCLIENTS_APPLICATION_ID,
            api_key=api_key,
            webhook_urls=[webhook_url(company)],
        )


def _delay(attempts: int, error: YclientsError) -> float:
    """Seconds to the next attempt: 5·2ⁿ with ±20 % of jitter, a day at most."""
    plain = FIRST_DELAY * float(2 ** min(attempts - 1, 20)) * random.uniform(0.8, 1.2)
    asked = error.retry_after if isinstance(error, RateLimited) else 0.0
    return min(LONGEST_DELAY, max(plain, asked))


def _alarm_when_late(delivery: CallbackDelivery, error: YclientsError) -> None:
    if datetime.now(UTC) - delivery.created_at < ALARM_AFTER:
        return
    company = delivery.company
    # Perhaps the application is gone from the salon, and the event that says so was lost.
    CallbackDelivery.objects.filter(
        pk=delivery.pk, status=CallbackDelivery.Status.QUEUED, hooks_due_at=None
    ).update(hooks_due_at=datetime.now(UTC))
    raise_alarm(
        "callback_failing",
        f"YCLIENTS больше часа не принимает подтверждение подключения: {company}. "
        f"Последний ответ: {_masked(error.message)[:200]}. Салон при этом работает. Проверьте "
        "YCLIENTS_API_KEY и статус приложения; повторить сразу можно в админке, «Доставки callback».",
        company_id=company.pk,
    )


def _masked(text: str) -> str:
    """YCLIENTS may quote what it was sent."""
    secret = settings.YCLIENTS_API_KEY
    return scrub(text.replace(secret, "[hidden]") if secret else text)


def _ahead(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
