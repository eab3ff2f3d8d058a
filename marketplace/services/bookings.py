"""Our copy of the journal: records as YCLIENTS told them, upserted; news travels up as BOOKING_CHANGED."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from aiadmin.core.queue import Job, enqueue
from marketplace.models import Booking, BookingAttempt, Client, Company, Service
from marketplace.services.booking_outcomes import Done
from marketplace.services.texts import fit
from marketplace.services.upsert import locked, upsert
from marketplace.yclients.calls import PAGE_SIZE
from marketplace.yclients.schemas import Record

# What the sync owns of a booking; the local columns are not among them.
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
)
# What a new answer is compared with.
_READ = (
    "record_id",
    *_COLUMNS,
    "made_by_us",
    "updated_at",
    "changed_at",
    "announced_at",
    "before",
)
# A row on its way into the table: column → value.
Row = dict[str, Any]
# One page of YCLIENTS: while it is stored, the next one comes.
_BATCH = PAGE_SIZE
# The `api_id` of every record we write begins so.
OUR_TAG = "aiadmin-"
# The job of a fresh change is on its way; one that was lost is sent again for a while.
_ANNOUNCED_SOON = timedelta(seconds=15)
_ANNOUNCED_LATE = timedelta(minutes=10)


@dataclass
class Stored:
    """What a pass over records found. `ids`: records read; `news`: visits that differed from our copy
    (new, moved, deleted), our own just-made writes not counted."""

    ids: set[int] = field(default_factory=set)
    news: int = 0


def upsert_records(company: Company, records: Iterable[Record], *, announce: bool) -> Stored:
    """Stores records by the page; a row that says what we know already is not written again.

    `announce` tells what changed upwards (webhooks, reconciliation); the first sync does not. An
    older answer never overwrites a newer one: `last_change_date` decides, and between equal ones
    our own write that came after this reading began.
    """
    since = datetime.now(UTC)
    stored = Stored()
    batch: dict[int, Record] = {}
    for record in records:
        # A group event is nobody's visit; blocked time has no client and no services.
        if record.activity_id:
            continue
        batch[record.id] = record
        stored.ids.add(record.id)
        if len(batch) >= _BATCH:
            stored.news += _store(company, batch, announce=announce, since=since)
            batch = {}
    if batch:
        stored.news += _store(company, batch, announce=announce, since=since)
    return stored


def mark_deleted(company: Company, record_id: int, *, announce: bool = False) -> bool:
    """A record that YCLIENTS no longer knows. True when our copy changed.

    `announce`: the change and its news are one commit.
    """
    with transaction.atomic():
        rows = Booking.objects.filter(company=company, record_id=record_id, is_deleted=False)
        old = rows.select_for_update(of=("self",)).values(*_READ).first()
        if old is None:
            return False
        now = datetime.now(UTC)
        told: Row = {}
        if announce:
            told = {"changed_at": now, "announced_at": None, "before": _before(old)}
            _announce(company, [record_id])
        rows.update(is_deleted=True, updated_at=now, **told)
    return True


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
    if attempt.kind != BookingAttempt.Kind.BOOK:
        enqueue(Job.TIME_FREED, company.pk)
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
    if attempt.kind == BookingAttempt.Kind.MOVE and attempt.request.get("service_ids"):
        values["length_seconds"] = 0  # YCLIENTS's next answer brings it, and is no news
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


def _store(company: Company, batch: dict[int, Record], *, announce: bool, since: datetime) -> int:
    now = datetime.now(UTC)
    with transaction.atomic():
        # Sorted, so that two passes over one salon never wait for each other in a circle.
        order = sorted(batch)
        rows = locked(Booking, order, company_id=company.pk, key="record_id", columns=_READ)
        known = {row["record_id"]: row for row in rows}
        fresh: list[Row] = []
        news: list[int] = []
        for record_id in order:
            old = known.get(record_id)
            row = _row(company, batch[record_id], old, now)
            if old is not None and (_is_stale(row, old, since) or _says_the_same(row, old)):
                continue
            fresh.append(row)
            if _is_news(row, old):
                news.append(record_id)
                if announce:
                    row["changed_at"], row["announced_at"] = now, None
                    row["before"] = _before(old)
        upsert(
            Booking,
            fresh,
            unique=("company_id", "record_id"),
            update=(*_COLUMNS, "updated_at", "changed_at", "announced_at", "before"),
        )
        if announce and news:
            _announce(company, news)
    return len(news)


def _announce(company: Company, record_ids: list[int]) -> None:
    rows = Booking.objects.filter(Q(company=company), Q(record_id__in=record_ids))
    for booking_id in rows.values_list("pk", flat=True):
        enqueue(Job.BOOKING_CHANGED, booking_id)


def _is_stale(row: Row, old: Row, since: datetime) -> bool:
    """What we know is newer than this answer."""
    told, known = row["last_change"], old["last_change"]
    if not told or not known:
        return False
    if told == known:
        # YCLIENTS's version is the one we had; ours has been written meanwhile.
        return bool(old["updated_at"] >= since)
    return bool(told < known)


def _says_the_same(row: Row, old: Row) -> bool:
    return all(row[name] == old[name] for name in _COLUMNS)


def _is_news(row: Row, old: Row | None) -> bool:
    """Somebody has to hear of it: a visit appeared, moved, changed or went."""
    if old is None:
        # Deleted before we ever had it, or our own write that is being finished right now.
        return not row["is_deleted"] and not row["made_by_us"]
    if row["is_deleted"] or old["is_deleted"]:
        return bool(row["is_deleted"] != old["is_deleted"])
    # Our own booking is stored without its length; YCLIENTS's first answer brings it.
    untold = old["length_seconds"] == 0
    return _visit(row, untold=untold) != _visit(old, untold=untold)


def _before(old: Row | None) -> Row | None:
    """What the visit was when its last change was told: changes that nobody was told of add up."""
    if old is None or (old["changed_at"] is not None and old["announced_at"] is None):
        return old["before"] if old else None
    return {
        "start": old["start"].isoformat(),
        "staff": old["staff_yclients_id"],
        "deleted": old["is_deleted"],
    }


def _visit(row: Row, *, untold: bool) -> tuple[object, ...]:
    """What a person would call the visit. Services in no order: YCLIENTS shuffles them."""
    return (
        row["start"],
        0 if untold else row["length_seconds"],
        row["staff_yclients_id"],
        row["attendance"],
        row["client_phone"],
        sorted(int(item["id"]) for item in row["services"]),
    )


def _row(company: Company, record: Record, old: Row | None, now: datetime) -> Row:
    changed = record.changed_at
    phone = record.phone
    if not phone and record.client and old is not None and old["made_by_us"]:
        # Phones are hidden from our token; whom we booked ourselves we know all the same.
        phone = old["client_phone"]
    return {
        "company_id": company.pk,
        "record_id": record.id,
        "client_phone": phone,
        "client_name": fit(record.client.name, 255) if record.client else "",
        "staff_yclients_id": record.staff_id,
        "services": [
            {"id": item.id, "title": fit(item.title, 500), "cost": str(item.cost)}
            # Only where it says something: rows of single services stay as they are.
            | ({"amount": item.amount} if item.amount > 1 else {})
            for item in record.services
        ],
        "start": record.starts_at(company.zone).astimezone(UTC),
        "length_seconds": max(0, record.length_seconds),
        "attendance": record.attendance,
        "is_deleted": record.deleted,
        "made_by_us": record.api_id.startswith(OUR_TAG),
        "last_change": changed.astimezone(UTC).isoformat() if changed else "",
        "updated_at": now,
        "changed_at": old["changed_at"] if old else None,
        "announced_at": old["announced_at"] if old else None,
        "before": old["before"] if old else None,
    }
