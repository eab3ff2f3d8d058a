"""A visit was just taken off: «а нет, оставьте», «давайте в субботу», «хотя запишите на 11». Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.said import UNDOES
from whatsapp.assistant.state import DialogueState, Slots
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

_ANOTHER_VISIT = re.compile(r"\b(втор\w+|друг\w+|остав\w+|остальн\w+|запис\w+|визит\w*)\b", re.I)
_NOT_THAT = re.compile(r"\bне (эту|ту|её|ее|это)\b", re.IGNORECASE)


def concerns(frame: Frame, text: str, state: DialogueState, context: Context) -> bool:
    """True when the words may be about what is gone rather than about what stands."""
    if state.last_intent is not Intent.CANCEL or not state.focus.services:
        return False
    return not context.upcoming or _of_what_is_gone(frame, text, state, context)


def heard(frame: Frame, text: str, was: Slots) -> Frame:
    """«а нет, оставьте», «давайте в субботу»: the visit that was taken off is arranged anew."""
    restored = bool(UNDOES.search(text) or _NOT_THAT.search(text))
    anew = frame.intent in (Intent.BOOK, Intent.RESCHEDULE, Intent.AVAILABILITY)
    timed = bool(frame.said & {"day", "time"})
    if "services" in frame.said or not (restored or (anew and timed)):
        return frame
    return replace(
        frame,
        intent=Intent.BOOK,
        services=was.services,
        staff=frame.staff or was.staff,
        day=frame.day if frame.day.given else was.day,
        time=frame.time if frame.time.given else was.time if restored else frame.time,
        guessed=frame.guessed | {"services"},
        no_booking=False,
        booking=None,
        booking_options=(),
        declined=False,
        topic=None,
        clarify=(),
    )


def cancelled(visit: UpcomingBooking, salon: SalonView) -> Slots:
    """What a visit that was taken off leaves to speak of."""
    start = visit.start.astimezone(salon.zone)
    return Slots(
        services=visit.services,
        staff=visit.staff,
        day=DayWish(on=start.date()),
        time=TimeWish(at=start.time().replace(tzinfo=None)),
    )


def _of_what_is_gone(frame: Frame, text: str, state: DialogueState, context: Context) -> bool:
    """«лучше перенесите на субботу» of the visit just taken off, though others stand."""
    stands = {visit.id for visit in context.upcoming or ()}
    gone = any(visit.id not in stands for visit in state.before)
    return gone and frame.intent is Intent.RESCHEDULE and not _ANOTHER_VISIT.search(text)
