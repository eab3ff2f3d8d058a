"""Mentions of days and times -> one wish: conflicts, corrections, lists; never the past unless it says so."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import (
    date_rules,
    dates,
    day_merge,
    day_wish,
    noise,
    number_days,
    numbers,
    time_rules,
    times,
)
from whatsapp.assistant.understand.dates import DayMention
from whatsapp.assistant.understand.numbers import Known
from whatsapp.assistant.understand.patterns import Line, pat
from whatsapp.assistant.understand.times import TimeMention
from whatsapp.assistant.understand.timewish import TimeReader, usual_hours
from whatsapp.assistant.understand.wordlist import words
from whatsapp.assistant.wishes import DAY_MINUTES, DayWish, TimeWish, minutes

MIDNIGHT_ENDS = 4  # until this hour «завтра» may mean the day that has already begun


@dataclass(slots=True)
class When:
    """The wish of one message and what it said about the visit that exists already."""

    day: DayWish = field(default_factory=DayWish)
    time: TimeWish = field(default_factory=TimeWish)
    asap: bool = False
    source_day: date | None = None
    source_minute: int | None = None
    by_weekday: bool = False  # the day rests on a weekday's bare name
    day_guessed: bool = False  # a weekday read by the week under discussion
    shift: int | None = None
    same_time: bool = False
    same_day: bool = False
    rejected_days: tuple[date, ...] = ()
    rejected_time: bool = False
    mentioned: tuple[date, ...] = ()  # every day named, rejected ones too
    mentioned_minutes: tuple[int, ...] = ()
    taken: frozenset[int] = frozenset()


CUES = words(
    """
    нет ой точнее вернее лучше хотя тогда передумал передумала ошиблась ошибся ошибка
    опечаталась опечатался опечатка извините простите пардон тьфу погодите подождите
    """
)


def read(line: Line, now: datetime, salon: SalonView, known: Known) -> When:
    """The wish in `line`, said at `now` (aware, salon zone)."""
    today = now.date()
    looks = noise.looks(line)
    taken = noise.measures(line, hour_long=known.hour_long) | looks
    renumbered = number_days.corrected(line, today, taken, known)
    clocks = list(times.scan(line, taken, time_rules.SHAPED))
    for text in noise.LATENESS:
        for hit in line.in_codes(pat(text)):
            taken |= set(range(hit.start, hit.end))
    days = [*renumbered, *dates.scan(line, today, taken, date_rules.EXPLICIT)]
    clocks += times.scan(line, taken, time_rules.RANGES)
    days += dates.scan(line, today, taken, date_rules.GENERAL)
    for rules in (time_rules.EXACT, time_rules.PLAIN, time_rules.LOOSE):
        clocks += times.scan(line, taken, rules)
    usual = usual_hours(salon, known.day)
    last_hour = usual.closes_minute // 60 if usual is not None else 24
    clocks, more = numbers.read_numbers(line, today, taken, clocks, days, known, last_hour)
    clocks, instead = number_days.options_as_days(line, today, clocks, days + more)
    clocks, moved = number_days.as_moved_days(line, today, clocks, known)
    days = sorted(days + more + instead + moved, key=lambda m: m.start)
    days = number_days.of_visits(line, days, today, known)
    when = When(taken=frozenset(taken - looks))
    today_by_name = _read_days(when, line, days, now)
    meant = when.day.dates or (when.day.on,)
    bare = [m for m in days if m.on in meant and m.weekday is not None]
    when.by_weekday = bool(bare) and all(m.dom is None and not m.fixed for m in bare)
    if when.by_weekday and when.day.on == today and any(d > today for d in when.rejected_days):
        when.day = DayWish(on=today + timedelta(days=7))  # «в пятницу работаю, в субботу можно?»
    listed = line.has("или|либо", "и в|во|на ..4 и в|во|на", "оба|обе|обоих|каждый")
    anchor_weekday(when, today, known.anchor, listed=bool(listed))
    later = line.has("в следующий|следующую|следующее ?|$|,|.")
    if later and not when.day.given and len(when.rejected_days) == 1:
        # «в четверг не получается, можно в следующий?»
        when.day = DayWish(on=when.rejected_days[0] + timedelta(days=7))
    _read_times(when, line, sorted(clocks, key=lambda m: m.start), now, salon, known)
    _never_past(when, now, today_by_name)
    return when


def anchor_weekday(when: When, today: date, anchor: date | None, *, listed: bool = False) -> None:
    """«в четверг» while Wednesday of next week is discussed (`anchor`).

    Today and tomorrow have names of their own, so a weekday that would be one of them is that week's.
    Any other keeps the convention (the nearest), but is a guess; so is today by its weekday's name.
    """
    if anchor in when.day.dates and len(when.day.dates) == 2 and not listed:
        # «я на вторник, мне бы на среду»
        when.day = DayWish(on=next(d for d in when.day.dates if d != anchor))
    day = when.day.on
    if anchor is None or day is None or not when.by_weekday or anchor <= today:
        return
    later = dates.week_of(anchor) > dates.week_of(today)
    if day == today and when.rejected_days:  # «в пятницу не получится, давайте вторник»
        day += timedelta(days=7)
        when.day, when.day_guessed = DayWish(on=day), True
        return
    if later and (day - today).days <= 1:
        day = dates.week_of(anchor) + timedelta(days=day.weekday())
        when.day, when.day_guessed = DayWish(on=day), True
    when.day_guessed = when.day_guessed or day == today or (later and day < dates.week_of(anchor))


def cue_between(line: Line, left: int, right: int) -> bool:
    """A word of second thoughts between two mentions."""
    between = [t.word for t in line.tokens[left:right]]
    if "если" in between:
        return False  # «завтра, а если нет, то в воскресенье»: the second only if not the first
    if {"давай", "давайте"} & set(between) and not {"или", "либо", "и"} & set(between):
        return True  # «у неё танцы в субботу давайте в воскресенье»
    return (
        any(word in CUES for word in between)
        or "не" in between[:-1]
        or " а не " in " ".join(between)
    )


def _read_days(when: When, line: Line, mentions: list[DayMention], now: datetime) -> bool:
    """Fills the day part; True when «today» was meant by the weekday's name."""
    today, when.same_day = now.date(), any(m.role == "same" for m in mentions)
    ahead = next((m.ahead for m in mentions if m.ahead), 0)
    mentions = [m for m in mentions if not m.ahead and not m.told]
    promised = [m for m in mentions if not noise.of_offer(line, m.end)]
    promised = promised or mentions
    if not all(m.event for m in promised):  # «26-го выпускной, поэтому 25-го»
        promised = [replace(m, rejected=m.rejected or m.event) for m in promised]
    mentions = day_wish.also_rejected(line, promised)
    when.rejected_days = day_wish.refused(mentions)
    mentions = day_wish.settled(line, mentions)
    merged = day_merge.merge(
        line, [m for m in mentions if m.role != "same" and not m.rejected], today
    )
    named = [m.on for m in merged if m.on is not None] + [d for m in merged for d in m.dates]
    when.mentioned = tuple(dict.fromkeys([*named, *when.rejected_days]))
    merged = [m for m in merged if m.on is None or m.on not in when.rejected_days] or merged
    when.source_day = next((m.left for m in merged if m.left is not None), None)
    sources = [m for m in merged if m.role == "from" and m.on is not None and m.left is None]
    if sources:
        when.source_day = sources[0].on
        if len(merged) > 1 and sources[0] is merged[0] and merged[1].role != "until":
            merged = merged[1:]
    for left, right in itertools.pairwise(merged):
        if cue_between(line, left.end, right.start):
            merged = merged[merged.index(right) :]
    when.day = day_wish.without(day_wish.one_wish(line, merged, today), when.rejected_days)
    if ahead and when.day.on is not None:  # «25 июня, лучше за день до этого»
        when.day = DayWish(on=when.day.on - timedelta(days=ahead))
    elif ahead:
        when.shift = -ahead * DAY_MINUTES
    if now.hour < MIDNIGHT_ENDS and any(line.tokens[m.start].code == "завтра" for m in merged):
        when.day = DayWish(any_of=(today, today + timedelta(days=1)))
    return any(
        m.on == today and m.weekday is not None and m.dom is None and not m.fixed for m in merged
    )


