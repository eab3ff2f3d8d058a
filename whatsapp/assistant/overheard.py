"""What a person of the salon and the client said to each other while the assistant was silent, read back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from whatsapp.assistant.dialogue import remember
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.history import after_reply
from whatsapp.assistant.wishes import DayWish, TimeWish

# An offer without a question mark: «могу предложить 12:00 завтра».
_OFFERS = re.compile(r"\b(предлож|свобод|есть\b|могу\b|можем\b|осталось)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One message that was not ours to answer; `at` is aware."""

    text: str
    at: datetime
    from_client: bool


def overheard(
    state: DialogueState, lines: Iterable[Line], *, salon: SalonView, context: Context
) -> DialogueState:
    """The dialogue as it stands after `lines`, oldest first: the person's last offer is what is open.

    Nothing of it is ours to carry out: a «да» to it makes us propose the very visit, in our own words.
    """
    for line in lines:
        now = line.at.astimezone(salon.zone)
        if line.from_client:
            frame = understand([line.text], salon=salon, now=now, state=state, context=context)
            state = remember(state, frame, now)
        else:
            state = after_reply(state, line.text, salon=salon, now=now, context=context)
            state = replace(state, pending=None, pending_at=None, handed=False)
            known = state.slots.services and state.slots.day.on and state.slots.time.at
            if state.asked is Asked.NOTHING and known and _OFFERS.search(line.text):
                state = replace(state, asked=Asked.CONFIRM)
    # What waited for an answer to us is the person's now.
    return _unagreed(replace(state, misses=0, last_reply="", rest=()), salon)


def _unagreed(state: DialogueState, salon: SalonView) -> DialogueState:
    """An agreement to a person's words is certain for the person only: for us it is a guess."""
    slots = replace(state.slots, guessed=state.slots.guessed | {"services"}, shown=False)
    offered = [item for item in state.options if item.kind == "slot"]
    if state.asked is Asked.SLOT and len(offered) == 1:
        start = datetime.fromisoformat(offered[0].value).astimezone(salon.zone)
        day, time = DayWish(on=start.date()), TimeWish(at=start.time().replace(tzinfo=None))
        slots = replace(slots, day=day, time=time, staff=offered[0].staff or slots.staff)
    elif state.asked is not Asked.CONFIRM:
        return state if state.task is Task.BOOK else replace(state, task=Task.NONE)
    if state.task in (Task.MOVE, Task.CANCEL):
        # Which visit the person meant is not in their words.
        return replace(state, asked=Asked.NOTHING, options=(), task=Task.NONE)
    return replace(state, slots=slots, focus=slots, asked=Asked.OFFER, options=(), task=Task.BOOK)
