"""An order of its own amid a question of ours: «запишите на педикюр» to «Перенести маникюр?». Pure."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy import further, orders, said
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.types import Context

# Questions that we put ourselves, with nothing arranged: «5, и запишите ещё на пятницу».
_ASKED_FIRST = (Asked.RATING, Asked.ATTEND)


def may_begin(text: str, state: DialogueState) -> bool:
    """The words order something while something else is arranged."""
    asked = state.asked is not Asked.NOTHING and state.task is not Task.NONE
    asked = asked or state.asked in _ASKED_FIRST
    return asked and orders.orders_something(text) and not said.KEEPS.search(text)


def answers(head: Frame) -> bool:
    """Words before the order that answer what is asked: «да», «на субботу в 15»."""
    told = head.said & {"day", "time", "staff", "services", "name"}
    own = head.intent is Intent.REVIEW or head.attending is True
    return bool(head.confirmed or head.start or told or own) and not head.declined


def idle(state: DialogueState) -> DialogueState:
    """The same dialogue with nothing arranged and nothing asked."""
    return replace(
        state, task=Task.NONE, asked=Asked.NOTHING, slots=Slots(), options=(), pending=None,
        pending_at=None, booking=None,
    )  # fmt: skip


def untouched(state: DialogueState) -> DialogueState:
    """And with nothing done before: what is ordered of a visit by itself takes nothing back."""
    return replace(idle(state), focus=Slots(), last_record=None, before=())


def begun(fresh: Frame, state: DialogueState, context: Context) -> bool:
    """`fresh`, read by itself, is about another visit than the one that is being arranged."""
    if state.asked in _ASKED_FIRST and state.task is Task.NONE:
        whole = bool(fresh.services) and "services" in fresh.said and fresh.day.given
        return fresh.intent is Intent.BOOK and (whole or state.asked is Asked.RATING)
    spoken = further.records(state)
    known = [v for v in context.upcoming or () if v.id in spoken]
    arranged = {s for v in known for s in v.services} | {*state.slots.services}
    if fresh.intent is Intent.BOOK:
        own = state.task in (Task.MOVE, Task.CANCEL)
        return own and bool(fresh.services) and not arranged & {*fresh.services}
    if not orders.of_own(fresh):
        return False
    if state.task in (Task.MOVE, Task.CANCEL):
        return bool(spoken) and fresh.booking not in spoken
    visit = next((v for v in context.upcoming or () if v.id == fresh.booking), None)
    return visit is not None and "services" in fresh.said and not arranged & {*visit.services}