def _read_times(
    when: When,
    line: Line,
    mentions: list[TimeMention],
    now: datetime,
    salon: SalonView,
    known: Known,
) -> None:
    count = len(when.day.dates) or 1
    reader = TimeReader(mentions, now=now, salon=salon, day=when.day.on or known.day, days=count)
    when.asap = any(m.asap for m in mentions)
    if not when.day.given and any(m.asap and _right_now(line, m) for m in mentions):
        when.day = DayWish(on=now.date())
    when.same_time = any(m.same and not m.rejected for m in mentions)
    when.shift = next((m.shift for m in mentions if m.shift), when.shift)
    when.rejected_time = any(m.rejected and m.at for m in mentions)
    sources = [m.source for m in mentions if m.source is not None]
    refused = [m.at for m in mentions if m.at is not None and m.rejected]
    when.source_minute = next((reader.minute(c) for c in sources + refused), None)
    when.mentioned_minutes = tuple(
        reader.minute(c) for c in [m.at for m in mentions if m.at] + sources
    )
    delta = next((m.delta for m in mentions if m.delta), None)
    if delta is not None:
        moment = now + timedelta(minutes=delta)
        when.day = DayWish(on=moment.date())
        when.time = TimeWish(
            at=moment.time().replace(second=0, microsecond=0, tzinfo=None), approx=True
        )
        return
    exact = [m for m in mentions if m.at is not None and not m.rejected]
    others = [m for m in exact if not noise.of_event(line, m.start, m.end)]
    exact = others or exact
    if any(m.options for m in mentions):
        exact = []  # «11:00, 14:00 или 17:30»: the window reads them all
    for left, right in itertools.pairwise(exact):
        if cue_between(line, left.end, right.start) or right.source is not None:
            exact = exact[exact.index(right) :]
    labels = [m for m in mentions if m.label and not m.rejected]
    labels = [
        m for m in labels if not noise.event_follows(line, m.end)
    ] or labels  # «днём, вечером гости»
    reader.labels = [m.label for m in _labels_meant(line, labels)]
    loose = {t.code for i, t in enumerate(line.tokens) if i not in when.taken}
    if exact:
        when.time = reader.exact(exact, known.offered_minutes)
    else:
        when.time = replace(
            reader.window(), early=_leans(line, loose, _EARLIER), late=_leans(line, loose, _LATER)
        )


