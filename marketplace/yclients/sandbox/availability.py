"""Free time of real masters: schedule minus records, with each master's own lengths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.yclients.sandbox import schedule, slots
from marketplace.yclients.sandbox.model import Salon, Service, Staff
from marketplace.yclients.sandbox.slots import Span
from marketplace.yclients.sandbox.times import local_now
from marketplace.yclients.sandbox.world import World

# Offered when no `service_ids[]` came (the singular `service_id` is ignored): a length that has
# nothing to do with the service, as the original bot saw it.
_BLIND_LENGTH = 3600


@dataclass(frozen=True)
class Free:
    """A free start: seconds of the day, total length, and who would do it."""

    start: int
    length: int
    staff_id: int


def offered(staff: Staff) -> bool:
    return staff.bookable and not staff.hidden and not staff.fired


def length_of(world: World, staff: Staff, service_ids: Sequence[int]) -> int | None:
    """Seconds this master needs for all of them; None when some service is not theirs."""
    total = 0
    for service_id in service_ids:
        service = world.store.get(Service, service_id)
        for part in service.parts if service and service.parts else [service_id]:
            link = staff.links.get(str(part))
            if link is None:
                return None
            total += link[0] or 0
    return total


def busy(world: World, staff_id: int, day: date, *, except_record: int = 0) -> list[Span]:
    """Taken spans of the day in its own seconds; a visit begun yesterday may reach into it."""
    found: list[Span] = []
    for shift in (-1, 0):
        other = day + timedelta(days=shift)
        for record in world.store.records_of_day(staff_id, other.isoformat()):
            if record.deleted or record.id == except_record:
                continue
            begin = seconds_of(record.start) + shift * 86400
            found.append((begin, begin + record.length + record.technical_break))
    return found


def seconds_of(start: str) -> int:
    """Seconds of the day of "YYYY-MM-DD HH:MM:SS"."""
    hour, minute, second = start[11:].split(":")
    return int(hour) * 3600 + int(minute) * 60 + int(second)


def masters(world: World, salon: Salon, service_ids: Sequence[int], staff_id: int) -> list[Staff]:
    """Who may do all these services online: the one asked for, or all, by weight."""
    everyone = world.store.of_salon(Staff, salon.id)
    chosen = [one for one in everyone if offered(one) and staff_id in (0, one.id)]
    able = [one for one in chosen if length_of(world, one, service_ids) is not None]
    return sorted(able, key=lambda one: (-one.weight, one.id))


def free(
    world: World, salon: Salon, service_ids: Sequence[int], staff_id: int, day: date
) -> list[Free]:
    """Free starts of one day, each start once, with the first master who could take it."""
    now = local_now(world.clock, salon) + timedelta(minutes=salon.delay_minutes)
    if day < now.date():
        return []
    earliest = _seconds_since(day, now) if day == now.date() else 0
    found: dict[int, Free] = {}
    for master in masters(world, salon, service_ids, staff_id):
        length = (length_of(world, master, service_ids) or 0) if service_ids else _BLIND_LENGTH
        # Without services the gap is only checked for one step of the grid.
        need = length if service_ids else salon.step_minutes * 60
        starts = slots.free_starts(
            schedule.spans(master, day),
            busy(world, master.id, day),
            length=need,
            step=salon.step_minutes * 60,
            earliest=earliest,
        )
        for start in starts:
            found.setdefault(start, Free(start, length, master.id))
    return [found[start] for start in sorted(found)]


def can_take(
    world: World, staff: Staff, start: datetime, length: int, *, except_record: int = 0
) -> bool:
    """Whether the master works then and has nobody. `start` is the salon's wall clock."""
    begin = (start.hour * 60 + start.minute) * 60 + start.second
    visit = (begin, begin + length)
    day = start.date()
    taken = busy(world, staff.id, day, except_record=except_record)
    return slots.fits(visit, schedule.spans(staff, day), taken)


def _seconds_since(day: date, moment: datetime) -> int:
    midnight = datetime.combine(day, datetime.min.time())
    # Rounded up: a start in the current second has already begun.
    return int((moment - midnight).total_seconds()) + 1
