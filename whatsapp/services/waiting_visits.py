"""What a place on the list and an offer mean: the visits to be made, or the one that is to be moved."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiadmin.core import clock
from marketplace.models import Booking, Company
from marketplace.services.free_slots import FreeSlot
from whatsapp.assistant.state import PendingBook, PendingMove, Visit, WaitPart, WaitWish
from whatsapp.assistant.tools import Booked, SlotTaken, WriteRequest, WriteResult
from whatsapp.models import Conversation, WaitingEntry, WaitingOffer
from whatsapp.models.waiting import WaitingStatus

# A start for each visit of a place, in the order of its parts.
Seats = tuple[FreeSlot, ...]


@dataclass(frozen=True)
class Part:
    """One of the visits wanted together. Ids of YCLIENTS; no `staff`: anybody."""

    services: tuple[int, ...]
    staff: tuple[int, ...]
    excluded: tuple[int, ...]
    guest: str


def parts(entry: WaitingEntry) -> tuple[Part, ...]:
    """One for a single visit or a move."""
    first: dict[str, Any] = {
        "services": entry.services,
        "staff": entry.staff,
        "excluded": entry.excluded,
        "guest": entry.guest,
    }
    return tuple(
        Part(tuple(row["services"]), tuple(row["staff"]), tuple(row["excluded"]), row["guest"])
        for row in (first, *entry.others)
    )


def fits(entry: WaitingEntry, seats: Seats, company: Company) -> bool:
    """These starts are what was wished. The services are those the starts were found for."""
    local = seats[0].start.astimezone(company.zone)
    at = local.time().replace(tzinfo=None)
    return (
        local.date().isoformat() in entry.days
        and (entry.earliest is None or at >= entry.earliest)
        and (entry.latest is None or at <= entry.latest)
        and all(
            (not part.staff or seat.staff_id in part.staff) and seat.staff_id not in part.excluded
            for part, seat in zip(parts(entry), seats, strict=True)
        )
    )


def seats_of(offer: WaitingOffer) -> Seats:
    """Starts in the salon's zone."""
    zone = offer.company.zone
    first = FreeSlot(offer.start.astimezone(zone), offer.staff_yclients_id, offer.length_seconds)
    others = (
        FreeSlot(datetime.fromisoformat(row["start"]).astimezone(zone), row["staff"], row["length"])
        for row in offer.others
    )
    return (first, *others)


def as_json(seats: Seats) -> list[dict[str, Any]]:
    """An offer's `others`."""
    return [
        {"start": seat.start.isoformat(), "staff": seat.staff_id, "length": seat.length_seconds}
        for seat in seats
    ]


def own_visit(entry: WaitingEntry) -> Booking | None:
    """The visit that is to be moved, as our copy of the journal has it; None when it is no more."""
    if entry.record_id is None:
        return None
    rows = Booking.objects.filter(company=entry.company_id, record_id=entry.record_id)
    return rows.filter(is_deleted=False).first()


def pending(entry: WaitingEntry, seats: Seats) -> PendingBook | PendingMove:
    """What «да» does."""
    visits = tuple(
        Visit(
            tuple(str(item) for item in part.services),
            str(seat.staff_id),
            seat.start,
            seat.length_seconds,
            part.guest or None,
        )
        for part, seat in zip(parts(entry), seats, strict=True)
    )
    if entry.record_id is None or entry.moved_from is None:
        return PendingBook(visits)
    own = own_visit(entry)
    stands = own.start if own is not None else entry.moved_from
    zone = seats[0].start.tzinfo
    return PendingMove(str(entry.record_id), visits[0], stands.astimezone(zone), entry.changed)


def rest(
    offer: WaitingOffer, writes: Sequence[tuple[WriteRequest, WriteResult]]
) -> WaitWish | None:
    """What is waited for now when the time of one of several was lost and others are booked; else None.

    They come the same day, at one time if they wanted that; one person's further visit follows the first.
    """
    entry, zone = offer.entry, offer.company.zone
    made = [done for _, done in writes if isinstance(done, Booked)]
    everyone = parts(entry)
    left = [
        WaitPart(
            _texts(part.services), _texts(part.staff), _texts(part.excluded), part.guest or None
        )
        for part in everyone[len(made) :]
    ]
    if not made or not left or not isinstance(writes[-1][1], SlotTaken):
        return None
    seat = seats_of(offer)[len(made) - 1]
    earliest, latest = entry.earliest, entry.latest
    if entry.parallel:
        earliest = latest = seat.start.time().replace(tzinfo=None)
    elif len({part.guest for part in everyone}) == 1:
        ends = seat.start + timedelta(seconds=seat.length_seconds)
        earliest, latest = ends.time().replace(tzinfo=None), None
    first, *others = left
    return WaitWish(
        first.services,
        (seat.start.astimezone(zone).date(),),
        first.staff,
        first.exclude,
        earliest,
        latest,
        first.guest,
        tuple(others),
        entry.parallel,
    )


def _texts(ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(str(item) for item in ids)


def ended(entry: WaitingEntry, chat: Conversation, now: datetime) -> WaitingStatus | None:
    """Why this place ends by what the journal holds at `now`; None: she waits on."""
    if entry.record_id is not None:
        return _of_move(entry, chat.company, now)
    has = Counter(
        tuple(sorted(int(item["id"]) for item in visit.services))
        for visit in _ahead(chat, entry.days, now)
        if visit.record_id not in entry.stood
    )
    wanted = Counter(tuple(sorted(part.services)) for part in parts(entry))
    return WaitingStatus.BOOKED if wanted <= has else None


def of_days(chat: Conversation, days: Sequence[str]) -> list[int]:
    """Records of the visits that this client has on these days of the salon (ISO)."""
    return [visit.record_id for visit in _ahead(chat, days, clock.now())]


def _ahead(chat: Conversation, days: Sequence[str], now: datetime) -> list[Booking]:
    if not chat.phone:
        return []
    rows = Booking.objects.filter(
        company=chat.company, client_phone=chat.phone, is_deleted=False, start__gt=now
    )
    zone = chat.company.zone
    return [row for row in rows if row.start.astimezone(zone).date().isoformat() in days]


def _of_move(entry: WaitingEntry, company: Company, now: datetime) -> WaitingStatus | None:
    visit = own_visit(entry)
    if visit is None:
        return WaitingStatus.LEFT
    if visit.start <= now:
        return WaitingStatus.PASSED
    stands = (FreeSlot(visit.start, visit.staff_yclients_id, visit.length_seconds),)
    moved = visit.start != entry.moved_from and fits(entry, stands, company)
    return WaitingStatus.BOOKED if moved else None