def _right_now(line: Line, mention: TimeMention) -> bool:
    """«сейчас свободны?»; not «сейчас спрошу»."""
    said = {t.word for t in line.tokens[mention.start : mention.end]}
    if any(word.startswith("ближайш") for word in said) and said & {"час", "полчаса", "часа"}:
        return True
    if said & {"прямо", "прям"}:
        return True
    if line.has("запис~|узнать|спросить|ответ~|скаж~"):
        return False  # «можно сейчас записаться на субботу?»
    return bool({"сейчас", "щас"} & said) and line.has(
        "свободн~|можно|примете|возьмете|есть|место|окно|окошко|успе~|подойти|прийти|заскочить"
    )


def _labels_meant(line: Line, labels: list[TimeMention]) -> list[TimeMention]:
    """«лучше утром, но можно и вечером» is the morning; «утром или вечером» is neither alone."""
    for left, right in itertools.pairwise(list(labels)):
        if left.label == right.label or left not in labels:
            continue
        before = [t.word for t in line.tokens[max(0, left.start - 2) : left.start]]
        between = [t.word for t in line.tokens[left.end : right.start]]
        if {"лучше", "желательно", "предпочтительно"} & set(before):
            return [left]
        if cue_between(line, left.end, right.start):
            labels = labels[labels.index(right) :]
        elif {"или", "либо", "и"} & set(between):
            return []
    return labels


_EARLIER = frozenset(("пораньше", "раньше"))
_LATER = frozenset(("попозже", "позже", "позднее"))


def _leans(line: Line, loose: set[str], wanted: frozenset[str]) -> bool:
    """«пораньше» anywhere; a bare «а раньше?», «позже можно?» only as the whole of what is said."""
    found = {code for code in loose if code in wanted}
    if not found:
        return False
    short = sum(t.kind == "word" for t in line.tokens) <= 4
    later = line.has("напиш~|отпиш~|скаж~|сообщ~|отвеч~|дам|решу|подумаю|запишусь")
    return bool(found & {"пораньше", "попозже"}) or (short and not later)


def _never_past(when: When, now: datetime, today_by_name: bool) -> None:
    """A weekday that is today, with its hour gone by, is next week's; «сегодня» stays and is marked past."""
    if (
        when.day.on != now.date()
        or when.time.at is None
        or minutes(when.time.at) > minutes(now.time())
    ):
        return
    if today_by_name:
        when.day = DayWish(on=now.date() + timedelta(days=7))
    else:
        when.day = replace(when.day, past=True)
