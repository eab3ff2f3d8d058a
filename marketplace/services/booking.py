"""Writes to the salon's journal, each once: a ledger row before the call, its outcome after it.

The outcome is one of Done, SlotTaken, Refused, Unknown, Down; nobody may tell a client of success
without Done. Nothing here holds a transaction during a call. `deadline` is what the client who waits
may still be kept for: past it a write is not begun (Down), and a lost one is not looked for (Unknown).
`left`: the caller's own words of what comes after the write, kept in the row's request.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aiadmin.core import clock
from marketplace.models import Booking, BookingAttempt, Client, Company
from marketplace.services import booking_lookup as lookup
from marketplace.services import bookings
from marketplace.services.booking_calls import CALLS
from marketplace.services.booking_outcomes import (
    Done,
    Down,
    Outcome,
    Refused,
    SlotTaken,
    Unknown,
    outcome_from_json,
    outcome_to_json,
)
from marketplace.services.yclients_access import client_for
from marketplace.yclients import errors
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.deadline import Deadline

log = structlog.get_logger(__name__)

Kind = BookingAttempt.Kind
Status = BookingAttempt.Status

# A composite or several services in one visit may not fit the default timeout of a busy YCLIENTS.
WRITE_TIMEOUT = 15.0


@dataclass(frozen=True)
class Upcoming:
    """A client's visit ahead. `start` is aware, in the salon's zone."""

    record_id: int
    start: datetime
    staff_id: int
    service_ids: tuple[int, ...]
    titles: tuple[str, ...]


def book(
    company: Company,
    *,
    key: str,
    phone: str,
    name: str,
    service_ids: tuple[int, ...],
    staff_id: int,
    start: datetime,
    comment: str = "",
    left: str = "",
    deadline: Deadline | None = None,
) -> Outcome:
    """Books one visit. `key` makes it once; `phone` is E.164, `start` aware."""
    request: dict[str, Any] = {
        "phone": phone,
        "name": name,
        "service_ids": list(service_ids),
        "staff_id": staff_id,
        "start": start.isoformat(),
        "comment": comment,
    }
    return _once(company, key=key, kind=Kind.BOOK, request=request, left=left, deadline=deadline)


def cancel(
    company: Company,
    *,
    key: str,
    record_id: int,
    left: str = "",
    deadline: Deadline | None = None,
) -> Outcome:
    """Deletes the record from the journal."""
    request = {"record_id": record_id}
    return _once(company, key=key, kind=Kind.CANCEL, request=request, left=left, deadline=deadline)


def move(
    company: Company,
    *,
    key: str,
    record_id: int,
    start: datetime,
    staff_id: int | None = None,
    service_ids: tuple[int, ...] = (),
    left: str = "",
    deadline: Deadline | None = None,
) -> Outcome:
    """Moves the record to another time, and to another master when `staff_id` is given.

    `service_ids`: what is to be done there from now on; none: as it is. One update of the record, so
    the old time is given up only with the new one in hand.
    """
    known = Booking.objects.filter(company=company, record_id=record_id).first()
    request = {
        "record_id": record_id,
        "start": start.isoformat(),
        "staff_id": staff_id,
        # Where it was, for words after a crash: our copy moves with the write.
        "old_start": known.start.isoformat() if known else None,
        "service_ids": list(service_ids),
    }
    return _once(company, key=key, kind=Kind.MOVE, request=request, left=left, deadline=deadline)


def attempts(company: Any, prefix: Any) -> QuerySet[BookingAttempt]:
    """The writes whose keys begin so."""
    return BookingAttempt.objects.filter(company_id=company, key__startswith=prefix)


def earlier(
    company: Company, key_prefix: str, *, deadline: Deadline | None = None
) -> list[tuple[str, dict[str, Any], Outcome]]:
    """The writes this turn already began before a crash, oldest first: (kind, request, outcome).

    An attempt left "started" is settled by reading the journal, and written only when it is
    certainly not there.
    """
    begun = attempts(company.pk, f"{key_prefix}:").order_by("pk")
    return [(row.kind, row.request, _resolved(company, row, deadline)) for row in begun]


def has_begun(company: Company, key_prefix: str) -> bool:
    """Whether the turn whose keys begin so has written, or may have."""
    return attempts(company.pk, f"{key_prefix}:").exists()


def leave_unknown(company: Company, key_prefix: str) -> bool:
    """Nobody will look for what this turn left open any more: its outcome is unknown. `has_begun`."""
    left = attempts(company.pk, f"{key_prefix}:").filter(status=Status.STARTED)
    left.update(status=Status.UNKNOWN, finished_at=clock.now())
    return has_begun(company, key_prefix)


def upcoming(company: Company, phone: str) -> list[Upcoming]:
    """The client's visits ahead, soonest first, as our copy of the journal knows them."""
    rows = Booking.objects.filter(
        company=company, client_phone=phone, is_deleted=False, start__gte=clock.now()
    ).order_by("start")
    return [
        Upcoming(
            record_id=row.record_id,
            start=row.start.astimezone(company.zone),
            staff_id=row.staff_yclients_id,
            service_ids=tuple(int(item["id"]) for item in row.services),
            titles=tuple(str(item.get("title", "")) for item in row.services),
        )
        for row in rows[:20]
    ]


