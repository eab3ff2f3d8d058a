"""Short words while a visit is being moved: another day, sooner, whenever there is, the same hour. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.said import KEEPS, OTHER_TIME
from whatsapp.assistant.state import Asked, DialogueState, PendingMove, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish, clock, minutes

_OPEN = (Asked.DAY, Asked.TIME, Asked.SLOT, Asked.CONFIRM)
_OTHER_DAY = re.compile(r"\b(друг(ой|ие|ого)|ин(ой|ые)) (день|дни|дат\w*)|\bв другой\b", re.I)
_EARLIER = re.compile(r"\b(по)?раньше\b", re.IGNORECASE)
_LATER = re.compile(r"\b(по)?позже\b|\bпопоздней\b", re.IGNORECASE)
# «без разницы», «ближайшее», «когда есть»: whatever is free first.
_WHENEVER = re.compile(
    r"^\W*(?:(?:а|ну|да|мне|на|в|само\w*|давайте?|можно|тогда)\W+)*"
    r"(?:люб(?:ой|ое)(?: день| время)?|без разницы|вс[её] равно|не ?важно|ближайш\w+(?: время| день)?"
    r"|когда (?:есть|будет|свободно|можно|удобно)|как (?:есть|можно (?:раньше|скорее)))\W*$",
    re.IGNORECASE,
)
_WHEN_FREE = re.compile(r"\bкогда\b.*\b(свобод\w*|есть|можно|окошк\w*|мест\w+)\b", re.IGNORECASE)
_SAME_HOUR = re.compile(r"\bт[оу] же (?:самое )?врем|\bтот же час\b|\bвремя то же\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"\b(?:ничего|никуда|никак) не (?:надо|нужно|перен\w+|меня\w+)", re.IGNORECASE
)


def concerns(frame: Frame, text: str, state: DialogueState) -> bool:
    """Whether the visit itself must be known."""
    if _idle(state):
        return _OTHER_DAY.search(text) is not None
    if state.task is not Task.MOVE or state.asked not in _OPEN:
        return False
    spoken = (
        _OTHER_DAY,
        OTHER_TIME,
        _EARLIER,
        _LATER,
        _WHENEVER,
        _WHEN_FREE,
        _SAME_HOUR,
        _NOTHING,
        KEEPS,
    )
    return frame.intent is Intent.AVAILABILITY or any(found.search(text) for found in spoken)


def heard(
    frame: Frame, text: str, state: DialogueState, salon: SalonView, context: Context
) -> Frame:
    """`frame` as the visit that is being moved makes it."""
    if _idle(state) and context.upcoming and _OTHER_DAY.search(text) and _says_nothing(frame):
        ids = [visit.id for visit in context.upcoming]
        one = state.booking if state.booking in ids else ids[0] if len(ids) == 1 else None
        moved = replace(frame, intent=Intent.RESCHEDULE, topic=None, also=(), handoff=False)
        return replace(moved, booking=one, declined=False, clarify=(), concerns_visit=True)
    own = next((v for v in context.upcoming or () if v.id == state.booking), None)
    if state.task is not Task.MOVE or state.asked not in _OPEN or own is None:
        return frame
    nothing = _NOTHING.search(text) and not frame.said & {"day", "time", "services"}
    if nothing or (KEEPS.search(text) and _says_nothing(frame)):
        return replace(frame, intent=Intent.OTHER, topic=None, declined=True, clarify=())
    timed = bool(frame.said & {"day", "time"})
    if timed and frame.intent is not Intent.AVAILABILITY and not _SAME_HOUR.search(text):
        return frame
    if _OTHER_DAY.search(text):
        return _again(frame, state, DayWish(), TimeWish())
    day = state.slots.day
    if OTHER_TIME.search(text) and day.given:
        return _again(frame, state, day, TimeWish(anytime=True))
    if _SAME_HOUR.search(text) and not day.given:
        later = own.start.astimezone(salon.zone).date() + timedelta(days=1)
        return _again(frame, state, DayWish(start=later), TimeWish(at=_start(own, salon)))
    whenever = _WHENEVER.match(text) or _WHEN_FREE.search(text)
    if whenever and state.asked is Asked.DAY and "services" not in frame.said:
        return replace(_again(frame, state, DayWish(), TimeWish()), asap=True, staff_any=False)
    if (edge := _beyond(text, state, own, salon)) is not None and _says_nothing(frame):
        on = day if day.given else DayWish(on=own.start.astimezone(salon.zone).date())
        return _again(frame, state, on, edge)
    another = "services" in frame.said or frame.staff not in (None, own.staff)
    if frame.intent is Intent.AVAILABILITY and not another:
        day = frame.day if "day" in frame.said else day
        return replace(_again(frame, state, day, frame.time), asap=not day.given)
    return frame


def _idle(state: DialogueState) -> bool:
    """Nothing is arranged: «а можно на другой день?» is of the visit that exists."""
    asked = state.asked in (Asked.NOTHING, Asked.ATTEND)
    return asked and state.task is Task.NONE and state.last_record is None


def _says_nothing(frame: Frame) -> bool:
    """No day, hour, service or master, and nothing asked that has an answer of its own."""
    plain = frame.intent in (Intent.OTHER, Intent.AVAILABILITY, Intent.RESCHEDULE, Intent.BOOK)
    return plain and not frame.said and frame.topic in (None, Topic.QUESTION)


def _start(own: UpcomingBooking, salon: SalonView) -> time:
    return own.start.astimezone(salon.zone).time().replace(tzinfo=None)


def _beyond(
    text: str, state: DialogueState, own: UpcomingBooking, salon: SalonView
) -> TimeWish | None:
    """«а раньше нет?»: before the hour that was proposed, else before the visit's own."""
    if state.asked not in (Asked.CONFIRM, Asked.DAY):
        return None  # of several hours shown «пораньше» says which
    pending = state.pending
    at = state.slots.time.at if isinstance(pending, PendingMove) else _start(own, salon)
    if at is None or bool(_EARLIER.search(text)) == bool(_LATER.search(text)):
        return None
    if _EARLIER.search(text):
        return TimeWish(end=clock(minutes(at) - 1), late=True)
    return TimeWish(start=clock(minutes(at) + 1), early=True)


def _again(frame: Frame, state: DialogueState, day: DayWish, time: TimeWish) -> Frame:
    """The move looked for anew: nothing is written before the client has seen where to."""
    return replace(
        frame, intent=Intent.RESCHEDULE, also=(), topic=None, services=(), service_options=(),
        staff=state.slots.staff, day=day, time=time, start=None, booking=state.booking,
        booking_options=(), booking_mismatch=False, no_booking=False, more=False, declined=False,
        confirmed=False, agreed=False, clarify=(), handoff=False, outside_hours=False, past=False,
        guessed=frame.guessed | {"day"},
    )  # fmt: skip
