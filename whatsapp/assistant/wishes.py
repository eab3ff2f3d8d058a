"""When a client wants to come: a day wish and a time wish, each an interval with its granularity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

DAY_MINUTES = 24 * 60


def clock(minute: int) -> time:
    """Minutes since midnight to a time of day; 24:00 and later are held at 23:59."""
    minute = max(0, min(minute, DAY_MINUTES - 1))
    return time(minute // 60, minute % 60)


def minutes(value: time) -> int:
    return value.hour * 60 + value.minute


@dataclass(frozen=True, slots=True)
class DayWish:
    """One day, a range, several days, or days to choose between.

    `dates` with `each`: a visit on every one of them; without: any of them suits.
    `any_of`: what was said disagrees with itself («пятница 14-го»), the client must be asked.
    `past`/`invalid`: what was said has gone by, or does not exist (31 февраля).
    """

    on: date | None = None
    start: date | None = None
    end: date | None = None
    dates: tuple[date, ...] = ()
    each: bool = False
    any_of: tuple[date, ...] = ()
    past: bool = False
    invalid: bool = False

    @property
    def given(self) -> bool:
        return bool(self.on or self.start or self.end or self.dates or self.any_of or self.invalid)

    def first(self, today: date) -> date:
        """The first day worth searching."""
        found = [d for d in (self.on, self.start, *self.dates, *self.any_of) if d is not None]
        return max(today, min(found)) if found else today

    def last(self, today: date, horizon: int = 14) -> date:
        """The last day worth searching; open ranges end after `horizon` days."""
        found = [d for d in (self.on, self.end, *self.dates, *self.any_of) if d is not None]
        if found and (self.on or self.end or self.dates or self.any_of):
            return max(self.first(today), max(found))
        return self.first(today) + timedelta(days=horizon)

    def admits(self, day: date) -> bool:
        if self.on is not None:
            return day == self.on
        if self.dates or self.any_of:
            return day in (*self.dates, *self.any_of)
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class TimeWish:
    """When a visit may BEGIN. `at` is exact unless `approx`; `start`/`end` bound a window.

    `options` are alternatives («в 3 или в 5»). `late`/`early` say which end of the window is liked.
    `guessed`: both halves of the day were possible and one was taken.
    """

    at: time | None = None
    start: time | None = None
    end: time | None = None
    approx: bool = False
    options: tuple[time, ...] = ()
    early: bool = False
    late: bool = False
    guessed: bool = False
    anytime: bool = False

    @property
    def given(self) -> bool:
        return bool(self.at or self.start or self.end or self.options or self.anytime)

    @property
    def exact(self) -> bool:
        return self.at is not None and not self.approx and not self.guessed

    @property
    def window(self) -> bool:
        """A part of the day with no end of it liked more."""
        bounded = bool(self.start or self.end) and not (self.at or self.options)
        return bounded and not (self.early or self.late)

    def admits(self, moment: time) -> bool:
        """True when a visit at `moment` is what was asked; an approximate time is ±30 minutes."""
        if self.at is not None:
            gap = abs(minutes(moment) - minutes(self.at))
            return gap <= (30 if self.approx else 0)
        if self.options:
            return moment in self.options
        if self.start is not None and moment < self.start:
            return False
        return self.end is None or moment <= self.end

    def target(self) -> int | None:
        """The minute to be nearest to, None when any will do."""
        if self.at is not None:
            return minutes(self.at)
        if self.options:
            return minutes(self.options[0])
        if self.late and self.end is not None:
            return minutes(self.end)
        if self.start is not None:
            return minutes(self.start)
        if self.end is not None and not self.early:
            return minutes(self.end)
        return DAY_MINUTES if self.late else None


@dataclass(frozen=True, slots=True)
class Person:
    """One of several who come. `who` None: the client; `options`: of what nobody could choose yet.

    `at`: an hour of their own.
    """

    who: str | None = None
    services: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    at: time | None = None
    staff: str | None = None
    words: str = ""  # what it is called


# A day and the time of it: one of several that would do.
Window = tuple[DayWish, TimeWish]
# What one number may mean: a day of the month, or an hour.
Either = tuple[date, time]
