"""Our copy of the masters' working days, read by syncs and before slots are offered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from aiadmin.core import clock
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, ScheduleDay, Staff
from marketplace.services.sync_reading import OddRows
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.schemas import ScheduleDay as YclientsDay

# One call tells of all masters: the coming days cost no more than today.
DAYS = 30

_Key = tuple[int, date]


@dataclass(frozen=True)
class Told:
    """`days`: working days read; `drift`: days that differed from our copy of them."""

    days: int
    drift: int


def refresh(client: YclientsClient, company: Company, odd: OddRows) -> Told:
    """Reads the salon's days from today on, with one call; `schedule_read_at` moves with the rows.

    A day that is absent from the answer becomes a day off. Raises YclientsError.
    """
    start = clock.now().astimezone(company.zone).date()
    end = start + timedelta(days=DAYS)
    # Before the call: what changes while it runs is older than the next reading.
    read_at = datetime.now(UTC)
    found = client.schedule(company.salon_id, start=start, end=end, odd=odd)
    told = _told(company, found)
    with transaction.atomic():
        drift = _store(company, told, start=start, end=end, days_off=odd.count == 0)
        Company.objects.filter(pk=company.pk).update(schedule_read_at=read_at)
    company.schedule_read_at = read_at
    return Told(days=len(told), drift=drift)


def _told(company: Company, found: Iterable[YclientsDay]) -> dict[_Key, list[dict[str, str]]]:
    staff_ids = dict(Staff.objects.filter(company=company).values_list("yclients_id", "pk"))
    return {
        (staff_ids[item.staff_id], item.day): [
            {"from": slot.start, "to": slot.end} for slot in item.slots
        ]
        for item in found
        if item.staff_id in staff_ids
    }


def _store(
    company: Company,
    told: dict[_Key, list[dict[str, str]]],
    *,
    start: date,
    end: date,
    days_off: bool,
) -> int:
    """Writes what differs. Without `days_off` an absent day stays: a row of it was unreadable."""
    rows = ScheduleDay.objects.filter(company=company, day__range=(start, end))
    # Ordered, as the rows below: two readings of one salon wait for each other, never in a circle.
    locked = rows.select_for_update(of=("self",)).order_by("staff_id", "day")
    known: dict[_Key, list[dict[str, str]]] = {(row.staff_id, row.day): row.slots for row in locked}
    # A day off is a row without slots: deleted rows could not be locked in any order.
    wanted: dict[_Key, list[dict[str, str]]] = {}
    if days_off:
        wanted = {key: [] for key, slots in known.items() if slots}
    wanted |= told
    changed = [key for key in sorted(wanted) if wanted[key] != known.get(key, [])]
    ScheduleDay.objects.bulk_create(
        [
            ScheduleDay(company=company, staff_id=staff, day=day, slots=wanted[staff, day])
            for staff, day in changed
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=("staff", "day"),
        update_fields=("slots",),
    )
    # A day nobody has read before is new to us, not drift.
    last = max((day for _, day in known), default=None)
    drift = sum(1 for _, day in changed if last is not None and day <= last)
    if drift:
        enqueue(Job.TIME_FREED, company.pk)
    return drift
