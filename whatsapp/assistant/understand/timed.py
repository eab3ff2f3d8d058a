"""Day and time of a wish: the offered slot that was chosen, else what was said, else what was known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.state import DialogueState, Slots
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import checks
from whatsapp.assistant.understand.dates import safe_date
from whatsapp.assistant.understand.heard import Heard
from whatsapp.assistant.understand.judge import BOOKISH
from whatsapp.assistant.understand.reading import Reading, chosen_day, chosen_option
from whatsapp.assistant.wishes import DAY_MINUTES, DayWish, TimeWish


def timed(
    frame: Frame,
    read: Reading,
    heard: Heard,
    base: Slots,
    state: DialogueState,
    salon: SalonView,
    now: datetime,
) -> Frame:
    """Day and time: the offered slot that was chosen, else what was said, else what was known."""
    w = read.when
    option = (
        chosen_option(read, state, salon) if frame.intent in (*BOOKISH, Intent.RESCHEDULE) else None
    )
    if option is not None:
        named = any(not m.rejected for m in read.staff.mentions)
        start = datetime.fromisoformat(option.value).astimezone(salon.zone)
        return replace(
            frame,
            start=start,
            day=DayWish(on=start.date()),
            time=TimeWish(at=start.time().replace(tzinfo=None)),
            staff=option.staff if not named and option.staff else frame.staff,
            services=frame.services or option.services,
        )
    if frame.intent in BOOKISH and w.shift is not None and base.day.on and base.time.at:
        moment = datetime.combine(base.day.on, base.time.at) + timedelta(minutes=w.shift)
        return replace(frame, day=DayWish(on=moment.date()), time=TimeWish(at=moment.time()))
    if frame.intent in BOOKISH and w.shift and w.shift % DAY_MINUTES == 0 and base.day.on:
        w.day = DayWish(on=base.day.on + timedelta(minutes=w.shift))  # «а на следующий день?»
    inherit = frame.intent in BOOKISH or frame.intent is Intent.STAFF_INFO
    day, time, asap = chosen_day(read, state) or w.day, w.time, w.asap
    if inherit and not day.given:
        gone = base.day.on is not None and base.day.on in w.rejected_days
        day = DayWish() if gone else base.day
        if day.on is not None and w.time.at is not None and checks.is_past(day, w.time, now):
            day = replace(day, past=True)
    if inherit and "others" in heard.cues and not time.given:
        time = TimeWish(anytime=True, early=time.early, late=time.late)
    elif inherit and not time.given and not w.rejected_time:
        time = between_offers(time, state, salon) or base.time
    if inherit and not w.day.given and not w.time.given:
        asap = asap or base.asap
    if frame.intent in (Intent.HOURS, Intent.STAFF_INFO) and day.past:
        day = _next_year(day, read)
    return replace(frame, day=day, time=time, asap=asap)


def _next_year(day: DayWish, read: Reading) -> DayWish:
    """«работаете 8 марта?» a few days after it: nobody asks of a day gone by, unless the year is named."""
    codes = [token.code for token in read.line.tokens]
    year = any(re.fullmatch(r"#n20\d\d|#y.*", code) for code in codes)
    if day.on is None or year or not any(code.startswith(("#m", "#d")) for code in codes):
        return day
    following = safe_date(day.on.year + 1, day.on.month, day.on.day)
    return day if following is None else DayWish(on=following)


def between_offers(time: TimeWish, state: DialogueState, salon: SalonView) -> TimeWish | None:
    """«а попозже?» after an offer means later than what was offered."""
    starts = sorted(
        datetime.fromisoformat(o.value).astimezone(salon.zone)
        for o in state.options
        if o.kind == "slot"
    )
    if not starts or not (time.late or time.early):
        return None
    edge = starts[-1] + timedelta(minutes=1) if time.late else starts[0] - timedelta(minutes=1)
    wall = edge.time().replace(tzinfo=None)
    return TimeWish(start=wall) if time.late else TimeWish(end=wall, late=True)
