"""Outcomes of the journal in the assistant's words. Ids become text on the way."""

from datetime import datetime
from typing import assert_never

from marketplace.services import booking_outcomes as outcomes
from whatsapp.assistant import tools as asked

_REASONS = {
    "blacklisted": asked.RefusedReason.BLACKLIST,
    "licence": asked.RefusedReason.CLOSED,
    "forbidden": asked.RefusedReason.NOT_ALLOWED,
    "not_allowed": asked.RefusedReason.NOT_ALLOWED,
    "too_late": asked.RefusedReason.TOO_LATE,
    "not_found": asked.RefusedReason.NOT_FOUND,
    "gone": asked.RefusedReason.NOT_FOUND,
}


def booked(outcome: outcomes.Outcome) -> asked.BookResult:
    if isinstance(outcome, outcomes.Done):
        return asked.Booked(
            record_id=str(outcome.record_id),
            start=outcome.start,
            staff_id=str(outcome.staff_id),
            service_ids=tuple(str(item) for item in outcome.service_ids),
            price=None if outcome.cost is None else int(outcome.cost.to_integral_value()),
        )
    return _not_done(outcome)


def moved(outcome: outcomes.Outcome, old_start: datetime) -> asked.MoveResult:
    if isinstance(outcome, outcomes.Done):
        services = tuple(str(item) for item in outcome.service_ids)
        return asked.Moved(
            str(outcome.record_id), outcome.start, str(outcome.staff_id), services, old_start
        )
    return _not_done(outcome)


def cancelled(outcome: outcomes.Outcome) -> asked.CancelResult:
    if isinstance(outcome, outcomes.Done):
        return asked.Cancelled(str(outcome.record_id), outcome.start)
    refused = _not_done(outcome)
    # Nobody can take the time of a visit that is being cancelled.
    return asked.Refused() if isinstance(refused, asked.SlotTaken) else refused


def _not_done(
    outcome: outcomes.SlotTaken | outcomes.Refused | outcomes.Unknown | outcomes.Down,
) -> asked.SlotTaken | asked.Refused | asked.OutcomeUnknown | asked.SystemDown:
    match outcome:
        case outcomes.SlotTaken():
            return asked.SlotTaken()
        case outcomes.Refused(code=code):
            return asked.Refused(_REASONS.get(code, asked.RefusedReason.OTHER))
        case outcomes.Unknown():
            return asked.OutcomeUnknown()
        case outcomes.Down():
            return asked.SystemDown()
        case _:
            assert_never(outcome)
