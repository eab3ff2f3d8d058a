"""Bare numbers: whether «14» is an hour or a day of the month, by what stands around and what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from whatsapp.assistant.understand import dates, noise
from whatsapp.assistant.understand.clocks import DAY, EVENING, MORNING, Clock
from whatsapp.assistant.understand.dates import DayMention
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.times import TimeMention


@dataclass(frozen=True, slots=True)
class Known:
    """What the dialogue already has, so that a bare number can be read: «5» after «во сколько?»."""

    asked: str = ""
    day: date | None = None
    anchor: date | None = None  # the day under discussion: «в четверг» is of its week
    hour: int | None = None  # of the time under discussion
    time_known: bool = False
    day_known: bool = False
    offered_minutes: tuple[int, ...] = ()
    hour_long: bool = False  # «на час» says how long, not when
    visits: tuple[date, ...] = ()  # days of the client's visits
    cancels: bool = False  # visits are spoken of to be cancelled
    own: datetime | None = None  # the visit spoken of, salon zone: «с 12 на 13» of its day or hour


_TO = ("в", "во", "на", "к", "ко")
_PART_CODES = {"утра": MORNING, "вечера": EVENING, "дня": DAY}


def read_numbers(
    line: Line,
    today: date,
    taken: set[int],
    clocks: list[TimeMention],
    days: list[DayMention],
    known: Known,
    last_hour: int = 24,
) -> tuple[list[TimeMention], list[DayMention]]:
    """Numbers that could be an hour or a day of the month, decided by what is already known."""
    found: list[DayMention] = []
    timed = any(
        c for c in clocks if (c.at and not c.bare) or c.begins or c.ends or c.label or c.same
    )
    bare = [(c, c.at) for c in clocks if c.bare and c.at is not None]
    kept = [c for c in clocks if not (c.bare and c.at)]
    clear = tuple(kept)
    for mention, said in bare:
        hour = said.hour
        on = line.tokens[mention.start].word == "на"
        others = timed or len(bare) > 1
        repeated = sum(c.hour == hour for _, c in bare) > 1  # «может и в 12, перенесите на 12»
        day_meant = (
            on
            and not repeated
            and not days
            and not found
            and not known.day_known
            and others
            and hour <= 31
        )
        loose = not known.day_known and all(d.is_range for d in days)
        day_meant = day_meant or (on and loose and last_hour <= hour <= 31 and not said.part)
        day_meant = day_meant or (on and known.asked == "day" and not (days or found or timed))
        weekday = _weekday_before(days, line, mention.start)
        at_hour = weekday is not None and _on_weekday(line, weekday)  # «в воскресенье на 15»
        named = weekday is not None and weekday.on is not None and weekday.on.day == hour
        if named and on and not at_hour:
            day_meant = True
        beside = any(_own_hour(known, c.hour) for _, c in bare if c is not said) and not days
        another = known.cancels or len(known.visits) > 1
        if on and another and not days and any(v.day == hour for v in known.visits):
            day_meant = not said.part  # «маникюр перенесите на 13 перед ресницами»
        if _own_hour(known, hour) or beside:  # «в 11 проспал бы, давайте на 13» of a visit at 11
            day_meant = False
        if on and timed and not said.part and any(d.dom == hour for d in days):
            continue  # «на 10 запишите, … на 10 июля в 11:30»: the day, said twice
        instead = _corrected(line, mention.start, mention.end, days, clear)
        if day_meant or instead == "day":
            found.append(as_day(line, today, mention.start, mention.end, hour, weekday))
        else:
            kept.append(mention)
    timed = timed or any(c.at for c in kept)
    for index, token in enumerate(line.tokens):
        if index in taken:
            continue
        if token.code.startswith("#o") and _ordinal_is_day(line, index, known):
            taken.add(index)
            weekday = _weekday_before(days, line, index)
            found.append(as_day(line, today, index, index + 1, int(token.code[2:]), weekday))
        elif token.code.startswith("#n") and token.word not in _ONE:
            number = int(token.code[2:])
            if 100 <= number < 2400 and _typed_clock(number, known):
                taken.add(index)
                at = Clock(number // 100, number % 100)
                kept.append(TimeMention(index, index + 1, at=at))
                timed = True
                continue
            role = _corrected(line, index, index + 1, days + found, kept)
            role = role or _second_thought(line, index, days + found, kept)
            gone = any(c.at is not None and _own_hour(known, c.at.hour) for c in kept)
            role = role or _number_role(line, index, number, days + found, timed, known, gone)
            if (
                role == "hour"
                and number >= last_hour
                and _month_day(line, index, number, days, today)
            ):
                role = "day"
            if role == "day":
                taken.add(index)
                weekday = _weekday_before(days, line, index)
                found.append(as_day(line, today, index, index + 1, number, weekday))
            elif role == "hour":
                mention = TimeMention(index, index + 1, at=Clock(number), bare=True)
                end = index + 2 if _next_part(line, index) else index + 1
                part = _PART_CODES.get(_next_part(line, index) or "", "")
                taken |= set(range(index, end))
                refused = index > 0 and line.tokens[index - 1].word == "не"
                refused = refused or any(t.word in _UNFIT for t in line.tokens[end : end + 1])
                at = Clock(number, 0, part)
                kept.append(replace(mention, at=at, end=end, rejected=refused))
                timed = timed or not refused
    return kept, found


def _typed_clock(number: int, known: Known) -> bool:
    """«1330» of the times that were offered, or in answer to «во сколько?»."""
    asked = known.asked == "time" and 800 <= number <= 2200 and number % 100 in (0, 15, 30, 45)
    return asked or number // 100 * 60 + number % 100 in known.offered_minutes


def _own_hour(known: Known, hour: int) -> bool:
    """The hour of the visit spoken of, and not the number of its day."""
    own = known.own
    return own is not None and hour in (own.hour, own.hour - 12) and hour != own.day


def _month_day(line: Line, index: int, number: int, days: list[DayMention], today: date) -> bool:
    """«суббота 21» of a salon that closes at nine: no hour, and a Saturday of this month or the next."""
    weekday = _weekday_before(days, line, index)
    if weekday is None or weekday.weekday is None or number > 31:
        return False
    on = dates.by_number(today, number, weekday=weekday.weekday)
    return on is not None and on.weekday() == weekday.weekday


def _next_part(line: Line, index: int) -> str | None:
    follow = line.tokens[index + 1].code if index + 1 < len(line.tokens) else ""
    return follow if follow in ("утра", "вечера", "дня") else None


def _ordinal_is_day(line: Line, index: int, known: Known) -> bool:
    token = line.tokens[index]
    if token.kind == "nth":
        return True
    if (int(token.code[2:]) > 7 and not known.asked) or known.asked == "day":
        return True
    before = line.tokens[index - 1].word if index else ""
    follow = line.tokens[index + 1].word if index + 1 < len(line.tokens) else ""
    if follow.startswith(("раз", "вариант", "врем", "окн", "половин", "очеред", "этаж", "мастер")):
        return False
    if known.asked in ("time", "option") and before != "на":
        return False
    return token.word.endswith(("ого", "его")) or (
        before == "на" and token.word.endswith(("ое", "ье"))
    )


def _weekday_before(days: list[DayMention], line: Line, index: int) -> DayMention | None:
    """A weekday named right before token `index` («в субботу 14», «пятница, 13»)."""
    for mention in days:
        gap = [t.word for t in line.tokens[mention.end : index]]
        close = mention.weekday is not None and mention.end <= index and len(gap) <= 2
        if close and all(word in (",", "на", "это", "-", "в", ".") for word in gap):
            return mention
    return None


def _on_weekday(line: Line, weekday: DayMention) -> bool:
    near = line.tokens[max(0, weekday.start - 1) : weekday.start + 1]
    return any(t.word in ("в", "во") for t in near)


def as_day(
    line: Line, today: date, start: int, end: int, day: int, weekday: DayMention | None
) -> DayMention:
    wanted = weekday.weekday if weekday is not None else None
    on = dates.by_number(today, day, weekday=wanted)
    mention = DayMention(start, end, on=on, dom=day, invalid=on is None)
    return dates.with_role(mention, line)


def _corrected(
    line: Line, index: int, end: int, days: list[DayMention], clocks: Sequence[TimeMention]
) -> str:
    """What «9» of «не 9, а 10 декабря» is: the same as what takes its place."""
    before = [t.word for t in line.tokens[max(0, index - 2) : index]]
    first = line.tokens[index].word
    refused = before[-1:] == ["не"] or (before[:1] == ["не"] and before[-1] in _TO)
    if not refused and first not in _TO:
        return ""
    for mentions, role in ((days, "day"), (clocks, "hour")):
        for mention in mentions:
            gap = [t.word for t in line.tokens[end : mention.start]]
            if "а" in gap and len(gap) <= 3 and all(word in (",", "а", *_TO) for word in gap):
                return role
    return ""


_PARTS = frozenset(("утра", "вечера", "дня", "часов", "час", "мин"))
_ONE = frozenset("один одно одна одного одной одну".split())  # one o'clock is «час»
_SECOND = frozenset(_TO) | frozenset(
    "нет лучше точнее вернее ой не давайте давай рано рановато поздно поздновато можно , . | а".split()
)


def _second_thought(line: Line, index: int, days: list[DayMention], kept: list[TimeMention]) -> str:
    """«завтра 12, нет, лучше 13»: the same as the number it takes the place of."""
    for mentions, role in ((kept, "hour"), (days, "day")):
        for mention in mentions:
            gap = [t.word for t in line.tokens[mention.end : index]]
            numbered = role == "day" or (
                isinstance(mention, TimeMention) and mention.at is not None
            )
            if numbered and gap and all(w in _SECOND for w in gap) and _SECOND_CUES & set(gap):
                return role
    return ""


_UNFIT = frozenset(("рано", "рановато", "поздно", "поздновато"))
_SECOND_CUES = frozenset(("нет", "лучше", "точнее", "вернее", "ой")) | _UNFIT


def _number_role(
    line: Line,
    index: int,
    number: int,
    days: list[DayMention],
    timed: bool,
    known: Known,
    hour_refused: bool = False,
) -> str:
    """«day», «hour» or nothing for a number without a preposition."""
    if number > 31:
        return ""
    follow = line.tokens[index + 1].code if index + 1 < len(line.tokens) else ""
    before = line.tokens[index - 1].word if index else ""
    if noise.day_of_event(line, index, index + 1) and not timed and known.asked != "time":
        return "day"  # «25 выпускной, маникюр за день до этого»
    if known.cancels and before in ("ни", "и", ",") and any(v.day == number for v in known.visits):
        return "day"  # «ни 9, ни 13 не получится»
    dated = bool(days) and not timed and all(d.rejected and d.dom is not None for d in days)
    if dated and follow not in _PARTS and any(abs(number - (d.dom or 0)) <= 7 for d in days):
        return "day"  # «5-го не получается, можно 6?»
    if any(d.event and d.dom and 0 < d.dom - number <= 7 for d in days) and before not in _TO:
        return "day"  # «26-го выпускной, поэтому надо 25»
    listed = before in ("на", "или", ",", "и") or follow in ("или", ",")
    if listed and number > 24:
        return "day"
    weekday = _weekday_before(days, line, index)
    if weekday is not None and weekday.on is not None:
        agrees = weekday.on.day == number
        return "day" if agrees or number > 24 or (timed and number <= 31) else "hour"
    if number * 60 in known.offered_minutes or (number + 12) * 60 in known.offered_minutes:
        return "hour"
    if known.asked == "time":
        return "hour" if number <= 24 else "day"
    if known.day_known and follow in ("пораньше", "попозже") and before != "на":
        return "hour"  # «15 рано, давайте 16»
    if known.asked == "day" and not (days and not timed and number <= 24):
        return "day"
    refused = (
        " не могу " in line.words or " не смогу " in line.words or " не подходит " in line.words
    )
    if known.day is not None and refused and not days and not hour_refused:
        return "day"
    if follow in ("утра", "вечера", "дня") or before in (
        "утро",
        "утром",
        "вечером",
        "вечер",
        "днем",
    ):
        return "hour"
    same = " же время " in line.words or " то же " in line.words
    if days and any(d.dom is not None and d.end <= index for d in days) and (same or refused):
        return "day"
    if days and not timed and number <= 24 and all(d.dom != number for d in days):
        return "hour"
    if timed and not days and not known.day_known and number > 0:
        return "hour" if hour_refused else "day"
    lone = sum(t.kind in ("word", "num") for t in line.tokens) == 1 and 8 <= number <= 22
    fits = lone or (not known.time_known and number <= 24)
    return "hour" if known.day_known and fits else ""
