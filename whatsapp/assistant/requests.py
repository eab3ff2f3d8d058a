"""What «да» writes: the requests to the journal that a proposal stands for. Pure."""

from __future__ import annotations

from whatsapp.assistant.state import (
    Pending,
    PendingBook,
    PendingCancel,
    PendingMove,
    PendingMoves,
    Visit,
)
from whatsapp.assistant.tools import BookRequest, CancelRequest, MoveRequest, WriteRequest


def of(pending: Pending, name: str, note: str) -> tuple[WriteRequest, ...]:
    match pending:
        case PendingBook(visits=visits):
            return tuple(booking(v, name, note, len(visits)) for v in visits)
        case PendingMove():
            return (_moving(pending),)
        case PendingMoves(moves=moves):
            return tuple(map(_moving, moves))
        case PendingCancel(record_ids=ids):
            return tuple(CancelRequest(item) for item in ids)


def booking(visit: Visit, name: str, note: str, visits: int) -> BookRequest:
    comment = "; ".join(part for part in (visit.guest and f"для: {visit.guest}", note) if part)
    return BookRequest(
        visit.services, visit.staff, visit.start, name, comment, visits, guest=visit.guest
    )


def _moving(move: PendingMove) -> MoveRequest:
    visit = move.visit
    return MoveRequest(
        move.record_id, visit.start, visit.staff, visit.services, move.old_start, move.changed
    )
