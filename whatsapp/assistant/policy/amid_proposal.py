"""Short words about a proposed visit or a list of hours: another master, for a friend, not so early. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy.refused import kept
from whatsapp.assistant.policy.said import ASKS
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Task
from whatsapp.assistant.wishes import DayWish, TimeWish, clock, minutes

_OTHER_MASTER = re.compile(
    r"\bдруг(ой|ого|ому|ая|ую|им) (мастер|барбер|специалист|стилист|девушк|косметолог)\w*", re.I
)
_SOONEST = re.compile(
    r"^\W*(?:(?:ну|да|на|мне|само\w*|можно|давайте?|тогда|как)\W+)*(?:ближайш\w+|пораньше|поскорее|скорее)"
    r"(?:\W+(?:время|день|окошко|можно|что есть))?\W*$",
    re.IGNORECASE,
)
# «к любому мастеру», «любое время» to «Записать вас?»: what is proposed is one of them.
_ANY = re.compile(
    r"^\W*(?:(?:к|ко|на|в|мне|хоть|да|ну)\W+)*(?:люб(?:ой|ое|ому|ого|ую)|без разницы|вс[её] равно|не ?важно)"
    r"(?:\W+(?:время|мастер\w*|к кому|кто|когда|во сколько|как\w+))*\W*$",
    re.IGNORECASE,
)
_MOVED = re.compile(r"\bперен[ео]с\w*", re.IGNORECASE)
# «до скольки это?» of the visit; «до скольки вы работаете?» of the salon.
_UNTIL = re.compile(r"\bдо скольк[иа]\b|\bво сколько (за|о)кончи\w+", re.IGNORECASE)
_SALON = re.compile(
    r"\b(вы|салон|студи\w+|работа\w+|открыт\w*|закрыва\w+|барбершоп)\b", re.IGNORECASE
)
# «не рано», «рано», «слишком рано» to hours that were listed all ask for later ones.
_DEGREE = r"^\W*(?:(?:это|мне|только|лучше|не|нет|так|очень|слишком|всё|все)\W+)*"
_NOT_EARLY = re.compile(rf"{_DEGREE}рано(?:вато)?\W*$", re.IGNORECASE)
_NOT_LATE = re.compile(rf"{_DEGREE}поздно(?:вато)?\W*$", re.IGNORECASE)


def heard(frame: Frame, text: str, state: DialogueState) -> Frame:
    """`frame` as what is proposed or listed makes it."""
    if state.task is not Task.BOOK:
        return frame
    open_day = state.asked in (Asked.DAY, Asked.OFFER) and not state.slots.day.given
    if open_day and _SOONEST.match(text) and frame.intent in (Intent.OTHER, Intent.BOOK):
        return replace(kept(frame, state, time=TimeWish()), asap=bool(state.slots.services))
    if state.asked not in (Asked.CONFIRM, Asked.SLOT):
        return frame
    if state.asked is Asked.SLOT:
        return _listed(frame, text, state)
    if not isinstance(state.pending, PendingBook):
        return frame
    plain = frame.intent in (Intent.OTHER, Intent.AVAILABILITY) and not frame.said - {"staff"}
    if plain and frame.staff is None and _OTHER_MASTER.search(text) and state.slots.staff:
        again = replace(kept(frame, state), staff=None, staff_any=True)
        left = (*state.slots.exclude_staff, state.slots.staff)
        return replace(again, exclude_staff=left, guessed=frame.guessed | {"day"})
    if _ANY.match(text) and not frame.confirmed:
        return replace(kept(frame, state), staff=state.slots.staff, guessed=frame.guessed | {"day"})
    if frame.intent is Intent.RESCHEDULE and frame.no_booking and _somewhen(frame, text):
        return kept(frame, state, day=DayWish(), time=TimeWish())
    guest = frame.guest_name is not None and frame.intent is Intent.OTHER and not frame.said
    if guest and frame.topic is None and not frame.declined and not ASKS.search(text):
        again = replace(kept(frame, state), guest_name=frame.guest_name)
        return replace(again, guessed=frame.guessed | {"day"})
    if frame.intent is Intent.HOURS and _UNTIL.search(text) and not _SALON.search(text):
        services = state.slots.services
        return replace(frame, intent=Intent.SERVICES, topic=Topic.DURATION, services=services)
    return frame


def _somewhen(frame: Frame, text: str) -> bool:
    """«давайте перенесём» of what is not booked yet: another time is wanted, none is named."""
    timed = frame.day.given or frame.time.given or frame.staff is not None
    return bool(_MOVED.search(text)) and not timed and not ASKS.search(text)


def _listed(frame: Frame, text: str, state: DialogueState) -> Frame:
    """«не рано», «пораньше» to a list of hours."""
    shown = sorted(
        datetime.fromisoformat(o.value).time() for o in state.options if o.kind == "slot"
    )
    early, late = _NOT_EARLY.search(text), _NOT_LATE.search(text)
    if (early or late) and len(shown) > 1 and not frame.said & {"day", "services", "staff"}:
        first, last = minutes(shown[0]), minutes(shown[-1])
        later, sooner = TimeWish(start=clock(first + 1)), TimeWish(end=clock(last - 1))
        wish = later if early else sooner
        return replace(kept(frame, state, time=wish), said=frozenset({"time"}), outside_hours=False)
    if frame.outside_hours and frame.time.late and frame.intent is Intent.BOOK and not frame.said:
        # «пораньше» when the first hour of the day is among those shown
        earliest = TimeWish(start=clock(0), early=True)
        return replace(frame, time=earliest, outside_hours=False, clarify=())
    return frame
