"""A hand-over puts aside what was open: whatever answers it afterwards is asked about anew. Pure."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.decisions import (
    Ask,
    AskCancelOrMove,
    AskName,
    CannotCheck,
    Decision,
    HandOver,
    NothingFree,
    Offer,
    Propose,
    Rated,
    RunningLate,
    Write,
)
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.told import AskedBefore, AskWaiting, MoveOrMore

_TO_A_PERSON = (HandOver, RunningLate, Rated)
_ASKS = (
    Ask, AskCancelOrMove, AskedBefore, AskName, AskWaiting, CannotCheck, MoveOrMore, NothingFree, Offer,
    Propose,
)  # fmt: skip
# Orders that stand by themselves, whatever was asked before them: a visit named whole, «отмените».
_WHOLE, _CANCELS = frozenset(("services", "day", "time")), "cancel"


def settled(before: DialogueState, after: DialogueState, decision: Decision) -> DialogueState:
    """`after`, in which «да» may be meant for the person who was called; until we ask again."""
    still = isinstance(decision, _TO_A_PERSON) or (
        before.handed and not isinstance(decision, _ASKS)
    )
    return replace(after, handed=still and after.asked is not Asked.NOTHING)


def checked(decision: Decision, frame: Frame, state: DialogueState) -> Decision:
    """Nothing is written on an answer that may have been meant for the person."""
    whole = frame.said >= _WHOLE or _CANCELS in frame.said
    if whole or not state.handed or not isinstance(decision, Write):
        return decision
    return Propose(decision.pending)
