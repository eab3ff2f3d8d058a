"""«Вы неправильно записали, я просила 13:30»: what was just booked is not what was asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from whatsapp.assistant.frame import Change, Frame, Intent, Topic
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish

_WRITTEN = r"(?:запис|постав|перен[её]с|поня|напис|внес)\w*"
_WRONGLY = r"(?:неправильно|неверно|не\s+так|не\s+туда|ошибочно|не\s+на\s+то\w*|не\s+к\s+т\w+)"
# Of the journal itself: worth looking at the only visit there is.
_BOOKED_WRONGLY = re.compile(
    rf"\b{_WRONGLY}\s+(?:меня\s+|мне\s+|вы\s+)?{_WRITTEN}|\b{_WRITTEN}\s+(?:меня\s+|вы\s+)?{_WRONGLY}\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"\b(?:я|мы)\s+(?:же\s+|ведь\s+|вам\s+|вас\s+|вообще-?то\s+)*"
    r"(?:(?:по)?просил|говорил|сказал|писал|имел|выбирал|хотел(?=\w*\s+(?:на|в|к|ко|же)\b))\w*"
    r"(?:\s+(?:в\s+виду|вас|вам|же|записать|меня))*"
    r"|\b(?:мы\s+)?договаривал\w+|\b(?:надо|нужно|должно)\s+было(?:\s+быть)?",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(r"\s*,?\s*\b(?:а\s+не|не)\s+[^.,;!?]+(?:,?\s+а\s+(?=на|в|к))?", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:ещ[её]|тоже|также|запиши(?:те)?|записаться|спросить|узнать|уточнить)\b|\?\W*$",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"\b(?:день(?:ги|ег)|оплат|предоплат|сумм|админ|директор|руковод|человек|жалоб)\w*",
    re.IGNORECASE,
)
_HEARD = (
    Intent.BOOK, Intent.AVAILABILITY, Intent.CANCEL, Intent.RESCHEDULE, Intent.LIST, Intent.OTHER,
    Intent.STAFF_INFO,
)  # fmt: skip
_NAMED = frozenset(("day", "time", "staff", "services"))

Reader = Callable[[Sequence[str]], Frame]


def concerns(texts: Sequence[str], state: DialogueState) -> bool:
    """True when the visit that was booked has to be looked up to read these words."""
    text = " ".join(texts)
    return state.idle and bool(_BOOKED_WRONGLY.search(text) or _ASKED_FOR.search(text))


def heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Reader,
) -> Frame | None:
    """`frame` as the move to what was asked for, proposed before it is done; None when it is none."""
    text = " ".join(texts)
    wrongly, claimed = _BOOKED_WRONGLY.search(text), _ASKED_FOR.search(text)
    if not state.idle or not (wrongly or claimed) or _ANOTHER.search(text):
        return None
    if not _is_heard(frame, text) or (own := _visit(state, context, of_it=bool(wrongly))) is None:
        return None
    words = text[max(hit.end() for hit in (wrongly, claimed) if hit is not None) :]
    wanted = read([f"запишите {_BUT_NOT.sub(' ', words)}"])
    if not wanted.said & _NAMED:
        wanted = read([f"запишите {_BUT_NOT.sub(' ', _ASKED_FOR.sub(' ', text))}"])
    named = wanted.said & _NAMED
    if not named and not wrongly:
        return None
    return _moved(frame, wanted, named, own, salon)


def _moved(
    frame: Frame, wanted: Frame, named: frozenset[str], own: UpcomingBooking, salon: SalonView
) -> Frame:
    """What is named is to be another; the rest stays as it is booked."""
    other = "services" in named and not {*wanted.services} <= {*own.services}
    day = wanted.day if "day" in named else DayWish()
    if "time" in named and not day.given:
        day = DayWish(on=own.start.astimezone(salon.zone).date())
    return replace(
        frame, intent=Intent.RESCHEDULE, also=(), topic=None, booking=own.id, bookings=(),
        booking_options=(), booking_mismatch=False, no_booking=False, concerns_visit=True,
        day=day, time=wanted.time if "time" in named else TimeWish(),
        staff=wanted.staff if "staff" in named else None, staff_options=wanted.staff_options,
        staff_unknown=wanted.staff_unknown, change=Change.SWAP if other else Change.NONE,
        services=wanted.services if other else (), service_options=wanted.service_options if other else (),
        service_words=wanted.service_words if other else "", change_service=False, given_up=(),
        said=named, guessed=frozenset({"day"}), past=wanted.past, outside_hours=wanted.outside_hours,
        handoff=False, urgent=False, declined=False, confirmed=False, clarify=(), attending=None,
    )  # fmt: skip


def _visit(state: DialogueState, context: Context, *, of_it: bool) -> UpcomingBooking | None:
    """The one booked or moved last; said to be booked wrongly, the only one there is."""
    visits = context.upcoming or ()
    last = next((v for v in visits if v.id == state.last_record), None)
    return last or (visits[0] if of_it and len(visits) == 1 else None)


def _is_heard(frame: Frame, text: str) -> bool:
    """A complaint about the hour that was written is put right; one about money or people is not ours."""
    if frame.intent is Intent.HUMAN:
        plain = frame.topic in (Topic.COMPLAINT, Topic.QUESTION, Topic.ASKED)
        return plain and not frame.rude and not _OF_PEOPLE.search(text)
    return frame.intent in _HEARD
