"""What the journal has free that somebody waits for: asked of YCLIENTS, by whoever wants the same at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from aiadmin.core import clock
from marketplace.models import Company
from marketplace.services.free_slots import MAX_FREE_DAYS, FreeSlot, free_slots
from marketplace.yclients.budget import Lane
from whatsapp.models import WaitingEntry

# Business time: how long one person has the time to herself at least, and how long before the visit there is
# no point in asking.
LEAST, LEAD = timedelta(minutes=10), timedelta(minutes=40)


def fits(entry: WaitingEntry, slot: FreeSlot, company: Company) -> bool:
    """This start is what was wished. `entry.services` are those the slot was found for."""
    local = slot.start.astimezone(company.zone)
    at = local.time().replace(tzinfo=None)
    return (
        local.date().isoformat() in entry.days
        and (not entry.staff or slot.staff_id in entry.staff)
        and slot.staff_id not in entry.excluded
        and (entry.earliest is None or at >= entry.earliest)
        and (entry.latest is None or at <= entry.latest)
    )


def freed(
    company: Company, services: tuple[int, ...], entries: Sequence[WaitingEntry], now: datetime
) -> list[FreeSlot]:
    """Free starts that one of `entries` waits for, soonest first. Raises YclientsError."""
    wanted: dict[int | None, set[date]] = defaultdict(set)
    for entry in entries:
        days = {date.fromisoformat(day) for day in entry.days}
        for staff in entry.staff or (None,):
            wanted[staff] |= days
    found: dict[tuple[datetime, int], FreeSlot] = {}
    for staff, days in wanted.items():
        for slot in _on(company, services, staff, days):
            late = slot.start < now + LEAD + LEAST
            if not late and any(fits(entry, slot, company) for entry in entries):
                found.setdefault((slot.start, slot.staff_id), slot)
    return [found[key] for key in sorted(found)]


def _on(
    company: Company, services: tuple[int, ...], staff: int | None, days: Iterable[date]
) -> Iterable[FreeSlot]:
    """Free starts of all these days: a search that stops after a few free days is taken up again."""
    today = clock.now().astimezone(company.zone).date()
    first, last = max(min(days), today), max(days)
    while first <= last:
        try:
            slots = free_slots(
                company,
                service_ids=services,
                staff_id=staff,
                day_from=first,
                day_to=last,
                lane=Lane.REMINDERS,
            )
        except LookupError:
            return  # nobody does it any more
        yield from slots
        read = {slot.start.date() for slot in slots}
        if len(read) < MAX_FREE_DAYS:
            return
        first = max(read) + timedelta(days=1)
