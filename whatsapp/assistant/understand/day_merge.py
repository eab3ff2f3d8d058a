"""Mentions that speak of one day joined: «в субботу» with «14-го», a week with its weekday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from whatsapp.assistant.understand import dates
from whatsapp.assistant.understand.dates import DayMention
from whatsapp.assistant.understand.patterns import Line

_FILLERS = frozenset(", в во на это - . ( то есть тоже также опять снова".split())
_LISTED = frozenset(", или либо и в во на".split())


def _adjacent(line: Line, left: DayMention, right: DayMention) -> bool:
    gap = [t.word for t in line.tokens[left.end : right.start]]
    return len(gap) <= 3 and all(word in _FILLERS for word in gap)


def merge(line: Line, mentions: list[DayMention], today: date) -> list[DayMention]:
    """Joins «в субботу» with «14-го», a week with its weekday, and the same day said twice."""
    out: list[DayMention] = []
    for mention in mentions:
        pair = _weekday_and_number(line, out[-1], mention, today) if out else None
        if pair is not None:
            out[-1] = pair
        else:
            out.append(mention)
    merged: list[DayMention] = []
    for mention in out:
        joined = _joined(line, merged[-1], mention) if merged else None
        if joined is not None:
            merged[-1] = joined
        else:
            merged.append(mention)
    return _in_one_week(line, merged)


def _in_one_week(line: Line, mentions: list[DayMention]) -> list[DayMention]:
    """«на следующей неделе вторник или среда»: the second weekday is of the same week."""
    out = list(mentions)
    for at in range(1, len(out)):
        for known, other in ((at - 1, at), (at, at - 1)):
            named, bare = out[known], out[other]
            gap = {t.word for t in line.tokens[out[at - 1].end : out[at].start]}
            fits = named.fixed and named.weekday is not None
            loose = bare.weekday is not None and not (bare.fixed or bare.dom or bare.role)
            either = gap <= _LISTED and bool(gap & {"или", "либо", "и"})
            if fits and loose and either and named.on is not None and not bare.rejected:
                on = dates.week_of(named.on) + timedelta(days=bare.weekday or 0)
                out[other] = replace(bare, on=on, fixed=True)
    return out


def _weekday_and_number(
    line: Line, last: DayMention, mention: DayMention, today: date
) -> DayMention | None:
    """«в субботу 14», «14 марта, в субботу»; a disagreement becomes `any_of`."""
    if not _adjacent(line, last, mention):
        return None
    for named, numbered in ((last, mention), (mention, last)):
        if named.weekday is None or named.dom is not None or numbered.dom is None:
            continue
        if numbered.weekday is not None:
            continue
        span = replace(
            numbered, start=last.start, end=mention.end, weekday=named.weekday, role=last.role
        )
        if numbered.on is None or numbered.invalid:
            return span
        on = numbered.on
        if numbered.month is None:
            on = dates.by_number(today, numbered.dom, weekday=named.weekday) or on
        if on.weekday() == named.weekday:
            return replace(span, on=on)
        around = [on + timedelta(days=shift) for shift in range(-3, 4)]
        near = next((day for day in around if day.weekday() == named.weekday), on)
        both = tuple(sorted({day for day in (near, on) if day >= today}))
        return replace(span, on=both[0]) if len(both) == 1 else replace(span, on=None, any_of=both)
    return None


def _working(line: Line, mention: DayMention) -> bool:
    return any(t.code == "будни" for t in line.tokens[mention.start : mention.end])


def _working_week(line: Line, last: DayMention, mention: DayMention) -> DayMention | None:
    """«на той неделе в будни», «в будни на следующей неделе»"""
    for days, week in ((last, mention), (mention, last)):
        if not _working(line, days) or not week.is_range or _working(line, week):
            continue
        if week.begins is None or week.ends is None or (week.ends - week.begins).days > 6:
            continue
        friday = dates.week_of(week.ends) + timedelta(days=4)
        if week.begins <= friday:
            return replace(week, start=last.start, end=mention.end, ends=min(week.ends, friday))
    return None


def _joined(line: Line, last: DayMention, mention: DayMention) -> DayMention | None:
    working = _working_week(line, last, mention)
    if working is not None:
        return working
    if last.on is not None and last.on == mention.on:
        return replace(
            last, end=mention.end, dom=last.dom or mention.dom, role=last.role or mention.role
        )
    for week, day in ((last, mention), (mention, last)):
        if (
            week.is_range
            and day.weekday is not None
            and not day.fixed
            and week.begins
            and week.ends
        ):
            found = dates.next_weekday(week.begins, day.weekday)
            if found <= week.ends:
                return replace(day, on=found, fixed=True, start=last.start, end=mention.end)
    for weeks, day in ((last, mention), (mention, last)):
        apart = weeks.on is not None and not weeks.fixed and weeks.weekday is None and not weeks.dom
        bare = day.weekday is not None and not day.fixed and day.dom is None and not day.role
        if apart and bare and weeks.on is not None and _adjacent(line, last, mention):
            on = dates.week_of(weeks.on) + timedelta(days=day.weekday or 0)
            return replace(day, on=on, fixed=True, start=last.start, end=mention.end)
    relative = last.fixed and last.weekday is None and last.on is not None and last.role != "from"
    if relative and mention.on is not None and _adjacent(line, last, mention):
        said_twice = mention.weekday is not None or mention.dom is not None
        dashed = line.tokens[last.end].word == "-" if last.end < len(line.tokens) else False
        if said_twice and not dashed and last.on is not None:
            if mention.past or last.past:
                return replace(mention if last.past else last, start=last.start, end=mention.end)
            return DayMention(last.start, mention.end, any_of=tuple(sorted((last.on, mention.on))))
    return None
