"""Stretches of days: weeks, months and their parts, weekends, working days, holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from whatsapp.assistant.understand.dates import (
    DayMention,
    Rule,
    by_number,
    month_range,
    shift_months,
    week_of,
)
from whatsapp.assistant.understand.patterns import Hit, Line


def at(hit: Hit, **kw: object) -> DayMention:
    return replace(DayMention(hit.start, hit.end), **kw)  # type: ignore[arg-type]  # checked by tests


def number_of(hit: Hit, *names: str) -> int | None:
    return next((v for v in (hit.number(n) for n in names) if v is not None), None)


def _third(first: date, last: date, which: str) -> tuple[date, date]:
    """Beginning, middle or end of a stretch of days."""
    size = (last - first).days + 1
    if size <= 7:
        cut = {"начало": (0, 1), "середина": (1, 3), "конец": (3, 6)}[which]
        return first + timedelta(days=cut[0]), min(last, first + timedelta(days=cut[1]))
    if which == "начало":
        return first, first + timedelta(days=9)
    if which == "середина":
        return first + timedelta(days=10), first + timedelta(days=19)
    return first + timedelta(days=20), last


def week(offset: int, which: str = "") -> Rule:
    def rule(hit: Hit, today: date, line: Line) -> DayMention | None:
        first = week_of(today) + timedelta(days=7 * offset)
        last = first + timedelta(days=6)
        if which:
            first, last = _third(first, last, which)
            if last < today:
                first, last = first + timedelta(days=7), last + timedelta(days=7)
        return at(hit, begins=max(first, today), ends=last)

    return rule


def month(which: str = "", offset: int = 0) -> Rule:
    def rule(hit: Hit, today: date, line: Line) -> DayMention | None:
        month = number_of(hit, "m")
        base = shift_months(today.replace(day=1), offset)
        first, last = month_range(today, month) if month else month_range(base, base.month)
        if which:
            whole = first
            first, last = _third(first, last, which)
            if last < today:
                first = shift_months(whole, 1)
                first, last = _third(first, month_range(first, first.month)[1], which)
        return at(hit, begins=max(first, today), ends=last)

    return rule


def weekend(offset: int) -> Rule:
    def rule(hit: Hit, today: date, line: Line) -> DayMention | None:
        shift = offset + (1 if not offset and today.weekday() == 6 else 0)
        saturday = week_of(today) + timedelta(days=5 + 7 * shift)
        return at(hit, begins=max(today, saturday), ends=saturday + timedelta(days=1))

    return rule


def workdays(hit: Hit, today: date, line: Line) -> DayMention | None:
    first = today if today.weekday() < 5 else week_of(today) + timedelta(days=7)
    return at(hit, begins=first, ends=week_of(first) + timedelta(days=4))


def soon(days: int) -> Rule:
    return lambda hit, today, line: at(hit, begins=today, ends=today + timedelta(days=days))


def fixed_range(month: int, first: int, last: int) -> Rule:
    def rule(hit: Hit, today: date, line: Line) -> DayMention | None:
        year = today.year + (date(today.year, month, last) < today)
        return at(hit, begins=max(today, date(year, month, first)), ends=date(year, month, last))

    return rule


def tens(hit: Hit, today: date, line: Line) -> DayMention | None:
    day = hit.number("o")
    start = {1: 1, 10: 10, 20: 20, 30: 30}.get(day or 0)
    if start is None:
        return None
    begins = by_number(today, start)
    return at(hit, begins=begins, ends=begins + timedelta(days=5)) if begins else None
