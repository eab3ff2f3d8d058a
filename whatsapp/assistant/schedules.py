"""«Анна в пятницу работает?»: her schedule as the tools tell it, and the free time in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from whatsapp.assistant.decisions import (
    CannotCheck,
    Decision,
    FindSlots,
    NothingFree,
    Offer,
    Schedule,
)
from whatsapp.assistant.tools import BookingTools, WorkingDays
from whatsapp.assistant.types import OpenHours
from whatsapp.assistant.wishes import DayWish

# Days named in an answer, and how far beyond the question the next ones are looked for.
NAMED = 4
AHEAD = timedelta(days=14)

_Shift = tuple[date, tuple[OpenHours, ...]]


def told(
    asked: FindSlots, tools: BookingTools, today: date, find: Callable[[FindSlots], Decision]
) -> Decision:
    """Replaces a search with purpose WORKS by what the schedule says, and the journal of it.

    Where the schedule was never read, what is free tells, and that is all we know.
    """
    wish = asked.wish
    staff = wish.visits[0].staff
    if staff is None:
        return find(asked)
    first, last = wish.day.first(today), wish.day.last(today, horizon=6)
    found = tools.working_days(staff, first, last + AHEAD)
    if not isinstance(found, WorkingDays):
        return find(asked)
    working: list[_Shift] = [(day, hours) for day, hours in sorted(found.days.items()) if hours]
    those = [item for item in working if item[0] <= last and wish.day.admits(item[0])]
    if not those:
        after = [item for item in working if item[0] > first]
        return Schedule(staff, tuple(after[: NAMED - 1]), asked=wish.day.on, off=True)
    answer = Schedule(staff, tuple(those[:NAMED]), asked=wish.day.on)
    if not wish.visits[0].services:
        return answer
    day = those[0][0] if wish.day.on or len(those) == 1 else None
    narrowed = replace(wish, day=DayWish(on=day) if day else wish.day, asap=False)
    free = find(replace(asked, wish=narrowed))
    match free:
        case Offer(other_days=False):
            return replace(answer, free=free)
        case Offer() | NothingFree():
            return replace(answer, full=True)
        case CannotCheck():
            return answer  # the schedule is known all the same
        case _:
            return free
