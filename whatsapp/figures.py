"""Figures of the whole installation, for /metrics, `doctor` and staff: few and cheap queries, all salons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet, Sum

from aiadmin.core.models import Alarm
from marketplace.models import (
    Booking,
    CallbackDelivery,
    Company,
    IntegrationStatus,
    SyncRun,
    WebhookEvent,
)
from marketplace.services.sync_due import STALE_AFTER
from whatsapp.models import Conversation, Message, ModelDay, Session
from whatsapp.models.message import Direction, MessageStatus
from whatsapp.models.session import SessionState
from whatsapp.services import bridge_rows, llm_budget

# What people call the queues of `queue_ages`.
QUEUE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bridge_events": "события WhatsApp",
        "turns": "ответы помощника",
        "outbox": "отправка сообщений",
        "webhooks": "вебхуки YCLIENTS",
        "callbacks": "подтверждения в YCLIENTS",
        "syncs": "синхронизация",
        "alarms": "письма о тревогах",
    }
)


def companies_by_status() -> dict[str, int]:
    counts = dict(Company.objects.values_list("integration_status").annotate(Count("pk")))
    return {status: counts.get(status, 0) for status in IntegrationStatus.values}


def companies_connected() -> int:
    return Company.objects.filter(whatsapp_connected=True).count()


def sessions_by_state() -> dict[str, int]:
    counts = dict(Session.objects.values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in SessionState.values}


def messages_of_the_day() -> list[tuple[str, str, str, int]]:
    """(direction, author, status, how many) of the last 24 hours, real time."""
    day_ago = datetime.now(UTC) - timedelta(days=1)
    rows = Message.objects.filter(created_at__gte=day_ago).values_list(
        "direction", "author", "status"
    )
    return list(rows.annotate(Count("pk")).order_by())


def bookings_of_the_day() -> int:
    """Visits that the assistant has booked and whose row changed within the last 24 hours."""
    day_ago = datetime.now(UTC) - timedelta(days=1)
    return Booking.objects.filter(
        made_by_us=True, is_deleted=False, updated_at__gte=day_ago
    ).count()


def queue_ages() -> dict[str, float]:
    """How long the first of each queue has been due, in seconds of real time; 0 when nothing waits.

    The one definition, for /metrics, `doctor` and the staff's first page alike.

    A message that rightly waits (a salon's night, a pause, a phone switched off) is not due.
    """
    now = datetime.now(UTC)
    due: Mapping[str, datetime | None] = {
        "bridge_events": bridge_rows.oldest_waiting(),
        "turns": _first(Conversation.objects.filter(turn_due_at__lte=now), "turn_due_at"),
        "outbox": _first(
            Message.objects.filter(
                direction=Direction.OUT,
                status__in=(MessageStatus.QUEUED, MessageStatus.SENDING),
                due_at__lte=now,
                not_before=None,
                company__whatsapp_connected=True,
            ),
            "due_at",
        ),
        "webhooks": _first(
            WebhookEvent.objects.filter(
                status=WebhookEvent.Status.NEW, due_at__lte=now, company__sync_enabled=True
            ),
            "due_at",
        ),
        "callbacks": _first(
            CallbackDelivery.objects.filter(status=CallbackDelivery.Status.QUEUED, due_at__lte=now),
            "due_at",
        ),
        "syncs": _first(
            SyncRun.objects.filter(status=SyncRun.Status.QUEUED, claimed_until=None), "created_at"
        ),
        "alarms": _first(Alarm.objects.filter(due_at__lte=now), "due_at"),
    }
    return {
        name: max(0.0, (now - moment).total_seconds()) if moment else 0.0
        for name, moment in due.items()
    }


def _first(rows: QuerySet[Any], column: str) -> datetime | None:
    found: datetime | None = rows.aggregate(first=Min(column))["first"]
    return found


@dataclass(frozen=True)
class Freshness:
    """How old what we know of the journals is. `oldest` in seconds, of the salons that are read at all."""

    oldest: float
    stale: int


def sync_freshness() -> Freshness:
    now = datetime.now(UTC)
    read = Company.objects.filter(
        integration_status=IntegrationStatus.ACTIVE, sync_enabled=True, polled_at__isnull=False
    )
    found = read.aggregate(
        first=Min("polled_at"), stale=Count("pk", filter=Q(polled_at__lt=now - STALE_AFTER))
    )
    oldest = (now - found["first"]).total_seconds() if found["first"] else 0.0
    return Freshness(oldest=max(0.0, oldest), stale=found["stale"])


def model_totals() -> dict[str, float]:
    """What language models were asked and cost since the beginning, of all salons that are still here."""
    found = ModelDay.objects.aggregate(
        calls=Sum("calls"),
        failed=Sum("failed"),
        tokens=Sum("tokens"),
        cost=Sum("cost"),
        took_ms=Sum("took_ms"),
    )
    totals = {name: float(value or 0) for name, value in found.items()}
    return {
        "model_calls": totals["calls"],
        "model_failures": totals["failed"],
        "model_tokens": totals["tokens"],
        "model_cost": totals["cost"] / llm_budget.MICRO,
        "model_seconds": totals["took_ms"] / 1000,
    }


def chats_waiting_for_a_person() -> int:
    return Conversation.objects.filter(needs_person_since__isnull=False).count()


def open_alarms() -> dict[str, int]:
    rows = Alarm.objects.filter(closed_at__isnull=True).values_list("kind")
    return dict(rows.annotate(Count("pk")).order_by())


@dataclass(frozen=True)
class Node:
    """A bridge that says it lives. `key_id`: which AUTH_STATE_KEY it encrypts with. `sessions` it drives."""

    id: str
    url: str
    key_id: str
    sessions: int


def bridges() -> list[Node]:
    """Bridges that were seen a moment ago, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.id, n.url, coalesce(n.key_id, ''), count(l.session_id) FROM bridge.nodes n"
            " LEFT JOIN bridge.leases l ON l.owner = n.id AND l.expires_at > now()"
            " WHERE n.seen_at > now() - make_interval(secs => %s) GROUP BY n.id ORDER BY n.id",
            [bridge_rows.NODE_FRESH],
        )
        return [Node(*row) for row in cursor.fetchall()]
