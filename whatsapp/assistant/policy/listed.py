"""The client's visits in the order last told: «вторую» is by that, whatever was done since. Pure."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.decisions import Ask, Decision, ShowBookings, Written
from whatsapp.assistant.frame import Slot
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.tools import Cancelled, Moved
from whatsapp.assistant.types import Context, UpcomingBooking


def settled(state: DialogueState, decision: Decision, context: Context) -> DialogueState:
    """`state` with the order the client knows: `context` holds the visits as they were before `decision`."""
    match decision:
        case ShowBookings(ids=ids) | Ask(slot=Slot.BOOKING, options=ids):
            return replace(state, listed=ids)
        case Written(results=results) if not state.listed:
            changed = any(isinstance(result, Cancelled | Moved) for _, result in results)
            known = tuple(visit.id for visit in _by_start(context))
            return replace(state, listed=known) if changed else state
        case _:
            return state


def places(state: DialogueState, context: Context) -> list[UpcomingBooking | None]:
    """What each place of the list holds now; None = taken off since. Visits of later come behind."""
    known = _by_start(context)
    asked = [o.value for o in state.options if o.kind == "booking"]
    if asked and state.asked is Asked.BOOKING:
        return [v for value in asked for v in known if v.id == value]
    at = {visit.id: visit for visit in known}
    told = [at.get(item) for item in state.listed]
    return [*told, *(visit for visit in known if visit.id not in state.listed)]


def _by_start(context: Context) -> list[UpcomingBooking]:
    return sorted(context.upcoming or (), key=lambda visit: visit.start)
