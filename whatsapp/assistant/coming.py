"""«Приду» and «это маме» carried out: the journal is told, and a visit it does not have is not awaited."""

from __future__ import annotations

from whatsapp.assistant.decisions import Decision, HandOver, NoBookings, RunningLate, VisitConfirmed
from whatsapp.assistant.frame import Frame, Topic
from whatsapp.assistant.told import ForGuest
from whatsapp.assistant.tools import BookingTools, Confirmed, Refused, RefusedReason


def confirmed(decision: Decision, frame: Frame, tools: BookingTools) -> Decision:
    """The decision after the journal was told; any but who comes passes through.

    A journal that does not answer changes no word: nothing is promised of it, and it is told later.
    """
    if isinstance(decision, ForGuest):
        who = "имя" if decision.own else "для"
        noted = tools.note(decision.record_id, f"{who}: {decision.guest}")
        return decision if isinstance(noted, Confirmed) else HandOver(Topic.QUESTION)
    coming = isinstance(decision, VisitConfirmed)
    late = isinstance(decision, RunningLate) and frame.attending is True
    if not isinstance(decision, VisitConfirmed | RunningLate) or not (coming or late):
        return decision
    if decision.record_id is None:
        return decision
    if isinstance(decision, VisitConfirmed) and decision.others:
        return _all(decision.record_id, decision.others, tools)
    return decision if _awaited(decision.record_id, tools) else NoBookings()


def _all(first: str, others: tuple[str, ...], tools: BookingTools) -> Decision:
    """«обе в силе»: those that are still in the journal."""
    known = tuple(record for record in (first, *others) if _awaited(record, tools))
    return VisitConfirmed(known[0], known[1:]) if known else NoBookings()


def _awaited(record: str, tools: BookingTools) -> bool:
    outcome = tools.confirm(record)
    return not (isinstance(outcome, Refused) and outcome.reason is RefusedReason.NOT_FOUND)
