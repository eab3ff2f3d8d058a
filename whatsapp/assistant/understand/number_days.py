"""Numbers read as hours that the visit spoken of, or a day refused beside them, makes days of the month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from whatsapp.assistant.understand import dates
from whatsapp.assistant.understand.clocks import Clock
from whatsapp.assistant.understand.dates import DayMention
from whatsapp.assistant.understand.numbers import Known
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.times import TimeMention


def corrected(line: Line, today: date, taken: set[int], known: Known) -> list[DayMention]:
    """«ой, не 24, а 31» of the day under discussion; its tokens are added to `taken`."""
    own = known.own.hour if known.own is not None else None
    hours = {known.hour, own, own - 12 if own is not None else None}
    for text in ("не в|на|к? N:a ,? а в|на|к? N:b", "N:b ,? а не в|на|к? N:a"):
        for hit in line.in_codes(pat(text)):
            old, new = hit.number("a"), hit.number("b") or 0
            follow = [t.code for t in line.tokens[hit.end : hit.end + 1]]
            dated = bool(follow) and follow[0].startswith(("#m", "час", "мин", "утра", "вечера"))
            if known.day is None or old != known.day.day or old in hours or dated:
                continue
            on = dates.safe_date(known.day.year, known.day.month, new)
            on = on if on is not None and on >= today else dates.by_number(today, new)
            if on is not None:
                taken |= set(range(hit.start, hit.end))
                return [DayMention(hit.start, hit.end, on=on, dom=new)]
    return []


def as_moved_days(
    line: Line, today: date, clocks: list[TimeMention], known: Known
) -> tuple[list[TimeMention], list[DayMention]]:
    """«с 12 на 13» of a visit on the 12th: days, and no hours."""
    own = known.own
    kept: list[TimeMention] = []
    found: list[DayMention] = []
    for mention in clocks:
        old, new = mention.source, mention.at
        if own is None or old is None or new is None or not _of_its_day(old, own):
            kept.append(mention)
            continue
        on = dates.by_number(today, new.hour)
        found.append(DayMention(mention.start, mention.end, on=on, left=own.date(), dom=new.hour))
    return kept, found


def _of_its_day(said: Clock, own: datetime) -> bool:
    """The number of the visit's day, and not its hour."""
    return not said.typed and said.hour == own.day and own.hour not in (said.hour, said.hour + 12)


def options_as_days(
    line: Line, today: date, clocks: list[TimeMention], days: list[DayMention]
) -> tuple[list[TimeMention], list[DayMention]]:
    """«не смогу 3-го, можно 4 или 5?»: numbers beside a day of the month that is refused are days."""
    if not days or not all(d.rejected and d.dom is not None for d in days):
        return clocks, []
    kept: list[TimeMention] = []
    found: list[DayMention] = []
    for mention in clocks:
        if mention.options and all(not c.minute and not c.part for c in mention.options):
            on = [dates.by_number(today, c.hour) for c in mention.options]
            several = tuple(sorted(day for day in on if day is not None))
            found.append(DayMention(mention.start, mention.end, dates=several))
        else:
            kept.append(mention)
    return kept, found


def _exclaimed(line: Line, mention: DayMention) -> bool:
    follow = [t.word for t in line.tokens[mention.end : mention.end + 2]]
    return follow[:1] in (["?"], ["!"]) and len(follow) > 1


def of_visits(line: Line, days: list[DayMention], today: date, known: Known) -> list[DayMention]:
    """«с четверга на пятницу», «в четверг меня не будет» of a visit on the Thursday of next week."""
    out: list[DayMention] = []
    if len(days) > 1 and days[0].on in known.visits and _exclaimed(line, days[0]):
        days = days[1:]  # «уже завтра? а можно на той неделе»
    for mention in days:
        bare = mention.weekday is not None and not (mention.fixed or mention.dom)
        about = mention.rejected or mention.role == "from" or known.cancels
        left = next((m for m in out if m.role == "from" and m.on in known.visits), None)
        if bare and about and mention.on is not None and mention.on not in known.visits:
            same = [d for d in known.visits if d.weekday() == mention.weekday and d > mention.on]
            mention = replace(mention, on=same[0]) if len(same) == 1 else mention
        elif bare and left is not None and left.on is not None:
            near = _nearest(left.on, mention.weekday or 0, today)
            mention = replace(mention, on=near, fixed=True)
        out.append(mention)
    return out


def _nearest(day: date, weekday: int, today: date) -> date:
    """The weekday nearest to `day`, before or after it, not gone by."""
    ahead = dates.next_weekday(day + timedelta(days=1), weekday)
    back = ahead - timedelta(days=7)
    return back if today < back and day - back < ahead - day else ahead
