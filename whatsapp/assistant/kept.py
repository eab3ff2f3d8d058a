"""A request that YCLIENTS's silence left undone: kept, taken up again, and told or handed over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Ask,
    AskCancelOrMove,
    AskName,
    CannotCheck,
    Decision,
    Declined,
    FindSlots,
    NothingFree,
    Offer,
    OptOut,
    Propose,
    Purpose,
    Written,
)
from whatsapp.assistant.frame import Slot
from whatsapp.assistant.state import PendingBook, PendingCancel, PendingMove, PendingMoves
from whatsapp.assistant.told import Barred, BookElsewhere
from whatsapp.assistant.tools import (
    BookRequest,
    OutcomeUnknown,
    Unavailable,
    WriteRequest,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is to be done once YCLIENTS answers: writes the client agreed to, or a search.

    `unknown`: the turn's own writes have to be looked up, all but the first `told`, of which the client
    has heard. `rest`: further orders of the same message, for when this one is done. `summary` is for the
    person who takes it over.
    """

    writes: tuple[WriteRequest, ...] = ()
    search: FindSlots | None = None
    unknown: bool = False
    told: int = 0
    rest: tuple[str, ...] = ()
    summary: str = ""

    @property
    def changes(self) -> bool:
        """It is about an existing visit, not about a new one."""
        if self.search is not None:
            return self.search.purpose is Purpose.MOVE
        return any(not isinstance(item, BookRequest) for item in self.writes)

    def to_json(self) -> str:
        return _adapter.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Kept:
        """Raises pydantic's ValidationError."""
        return _adapter.validate_json(text)


def left_undone(decisions: Sequence[Decision], summary: str) -> Kept | None:
    """What these decisions leave to be done later; None when nothing."""
    for decision in reversed(decisions):
        match decision:
            case CannotCheck(reason=Unavailable.DOWN, wish=wish, purpose=purpose):
                return Kept(search=FindSlots(wish, purpose), summary=summary)
            case Written(undone=undone) if undone:
                return Kept(writes=undone, summary=summary)
            case Written(results=results) if any(isinstance(r, OutcomeUnknown) for _, r in results):
                return Kept(unknown=True, summary=summary)
    return None


def superseded(kept: Kept, decisions: Sequence[Decision]) -> bool:
    """The dialogue has moved on from `kept`: doing it later would surprise the client."""
    if kept.unknown or not decisions:
        return False
    match decisions[-1]:
        case Declined() | OptOut():
            return True
        case Written(results=results):
            requests = tuple(request for request, _ in results)
            booked = any(isinstance(r, BookRequest) for r in requests)
            return _touches(kept, _records(requests)) if kept.changes else booked
        case (
            Offer(purpose=purpose, wish=wish)
            | NothingFree(purpose=purpose, wish=wish)
            | CannotCheck(purpose=purpose, wish=wish)
        ):
            moves = purpose is Purpose.MOVE
            return kept.changes == moves and (not moves or _touches(kept, {wish.record_id}))
        case Propose(pending=pending):
            match pending:
                case PendingBook():
                    return not kept.changes
                case PendingMove(record_id=record):
                    return kept.changes and _touches(kept, {record})
                case PendingMoves(moves=several):
                    return kept.changes and _touches(kept, {move.record_id for move in several})
                case PendingCancel(record_ids=records):
                    return kept.changes and _touches(kept, {*records})
        case Ask(moving=moving, slot=slot):
            return kept.changes == (moving or slot is Slot.BOOKING)
        case AskName() | BookElsewhere() | AlreadyBooked():
            return not kept.changes
        case AskCancelOrMove() | Barred():
            return kept.changes
        case _:
            return False


def leaves_orders(kept: Kept, decisions: Sequence[Decision], orders: int) -> bool:
    """What was to follow `kept`, which a turn of so many `orders` superseded, is still wanted."""
    refused = bool(decisions) and isinstance(decisions[-1], Declined | OptOut)
    return bool(kept.rest) and orders < 2 and not refused


def _records(requests: Sequence[WriteRequest]) -> set[str | None]:
    return {r.record_id for r in requests if not isinstance(r, BookRequest)}


def _touches(kept: Kept, records: set[str | None]) -> bool:
    """About the very visits that `kept` is to change."""
    own = _records(kept.writes) if kept.search is None else {kept.search.wish.record_id}
    return bool(own & records)


_adapter: TypeAdapter[Kept] = TypeAdapter(Kept)
