"""The names of what a turn has done, for staff and tests: only what the tools say was done counts."""

from __future__ import annotations

from whatsapp.assistant.decisions import Decision, OptOut, Rated, VisitConfirmed
from whatsapp.assistant.told import WaitsFor, WaitsNoMore
from whatsapp.assistant.tools import Booked, Cancelled, Moved, WriteRequest, WriteResult

_WRITES = {Booked: "create_booking", Moved: "move_booking", Cancelled: "cancel_booking"}


def names(
    decisions: tuple[Decision, ...], writes: tuple[tuple[WriteRequest, WriteResult], ...]
) -> tuple[str, ...]:
    """Writes first, in their order."""
    found = [_WRITES[type(result)] for _, result in writes if type(result) in _WRITES]
    for decision in decisions:
        if isinstance(decision, VisitConfirmed):
            found.append("confirm_visit")
        if isinstance(decision, Rated) and decision.rating is not None:
            found.append("save_rating")
        if isinstance(decision, OptOut):
            found.append("unsubscribe")
        if isinstance(decision, WaitsFor):
            found.append("wait")
        if isinstance(decision, WaitsNoMore):
            found.append("stop_waiting")
    return tuple(found)
