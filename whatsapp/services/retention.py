"""What of clients is kept for how long: messages for MESSAGES_KEPT_DAYS, nothing of a salon that left.

Hourly, in short statements; a run that is killed is continued by the next. Real time.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from aiadmin.core.models import Alarm
from marketplace.models import (
    AccessRequest,
    ApiKey,
    BookingAttempt,
    CallbackDelivery,
    Client,
    Company,
    Consent,
    IntegrationStatus,
    OnboardingStep,
)
from marketplace.services import retention
from whatsapp.models import Conversation, Message, Session
from whatsapp.models.message import MessageStatus
from whatsapp.services import bridge_erasing, bridge_rows

log = structlog.get_logger(__name__)

BATCH = 1000
MAX_BATCHES = 200
_YEAR = timedelta(days=365)

# What says that a salon was here and what we did, without its clients: hashes of keys, the consent, our
# callback, the way to the connection. The session's row holds no number any more.
KEPT_OF_THE_GONE: frozenset[type[Model]] = frozenset(
    {ApiKey, Consent, CallbackDelivery, OnboardingStep, Session}
)
_CONTACTS = {
    "phone": None,
    "email": None,
    "address": None,
    "whatsapp_phone": None,
    "raw_data": None,
    # A new installation reads everything anew.
    "catalog_synced_at": None,
    "changes_read_to": None,
    "polled_at": None,
    "schedule_read_at": None,
    "nightly_on": None,
}


def prune(heard: Callable[[int, int, str], object] | None = None) -> dict[str, int]:
    """All that is past its time, the marketplace's rows included; table → rows.

    `heard` is told of every part that is begun: its number, how many there are, its name.
    """
    deleted: dict[str, int] = {}
    for number, (name, part) in enumerate(_PARTS.items(), start=1):
        if heard is not None:
            heard(number, len(_PARTS), name)
        deleted |= part()
    log.info("whatsapp.retention", **deleted)
    return deleted


def _old_messages() -> dict[str, int]:
    limit = datetime.now(UTC) - timedelta(days=settings.MESSAGES_KEPT_DAYS)
    open_ones = (MessageStatus.RECEIVED, MessageStatus.QUEUED, MessageStatus.SENDING)
    messages = Message.objects.filter(created_at__lt=limit).exclude(status__in=open_ones)
    # Whoever said СТОП is remembered, though nothing else of them is.
    empty = Conversation.objects.filter(
        created_at__lt=limit, messages=None, opted_out_at=None, turn_due_at=None
    )
    attempts = BookingAttempt.objects.filter(created_at__lt=limit)
    return {
        "messages": _delete(messages),
        "conversations": _delete(empty),
        "booking_attempts": _delete(attempts),
        "alarms": _delete(Alarm.objects.filter(created_at__lt=datetime.now(UTC) - _YEAR)),
        "staff_sessions": _delete(BrowserSession.objects.filter(expire_date__lt=datetime.now(UTC))),
    }


def _uninstalled() -> dict[str, int]:
    """Clients, chats, files and catalogue of salons that removed the application, within the hour.

    The phone is unlinked first (`erasure`): while its keys are there, the session still closes.
    """
    gone = _gone()
    if not gone:
        return {}
    counts: dict[str, int] = {}
    left = Q(company__in=gone, company__integration_status=IntegrationStatus.UNINSTALLED)
    for relation in Company._meta.related_objects:
        model = relation.related_model
        if isinstance(model, str) or model in KEPT_OF_THE_GONE:
            continue
        rows = _delete(model._default_manager.filter(left))
        counts[f"uninstalled_{model._meta.db_table}"] = rows
    salons = Company.objects.filter(pk__in=gone).values("external_company_id")
    counts["uninstalled_access_requests"] = _delete(
        AccessRequest.objects.filter(salon_id__in=salons)
    )
    for company_id in gone:
        bridge_rows.delete_content(company_id)
    for _ in range(MAX_BATCHES):
        if bridge_erasing.delete_events(gone, BATCH) < BATCH:
            break
    Alarm.objects.filter(company_id__in=gone).exclude(recipient="").update(recipient="")
    # Last: until then the next run finds the salon again.
    still = Company.objects.filter(pk__in=gone, integration_status=IntegrationStatus.UNINSTALLED)
    still.update(**_CONTACTS)
    return {name: count for name, count in counts.items() if count}


def _gone(limit: int = 100) -> list[int]:
    """Uninstalled companies with something left, whose phone is unlinked."""
    something = Q()
    for column in _CONTACTS:
        something |= Q(**{f"{column}__isnull": False})
    for model in (Conversation, Client):
        something |= Q(Exists(model._default_manager.filter(company=OuterRef("pk"))))
    rows = Company.objects.filter(something, integration_status=IntegrationStatus.UNINSTALLED)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    linked = Session.objects.filter(pk__in=ids).exclude(jid="").values_list("pk", flat=True)
    return sorted(set(ids) - set(linked) - bridge_erasing.with_credentials(ids))


def _delete(rows: QuerySet[Model]) -> int:
    """In batches; the condition is asked again with each. Counts the rows, not what hung on them."""
    count = 0
    for _ in range(MAX_BATCHES):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        count += len(ids)
        rows.filter(pk__in=ids).delete()
    return count


_PARTS: Mapping[str, Callable[[], dict[str, int]]] = MappingProxyType(
    {
        "events, tokens, runs": retention.prune,
        "messages": _old_messages,
        "salons that left": _uninstalled,
    }
)
