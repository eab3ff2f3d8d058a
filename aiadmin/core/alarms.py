"""Alarms: a row first, then mail and an optional webhook. Never depends on what broke."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet

from aiadmin.core import leases, storage
from aiadmin.core import redis as store
from aiadmin.core.http import build_client
from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job, enqueue

log = structlog.get_logger(__name__)

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Their pauses add up to a day: the whole first hour, then hourly.
MAX_ATTEMPTS = 31


def raise_alarm(kind: str, text: str, *, company_id: int = 0, email: str = "") -> Alarm | None:
    """Stores and sends an alarm; None when the same cause was reported this hour.

    `text` is Russian, one or two sentences: what happened, what to do. `email` is the salon's own
    address, beside OPS_EMAIL. Real time: an alarm follows the operator's clock, not the salon's.
    """
    now = datetime.now(UTC)
    alarm, created = Alarm.objects.get_or_create(
        kind=kind,
        company_id=company_id,
        hour=now.replace(minute=0, second=0, microsecond=0),
        defaults={"text": text, "recipient": email, "due_at": now},
    )
    if not created:
        return None
    log.warning("alarm.raised", kind=kind, company_id=company_id)
    enqueue(Job.ALARM_SEND, alarm.pk)
    return alarm


def send(alarm_id: int) -> None:
    """Mails and posts one due alarm, each until it went out once; `due_at` says when to try again.

    After MAX_ATTEMPTS the row stays open with its `failure` for the staff to see.
    """
    alarm = _due().filter(pk=alarm_id).first()
    if alarm is None:
        return
    # Compare-and-set: two workers never send the same attempt.
    attempt = alarm.attempts + 1
    free = Alarm.objects.filter(pk=alarm_id, due_at=alarm.due_at, attempts=alarm.attempts)
    if not free.update(due_at=leases.until(), attempts=attempt):
        return
    # A slow mail server takes its time.
    with keeper.held(alarm_id, attempt):
        failures = [
            f"{name}: {failure}"
            for name, failure in (
                ("почта", _once(alarm, "mailed_at", _mail)),
                ("вебхук", _once(alarm, "posted_at", _post)),
            )
            if failure
        ]
    claimed(alarm_id, attempt).update(
        due_at=_next_attempt(attempt) if failures else None, failure="; ".join(failures)
    )


def tell_of_database(trouble: str) -> None:
    """PostgreSQL takes no rows (`storage`): told through every channel without one, once an hour.

    Raises redis' errors. When no channel takes it, the next call tries again.
    """
    key = store.database_told_key(trouble)
    if not store.client().set(key, 1, nx=True, ex=3600):
        return
    alarm = Alarm(kind=f"database_{trouble}", text=storage.TEXTS[trouble])
    log.error("alarm.raised_without_row", kind=alarm.kind)
    took = False
    for channel in (_mail, _post):
        try:
            took = channel(alarm) or took
        except Exception as error:  # whatever broke one channel must not silence the other
            log.warning("alarm.send_failed", kind=alarm.kind, error=type(error).__name__)
    if not took:
        store.client().delete(key)


def unsent(limit: int = 50) -> list[int]:
    """Ids of alarms whose next attempt is due, the longest waiting first."""
    return list(_due().order_by("due_at").values_list("pk", flat=True)[:limit])


def close(alarms: QuerySet[Alarm]) -> int:
    """A person took note: nothing more is sent. Returns how many were open."""
    return alarms.filter(closed_at__isnull=True).update(closed_at=datetime.now(UTC), due_at=None)


def _due() -> QuerySet[Alarm]:
    return Alarm.objects.filter(due_at__lte=datetime.now(UTC))


def claimed(alarm_id: int, attempt: int) -> QuerySet[Alarm]:
    """The alarm while nobody has claimed it since, and no person has closed it."""
    return Alarm.objects.filter(pk=alarm_id, attempts=attempt, due_at__isnull=False)


keeper = leases.Keeper(claimed, "due_at")


def _once(alarm: Alarm, column: str, channel: Callable[[Alarm], bool]) -> str:
    """Sends through `channel` unless `column` says it went out. Returns what failed, or ""."""
    if getattr(alarm, column) is not None:
        return ""
    try:
        went_out = channel(alarm)
    except Exception as error:  # whatever broke one channel must hide neither the other nor the row
        log.warning(
            "alarm.send_failed", alarm_id=alarm.pk, channel=column, error=type(error).__name__
        )
        return type(error).__name__
    if went_out:
        Alarm.objects.filter(pk=alarm.pk).update(**{column: datetime.now(UTC)})
    return ""


def _next_attempt(attempts: int) -> datetime | None:
    if attempts >= MAX_ATTEMPTS:
        return None
    pause: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 10)
    return datetime.now(UTC) + min(pause, LONGEST_PAUSE)


def _mail(alarm: Alarm) -> bool:
    """False when there is nobody to write to."""
    recipients = [address for address in (settings.OPS_EMAIL, alarm.recipient) if address]
    if not recipients:
        return False
    about = f"салон № {alarm.company_id}" if alarm.company_id else "вся установка"
    EmailMessage(
        subject=f"AI Admin: требуется внимание ({about})", body=alarm.text, to=recipients
    ).send()
    return True


def _post(alarm: Alarm) -> bool:
    """False when there is no webhook."""
    if not settings.ALERT_WEBHOOK_URL:
        return False
    body = {"kind": alarm.kind, "company_id": alarm.company_id, "text": alarm.text}
    with build_client(base_url="", timeout=10) as client:
        client.post(
            settings.ALERT_WEBHOOK_URL,
            content=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json"},
        ).raise_for_status()
    return True
