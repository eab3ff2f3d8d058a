"""The figures of the day for the staff's first page: a fixed number of queries, however many salons."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from aiadmin.core import redis as store
from aiadmin.core.models import Alarm
from marketplace import selectors
from marketplace.yclients.budget import PER_MINUTE
from whatsapp import figures, number_risks
from whatsapp.models import Message
from whatsapp.models.message import Direction, MessageStatus
from whatsapp.models.session import SessionState

_BUDGET = "yclients:budget:{default}"


@dataclass(frozen=True)
class Queue:
    """`oldest`: how long the first in the queue has been due, None when nothing waits."""

    name: str
    oldest: timedelta | None


@dataclass(frozen=True)
class Day:
    """Real time: the last 24 hours, or now. `reply_p95` None: nobody answered; `budget` None: no Redis."""

    connected: int
    companies: int
    sessions: tuple[tuple[str, int], ...]
    received: int
    answered: int
    failed: int
    reply_p95: timedelta | None
    queues: tuple[Queue, ...]
    waiting: int
    budget: int | None
    budget_limit: int
    alarms: tuple[Alarm, ...]
    open_alarms: int
    numbers: tuple[number_risks.AtRisk, ...]


def today() -> Day:
    now = datetime.now(UTC)
    since = now - timedelta(days=1)
    stats = selectors.stats()
    counts = Message.objects.filter(created_at__gte=since).aggregate(
        received=Count("pk", filter=Q(direction=Direction.IN)),
        answered=Count("pk", filter=Q(direction=Direction.OUT, turn_number__isnull=False)),
        failed=Count("pk", filter=Q(direction=Direction.OUT, status=MessageStatus.FAILED)),
    )
    by_state = figures.sessions_by_state()
    return Day(
        connected=stats["connected"],
        companies=stats["total"],
        sessions=tuple(
            (label, by_state[value]) for value, label in SessionState.choices if by_state[value]
        ),
        received=counts["received"],
        answered=counts["answered"],
        failed=counts["failed"],
        reply_p95=_reply_p95(since),
        queues=_queues(),
        waiting=figures.chats_waiting_for_a_person(),
        budget=_budget(),
        budget_limit=PER_MINUTE,
        alarms=tuple(Alarm.objects.filter(closed_at=None).order_by("-pk")[:10]),
        open_alarms=Alarm.objects.filter(closed_at=None).count(),
        numbers=tuple(number_risks.at_risk()),
    )


def _reply_p95(since: datetime) -> timedelta | None:
    """From the last message of a turn's batch to the turn's first reply, 95 of 100 were faster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY took) FROM ("
            " SELECT min(r.created_at) FILTER (WHERE r.direction = 'out')"
            "  - max(r.created_at) FILTER (WHERE r.direction = 'in') AS took"
            " FROM messages r WHERE r.created_at >= %s AND r.turn_number IS NOT NULL"
            " GROUP BY r.conversation_id, r.turn_number) turns WHERE took IS NOT NULL",
            [since],
        )
        found: timedelta | None = cursor.fetchone()[0]
    return found


def _queues() -> tuple[Queue, ...]:
    return tuple(
        Queue(figures.QUEUE_WORDS[name], timedelta(seconds=age) if age else None)
        for name, age in figures.queue_ages().items()
    )


def _budget() -> int | None:
    """Calls to YCLIENTS in the last minute, from this address."""
    try:
        start = (datetime.now(UTC).timestamp() - 60) * 1_000_000
        return int(store.client().zcount(_BUDGET, start, "+inf"))
    except store.ERRORS:
        return None
