"""Visits that change places: every new time is looked for in the journal before anything is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from whatsapp.assistant.decisions import Decision, FindSlots, HandOver, Propose, Wish
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.policy import Stage, stages
from whatsapp.assistant.policy.lists import Combo, fits
from whatsapp.assistant.state import PendingMove, PendingMoves
from whatsapp.assistant.tools import SlotsUnavailable
from whatsapp.assistant.types import SalonView

Searching = Callable[[Wish, Stage], list[Combo] | SlotsUnavailable]


def found(decision: FindSlots, salon: SalonView, now: datetime, search: Searching) -> Decision:
    """All of them to be agreed to; else the search whose time is taken, for what is near it."""
    moves: list[PendingMove] = []
    for find in (decision, *decision.together):
        wish = find.wish
        seats = search(wish, stages(wish, now)[0])
        if isinstance(seats, SlotsUnavailable):
            return HandOver(Topic.SYSTEM_DOWN, urgent=True)
        there = next((c for c in seats if fits(wish, c, salon)), None)
        if there is None or wish.record_id is None or wish.old_start is None:
            return FindSlots(wish, find.purpose)
        moves.append(PendingMove(wish.record_id, there[0], wish.old_start, wish.changed))
    return Propose(PendingMoves(tuple(moves)))
