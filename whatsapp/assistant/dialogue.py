"""How a turn changes what the dialogue remembers, before any decision. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from whatsapp.assistant.frame import Change, Frame, Intent
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.wishes import Window

_WISHES = (Intent.BOOK, Intent.AVAILABILITY)
_ARRANGES = (*_WISHES, Intent.RESCHEDULE, Intent.CANCEL)
_QUESTIONS = (Intent.PRICE, Intent.SERVICES, Intent.STAFF_INFO)

_NEAR = timedelta(days=183)


def slots_of(frame: Frame, before: Slots) -> Slots:
    """The frame's wish as slots; `staff_said` survives until another master is named."""
    said = "staff" in frame.said
    return Slots(
        services=frame.services,
        service_options=frame.service_options,
        service_words=frame.service_words,
        staff=frame.staff,
        staff_said=(said or (before.staff_said and before.staff == frame.staff))
        and frame.staff is not None,
        staff_any=frame.staff_any,
        staff_unknown=frame.staff_unknown
        or (before.staff_unknown if frame.staff is None and not frame.staff_any else None),
        staff_options=frame.staff_options,
        exclude_staff=frame.exclude_staff,
        day=frame.day,
        time=frame.time,
        windows=windows_of(frame, before),
        asap=frame.asap,
        people=frame.people,
        parallel=frame.parallel,
        party=frame.party,
        in_turn=frame.in_turn,
        one_master=frame.one_master,
        guest_name=frame.guest_name,
        guessed=frame.guessed,
        same_as_last=frame.same_as_last,
        more=frame.more or (before.more and before.services == frame.services),
        shown=before.shown and not {"services", "staff"} & frame.said,
    )


def windows_of(frame: Frame, before: Slots) -> tuple[Window, ...]:
    """Times to choose between hold until another day or hour is named."""
    said = frame.said & {"day", "time"} or frame.start is not None or frame.asap
    return frame.windows or (() if said else before.windows)


def remember(state: DialogueState, frame: Frame, now: datetime) -> DialogueState:
    """The state after hearing `frame`; what was asked and offered stays until policy answers."""
    state = replace(
        state, last_activity=now, client_name=frame.client_name or state.client_name,
        undoing=frame.undoes or (state.undoing and frame.intent not in _ARRANGES),
    )  # fmt: skip
    if frame.intent is not Intent.OTHER:
        state = replace(state, last_intent=frame.intent)
    if frame.intent in _WISHES:
        slots = slots_of(frame, state.slots)
        task = Task.BOOK if frame.intent is Intent.BOOK or state.task is Task.NONE else state.task
        return replace(state, slots=slots, focus=slots, task=task)
    if frame.intent in _QUESTIONS:
        asked = slots_of(frame, state.focus)
        state = replace(state, focus=_over(asked, state.focus))
        if state.task is Task.NONE and frame.said & {"day", "time"}:
            # «сколько стоит маникюр завтра вечером?»: wanted for then, if it is wanted
            when = Slots(day=frame.day, time=frame.time, windows=frame.windows)
            return replace(state, slots=when)
        return state
    idle = state.task is Task.NONE and state.slots.empty
    day = frame.day.on
    if frame.intent is Intent.HOURS and idle and day and day - now.date() < _NEAR:
        # «а в воскресенье работаете?», then «запишите на 12»; not on a holiday of the next year
        return replace(state, slots=Slots(day=frame.day))
    if frame.intent is Intent.RESCHEDULE:
        before = state.slots if state.task is Task.MOVE else Slots()
        slots = replace(
            before,
            day=frame.day,
            time=frame.time,
            windows=windows_of(frame, before),
            staff=frame.staff,
            staff_any=frame.staff_any,
            asap=frame.asap,
        )
        if state.asked is not Asked.BOOKING:
            slots = _changed(frame, slots)
        elif frame.staff is None:  # the answer names the visit, not what becomes of it
            slots = replace(slots, staff=before.staff, staff_any=before.staff_any)
        return replace(state, task=Task.MOVE, slots=slots, booking=frame.booking or state.booking)
    if frame.intent is Intent.CANCEL:
        return replace(state, task=Task.CANCEL, booking=frame.booking or state.booking)
    return state


def _changed(frame: Frame, slots: Slots) -> Slots:
    """What the services of the visit are to become, kept until it is done or given up."""
    change = frame.change
    if change is Change.NONE and frame.change_service:
        change = Change.SWAP
    if change is Change.ADD and slots.change is not Change.NONE:
        return replace(slots, services=(*slots.services, *frame.services))
    if change is not Change.NONE:
        return replace(slots, change=change, services=frame.services, given_up=frame.given_up)
    if slots.change is not Change.NONE and frame.services and "services" in frame.said:
        return replace(slots, services=frame.services)
    return slots


def _over(new: Slots, old: Slots) -> Slots:
    """A question's slots over those of earlier talk."""
    return replace(
        new,
        services=new.services or old.services,
        staff=new.staff or old.staff,
        day=new.day if new.day.given else old.day,
        time=new.time if new.time.given else old.time,
    )
