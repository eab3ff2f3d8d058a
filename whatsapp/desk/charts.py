"""Small charts as geometry: the template draws it, so that no script and no colour alone tells a number."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from aiadmin.core import clock
from marketplace.models import Booking, Company

# Visits of the last week and of the one ahead, today among the latter.
BACK, AHEAD = 7, 7
# Pixels of the drawing; the page scales it.
_WIDTH, _HEIGHT, _TOP, _STEP, _BAR = 560, 120, 24, 40, 24
# Two lines of names below: on a phone the drawing is halved and its letters are large.
_NAMES = 52
_WEEKDAYS = (
    gettext_lazy("mo"),
    gettext_lazy("tu"),
    gettext_lazy("we"),
    gettext_lazy("th"),
    gettext_lazy("fr"),
    gettext_lazy("sa"),
    gettext_lazy("su"),
)


@dataclass(frozen=True)
class Bar:
    """One day: visits by the assistant below, by hand above them."""

    day: date
    name: str
    bot: int
    hand: int
    x: int
    bot_y: int
    bot_height: int
    hand_y: int
    hand_height: int
    today: bool

    @property
    def total(self) -> int:
        return self.bot + self.hand

    @property
    def middle(self) -> int:
        return self.x + _BAR // 2

    @property
    def label_y(self) -> int:
        return (self.hand_y if self.hand else self.bot_y) - 5


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int = _WIDTH
    height: int = _TOP + _HEIGHT + _NAMES
    base: int = _TOP + _HEIGHT
    bar: int = _BAR

    @property
    def empty(self) -> bool:
        return not any(bar.total for bar in self.bars)


def visits_by_day(company: Company) -> Chart:
    """Visits by their day on the salon's own calendar, deleted ones left out."""
    zone = company.zone
    today = clock.now().astimezone(zone).date()
    first = today - timedelta(days=BACK)
    days = [first + timedelta(days=number) for number in range(BACK + AHEAD)]
    counts = {day: [0, 0] for day in days}
    # A day more on both sides: the zone's days are not UTC's.
    rows = Booking.objects.filter(
        company=company,
        is_deleted=False,
        start__date__range=(first - timedelta(days=1), days[-1] + timedelta(days=1)),
    )
    for start, ours in rows.values_list("start", "made_by_us"):
        day = start.astimezone(zone).date()
        if day in counts:
            counts[day][not ours] += 1
    most = max(1, *(bot + hand for bot, hand in counts.values()))
    return Chart(
        tuple(
            _bar(number, day, *counts[day], most=most, today=today)
            for number, day in enumerate(days)
        )
    )


def visits_on(company: Company, day: date) -> QuerySet[Booking]:
    """The visits that a day's bar counts, the earliest first."""
    begin, end = (
        datetime.combine(each, time(), company.zone) for each in (day, day + timedelta(days=1))
    )
    rows = Booking.objects.filter(company=company, is_deleted=False)
    return rows.filter(start__gte=begin, start__lt=end).order_by("start", "pk")


def _bar(number: int, day: date, bot: int, hand: int, *, most: int, today: date) -> Bar:
    bot_height, hand_height = (round(count / most * _HEIGHT) for count in (bot, hand))
    base = _TOP + _HEIGHT
    return Bar(
        day=day,
        name=str(_WEEKDAYS[day.weekday()]),
        bot=bot,
        hand=hand,
        x=number * _STEP + (_STEP - _BAR) // 2,
        bot_y=base - bot_height,
        bot_height=bot_height,
        hand_y=base - bot_height - hand_height,
        hand_height=hand_height,
        today=day == today,
    )
