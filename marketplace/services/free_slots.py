"""Free starts by master, asked of YCLIENTS at the moment they are needed; slots are never cached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiadmin.core import clock
from marketplace.models import Company, ScheduleDay, ServiceStaff, Staff
from marketplace.services import working_days
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.errors import OutOfTime

# A search over many days stops when this many free days were read: nobody reads more options.
MAX_FREE_DAYS = 3
# Past this many masters only those on the schedule are asked: YCLIENTS takes five calls a second.
ASK_ALL_UP_TO = 4


@dataclass(frozen=True)
class FreeSlot:
    """`start` is aware, in the salon's zone; `length_seconds` is this master's own length."""

    start: datetime
    staff_id: int
    length_seconds: int


def free_slots(
    company: Company,
    *,
    service_ids: tuple[int, ...],
    staff_id: int | None,
    day_from: date,
    day_to: date,
    deadline: Deadline | None = None,
    reread: bool = True,
    lane: Lane = Lane.CLIENT,
) -> list[FreeSlot]:
    """Free starts in time order, none in the past. Days are the salon's own calendar.

    `service_ids` are done in one visit by one master. An empty list after at least one call means
    "busy"; no master at all who does them raises LookupError instead. Raises YclientsError.
    `reread` False: an old schedule is not renewed, so that nothing is written. `lane`: who waits.
    """
    masters = _masters(company, service_ids, staff_id)
    if not masters:
        raise LookupError("no bookable master does these services")
    now = clock.now()
    found: list[FreeSlot] = []
    free_days = 0
    many = len(masters) > ASK_ALL_UP_TO
    with client_for(company, lane=lane, deadline=deadline) as client:
        fresh = many and reread and working_days.refreshed(client, company)

        def free(of: Sequence[int], day: date) -> list[FreeSlot]:
            return [
                FreeSlot(slot.start.astimezone(company.zone), master, slot.length_seconds)
                for master in of
                for slot in client.book_times(
                    company.salon_id, staff_id=master, day=day, service_ids=service_ids
                )
                if slot.start > now
            ]

        for day in _days(client, company, service_ids, staff_id, day_from, day_to, many=many):
            working = _working(company, masters, day) if many else masters
            try:
                of_day = free(working, day)
                if not of_day and not fresh:
                    # An old schedule chooses whom to ask first, never who is busy.
                    of_day = free([master for master in masters if master not in working], day)
            except OutOfTime:
                if found:
                    # Whole days are known, and nobody may be kept waiting for further ones.
                    break
                raise
            found += sorted(of_day, key=lambda slot: (slot.start, slot.staff_id))
            free_days += bool(of_day)
            if free_days >= MAX_FREE_DAYS:
                break
    return found


def _masters(company: Company, service_ids: tuple[int, ...], staff_id: int | None) -> list[int]:
    """Masters, by YCLIENTS id, who do every one of the services."""
    rows = Staff.objects.filter(company=company, deleted_at=None, is_bookable=True)
    if staff_id is not None:
        rows = rows.filter(yclients_id=staff_id)
    able = {row.pk: row.yclients_id for row in rows}
    done: dict[int, set[int]] = {}
    offers = ServiceStaff.objects.filter(
        service__company=company, service__yclients_id__in=service_ids, staff_id__in=able
    ).select_related("service")
    for offer in offers:
        done.setdefault(offer.staff_id, set()).add(offer.service.yclients_id)
    return sorted(able[pk] for pk, ids in done.items() if ids == set(service_ids))


def _days(
    client: YclientsClient,
    company: Company,
    service_ids: tuple[int, ...],
    staff_id: int | None,
    day_from: date,
    day_to: date,
    *,
    many: bool,
) -> Iterator[date]:
    """Days worth asking the masters about. With `many` of them even a lone day is asked for first:
    a full day then takes one call, and "busy" is YCLIENTS's own word, not the schedule's."""
    today = clock.now().astimezone(company.zone).date()
    first = max(day_from, today)
    if day_to <= first and not many:
        yield first
        return
    yield from sorted(
        day
        for day in client.book_dates(
            company.salon_id,
            service_ids=service_ids,
            staff_id=staff_id or 0,
            date_from=first,
            date_to=max(first, day_to),
        )
        if first <= day <= max(first, day_to)
    )


def _working(company: Company, masters: list[int], day: date) -> list[int]:
    """Masters on the schedule of that day; all of them when it names nobody, since YCLIENTS did offer
    the day."""
    rows = ScheduleDay.objects.filter(company=company, day=day).select_related("staff")
    working = {row.staff.yclients_id for row in rows if row.slots}
    return [master for master in masters if master in working] or masters
