"""An in-memory journal that implements BookingTools: slot arithmetic, idempotent steps, faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from whatsapp.assistant.tools import (
    Booked,
    BookingsFound,
    BookingsUnavailable,
    BookRequest,
    BookResult,
    Cancelled,
    CancelRequest,
    CancelResult,
    Confirmed,
    ConfirmResult,
    EarlierWrite,
    Held,
    HeldByAnother,
    Hold,
    Moved,
    MoveRequest,
    MoveResult,
    Refused,
    RefusedReason,
    SlotOption,
    Slots,
    SlotsFound,
    SlotsUnavailable,
    SlotTaken,
    SystemDown,
    Working,
    WorkingDays,
    WorkingDaysUnknown,
    WriteRequest,
    WriteResult,
)
from whatsapp.assistant.types import OpenHours, SalonView, UpcomingBooking

STEP = timedelta(minutes=30)
Result = TypeVar("Result", bound=WriteResult)


class Killed(Exception):
    """The worker died here."""


@dataclass
class Record:
    """A visit as the journal keeps it."""

    id: str
    start: datetime
    end: datetime
    staff: str
    services: tuple[str, ...]
    client: str
    comment: str = ""


@dataclass
class Journal:
    """One salon's journal as one client's tools see it. `now` is aware, salon zone."""

    salon: SalonView
    now: datetime
    opens: time = time(10)
    closes: time = time(21)
    records: list[Record] = field(default_factory=list)
    mine: list[str] = field(default_factory=list)
    card: str | None = None
    absent: set[tuple[str, date]] = field(default_factory=set)
    shifts: dict[tuple[str, date], tuple[OpenHours, ...]] | None = None
    holding: tuple[SlotOption, ...] = ()
    # Asked about elsewhere since free time was last read.
    held_by_others: set[tuple[str, datetime]] = field(default_factory=set)
    fail_slots: SlotsUnavailable | None = None
    fail_bookings: bool = False
    fail_notes: bool = False
    next_book: list[BookResult] = field(default_factory=list)  # outcomes forced on coming writes
    next_move: list[MoveResult] = field(default_factory=list)
    next_cancel: list[CancelResult] = field(default_factory=list)
    earlier: tuple[EarlierWrite, ...] = ()
    ledger: list[EarlierWrite] = field(default_factory=list)  # of the turn that is going on
    dies_after: int = 0  # writes of the turn; 0 = lives
    calls: list[str] = field(default_factory=list)
    told: list[SlotOption] = field(default_factory=list)  # every free start ever answered
    steps: dict[str, WriteResult] = field(default_factory=dict)

    def length(self, services: tuple[str, ...], staff: str) -> timedelta:
        total = 0
        for item in services:
            service = self.salon.service(item)
            assert service is not None
            own = service.staff[staff].duration_seconds if staff in service.staff else None
            total += own or service.duration_seconds or 3600
        return timedelta(seconds=total)

    def able(self, services: tuple[str, ...]) -> list[str]:
        found = []
        for master in self.salon.staff:
            offered = [self.salon.service(item) for item in services]
            if all(s is not None and master.id in s.staff for s in offered):
                found.append(master.id)
        return found

    def busy(self, staff: str, start: datetime, end: datetime, ignoring: str | None) -> bool:
        return any(
            r.staff == staff and r.start < end and start < r.end and r.id != ignoring
            for r in self.records
        )

    def free_slots(
        self,
        service_ids: tuple[str, ...],
        staff_id: str | None,
        day_from: date,
        day_to: date,
        *,
        instead_of: str | None = None,
    ) -> Slots:
        self.calls.append("free_slots")
        if self.fail_slots is not None:
            return self.fail_slots
        staff = [s for s in self.able(service_ids) if staff_id in (None, s)]
        found = []
        day = day_from
        while day <= day_to:
            for master in staff:
                if (master, day) in self.absent:
                    continue
                length = self.length(service_ids, master)
                start = datetime.combine(day, self.opens, self.salon.zone)
                end_of_day = datetime.combine(day, self.closes, self.salon.zone)
                while start + length <= end_of_day:
                    if start > self.now and not self.busy(
                        master, start, start + length, instead_of
                    ):
                        found.append(
                            SlotOption(start, master, service_ids, int(length.total_seconds()))
                        )
                    start += STEP
            day += timedelta(days=1)
        self.told.extend(found)
        return SlotsFound(tuple(sorted(found, key=lambda s: (s.start, s.staff_id))))

    def working_days(self, staff_id: str, day_from: date, day_to: date) -> Working:
        self.calls.append("working_days")
        if self.shifts is None:
            return WorkingDaysUnknown()
        span = (day_from + timedelta(days=i) for i in range((day_to - day_from).days + 1))
        return WorkingDays({day: self.shifts.get((staff_id, day), ()) for day in span})

    def hold(self, visits: tuple[SlotOption, ...]) -> Hold:
        self.calls.append("hold")
        self.holding = ()
        if any((v.staff_id, v.start) in self.held_by_others for v in visits):
            return HeldByAnother()
        self.holding = visits
        return Held()

    def release(self) -> None:
        self.calls.append("release")
        self.holding = ()

    def _once(
        self, step: str, left: str, request: WriteRequest, act: Callable[[], Result]
    ) -> Result:
        if step in self.steps:
            return self.steps[step]  # type: ignore[return-value]  # same step, same kind
        self.steps[step] = result = act()
        self.ledger.append(EarlierWrite(request, result, int(step.rpartition(":")[2]), left))
        if self.dies_after == len(self.ledger):
            raise Killed
        return result

    def book(self, request: BookRequest, *, step: str, left: str = "") -> BookResult:
        self.calls.append(f"book {step}")
        return self._once(step, left, request, lambda: self._booked(request))

    def _booked(self, request: BookRequest) -> BookResult:
        return self.next_book.pop(0) if self.next_book else self._book(request)

    def _book(self, request: BookRequest) -> BookResult:
        end = request.start + self.length(request.service_ids, request.staff_id)
        if self.busy(request.staff_id, request.start, end, None):
            return SlotTaken()
        record = Record(
            f"r{len(self.records) + 1}", request.start, end, request.staff_id, request.service_ids,
            request.client_name, request.comment,
        )  # fmt: skip
        self.records.append(record)
        self.mine.append(record.id)
        price = 0
        for item in request.service_ids:
            service = self.salon.service(item)
            assert service is not None
            offer = service.staff.get(request.staff_id)
            price += (offer.price if offer and offer.price else service.price_min) or 0
        return Booked(record.id, record.start, record.staff, record.services, price or None)

    def earlier_writes(self) -> tuple[EarlierWrite, ...]:
        return self.earlier

    def upcoming_bookings(self) -> BookingsFound | BookingsUnavailable:
        self.calls.append("upcoming_bookings")
        if self.fail_bookings:
            return BookingsUnavailable()
        found = [r for r in self.records if r.id in self.mine and r.start > self.now]
        return BookingsFound(
            tuple(
                UpcomingBooking(r.id, r.start, r.services, r.staff)
                for r in sorted(found, key=lambda r: r.start)
            )
        )

    def cancel(self, record_id: str, *, step: str, left: str = "") -> CancelResult:
        self.calls.append(f"cancel {step}")
        request = CancelRequest(record_id)
        return self._once(step, left, request, lambda: self._cancel(record_id))

    def _cancel(self, record_id: str) -> CancelResult:
        if self.next_cancel:
            return self.next_cancel.pop(0)
        record = next((r for r in self.records if r.id == record_id), None)
        if record is None:
            return Refused(RefusedReason.NOT_FOUND)
        self.records.remove(record)
        return Cancelled(record_id, record.start)

    def move(
        self,
        record_id: str,
        new_start: datetime,
        staff_id: str,
        *,
        step: str,
        services: tuple[str, ...] = (),
        left: str = "",
    ) -> MoveResult:
        self.calls.append(f"move {step}")
        request = MoveRequest(record_id, new_start, staff_id, services, changed=bool(services))
        return self._once(step, left, request, lambda: self._move(request))

    def _move(self, request: MoveRequest) -> MoveResult:
        if self.next_move:
            return self.next_move.pop(0)
        record_id, new_start, staff_id = request.record_id, request.new_start, request.staff_id
        services = request.service_ids
        record = next((r for r in self.records if r.id == record_id), None)
        if record is None:
            return Refused(RefusedReason.NOT_FOUND)
        done = services or record.services
        length = self.length(done, staff_id)
        if self.busy(staff_id, new_start, new_start + length, record_id):
            return SlotTaken()
        old = record.start
        record.start, record.end, record.staff = new_start, new_start + length, staff_id
        record.services = done
        return Moved(record_id, new_start, staff_id, done, old)

    def confirm(self, record_id: str) -> ConfirmResult:
        self.calls.append(f"confirm {record_id}")
        if any(record.id == record_id for record in self.records):
            return Confirmed(record_id)
        return Refused(RefusedReason.NOT_FOUND)

    def note(self, record_id: str, text: str) -> ConfirmResult:
        self.calls.append(f"note {record_id}")
        if self.fail_notes:
            return SystemDown()
        for record in self.records:
            if record.id == record_id:
                record.comment = text if not record.comment else f"{text}\n{record.comment}"
                return Confirmed(record_id)
        return Refused(RefusedReason.NOT_FOUND)

    def client_name(self) -> str | None:
        self.calls.append("client_name")
        return self.card

    def take(self, staff: str, start: datetime, minutes: int = 60) -> None:
        """Another client's visit."""
        self.records.append(
            Record(
                f"x{len(self.records) + 1}",
                start,
                start + timedelta(minutes=minutes),
                staff,
                (),
                "другой",
            )
        )
