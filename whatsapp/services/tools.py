"""The assistant's tools on the salon's journal: its Protocol on one side, the marketplace on the other.

Ids are text for the assistant and numbers in YCLIENTS. Nothing is raised for what the outside does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from marketplace.models import Booking, Company, Service
from marketplace.services import (
    attendance,
    booking,
    booking_by_hand,
    booking_holds,
    free_slots,
    record_notes,
    working_days,
)
from marketplace.services.free_around import with_own_time
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.errors import Forbidden, LicenceExpired, YclientsError
from whatsapp.assistant import tools as asked
from whatsapp.assistant.types import OpenHours, UpcomingBooking
from whatsapp.services import tool_results as results


def _always() -> None:
    """Nobody else works on this dialogue."""


@dataclass(frozen=True)
class JournalTools:
    """One client of one salon in one turn.

    `phone` E.164, "" when only the LID is known: then nothing can be booked. `key_prefix` begins the
    keys of this turn's writes, the same in every retry. `fence` runs before each write and raises when
    the turn is not ours any more.
    """

    company: Company
    phone: str
    key_prefix: str
    fence: Callable[[], None] = _always
    # All that YCLIENTS is asked in this turn shares it: the client waits from now on.
    deadline: Deadline = field(default_factory=Deadline)
    reread: bool = True  # an old schedule, into our copy
    unwritten: bool = False  # this turn's keys were looked for, and there are none

    # --- looking ---

    def free_slots(
        self,
        service_ids: tuple[str, ...],
        staff_id: str | None,
        day_from: date,
        day_to: date,
        *,
        instead_of: str | None = None,
    ) -> asked.Slots:
        try:
            found = free_slots.free_slots(
                self.company,
                service_ids=_numbers(service_ids),
                staff_id=int(staff_id) if staff_id else None,
                day_from=day_from,
                day_to=day_to,
                deadline=self.deadline,
                reread=self.reread,
            )
        except LookupError:
            return asked.SlotsUnavailable(asked.Unavailable.NO_STAFF)
        except (Forbidden, LicenceExpired):
            return asked.SlotsUnavailable(asked.Unavailable.CLOSED)
        except YclientsError:
            return asked.SlotsUnavailable(asked.Unavailable.DOWN)
        if instead_of is not None and self._own(instead_of) is not None:
            found = with_own_time(
                self.company,
                found,
                int(instead_of),
                service_ids=_numbers(service_ids),
                staff_id=int(staff_id) if staff_id else None,
                day_from=day_from,
                day_to=day_to,
                deadline=self.deadline,
            )
        return asked.SlotsFound(
            tuple(
                asked.SlotOption(slot.start, str(slot.staff_id), service_ids, slot.length_seconds)
                for slot in booking_holds.not_held(self.company, self._holder, found)
            )
        )

    def working_days(self, staff_id: str, day_from: date, day_to: date) -> asked.Working:
        found = working_days.of(
            self.company,
            staff_id=int(staff_id),
            day_from=day_from,
            day_to=day_to,
            deadline=self.deadline,
            reread=self.reread,
        )
        if found is None:
            return asked.WorkingDaysUnknown()
        return asked.WorkingDays(
            {
                day: tuple(
                    OpenHours(results.clock(begin), results.clock(end)) for begin, end in spans
                )
                for day, spans in found.items()
            }
        )

    def upcoming_bookings(self) -> asked.BookingsFound | asked.BookingsUnavailable:
        if not self.phone:
            return asked.BookingsUnavailable()
        return asked.BookingsFound(
            tuple(
                UpcomingBooking(
                    id=str(visit.record_id),
                    start=visit.start,
                    services=tuple(str(item) for item in visit.service_ids),
                    staff=str(visit.staff_id) if visit.staff_id else None,
                )
                for visit in booking.upcoming(self.company, self.phone)
            )
        )

    def client_name(self) -> str | None:
        return booking.client_name(self.company, self.phone) if self.phone else None

    # --- asking ---

    @property
    def _holder(self) -> str:
        """The dialogue: what the keys of all its turns begin with."""
        return self.key_prefix.rpartition(":")[0]

    def hold(self, visits: tuple[asked.SlotOption, ...]) -> asked.Hold:
        spans = [
            booking_holds.span(int(item.staff_id), item.start, item.duration_seconds)
            for item in visits
        ]
        held = booking_holds.claim(self.company, self._holder, spans)
        return asked.Held() if held else asked.HeldByAnother()

    def release(self) -> None:
        booking_holds.release(self.company, self._holder)

    # --- writing ---

    def book(self, request: asked.BookRequest, *, step: str, left: str = "") -> asked.BookResult:
        refusal = self._refusal(request)
        if refusal is not None:
            return asked.Refused(refusal)
        self.fence()
        outcome = booking.book(
            self.company,
            key=self._key(step, request.visits_in_turn),
            phone=self.phone,
            name=request.client_name,
            service_ids=_numbers(request.service_ids),
            staff_id=int(request.staff_id),
            start=request.start,
            comment=request.comment,
            left=left,
            deadline=self.deadline,
        )
        return results.booked(outcome)

    def move(
        self,
        record_id: str,
        new_start: datetime,
        staff_id: str,
        *,
        step: str,
        services: tuple[str, ...] = (),
        left: str = "",
    ) -> asked.MoveResult:
        known = self._own(record_id)
        if known is None:
            return asked.Refused(asked.RefusedReason.NOT_FOUND)
        if self._prepaid(services):
            return asked.Refused(asked.RefusedReason.PREPAID)
        self.fence()
        outcome = booking.move(
            self.company,
            key=self._key(step),
            record_id=int(record_id),
            start=new_start,
            staff_id=int(staff_id),
            service_ids=_numbers(services),
            left=left,
            deadline=self.deadline,
        )
        return results.moved(outcome, known.start.astimezone(self.company.zone))

    def cancel(self, record_id: str, *, step: str, left: str = "") -> asked.CancelResult:
        if self._own(record_id) is None:
            return asked.Refused(asked.RefusedReason.NOT_FOUND)
        self.fence()
        outcome = booking.cancel(
            self.company,
            key=self._key(step),
            record_id=int(record_id),
            left=left,
            deadline=self.deadline,
        )
        return results.cancelled(outcome)

    def confirm(self, record_id: str) -> asked.ConfirmResult:
        self.fence()
        match attendance.confirm(self.company, int(record_id), deadline=self.deadline):
            case attendance.Marked.DONE:
                return asked.Confirmed(record_id)
            case attendance.Marked.GONE:
                return asked.Refused(asked.RefusedReason.NOT_FOUND)
            case attendance.Marked.REFUSED:
                return asked.Refused(asked.RefusedReason.NOT_ALLOWED)
            case attendance.Marked.DOWN:
                return asked.SystemDown()

    def note(self, record_id: str, text: str) -> asked.ConfirmResult:
        if self._own(record_id) is None:
            return asked.Refused(asked.RefusedReason.NOT_FOUND)
        self.fence()
        noted = record_notes.add(self.company, int(record_id), text, deadline=self.deadline)
        return asked.Confirmed(record_id) if noted else asked.SystemDown()

    def earlier_writes(self) -> tuple[asked.EarlierWrite, ...]:
        """The turn's own writes from a run that was cut off; what was left open is settled first."""
        begun = booking.attempts(self.company.pk, f"{self.key_prefix}:").order_by("pk")
        if self.unwritten or not begun.exists():
            return ()
        # The keys of the same rows in the same order: they tell how many visits the turn had.
        known = begun.values_list("key", flat=True)
        self.fence()
        found = booking.earlier(self.company, self.key_prefix, deadline=self.deadline)
        return tuple(
            results.earlier(key, kind, request, outcome, self.company.zone)
            for key, (kind, request, outcome) in zip(known, found, strict=True)
        )

    def _own(self, record_id: str) -> Booking | None:
        """This client's visit: nobody else's may be touched, whatever the dialogue says."""
        rows = Booking.objects.filter(company=self.company, client_phone=self.phone)
        return rows.filter(record_id=int(record_id)).first() if self.phone else None

    def _key(self, step: str, visits: int = 1) -> str:
        """ "15:3:book:1/2": conversation, turn, step, and how many visits the turn was to write."""
        return f"{self.key_prefix}:{step}/{visits}"

    def _refusal(self, request: asked.BookRequest) -> asked.RefusedReason | None:
        """What is known to fail before YCLIENTS is asked."""
        if not self.phone:
            return asked.RefusedReason.PHONE
        if booking_by_hand.wanted(self.company) and not booking_by_hand.possible(self.company):
            return asked.RefusedReason.CONFIRMATION
        return asked.RefusedReason.PREPAID if self._prepaid(request.service_ids) else None

    def _prepaid(self, service_ids: tuple[str, ...]) -> bool:
        rows = Service.objects.filter(company=self.company, yclients_id__in=_numbers(service_ids))
        return rows.filter(prepaid=True).exists()


def _numbers(ids: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(int(item) for item in ids)
