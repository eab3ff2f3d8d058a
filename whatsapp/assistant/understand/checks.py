"""What is wrong or missing in a wish: gone by, does not exist, closed, not done by that master, not said."""

from __future__ import annotations

from datetime import datetime

from whatsapp.assistant.types import OpenHours, SalonView
from whatsapp.assistant.wishes import DayWish, TimeWish, minutes


def is_past(day: DayWish, time: TimeWish, now: datetime) -> bool:
    """The day, or the exact time of today, has gone by. `now` aware, salon zone."""
    if day.past or (day.on is not None and day.on < now.date()):
        return True
    if day.on != now.date():
        return False
    if time.at is not None:
        return minutes(time.at) <= minutes(now.time()) and not time.approx
    return time.end is not None and minutes(time.end) <= minutes(now.time())


def outside_hours(day: DayWish, time: TimeWish, salon: SalonView) -> bool:
    """The salon is closed that day, or at that time."""
    if not salon.knows_hours():
        return False
    if day.on is not None:
        hours = salon.hours_on(day.on)
        return hours is None or not _fits(hours, time)
    week = [item for item in salon.week if item is not None]
    return bool(week) and not any(_fits(item, time) for item in week)


def _fits(hours: OpenHours, time: TimeWish) -> bool:
    if time.at is not None:
        if time.approx:
            return hours.opens_minute - 30 <= minutes(time.at) < hours.closes_minute
        return hours.admits(time.at)
    if time.options:
        return any(hours.admits(item) for item in time.options)
    if time.start is not None and minutes(time.start) >= hours.closes_minute:
        return False
    return time.end is None or minutes(time.end) >= hours.opens_minute
