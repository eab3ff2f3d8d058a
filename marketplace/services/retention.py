"""What is kept for how long: processed events, spent tokens, old attempts. Deleted in small batches."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import structlog
from django.db.models import Max, Model, Q, QuerySet

from marketplace.models import (
    CallbackAttempt,
    ConnectToken,
    OnboardingSession,
    OwnerLink,
    OwnerSession,
    ScheduleDay,
    SyncRun,
    WebhookEvent,
)

log = structlog.get_logger(__name__)

# Short statements: nobody waits for a lock behind this.
BATCH = 1000
# A run ends; the rest is for the next one.
MAX_BATCHES = 500

_WEEK, _MONTH, _QUARTER = timedelta(days=7), timedelta(days=30), timedelta(days=90)


def prune() -> dict[str, int]:
    """Deletes what is past its time (real time); table → rows deleted. Safe to stop and to repeat."""
    now = datetime.now(UTC)
    deleted = {name: _delete(rows(now)) for name, rows in _OLD.items()}
    log.info("marketplace.pruned", **deleted)
    return deleted


def _webhook_events(now: datetime) -> QuerySet[WebhookEvent]:
    """Their bodies hold clients' names and phones. What waits for its try stays."""
    rows = WebhookEvent.objects.filter(received_at__lt=now - _MONTH)
    return rows.exclude(status=WebhookEvent.Status.NEW)


def _connect_tokens(now: datetime) -> QuerySet[ConnectToken]:
    return ConnectToken.objects.filter(expires_at__lt=now - _WEEK)


def _onboarding_sessions(now: datetime) -> QuerySet[OnboardingSession]:
    over = Q(expires_at__lt=now - _WEEK) | Q(used_at__lt=now - _WEEK)
    return OnboardingSession.objects.filter(over)


def _owner_links(now: datetime) -> QuerySet[OwnerLink]:
    return OwnerLink.objects.filter(expires_at__lt=now - _WEEK)


def _owner_sessions(now: datetime) -> QuerySet[OwnerSession]:
    return OwnerSession.objects.filter(expires_at__lt=now - _WEEK)


def _callback_attempts(now: datetime) -> QuerySet[CallbackAttempt]:
    return CallbackAttempt.objects.filter(created_at__lt=now - _QUARTER)


def _sync_runs(now: datetime) -> QuerySet[SyncRun]:
    """All but each company's latest one of each scope: pages and staff look at those."""
    latest = SyncRun.objects.order_by().values("company", "scope").annotate(pk_=Max("pk"))
    rows = SyncRun.objects.filter(finished_at__lt=now - _QUARTER)
    return rows.exclude(pk__in=latest.values("pk_"))


def _schedule_days(now: datetime) -> QuerySet[ScheduleDay]:
    return ScheduleDay.objects.filter(day__lt=(now - _MONTH).date())


_OLD: Mapping[str, Callable[[datetime], QuerySet[Model]]] = MappingProxyType(
    {
        "webhook_events": _webhook_events,
        "connect_tokens": _connect_tokens,
        "onboarding_sessions": _onboarding_sessions,
        "owner_links": _owner_links,
        "owner_sessions": _owner_sessions,
        "callback_attempts": _callback_attempts,
        "sync_runs": _sync_runs,
        "schedule_days": _schedule_days,
    }
)


def _delete(rows: QuerySet[Model]) -> int:
    count = 0
    for _ in range(MAX_BATCHES):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        # The condition again: a person may have asked for one of them anew.
        count += rows.filter(pk__in=ids).delete()[0]
    return count
