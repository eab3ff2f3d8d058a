"""What the assistant may do in the world: a Protocol of tools and the closed sums of their results.

An implementation never raises for what the outside does: every outcome is one of the types here.
`step` names a write within one turn («book:1»): the same step asked again returns the stored outcome.
`left` is kept with the write and comes back with it: what a run that is cut off leaves to the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol

from whatsapp.assistant.types import OpenHours, UpcomingBooking


class Unavailable(StrEnum):
    """Why free time could not be asked for."""

    DOWN = "down"  # YCLIENTS does not answer
    NO_STAFF = "no_staff"  # nobody does the service: «занято» would be a lie
    CLOSED = "closed"  # online booking is switched off for it


class RefusedReason(StrEnum):
    """Why the salon's journal said no."""

    PHONE = "phone"
    BLACKLIST = "blacklist"
    CLOSED = "closed"
    CONFIRMATION = "confirmation"  # the salon wants a code from SMS: only its own page can do that
    PREPAID = "prepaid"
    TOO_LATE = "too_late"  # moving or cancelling is not allowed so late
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SlotOption:
    """A free start. `start` is aware; `service_ids` are done one after another by `staff_id`."""

    start: datetime
    staff_id: str
    service_ids: tuple[str, ...]
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class SlotsFound:
    """The journal answered; an empty tuple means that all is taken."""

    slots: tuple[SlotOption, ...]


@dataclass(frozen=True, slots=True)
class SlotsUnavailable:
    reason: Unavailable = Unavailable.DOWN


@dataclass(frozen=True, slots=True)
class BookRequest:
    """One visit to write. `visits_in_turn`: how many the same turn was going to write."""

    service_ids: tuple[str, ...]
    staff_id: str
    start: datetime
    client_name: str
    comment: str = ""
    visits_in_turn: int = 1
    guest: str | None = None
    kind: Literal["book"] = "book"


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """`service_ids` and `old_start`: what is moved and from where, as far as it is known.

    `changed`: `service_ids` take the place of what was to be done.
    """

    record_id: str
    new_start: datetime
    staff_id: str
    service_ids: tuple[str, ...] = ()
    old_start: datetime | None = None
    changed: bool = False
    kind: Literal["move"] = "move"


@dataclass(frozen=True, slots=True)
class CancelRequest:
    record_id: str
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True)
class Booked:
    """The journal has the record, as it stands there. `price` in roubles, None when it has none."""

    record_id: str
    start: datetime
    staff_id: str
    service_ids: tuple[str, ...]
    price: int | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The record stands at its new place; `old_start` is where it was. `price` as in Booked."""

    record_id: str
    start: datetime
    staff_id: str
    service_ids: tuple[str, ...]
    old_start: datetime
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    record_id: str
    start: datetime


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """Somebody was quicker, or the slot was never free."""


@dataclass(frozen=True, slots=True)
class Refused:
    reason: RefusedReason = RefusedReason.OTHER


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """The write may or may not have happened; a person or a later check will tell."""


@dataclass(frozen=True, slots=True)
class SystemDown:
    """Nothing was written: the journal does not answer."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The journal shows that the client will come."""

    record_id: str


@dataclass(frozen=True, slots=True)
class BookingsFound:
    bookings: tuple[UpcomingBooking, ...]


@dataclass(frozen=True, slots=True)
class BookingsUnavailable:
    """The client's visits could not be read."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A master's hours by day, salon zone: every day asked about; no hours = a day off."""

    days: Mapping[date, tuple[OpenHours, ...]]


@dataclass(frozen=True, slots=True)
class WorkingDaysUnknown:
    """The schedule of these days was never read."""


@dataclass(frozen=True, slots=True)
class Held:
    """Nobody else is led into that time for a few minutes."""


@dataclass(frozen=True, slots=True)
class HeldByAnother:
    """Another client is being asked about it just now."""


Hold = Held | HeldByAnother
Working = WorkingDays | WorkingDaysUnknown
Slots = SlotsFound | SlotsUnavailable
BookResult = Booked | SlotTaken | Refused | OutcomeUnknown | SystemDown
MoveResult = Moved | SlotTaken | Refused | OutcomeUnknown | SystemDown
CancelResult = Cancelled | Refused | OutcomeUnknown | SystemDown
ConfirmResult = Confirmed | Refused | SystemDown
WriteResult = BookResult | MoveResult | CancelResult
WriteRequest = BookRequest | MoveRequest | CancelRequest


@dataclass(frozen=True, slots=True)
class EarlierWrite:
    """A write this very turn began before it was interrupted, and how it ended."""

    request: WriteRequest
    outcome: WriteResult
    number: int = 1  # its place among the writes of the turn
    left: str = ""


class BookingTools(Protocol):
    """One client of one salon; made anew for every turn."""

    def free_slots(
        self,
        service_ids: tuple[str, ...],
        staff_id: str | None,
        day_from: date,
        day_to: date,
        *,
        instead_of: str | None = None,
    ) -> Slots:
        """Free starts, both days included, salon's calendar; all masters when `staff_id` is None.

        `instead_of`: a record being moved or changed, whose own time counts as free (best effort).
        """
        ...

    def working_days(self, staff_id: str, day_from: date, day_to: date) -> Working:
        """The master's schedule, both days included; as last read when YCLIENTS does not answer."""
        ...

    def hold(self, visits: tuple[SlotOption, ...]) -> Hold:
        """Keeps all these times for this client for a while, or none; what was held before is released.

        A hold is no booking: only the journal says who gets the time.
        """
        ...

    def release(self) -> None:
        """Gives back what was held."""
        ...

    def book(self, request: BookRequest, *, step: str, left: str = "") -> BookResult: ...

    def earlier_writes(self) -> tuple[EarlierWrite, ...]:
        """Writes of this turn that a crashed run began, oldest first; empty on a first run."""
        ...

    def upcoming_bookings(self) -> BookingsFound | BookingsUnavailable:
        """The client's future visits, soonest first."""
        ...

    def cancel(self, record_id: str, *, step: str, left: str = "") -> CancelResult: ...

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
        """`services`: what is to be done there from now on; none: what was."""
        ...

    def confirm(self, record_id: str) -> ConfirmResult:
        """Marks a visit as confirmed by the client; twice is once."""
        ...

    def note(self, record_id: str, text: str) -> ConfirmResult:
        """Puts a word for the salon's people on a visit; twice is once."""
        ...

    def client_name(self) -> str | None:
        """The name on the client's card, None when there is no card."""
        ...
