"""What writes to the journal leave open: usually nothing; of a party, those whose time was lost. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import Written
from whatsapp.assistant.policy import guests
from whatsapp.assistant.policy.settle_offers import offered
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.tools import (
    Booked,
    BookRequest,
    Moved,
    MoveRequest,
    Refused,
    RefusedReason,
    SlotTaken,
)


def written(state: DialogueState, outcome: Written, now: datetime) -> DialogueState:
    """The task is over, whatever came of it; only a slot lost to another keeps the wish."""
    state = guests.settled(state, outcome)
    record = next((r.record_id for _, r in outcome.results if isinstance(r, Booked)), None)
    moved = next((r.record_id for _, r in outcome.results if isinstance(r, Moved)), None)
    lost = any(isinstance(result, SlotTaken) for _, result in outcome.results)
    if lost and record is None:
        return replace(state, pending=None, pending_at=None, asked=Asked.DAY, options=())
    if any(r == Refused(RefusedReason.BLACKLIST) for _, r in outcome.results):
        state = replace(state, turned_away_at=state.last_activity)
    focus = state.focus
    for request, _ in outcome.results:
        if isinstance(request, BookRequest):
            focus = Slots(services=request.service_ids, staff=request.staff_id)
        elif isinstance(request, MoveRequest):
            focus = Slots(services=request.service_ids or focus.services, staff=request.staff_id)
    done = replace(
        state, task=Task.NONE, asked=Asked.NOTHING, options=(), pending=None, pending_at=None,
        slots=Slots(), focus=focus, booking=record, misses=0,
        last_record=record or moved or state.last_record,
    )  # fmt: skip
    if lost:
        return _rest(done, outcome, now)
    if record is None or not state.later:
        return done
    # The further visit of the same message: «да» goes on with it.
    return replace(
        done,
        task=Task.BOOK,
        asked=Asked.OFFER,
        slots=replace(state.later[0], more=True),
        later=state.later[1:],
    )


def _rest(state: DialogueState, outcome: Written, now: datetime) -> DialogueState:
    """Of a party some are booked: what is arranged on is for the others alone."""
    lost = outcome.results[-1][0]
    offer = outcome.instead
    if offer is not None:
        people = len(offer.wish.visits) if len({v.services for v in offer.wish.visits}) < 2 else 1
        slots = Slots(
            services=tuple(dict.fromkeys(s for v in offer.wish.visits for s in v.services)),
            staff=offer.wish.visits[0].staff,
            day=offer.wish.day,
            people=people if people > 1 else None,
            guest_name=offer.wish.visits[0].guest,
        )
        return offered(replace(state, slots=slots, focus=slots), offer, now)
    if not isinstance(lost, BookRequest):
        return state
    slots = Slots(services=lost.service_ids, guest_name=lost.guest)
    return replace(state, task=Task.BOOK, asked=Asked.DAY, slots=slots, focus=slots)
