"""A frame in the light of the dialogue: what is arranged, what was done, what exists already. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import Decision, OptOut, Written
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.policy import (
    after_cancelling,
    afterwards,
    amid,
    amid_move,
    amid_proposal,
    bare_number,
    changes,
    for_people,
    guests,
    handed,
    hesitant,
    inquiries,
    listed,
    misheard,
    never_mind,
    other_hour,
    own_questions,
    pointed,
    some_of,
    to_be_told,
    trade,
    twice,
    undo,
    unknown,
    who_comes,
)
from whatsapp.assistant.policy.settle import settle
from whatsapp.assistant.policy.shorts import sharpen
from whatsapp.assistant.policy.wishes import performers_of
from whatsapp.assistant.state import Asked, DialogueState, Option, PendingCancel, Slots, Task
from whatsapp.assistant.told import AnswerStaff
from whatsapp.assistant.tools import Cancelled
from whatsapp.assistant.types import Context, SalonView


def heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Callable[[Sequence[str]], Frame],
) -> Frame:
    """`read` understands a part of the words by itself."""
    frame = _heard(frame, texts, state, salon, context, read)
    return hesitant.heard(frame, " ".join(texts), state)


def _heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Callable[[Sequence[str]], Frame],
) -> Frame:
    if (refusal := never_mind.heard(frame, texts, state)) is not None:
        return refusal
    if (some := some_of.heard(frame, texts, state, context, read)) is not None:
        return some
    if (traded := trade.heard(frame, texts, context)) is not None:
        return traded
    text = " ".join(texts)
    frame = unknown.priced(for_people.about_coming(frame, text), text, salon)
    frame = sharpen(frame, texts, state)
    frame = inquiries.with_the_other(inquiries.together(frame, state), text, state, salon)
    frame = amid.heard(frame, texts, state, salon, context)
    frame = amid_proposal.heard(frame, text, state)
    frame = amid_move.heard(frame, text, state, salon, context)
    frame = changes.heard(frame, texts, state, salon, context, read)
    asked = own_questions.heard(frame, texts, state, salon, context, read)
    if (asked := asked or for_people.heard(frame, text, state)) is not None:
        return asked
    if (moved := other_hour.heard(frame, text, state, salon, context)) is not None:
        return moved
    frame = for_people.with_what(frame, text)
    found = guests.heard(frame, texts, state, salon, context)
    found = found or misheard.heard(frame, texts, state, salon, context, read)
    found = found or undo.heard(frame, texts, state, salon, context, read)
    found = found or who_comes.afterwards(frame, text, state, salon, context)
    if found is None:
        frame = afterwards.heard(frame, texts, state, salon, context)
        frame = to_be_told.heard(twice.heard(frame, texts, state, salon, context), texts)
    return bare_number.heard(found or frame, texts, state, salon, context, read)


def concerns_visit(frame: Frame, texts: Sequence[str], state: DialogueState) -> bool:
    """True when the words may be about a visit the client has: worth looking it up."""
    if isinstance(state.pending, PendingCancel):
        return True  # they are asked about by name
    if amid_move.concerns(frame, " ".join(texts), state):
        return True
    spoken = frame.add_to_booking or changes.concerns_visit(texts, state)
    spoken = spoken or undo.concerns(texts, state)
    spoken = spoken or twice.concerns(frame, state) or who_comes.concerns(texts, state)
    spoken = spoken or own_questions.concerns(texts, state) or other_hour.concerns(texts, state)
    spoken = spoken or guests.concerns(texts, state) or misheard.concerns(texts, state)
    return (
        spoken
        or pointed.concerns(texts)
        or trade.concerns(texts)
        or afterwards.concerns(frame, texts, state)
    )


def settled(
    state: DialogueState, decision: Decision, salon: SalonView, context: Context, now: datetime
) -> DialogueState:
    """`settle`, and what was taken off is still spoken of: «давайте тогда в субботу»."""
    after = undo.settled(settle(state, decision, now), decision, context)
    after = listed.settled(handed.settled(state, after, decision), decision, context)
    if isinstance(decision, OptOut):  # a later «да» is no answer to what was asked before
        return replace(
            after, task=Task.NONE, asked=Asked.NOTHING, options=(), pending=None, pending_at=None,
            slots=Slots(), later=(), rest=(),
        )  # fmt: skip
    if isinstance(decision, AnswerStaff):
        return _whom(after, decision, salon)
    if not isinstance(decision, Written):
        return after
    gone = [r.record_id for _, r in decision.results if isinstance(r, Cancelled)]
    visit = next((v for v in context.upcoming or () if gone == [v.id]), None)
    return (
        after if visit is None else replace(after, focus=after_cancelling.cancelled(visit, salon))
    )


def _whom(state: DialogueState, answer: AnswerStaff, salon: SalonView) -> DialogueState:
    """«К кому записать?» amid a booking: «любой» and «первый» are masters then, no hours of the list."""
    able = performers_of(salon, answer.services)
    asks = answer.closing and not answer.unknown and len(able) > 1
    amid = (Asked.DAY, Asked.SLOT, Asked.OFFER)
    if not asks or state.task is not Task.BOOK or state.asked not in amid:
        return state
    asked = state.asked if state.asked is Asked.OFFER else Asked.STAFF  # «да» goes on to the day
    return replace(state, asked=asked, options=tuple(Option("staff", i) for i in able))
