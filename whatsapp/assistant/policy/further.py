"""What becomes of the further orders of a message: the next is done, they wait, or they are over. Pure.

They wait for one question: the one that the order before them left open. When the client goes on to
something else they are over, and never done as a surprise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum

from whatsapp.assistant.decisions import (
    Ask,
    AskName,
    CannotCheck,
    Decision,
    Declined,
    NothingFree,
    Offer,
    Propose,
    Rated,
    VisitConfirmed,
    Written,
)
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    Pending,
    PendingBook,
    PendingCancel,
    PendingMove,
    PendingMoves,
    Task,
)
from whatsapp.assistant.told import AskWaiting
from whatsapp.assistant.tools import Booked, BookRequest, Cancelled, Moved

MOST = 8  # orders of one message

# What leads on with the visit that is being arranged, whatever of it has changed.
_LEADS_ON = (Ask, AskName, AskWaiting, CannotCheck, NothingFree, Offer, Propose)
_OWN = (Task.MOVE, Task.CANCEL)


class Fate(StrEnum):
    NEXT = "next"  # the one before is done: the first of them now
    WAIT = "wait"  # for the answer to what is asked
    OVER = "over"


def fate(after: DialogueState, decision: Decision) -> Fate:
    """Of the orders in `after.rest`, when `decision` is about the order before them."""
    if _stays_undone(decision) or isinstance(decision, Rated | VisitConfirmed):
        return Fate.NEXT
    asks = after.asked is not Asked.NOTHING or after.waiting_asked
    if asks:
        return Fate.WAIT
    done = isinstance(decision, Written) and all(
        isinstance(result, Booked | Moved | Cancelled) for _, result in decision.results
    )
    return Fate.NEXT if done else Fate.OVER


def goes_on(before: DialogueState, after: DialogueState, decision: Decision) -> bool:
    """The turn is about what was being arranged when the orders were left to wait in `before`."""
    if isinstance(decision, Written):
        return _wrote_it(before, decision)
    if _stays_undone(decision):
        return True
    return _same(before, after, decision)


def _stays_undone(decision: Decision) -> bool:
    """What was done by mistake is not taken back after all; what was meant then is still wanted."""
    return isinstance(decision, Declined) and decision.undoing


def asked(order: str, decision: Decision) -> str:
    """The words of the next order; after a refusal it is a question, and asked about itself."""
    return f"{order}?" if _stays_undone(decision) and not order.endswith("?") else order


def writes_it(before: DialogueState, pending: Pending) -> bool:
    """`pending`, about to be written, is what was being arranged."""
    if isinstance(pending, PendingBook):
        visits = {(visit.services, visit.start.date()) for visit in pending.visits}
        return before.task not in _OWN and not _another(before, visits)
    known, own = records(before), records(replace(before, pending=pending))
    return before.task in _OWN and (not known or bool(own & known))


def _another(before: DialogueState, visits: set[tuple[tuple[str, ...], date]]) -> bool:
    """Nothing of what was proposed: neither its services nor its day."""
    if not isinstance(before.pending, PendingBook):
        return False
    services = {s for visit in before.pending.visits for s in visit.services}
    days = {visit.start.date() for visit in before.pending.visits}
    return not any(services & {*chosen} or day in days for chosen, day in visits)


def _wrote_it(before: DialogueState, written: Written) -> bool:
    """What was written is what was being arranged."""
    if before.task not in _OWN:
        booked = [r for r, _ in written.results if isinstance(r, BookRequest)]
        visits = {(request.service_ids, request.start.date()) for request in booked}
        return bool(booked) and not _another(before, visits)
    known = records(before)
    own = {r.record_id for r, _ in written.results if not isinstance(r, BookRequest)}
    return bool(own & known) if known else bool(own)


def _same(before: DialogueState, after: DialogueState, decision: Decision) -> bool:
    """The question that is open is still about the visit that was being arranged."""
    if before.task in _OWN:
        one, two = records(before), records(after)
        return after.task in _OWN and (not one or not two or bool(one & two))
    untouched = (after.asked, after.slots) == (before.asked, before.slots)
    return after.task is before.task and (untouched or isinstance(decision, _LEADS_ON))


def records(state: DialogueState) -> frozenset[str]:
    """The client's visits that are spoken of: one, or those to choose from."""
    match state.pending:
        case PendingMove(record_id=record):
            return frozenset((record,))
        case PendingMoves(moves=moves):
            return frozenset(move.record_id for move in moves)
        case PendingCancel(record_ids=records):
            return frozenset(records)
        case _:
            listed = frozenset(o.value for o in state.options if o.kind == "booking")
            return listed or frozenset((state.booking,) if state.booking else ())
