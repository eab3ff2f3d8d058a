"""The client has such a visit a few days away: is it to be moved, or is this one more? Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand import yesno

# Nobody has the same done so soon again, unless they say so.
_NEAR_DAYS = 7
_MORE = re.compile(
    r"\b(ещ[её]|тоже|также|нов(ую|ой|ая|ое|ый)|втор(ую|ой|ая|ое)|отдельн\w+|дополнительн\w+|помимо|кроме"
    r"|кажд\w+|обе|оба|друг(ую|ая|ой)|для|(по)?друг[иае]\w*|мам\w*|пап\w*|муж(у|а|ем)?|жен(у|е|ой|ы)|сын\w*"
    r"|доч\w*|сестр\w*|брат\w*|коллег\w*|реб[её]н\w*|нас|нам|двоих|вдво[её]м"
    r"|плюсом|и т[оу] и (т[оу]|друг\w+))\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(запи(?:ш\w+|сать\w*|сывай\w*|сь)|нов\w+)\b", re.IGNORECASE)
# «завтра не смогу»: the visit that exists is the one that cannot stay.
_CANNOT = re.compile(r"\bне\s+(смогу|могу|сможем|успе\w+|получ\w+|выйдет|подходит)\b", re.I)
_MOVE = re.compile(
    r"\b(перен[её]с\w*|перенос\w*|переставь\w*|передвин\w*|вместо|замен\w+|перв\w+|е[её])\b",
    re.IGNORECASE,
)
_WISHES = (Intent.BOOK, Intent.AVAILABILITY)
_BEFORE_IT = (Asked.NOTHING, Asked.OFFER, Asked.DAY, Asked.SERVICE)


def concerns(frame: Frame, state: DialogueState) -> bool:
    """True when the client's visits have to be looked up to read these words."""
    return state.asked is Asked.MOVE_OR_MORE or _wanted(frame, state)


def heard(
    frame: Frame, texts: Sequence[str], state: DialogueState, salon: SalonView, context: Context
) -> Frame:
    """`frame` with the visit it may be meant instead of, or as what was answered to that question."""
    text = " ".join(texts)
    if state.asked is Asked.MOVE_OR_MORE:
        return _answered(frame, texts, text, state, context)
    if not _wanted(frame, state) or _said_otherwise(frame, text):
        return replace(frame, more=True) if _MORE.search(text) else frame
    day = frame.day.on
    near = [
        visit for visit in context.upcoming or ()
        if day is not None and set(visit.services) == set(frame.services) and _near(visit, day, salon)
    ]  # fmt: skip
    return replace(frame, doubles=near[0].id) if near and not _exists(frame, near, salon) else frame


def _said_otherwise(frame: Frame, text: str) -> bool:
    """Said to be one more, or for somebody else."""
    others = frame.people is not None or frame.guest_name is not None
    return frame.more or others or _MORE.search(text) is not None


def _wanted(frame: Frame, state: DialogueState) -> bool:
    """A visit of a known service on a known day is being asked for, and nothing was said of others."""
    open_ = state.task in (Task.NONE, Task.BOOK) and state.pending is None
    whole = bool(frame.services) and frame.day.on is not None and not frame.day.past
    asked = state.asked in _BEFORE_IT and not state.slots.more and not state.later
    return open_ and asked and whole and frame.intent in _WISHES and frame.start is None


def _near(visit: UpcomingBooking, day: date, salon: SalonView) -> bool:
    return abs((visit.start.astimezone(salon.zone).date() - day).days) <= _NEAR_DAYS


def _exists(frame: Frame, near: list[UpcomingBooking], salon: SalonView) -> bool:
    """The very visit is asked for again: that is said elsewhere."""
    starts = [visit.start.astimezone(salon.zone) for visit in near]
    at = frame.time.at
    return any(s.date() == frame.day.on and (at is None or at == s.time().replace(tzinfo=None))
               for s in starts)  # fmt: skip


def _answered(
    frame: Frame, texts: Sequence[str], text: str, state: DialogueState, context: Context
) -> Frame:
    known = state.slots
    own = next((v for v in context.upcoming or () if v.id == state.booking), None)
    if frame.intent not in (*_WISHES, Intent.RESCHEDULE, Intent.OTHER) or frame.handoff:
        return frame
    if frame.topic is Topic.PAUSE:
        return frame
    wish = replace(
        frame, also=(), topic=None, services=frame.services or known.services, clarify=(),
        staff=frame.staff or known.staff, day=frame.day if frame.day.given else known.day,
        time=frame.time if frame.time.given else known.time, booking_options=(), declined=False,
        booking_mismatch=False, no_booking=False, add_to_booking=False, confirmed=False,
    )  # fmt: skip
    more = _MORE.search(text) or (_NEW.search(text) and not _MOVE.search(text))
    if own is None or more:
        return replace(wish, intent=Intent.BOOK, more=True, booking=None)
    if _MOVE.search(text) or _CANNOT.search(text) or frame.intent is Intent.RESCHEDULE:
        staff = known.staff if known.staff_said else frame.staff if "staff" in frame.said else None
        return replace(
            wish, intent=Intent.RESCHEDULE, booking=own.id, services=(), service_options=(),
            service_family=(), staff=staff, concerns_visit=True, said=frame.said - {"services"},
        )  # fmt: skip
    if yesno.said(texts) is False:
        return replace(frame, intent=Intent.OTHER, declined=True)
    # «да» to one of two chooses neither.
    return replace(wish, intent=Intent.BOOK, doubles=own.id)
