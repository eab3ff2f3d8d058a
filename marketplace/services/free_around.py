"""Free starts that a visit hides by standing there itself: «на полчаса позже» to the same master.

YCLIENTS's own search counts the visit that is being moved as taken. Which starts it alone hides is read
from the journal of its day; whether the move is possible, YCLIENTS says when it is made.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

import structlog

from aiadmin.core import clock
from marketplace.models import Booking, Company, ScheduleDay
from marketplace.services import booking_by_hand
from marketplace.services import booking_lookup as lookup
from marketplace.services.free_slots import FreeSlot
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.drafts import RecordDraft
from marketplace.yclients.errors import YclientsError
from marketplace.yclients.schemas import Record

log = structlog.get_logger(__name__)

STEP = timedelta(minutes=30)

_Span = tuple[datetime, datetime]


def with_own_time(
    company: Company,
    found: Iterable[FreeSlot],
    record_id: int,
    *,
    service_ids: tuple[int, ...],
    staff_id: int | None,
    day_from: date,
    day_to: date,
    deadline: Deadline | None = None,
    lane: Lane = Lane.CLIENT,
) -> list[FreeSlot]:
    """`found` and the starts hidden by the visit itself, in time order; those of its master and its day.

    `service_ids`: what is to be done there. When that is not what the visit has now, its own start is
    one of them, if the new length fits. Just `found` when the visit is elsewhere, the journal cannot be
    read or the hours are not known. `lane`: who waits.
    """
    free = set(found)
    visit = Booking.objects.filter(company=company, record_id=record_id, is_deleted=False).first()
    if visit is not None and staff_id in (None, visit.staff_yclients_id):
        day = visit.start.astimezone(company.zone).date()
        if day_from <= day <= day_to:
            free |= set(_hidden(company, visit, day, list(service_ids), deadline, lane))
    return sorted(free, key=lambda slot: (slot.start, slot.staff_id))


def _hidden(
    company: Company,
    visit: Booking,
    day: date,
    service_ids: list[int],
    deadline: Deadline | None,
    lane: Lane,
) -> Iterator[FreeSlot]:
    staff = visit.staff_yclients_id
    hours = ScheduleDay.objects.filter(company=company, staff__yclients_id=staff, day=day).first()
    try:
        with client_for(company, lane=lane, deadline=deadline) as client:
            read = client.records(company.salon_id, staff_id=staff, start_date=day, end_date=day)
            records = [row for row in read if not row.deleted]
    except YclientsError as error:
        log.warning("slots.journal_not_read", company_id=company.pk, error=type(error).__name__)
        return
    own = next((row for row in records if row.id == visit.record_id), None)
    if own is None or hours is None or own.length_seconds <= 0:
        return
    start, changed = own.starts_at(company.zone), _changes(company, own, service_ids)
    length = timedelta(seconds=own.length_seconds)
    ends_now = start + length
    if changed:
        if set(lookup.own_offers(company, service_ids, staff)) < set(service_ids):
            return  # another master's work
        draft = RecordDraft.of(own)
        wanted = booking_by_hand.length_with(company, draft, service_ids, staff)
        if wanted <= 0:
            return
        length = timedelta(seconds=wanted)
    taken = [_span(company, row) for row in records if row is not own]
    working = [(_at(start, slot["from"]), _at(start, slot["to"])) for slot in hours.slots]
    first = start - STEP * ((length - timedelta(seconds=1)) // STEP)
    while first < ends_now:
        ends = first + length
        fits = any(begin <= first and ends <= end for begin, end in working)
        busy = any(begin < ends and first < end for begin, end in taken)
        if (changed or first != start) and first > clock.now() and fits and not busy:
            yield FreeSlot(first, staff, int(length.total_seconds()))
        first += STEP


def _changes(company: Company, own: Record, service_ids: list[int]) -> bool:
    return set(lookup.expanded(company, service_ids)) != set(own.service_ids)


def _span(company: Company, record: Record) -> _Span:
    begin = record.starts_at(company.zone)
    pause = record.technical_break_duration or 0
    return begin, begin + timedelta(seconds=record.length_seconds + pause)


def _at(moment: datetime, text: str) -> datetime:
    """ "10:00" of the moment's own day; "24:00" is the day's end."""
    hours, minutes = (int(part) for part in text.split(":")[:2])
    midnight = datetime.combine(moment.date(), time(0), moment.tzinfo)
    return midnight + timedelta(hours=hours, minutes=minutes)
