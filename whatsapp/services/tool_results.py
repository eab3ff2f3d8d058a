"""Outcomes of the journal in the assistant's words. Ids become text on the way."""

from datetime import datetime, time
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from marketplace.models import BookingAttempt
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


def earlier(
    key: str, kind: str, request: dict[str, Any], outcome: outcomes.Outcome, zone: ZoneInfo
) -> asked.EarlierWrite:
    """A write of the ledger as the assistant asked for it; times in `zone`. `key`: "15:3:book:1/2"."""
    asked_for, ended = _asked(key, kind, request, outcome, zone)
    number = int(key.rpartition("/")[0].rpartition(":")[2])
    return asked.EarlierWrite(asked_for, ended, number, request.get("left", ""))


def _asked(
    key: str, kind: str, request: dict[str, Any], outcome: outcomes.Outcome, zone: ZoneInfo
) -> tuple[asked.WriteRequest, asked.WriteResult]:
    match BookingAttempt.Kind(kind):
        case BookingAttempt.Kind.BOOK:
            return (
                asked.BookRequest(
                    service_ids=tuple(str(item) for item in request["service_ids"]),
                    staff_id=str(request["staff_id"]),
                    start=datetime.fromisoformat(request["start"]).astimezone(zone),
                    client_name=request["name"],
                    comment=request["comment"],
                    visits_in_turn=int(key.rpartition("/")[2]),
                ),
                booked(outcome),
            )
        case BookingAttempt.Kind.MOVE:
            start = datetime.fromisoformat(request["start"]).astimezone(zone)
            old = datetime.fromisoformat(request["old_start"] or request["start"])
            return (
                asked.MoveRequest(
                    str(request["record_id"]),
                    start,
                    str(request["staff_id"]),
                    service_ids=tuple(str(item) for item in request.get("service_ids", ())),
                    changed=bool(request.get("service_ids")),
                ),
                moved(outcome, old.astimezone(zone)),
            )
        case BookingAttempt.Kind.CANCEL:
            return asked.CancelRequest(str(request["record_id"])), cancelled(outcome)


def clock(text: str) -> time:
    """ "10:00" of a schedule, and "24:00" as midnight."""
    hours, minutes = text.split(":")[:2]
    return time(int(hours) % 24, int(minutes))


def booked(outcome: outcomes.Outcome) -> asked.BookResult:
    if isinstance(outcome, outcomes.Done):
        return asked.Booked(
            record_id=str(outcome.record_id),
            start=outcome.start,
            staff_id=str(outcome.staff_id),
            service_ids=tuple(str(item) for item in outcome.service_ids),
            price=_price(outcome),
        )
    return _not_done(outcome)


def moved(outcome: outcomes.Outcome, old_start: datetime) -> asked.MoveResult:
    if isinstance(outcome, outcomes.Done):
        services = tuple(str(item) for item in outcome.service_ids)
        return asked.Moved(
            str(outcome.record_id),
            outcome.start,
            str(outcome.staff_id),
            services,
            old_start,
            _price(outcome),
        )
    return _not_done(outcome)


def _price(outcome: outcomes.Done) -> int | None:
    return None if outcome.cost is None else int(outcome.cost.to_integral_value())


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
