"""Time mentions of one message -> a TimeWish: hours resolved by part of day, salon hours and the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from whatsapp.assistant.types import OpenHours, SalonView
from whatsapp.assistant.understand.clocks import DAY, EVENING, MORNING, Clock, resolve
from whatsapp.assistant.understand.times import TimeMention
from whatsapp.assistant.wishes import TimeWish, clock, minutes

# The window of starts for each part of the day (minutes); None = the salon's own edge.
WINDOWS: dict[str, tuple[int | None, int | None]] = {
    "утром": (None, 12 * 60),
    "до обеда": (None, 13 * 60),
    "первая половина": (None, 13 * 60),
    "в обед": (12 * 60, 14 * 60),
    "днем": (12 * 60, 17 * 60),
    "после обеда": (13 * 60, 18 * 60),
    "вторая половина": (13 * 60, None),
    "к вечеру": (16 * 60, None),
    "вечером": (17 * 60, None),
    "после работы": (18 * 60, None),
    "до работы": (None, 10 * 60),
    "после школы": (14 * 60, None),
    "ночью": (22 * 60, None),
}
_PART_OF_LABEL = {
    "утром": MORNING, "до обеда": MORNING, "первая половина": MORNING, "до работы": MORNING,
    "днем": DAY, "в обед": DAY, "после обеда": DAY, "вторая половина": DAY,
    "вечером": EVENING, "к вечеру": EVENING, "после работы": EVENING,
}  # fmt: skip


def usual_hours(salon: SalonView, day: date | None) -> OpenHours | None:
    """The day's hours, else those of any open day, else None."""
    if day is not None and salon.knows_hours():
        found = salon.hours_on(day)
        if found is not None:
            return found
    return next((item for item in salon.week if item is not None), None)


class TimeReader:
    """Resolves the clocks of one message; `now` is aware, salon zone; `day` the day meant, if single."""

    def __init__(
        self,
        mentions: list[TimeMention],
        *,
        now: datetime,
        salon: SalonView,
        day: date | None,
        days: int = 1,
    ) -> None:
        self.days = days
        self.mentions = mentions
        self.labels = [m.label for m in mentions if m.label and not m.rejected]
        self.part = next(
            (_PART_OF_LABEL[text] for text in self.labels if text in _PART_OF_LABEL), ""
        )
        self.hours = usual_hours(salon, day)
        self.after = minutes(now.time()) if day == now.date() else None

    def reading(self, said: Clock) -> tuple[int, bool]:
        return resolve(said, part=self.part, hours=self.hours, after=self.after)

    def minute(self, said: Clock) -> int:
        return self.reading(said)[0]

    def exact(self, mentions: list[TimeMention], offered: tuple[int, ...]) -> TimeWish:
        """One time, or the alternatives when several different ones were named."""
        said = [m.at for m in mentions if m.at is not None]
        found = [self._offered(item, offered) or self.reading(item) for item in said]
        if len({minute for minute, _ in found}) > 1:
            return TimeWish(options=tuple(clock(minute) for minute, _ in found))
        minute, guessed = found[0]
        return TimeWish(at=clock(minute), approx=any(m.approx for m in mentions), guessed=guessed)

    def _offered(self, said: Clock, offered: tuple[int, ...]) -> tuple[int, bool] | None:
        match = [minute for minute in said.candidates(self.part) if minute in offered]
        return (match[0], False) if match else None

    def window(self) -> TimeWish:
        """Alternatives («в 3 или в 5»), else the window of parts of the day and bounds."""
        options = [self.minute(item) for m in self.mentions for item in m.options]
        if options:
            options += [self.minute(m.at) for m in self.mentions if m.at and not m.rejected]
        if options:
            return TimeWish(options=tuple(clock(m) for m in dict.fromkeys(options)))
        if "открытие" in self.labels and self.hours is not None:
            return TimeWish(at=clock(self.hours.opens_minute))
        apart = len(set(self.labels)) > 1 and self.days > 1  # «сегодня вечером или завтра утром»
        start, end = (
            WINDOWS.get(self.labels[-1], (None, None))
            if self.labels and not apart
            else (None, None)
        )
        for mention in self.mentions:
            if mention.rejected or (mention.begins is None and mention.ends is None):
                continue
            begins, ends = mention.begins, mention.ends
            if begins is not None:
                if ends is not None and ends.part and not begins.part and begins.hour <= ends.hour:
                    begins = replace(begins, part=ends.part)
                start = self.minute(begins)
                end = None if ends is None and end is not None and end <= start else end
            if ends is not None:
                end = self._later(ends, start)
        return TimeWish(
            start=None if start is None else clock(start), end=None if end is None else clock(end)
        )

    def _later(self, ends: Clock, start: int | None) -> int:
        """The reading of a window's end that lies after its beginning."""
        options = ends.candidates(self.part if start is None else "")
        if start is not None:
            return next((m for m in sorted(options) if m > start), options[0])
        floor = self.hours.opens_minute if self.hours else 0
        return next((m for m in options if m > floor), options[0])
