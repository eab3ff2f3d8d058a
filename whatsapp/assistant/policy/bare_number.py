"""«На 18» of a visit that is moved: the 18th, or six in the evening? What may be either is asked. Pure.

To «На какой день и время?» both may be meant. Said unasked («перенесите на 18») it is an hour of the
visit's own day, proposed before it is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.policy.said import MONTHS
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish, clock

# Nothing beside it says what it counts.
_NUMBER = re.compile(
    r"(?:^\W*|\bна\s+)(\d{1,2})(?![\d:.,/-])"
    rf"(?!\s*(?:-?\s*(?:го|му|е|ое|й|х|ти)\b|числ|час|ч\b|утр|дн|вечер|ноч|мин|%|₽|руб|{MONTHS}))",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(понедельник|вторник|сред[уы]|четверг|пятниц|суббот|воскресень|завтра|сегодня|послезавтра)",
    re.IGNORECASE,
)
# The answers to «На 18 марта или на 18:00?»
_DAY = re.compile(r"^\W*(?:перв\w+|1|числ\w+|дат\w+|день|на\s+(?:число|дату|день))\W*$", re.I)
_TIME = re.compile(r"^\W*(?:втор\w+|2|врем\w+|час\w*|на\s+(?:время|час))\W*$", re.IGNORECASE)
_ASKS_A_DAY = (Asked.DAY, Asked.CANCEL_OR_MOVE)
# The day is known already, so the number is an hour.
_OF_A_DAY = (Asked.CONFIRM, Asked.SLOT, Asked.TIME)

Reader = Callable[[Sequence[str]], Frame]


def heard(
    frame: Frame,
    texts: Sequence[str],
    state: DialogueState,
    salon: SalonView,
    context: Context,
    read: Reader,
) -> Frame:
    """`frame` with the reading of its number that is possible, or with both."""
    text = " ".join(texts)
    own, offered = _own(frame, state, context), _offered(state)
    same_day = DayWish(on=own.start.astimezone(salon.zone).date() if own is not None else None)
    if offered is not None and (_DAY.match(text) or _TIME.match(text)):
        hour = TimeWish(at=_hour(offered.day, own, salon))
        day = _DAY.match(text) is not None
        return _chosen(
            frame, state, *((DayWish(on=offered), TimeWish()) if day else (same_day, hour))
        )
    if frame.intent is not Intent.RESCHEDULE or state.asked in _OF_A_DAY:
        return frame
    if state.asked is Asked.BOOKING and frame.booking is not None and not _times(frame):
        return frame  # «1», «12-го» to «Какую запись перенести?» says which
    number = _NUMBER.search(text)
    if number is None:
        # The day was asked for, too: that it stays is a guess.
        half = state.asked in _ASKS_A_DAY and offered is None and "time" in frame.said
        stays = half and "day" not in frame.said
        return replace(frame, guessed=frame.guessed | {"day"}) if stays else frame
    if len(re.findall(r"\d+", text)) > 1 or frame.said >= {"day", "time"}:
        return frame
    if {"day", "time"} & frame.said == {"day"} and (
        _WEEKDAY.search(text) or frame.day.on != _day(number, read)
    ):
        return frame  # a day that was named in words
    on, at = _day(number, read), _hour(int(number.group(1)), own, salon)
    if on == same_day.on:
        on = None
    if on is not None and salon.knows_hours() and salon.hours_on(on) is None:
        on = None
    if on is not None and at is not None and state.asked in _ASKS_A_DAY:
        guess = TimeWish(at=at, guessed=True) if own is None else TimeWish()
        return replace(
            frame, either=(on, at), day=DayWish(), time=guess, outside_hours=False, past=False
        )
    if at is not None:
        return replace(
            frame, day=same_day, time=TimeWish(at=at, guessed=True), outside_hours=False,
            past=False,
        )  # fmt: skip
    if on is None:
        return frame
    return replace(frame, day=DayWish(on=on), time=TimeWish(), outside_hours=False, past=False)


def _times(frame: Frame) -> bool:
    return bool(frame.said & {"day", "time"})


def _day(number: re.Match[str], read: Reader) -> date | None:
    found = read([f"перенесите на {number.group(1)}-го числа"])
    return None if found.past or found.day.invalid else found.day.on


def _hour(number: int, own: UpcomingBooking | None, salon: SalonView) -> time | None:
    """The salon's own hour of that number, on the day of the visit where it is known."""
    day = own.start.astimezone(salon.zone).date() if own is not None else None
    hours = salon.hours_on(day) if day is not None and salon.knows_hours() else None
    for hour in (number, number + 12):
        at = clock(hour * 60) if 0 < hour < 24 else None
        if at is not None and (hours.admits(at) if hours is not None else 8 <= hour < 22):
            return at
    return None


def _own(frame: Frame, state: DialogueState, context: Context) -> UpcomingBooking | None:
    visits = context.upcoming or ()
    record = frame.booking or (state.booking if state.task is Task.MOVE else None)
    named = next((v for v in visits if v.id == record), None)
    return named or (visits[0] if len(visits) == 1 else None)


def _offered(state: DialogueState) -> date | None:
    """The day that was asked about beside an hour of the same number."""
    one = state.options[0] if len(state.options) == 1 else None
    if state.task is not Task.MOVE or state.asked is not Asked.DAY or one is None:
        return None
    return date.fromisoformat(one.value) if one.kind == "day" else None


def _chosen(frame: Frame, state: DialogueState, day: DayWish, time: TimeWish) -> Frame:
    said = frozenset({"day"} if not time.given else {"time"})
    return replace(
        frame, intent=Intent.RESCHEDULE, topic=None, declined=False, confirmed=False, clarify=(),
        booking=state.booking, booking_options=(), said=said, day=day, time=time,
    )  # fmt: skip
