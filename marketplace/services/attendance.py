"""The client's «приду» in the journal: attendance 2. Setting it twice changes nothing, so no ledger."""

from enum import Enum

import structlog

from marketplace.models import Booking, Company
from marketplace.services import bookings
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.errors import (
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Retryable,
    Unauthorized,
    YclientsError,
)

log = structlog.get_logger(__name__)

WAITS, CAME, CONFIRMED = 0, 1, 2


class Marked(Enum):
    DONE = "done"  # the journal says that the client comes, or came
    GONE = "gone"  # the visit is not in the journal any more
    REFUSED = "refused"  # a right is missing: the journal stays as it is
    DOWN = "down"  # not known; may be tried again


def confirm(
    company: Company,
    record_id: int,
    *,
    lane: Lane = Lane.CLIENT,
    deadline: Deadline | None = None,
) -> Marked:
    """Marks a visit that waits as confirmed. Raises nothing; never inside a transaction."""
    outcome = _confirm(company, record_id, lane, deadline)
    log.info("booking.attendance", company_id=company.pk, outcome=outcome.value)
    if outcome is Marked.DONE:
        waiting = Booking.objects.filter(company=company, record_id=record_id, attendance=WAITS)
        waiting.update(attendance=CONFIRMED)
    if outcome is Marked.GONE:
        bookings.mark_deleted(company, record_id)
    return outcome


def _confirm(company: Company, record_id: int, lane: Lane, deadline: Deadline | None) -> Marked:
    try:
        with client_for(company, lane=lane, deadline=deadline) as client:
            try:
                record = client.record(company.salon_id, record_id)
            except NotFound:
                return Marked.GONE
            if record.deleted:
                return Marked.GONE
            if record.attendance == WAITS:
                client.mark_attendance(record, CONFIRMED)
    except (Retryable, RateLimited, Unauthorized, OutcomeUnknown):
        return Marked.DOWN
    except (Forbidden, NotFound, YclientsError):
        return Marked.REFUSED
    return Marked.DONE
