"""«Анна в пятницу работает?», «кто завтра работает?»: the schedule as the tools tell it, its free time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from whatsapp.assistant.decisions import (
    CannotCheck,
    Decision,
    FindSlots,
    HandOver,
    NothingFree,
    Offer,
    Schedule,
)
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.told import OnDuty
from whatsapp.assistant.tools import BookingTools, SlotsUnavailable, WorkingDays
from whatsapp.assistant.types import OpenHours, SalonView
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


def hours_only(asked: FindSlots, tools: BookingTools, today: date) -> Schedule | None:
    """The same without its free time and its question, amid a question of ours; None: nothing is known."""
    visit = replace(asked.wish.visits[0], services=())
    plain = replace(asked, wish=replace(asked.wish, visits=(visit,)))
    found = told(plain, tools, today, lambda search: search)
    return replace(found, closing=False) if isinstance(found, Schedule) else None


def on_duty(asked: OnDuty, tools: BookingTools, salon: SalonView, now: datetime) -> Decision:
    """Who works that day, those already gone left out; `now` is aware, salon zone.

    Where no schedule was ever read, free time tells who does; without a service only a person knows.
    """
    able = [s.id for s in salon.staff if not asked.named or s.id in asked.named]
    if asked.services:
        offered = {i for item in asked.services if (s := salon.service(item)) for i in s.staff}
        able = [item for item in able if item in offered]
    known, masters = False, []
    for item in able:
        found = tools.working_days(item, asked.day, asked.day)
        if isinstance(found, WorkingDays) and asked.day in found.days:
            known = True
            if hours := tuple(h for h in found.days[asked.day] if _lasts(h, asked.day, now)):
                masters.append((item, hours))
    if known or not able:
        return replace(asked, masters=tuple(masters))
    free = _with_time(asked, tools)
    if free is None:
        return HandOver(Topic.QUESTION)
    return replace(asked, masters=tuple((i, ()) for i in able if i in free), free=True)


def _with_time(asked: OnDuty, tools: BookingTools) -> set[str] | None:
    """Masters with free time that day; None when nobody can tell."""
    if not asked.services:
        return None
    out: set[str] = set()
    for service in asked.services:
        found = tools.free_slots((service,), None, asked.day, asked.day)
        if isinstance(found, SlotsUnavailable):
            return None
        out |= {slot.staff_id for slot in found.slots}
    return out


def _lasts(hours: OpenHours, day: date, now: datetime) -> bool:
    return day > now.date() or hours.closes_minute > now.hour * 60 + now.minute
