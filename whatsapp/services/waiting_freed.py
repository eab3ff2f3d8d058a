"""What the journal has free that somebody waits for: asked of YCLIENTS once for all who want the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiadmin.core import clock
from marketplace.models import Company
from marketplace.services.free_around import with_own_time
from marketplace.services.free_slots import MAX_FREE_DAYS, FreeSlot, free_slots
from marketplace.yclients.budget import Lane
from whatsapp.assistant.decisions import VisitWish, Wish
from whatsapp.assistant.policy.slots import combos
from whatsapp.assistant.tools import SlotOption
from whatsapp.models import WaitingEntry
from whatsapp.services import waiting_visits
from whatsapp.services.salon_view import salon_view
from whatsapp.services.waiting_visits import Seats

# Business time: how long one person has the time to herself at least, and how long before the visit there is
# no point in asking.
LEAST, LEAD = timedelta(minutes=10), timedelta(minutes=40)


@dataclass(frozen=True)
class Freed:
    """Free starts for a place. `only`: the one place that may have them, by its key."""

    seats: Seats
    only: int | None = None


def together(entries: Iterable[WaitingEntry]) -> list[list[WaitingEntry]]:
    """Those whom one search serves: who wants the same services, and each party by itself.

    In the order in which the first of each came.
    """
    groups: dict[tuple[object, ...], list[WaitingEntry]] = defaultdict(list)
    for entry in entries:
        groups[(tuple(entry.services), entry.pk if entry.others else None)].append(entry)
    return list(groups.values())


def suits(entry: WaitingEntry, freed: Freed, company: Company) -> bool:
    """Of those put together."""
    return freed.only in (None, entry.pk) and waiting_visits.fits(entry, freed.seats, company)


def freed(company: Company, entries: Sequence[WaitingEntry], now: datetime) -> list[Freed]:
    """What is free that one of `entries`, put together, waits for; soonest first. Raises YclientsError."""
    party = bool(entries[0].others)
    found = _for_party(company, entries[0], now) if party else _starts(company, entries)
    return [
        item
        for item in sorted(found, key=lambda one: (one.seats[0].start, one.seats[0].staff_id))
        if item.seats[0].start >= now + LEAD + LEAST
        and any(suits(entry, item, company) for entry in entries)
    ]


def _starts(company: Company, entries: Sequence[WaitingEntry]) -> Iterable[Freed]:
    services = tuple(entries[0].services)
    wanted: dict[int | None, set[date]] = defaultdict(set)
    for entry in entries:
        for staff in entry.staff or (None,):
            wanted[staff] |= set(_days(entry))
    found: dict[tuple[datetime, int], Freed] = {}
    for staff, days in wanted.items():
        for slot in _on(company, services, staff, days):
            found.setdefault((slot.start, slot.staff_id), Freed((slot,)))
    for entry in entries:
        for slot in _beside_itself(company, entry):
            found.setdefault((slot.start, slot.staff_id), Freed((slot,), entry.pk))
    return found.values()


def _beside_itself(company: Company, entry: WaitingEntry) -> list[FreeSlot]:
    """Starts that only the visit itself, which is to be moved, stands in the way of."""
    if entry.record_id is None:
        return []
    days = _days(entry)
    return with_own_time(
        company,
        (),
        entry.record_id,
        service_ids=tuple(entry.services),
        staff_id=None,
        day_from=days[0],
        day_to=days[-1],
        lane=Lane.REMINDERS,
    )


def _for_party(company: Company, entry: WaitingEntry, now: datetime) -> Iterator[Freed]:
    """Ways to seat all of them."""
    parts, days = waiting_visits.parts(entry), set(_days(entry))
    options: dict[tuple[tuple[int, ...], tuple[int, ...]], list[SlotOption]] = {}
    for part in parts:
        if (part.services, part.staff) in options:
            continue
        ids = _texts(part.services)
        options[part.services, part.staff] = [
            SlotOption(slot.start, str(slot.staff_id), ids, slot.length_seconds)
            for staff in part.staff or (None,)
            for slot in _on(company, part.services, staff, days)
        ]
    wish = Wish(
        tuple(
            VisitWish(
                _texts(part.services),
                among=_texts(part.staff),
                exclude=_texts(part.excluded),
                guest=part.guest or None,
            )
            for part in parts
        ),
        parallel=entry.parallel,
    )
    found = [options[part.services, part.staff] for part in parts]
    for combo in combos(wish, found, now, salon_view(company)):
        seats = (FreeSlot(v.start, int(v.staff), v.duration_seconds) for v in combo)
        yield Freed(tuple(seats), entry.pk)


def _days(entry: WaitingEntry) -> list[date]:
    return [date.fromisoformat(day) for day in entry.days]


def _texts(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(str(item) for item in ids)


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
