"""Our copy of the journal: records as YCLIENTS told them, upserted; news travels up as BOOKING_CHANGED."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from aiadmin.core.queue import Job, enqueue
from marketplace.models import Booking, BookingAttempt, Client, Company, Service
from marketplace.services.booking_outcomes import Done
from marketplace.services.texts import fit
from marketplace.yclients.schemas import Record

_COLUMNS = (
    "client_phone",
    "client_name",
    "staff_yclients_id",
    "services",
    "start",
    "length_seconds",
    "attendance",
    "is_deleted",
    "last_change",
    "updated_at",
)
_BATCH = 500
# The job of a fresh change is on its way; one that was lost is sent again for a while.
_ANNOUNCED_SOON = timedelta(seconds=15)
_ANNOUNCED_LATE = timedelta(minutes=10)


def upsert_records(company: Company, records: Iterable[Record], *, announce: bool) -> int:
    """Stores records in batches; returns how many rows were read.

    `announce` tells what changed upwards (webhooks, reconciliation); the first sync does not. An
    older answer never overwrites a newer one: `last_change_date` decides.
    """
    count = 0
    batch: dict[int, Record] = {}
    for record in records:
        # A group event is nobody's visit; blocked time has no client and no services.
        if record.activity_id:
            continue
        batch[record.id] = record
        count += 1
        if len(batch) >= _BATCH:
            _store(company, batch, announce=announce)
            batch = {}
    if batch:
        _store(company, batch, announce=announce)
    return count


def mark_deleted(company: Company, record_id: int, *, announce: bool = False) -> bool:
    """A record that YCLIENTS no longer knows. True when our copy changed.

    `announce`: the change and its news are one commit.
    """
    with transaction.atomic():
        rows = Booking.objects.filter(company=company, record_id=record_id)
        changed = rows.filter(is_deleted=False).update(
            is_deleted=True, updated_at=datetime.now(UTC)
        )
        if changed and announce:
            rows.update(changed_at=datetime.now(UTC), announced_at=None)
            _announce(company, [record_id])
    return changed == 1


def mark_announced(booking_id: int, *, seen: datetime | None = None) -> None:
    """BOOKING_CHANGED was handled. `seen`: the row's `changed_at` when the handler read it; a change
    made since then stays to be told. Repeats are harmless."""
    rows = Booking.objects.filter(pk=booking_id, announced_at=None, changed_at__isnull=False)
    if seen is not None:
        rows = rows.filter(changed_at__lte=seen)
    rows.update(announced_at=datetime.now(UTC))


def unannounced(limit: int = 100) -> list[int]:
    """Changes of the last ten minutes whose BOOKING_CHANGED nobody handled, for the sweeper."""
    now = datetime.now(UTC)
    rows = Booking.objects.filter(
        announced_at=None, changed_at__range=(now - _ANNOUNCED_LATE, now - _ANNOUNCED_SOON)
    )
    return list(rows.order_by("changed_at").values_list("pk", flat=True)[:limit])


def apply_own_write(company: Company, attempt: BookingAttempt, outcome: Done) -> None:
    """Shows our own booking, move or cancellation at once, before any webhook. In a transaction."""
    if attempt.kind == BookingAttempt.Kind.CANCEL:
        mark_deleted(company, outcome.record_id)
        return
    costs = {
        row.yclients_id: str(row.price_min)
        for row in Service.objects.filter(company=company, yclients_id__in=outcome.service_ids)
    }
    values: dict[str, object] = {
        "start": outcome.start,
        "staff_yclients_id": outcome.staff_id,
        "services": [
            {"id": service_id, "title": title, "cost": costs.get(service_id)}
            for service_id, title in zip(outcome.service_ids, outcome.titles, strict=False)
        ],
        "is_deleted": False,
        "updated_at": datetime.now(UTC),
    }
    if attempt.kind == BookingAttempt.Kind.BOOK:
        values |= {
            "client_phone": attempt.request["phone"],
            "client_name": fit(attempt.request["name"], 255),
            "made_by_us": True,
        }
        Client.objects.update_or_create(
            company=company,
            phone=attempt.request["phone"],
            defaults={},
            create_defaults={"name": fit(attempt.request["name"], 255)},
        )
    Booking.objects.update_or_create(company=company, record_id=outcome.record_id, defaults=values)


def _store(company: Company, batch: dict[int, Record], *, announce: bool) -> None:
    with transaction.atomic():
        known = {
            row.record_id: row
            for row in Booking.objects.select_for_update(of=("self",))
            .filter(company=company, record_id__in=batch)
            .order_by("record_id")
        }
        rows = [_row(company, record) for record in batch.values()]
        fresh = [row for row in rows if _is_newer(row, known.get(row.record_id))]
        columns: tuple[str, ...] = _COLUMNS
        if announce:
            columns = (*_COLUMNS, "changed_at", "announced_at")
            for row in fresh:
                row.changed_at = datetime.now(UTC)
        Booking.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=("company", "record_id"),
            update_fields=columns,
        )
        if announce:
            _announce(company, [row.record_id for row in fresh])


def _announce(company: Company, record_ids: list[int]) -> None:
    rows = Booking.objects.filter(Q(company=company), Q(record_id__in=record_ids))
    for booking_id in rows.values_list("pk", flat=True):
        enqueue(Job.BOOKING_CHANGED, booking_id)


def _is_newer(row: Booking, known: Booking | None) -> bool:
    if known is None or not known.last_change or not row.last_change:
        return True
    return row.last_change >= known.last_change


def _row(company: Company, record: Record) -> Booking:
    changed = record.changed_at
    return Booking(
        company=company,
        record_id=record.id,
        client_phone=record.phone,
        client_name=fit(record.client.name, 255) if record.client else "",
        staff_yclients_id=record.staff_id,
        services=[
            {"id": item.id, "title": fit(item.title, 500), "cost": str(item.cost)}
            for item in record.services
        ],
        start=record.starts_at(company.zone).astimezone(UTC),
        length_seconds=record.length_seconds,
        attendance=record.attendance,
        is_deleted=record.deleted,
        last_change=changed.astimezone(UTC).isoformat() if changed else "",
        updated_at=datetime.now(UTC),
    )
