"""From a frame to a decision. Pure: the same frame, state, facts and clock give the same decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import (
    Ask,
    AskName,
    Decision,
    Declined,
    FindSlots,
    Greet,
    HandOver,
    NoBookings,
    OptIn,
    OptOut,
    Propose,
    Rated,
    React,
    Redirect,
    RunningLate,
    ShowBookings,
    Unclear,
    Wait,
    Why,
    Write,
)
from whatsapp.assistant.frame import Frame, Intent, Slot, Topic
from whatsapp.assistant.policy import inquiries
from whatsapp.assistant.policy.own import attend, cancel, move, thanked, which
from whatsapp.assistant.policy.wishes import MAX_OPTIONS, next_step, performers_of
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    PendingBook,
    Task,
)
from whatsapp.assistant.told import (
    AnswerPlace,
    AnswerReminders,
    AnswerVisit,
    AnswerWho,
    ForGuest,
    MoveOrMore,
    Private,
)
from whatsapp.assistant.types import Context, SalonView

_HANDED = (Topic.PAYMENT, Topic.CERTIFICATE, Topic.SPAM)


def decide(
    frame: Frame,
    state: DialogueState,
    salon: SalonView,
    now: datetime,
    *,
    context: Context | None = None,
    name: str | None = None,
) -> Decision:
    """What to do about `frame`. `state` already remembers it; `now` is aware, salon zone.

    `name` is what the client is called, None when nobody knows: it is asked once before a booking.
    """
    context = context or Context()
    if frame.noted and frame.booking is not None and frame.guest_name is not None:
        return ForGuest(frame.booking, frame.guest_name)
    if frame.noted and frame.booking is not None and frame.client_name is not None:
        return ForGuest(frame.booking, frame.client_name, own=True)
    match frame.intent:
        case Intent.BOOK | Intent.AVAILABILITY:
            return _booking(frame, state, salon, now, context, name)
        case Intent.RESCHEDULE:
            return move(frame, state, salon, now, context)
        case Intent.CANCEL:
            return cancel(frame, state, salon, now, context)
        case Intent.LIST:
            if frame.of_visit and frame.booking is not None:
                return AnswerVisit(frame.booking)
            ids = tuple(v.id for v in context.upcoming or ())
            return ShowBookings(ids) if ids else NoBookings()
        case Intent.CONFIRM_VISIT:
            return attend(frame, state, salon, now, context)
        case Intent.LATE:
            return RunningLate(frame.booking or state.booking, frame.late_min)
        case Intent.REVIEW:
            return Rated(frame.rating, frame.sentiment == "negative")
        case Intent.HUMAN:
            return HandOver(frame.topic or Topic.ASKED, urgent=frame.topic is Topic.COMPLAINT)
        case Intent.STOP:
            return OptOut()
        case Intent.START:
            return OptIn()
        case Intent.GREETING:
            return Greet()
        case Intent.THANKS:
            return thanked(state)
        case Intent.OTHER:
            return _other(frame, state, name)
        case _:
            return inquiries.closed(
                inquiries.answer(frame, frame.intent, salon, now), frame, state, now
            )


def _booking(
    frame: Frame,
    state: DialogueState,
    salon: SalonView,
    now: datetime,
    context: Context,
    name: str | None,
) -> Decision:
    if state.turned_away(now):
        return HandOver(Topic.REFUSED)  # only YCLIENTS knows its black list, and only by refusing
    if frame.doubles is not None:
        return MoveOrMore(frame.doubles)
    if isinstance(pending := state.pending, PendingBook):
        answered_name = state.asked is Asked.NAME and not frame.said - {"name"}
        if frame.confirmed and state.asked is Asked.CONFIRM:
            return Write(pending) if name else AskName(pending)
        if answered_name and name:
            return Write(pending)
    if frame.add_to_booking:
        return HandOver(Topic.ASKED)
    if frame.same_staff and frame.staff is None and context.last_visit is None:
        able = performers_of(salon, frame.services)[:MAX_OPTIONS]
        return Ask(Slot.STAFF, Why.MISSING, able, services=frame.services)
    if frame.same_as_last and not frame.services and context.last_visit is not None:
        last = context.last_visit
        frame = replace(
            frame,
            services=last.services,
            staff=frame.staff or last.staff,
            guessed=frame.guessed | {"services"},
        )
    if (question := which(frame, state)) is not None:
        return question
    step = next_step(frame, state, salon, now, context.habits.services)
    if isinstance(step, FindSlots) and frame.confirmed and state.asked is Asked.CONFIRM:
        # A proposal known only from text (a person wrote it): «да» means exactly that.
        return replace(step, wish=replace(step.wish, certain=True))
    return step


def _other(frame: Frame, state: DialogueState, name: str | None) -> Decision:
    if frame.third_party:
        return Private()
    if frame.topic is Topic.WHO:
        return AnswerWho()
    if frame.topic is Topic.REMINDER:
        return AnswerReminders()
    if frame.place:
        return AnswerPlace(frame.place)
    silent = frame.declined or frame.topic is Topic.PAUSE
    if (
        isinstance(pending := state.pending, PendingBook)
        and state.asked is Asked.NAME
        and not silent
    ):
        return AskName(pending, again=True) if not state.misses else Write(pending)
    if state.asked is Asked.CONFIRM and state.pending and ("name" in frame.said or frame.staff_any):
        return Propose(state.pending)
    if "name" in frame.said and state.idle:
        return Greet() if state.last_record is None else React("👍")
    if frame.declined and state.undoing:
        return Declined(undoing=True)
    if frame.declined:
        stays = state.task in (Task.MOVE, Task.CANCEL)
        return Declined(stays, idle=state.task is Task.NONE)
    if frame.topic is Topic.PAUSE:
        return Wait()
    if frame.topic in _HANDED:
        return HandOver(frame.topic)
    if frame.injection or frame.topic is Topic.SMALL_TALK:
        return Redirect(frame.phrase)
    if frame.topic is Topic.QUESTION:
        return HandOver(Topic.QUESTION)
    if frame.topic is Topic.WAITING or frame.topic is None:
        if frame.agreed and (
            state.task is Task.NONE or state.asked in (Asked.NOTHING, Asked.OFFER)
        ):
            return React("👍")
        return Unclear(asked=state.asked)
    return Unclear(foreign=frame.topic is Topic.FOREIGN)