def client_name(company: Company, phone: str) -> str | None:
    row = Client.objects.filter(company=company, phone=phone).first()
    return row.name or None if row else None


# --- the ledger ------------------------------------------------------------------------------------


def _once(
    company: Company,
    *,
    key: str,
    kind: str,
    request: dict[str, Any],
    left: str,
    deadline: Deadline | None,
) -> Outcome:
    """Inserts the ledger row and writes; a key that was begun before answers with its outcome."""
    if left:
        request = {**request, "left": left}
    try:
        with transaction.atomic():
            attempt = BookingAttempt.objects.create(
                company=company,
                key=key,
                kind=kind,
                api_id=f"{bookings.OUR_TAG}{uuid.uuid4().hex[:24]}",
                request=request,
                record_id=request.get("record_id"),
            )
    except IntegrityError:
        begun = BookingAttempt.objects.get(company=company, key=key)
        return _resolved(company, begun, deadline)
    with client_for(company, timeout=WRITE_TIMEOUT, deadline=deadline) as client:
        outcome = _write(client, company, attempt)
    return _finish(company, attempt, outcome)


def _finish(company: Company, attempt: BookingAttempt, outcome: Outcome) -> Outcome:
    status = {Done: Status.DONE, Unknown: Status.UNKNOWN}.get(type(outcome), Status.REFUSED)
    with transaction.atomic():
        BookingAttempt.objects.filter(pk=attempt.pk).update(
            status=status,
            result=outcome_to_json(outcome),
            record_id=outcome.record_id if isinstance(outcome, Done) else attempt.record_id,
            # Business time: reminders and digests ask how long ago it was.
            finished_at=clock.now(),
        )
        if isinstance(outcome, Done):
            bookings.apply_own_write(company, attempt, outcome)
    log.info(
        "booking.write", company_id=company.pk, kind=attempt.kind, outcome=type(outcome).__name__
    )
    return outcome


def _resolved(company: Company, attempt: BookingAttempt, deadline: Deadline | None) -> Outcome:
    """The stored outcome. An attempt that a crash left open is looked up in the journal first and
    written again only when it is certainly not there."""
    if attempt.result is not None and attempt.status != Status.UNKNOWN:
        return outcome_from_json(attempt.result)
    with client_for(company, timeout=WRITE_TIMEOUT, deadline=deadline) as client:
        outcome = _found(client, company, attempt)
        if outcome is None:
            outcome = _write(client, company, attempt, tried=True)
    return _finish(company, attempt, outcome)


# --- the calls -------------------------------------------------------------------------------------


def _write(
    client: YclientsClient, company: Company, attempt: BookingAttempt, *, tried: bool = False
) -> Outcome:
    """One write. An unknown outcome is looked up; only when the journal was read and does not show
    it, one second try for the very same slot and master follows. `tried`: a crash lost the first."""
    act = CALLS[Kind(attempt.kind)]
    for _ in range(2):
        try:
            return act(client, company, attempt)
        except errors.SlotBusy:
            # A lost call may have reached YCLIENTS late: then the slot is taken by ourselves.
            found = _found(client, company, attempt) if tried else None
            return found or SlotTaken()
        except errors.OutcomeUnknown:
            found = _found(client, company, attempt)
            if found is not None:
                return found
            tried = True
        except errors.YclientsError as error:
            outcome = refusal(error)
            # The first call may still be on its way: that nothing was written is not known.
            return Unknown() if tried and isinstance(outcome, Down) else outcome
    return Unknown()


def _found(client: YclientsClient, company: Company, attempt: BookingAttempt) -> Outcome | None:
    wish = attempt.request
    match Kind(attempt.kind):
        case Kind.BOOK:
            return lookup.find_booked(client, company, attempt)
        case Kind.CANCEL:
            return lookup.find_cancelled(client, company, wish["record_id"])
        case Kind.MOVE:
            return lookup.find_moved(client, company, attempt)


def refusal(error: errors.YclientsError) -> Outcome:
    """A YCLIENTS error as an outcome: what heals by itself is Down, the rest is Refused."""
    if isinstance(error, errors.Retryable | errors.RateLimited | errors.Unauthorized):
        return Down()
    codes: tuple[tuple[type[errors.YclientsError], str], ...] = (
        (errors.Blacklisted, "blacklisted"),
        (errors.LicenceExpired, "licence"),
        (errors.Forbidden, "forbidden"),
        (errors.NotFound, "not_found"),
        (errors.InvalidRequest, "invalid"),
    )
    code = next((name for kind, name in codes if isinstance(error, kind)), "refused")
    return Refused(code, error.message)
