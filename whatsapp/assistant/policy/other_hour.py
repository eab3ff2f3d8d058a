"""Another hour of a visit that exists, told by its own: «не к 15, а к 16», «завтра не успеваю к 15». Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

_HOUR = r"(?:в|на|к)\s+(?P<{0}>\d{{1,2}})(?:[:.](?P<{0}m>\d\d))?(?:\s*час\w*)?"
_NOT_BUT = re.compile(rf"\bне\s+{_HOUR.format('h')}\s*,?\s*а\s+(?:в|на|к)\s+\d", re.IGNORECASE)
_TODAY = re.compile(r"\bсегодня\b", re.IGNORECASE)
_DAY = re.compile(r"\b(после)?завтра\b", re.IGNORECASE)
_CAN = re.compile(r"\b(?:смогу|сможем|успею|успеем)\b", re.IGNORECASE)
_MOVES = re.compile(r"\b(?:пере|сдви|подви|запи)\w+", re.IGNORECASE)
_WISHES = (Intent.BOOK, Intent.AVAILABILITY, Intent.RESCHEDULE, Intent.OTHER)


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when a visit has to be looked up to read these words."""
    return state.idle and _NOT_BUT.search(" ".join(texts)) is not None


def heard(
    frame: Frame, text: str, state: DialogueState, salon: SalonView, context: Context
) -> Frame | None:
    """`frame` as the move it asks for; None when it asks for none."""
    if not state.idle:
        return None
    if frame.intent is Intent.LATE and frame.late_min is None and not _TODAY.search(text):
        return _not_then(frame, text, salon, context)
    if frame.intent is Intent.RESCHEDULE and _CAN.search(text) and not _MOVES.search(text):
        return replace(
            frame, guessed=frame.guessed | {"day"}
        )  # «смогу только к 19:30» orders nothing
    refused = _NOT_BUT.search(text)
    if refused is None or frame.intent not in _WISHES:
        return None
    own = _at_that_hour(int(refused["h"]), int(refused["hm"] or 0), frame, salon, context)
    if own is None or frame.time.at is None:
        return None
    day = frame.day if "day" in frame.said else DayWish(on=own.start.astimezone(salon.zone).date())
    return replace(_moved(frame, own.id), day=day, time=frame.time, guessed=frame.guessed | {"day"})


def _not_then(frame: Frame, text: str, salon: SalonView, context: Context) -> Frame | None:
    """«завтра не успеваю»: on another day than today nobody is late; whether to move it is asked."""
    day = frame.day.on
    visits = context.upcoming or ()
    that_day = [
        v
        for v in visits
        if (v.start.astimezone(salon.zone).date() == day if day else v.id == frame.booking)
    ]
    if len(that_day) != 1 or not (day or _DAY.search(text)):
        return None
    asked = replace(_moved(frame, that_day[0].id), intent=Intent.CANCEL)
    return replace(asked, confirmed=False, said=frame.said - {"cancel"})


def _at_that_hour(
    hour: int, minute: int, frame: Frame, salon: SalonView, context: Context
) -> UpcomingBooking | None:
    """The only visit that begins then; «не к 3» may be that of 15:00."""
    found = []
    for visit in context.upcoming or ():
        start = visit.start.astimezone(salon.zone)
        same_day = frame.day.on is None or frame.day.on == start.date()
        if same_day and start.minute == minute and start.hour in (hour, hour + 12):
            found.append(visit)
    return found[0] if len(found) == 1 else None


def _moved(frame: Frame, booking: str) -> Frame:
    return replace(
        frame, intent=Intent.RESCHEDULE, booking=booking, booking_options=(), also=(), topic=None,
        clarify=(), handoff=False, urgent=False, day=DayWish(), time=TimeWish(), services=(),
        service_options=(),
    )  # fmt: skip
