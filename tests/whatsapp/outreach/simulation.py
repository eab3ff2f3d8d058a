"""Salons that live for days: visits made, moved, cancelled, attended or missed by chance, and what must hold
of what is said.

Only the planner, the rows and what is asked of the journal are at work: a seed makes the same life again.
"""

import random
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace.models import Booking
from whatsapp.models import Outreach
from whatsapp.outreach.hours import Hours
from whatsapp.outreach.reminders import Reminder, Wishes, reminders
from whatsapp.outreach.reviews import window
from whatsapp.services import outreach_send

ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Novosibirsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan",
    "Asia/Kamchatka", "Europe/Berlin", "America/New_York",
)  # fmt: skip


NO_SHOW, WAITS, CAME = -1, 0, 1
REVIEW = "review"
LENGTH, REVIEW_AFTER = timedelta(hours=1), timedelta(hours=2)


# Of which visit, when it was to be, what is to be said.
Promise = tuple[int, datetime, Reminder]


@dataclass
class Life:
    """One visit: where it stands, whether it still does, and what the salon marked."""

    start: datetime
    gone: bool = False
    attendance: int = WAITS


@dataclass(frozen=True)
class Said:
    """A promise kept: of which visit, what, when."""

    visit: int
    kind: str
    visit_at: datetime
    at: datetime
    attendance: int = WAITS


@dataclass
class Outcome:
    said: int = 0
    reviews: int = 0
    missed: int = 0
    to_no_shows: int = 0
    twice: int = 0
    wrong_day: int = 0
    by_night: int = 0
    after_the_visit: int = 0


def wishes(number: int, dice: random.Random) -> Wishes:
    """Salons differ in zone, evening hour, distance and night."""
    hours = Hours(ZoneInfo(ZONES[number % len(ZONES)]), time(dice.choice((21, 22))), time(9))
    return Wishes(
        hours, time(dice.choice((18, 19, 20))), timedelta(minutes=dice.choice((60, 120, 180)))
    )


def live(
    number: int, begin: datetime, days: int, *, visits_a_day: int, step: timedelta
) -> Iterator[tuple[Wishes, Said]]:
    """What salon `number` says within `days` from `begin`, asked every `step`: "what is due now?"."""
    dice = random.Random(number)
    wanted = wishes(number, dice)
    lives: list[Life] = []
    known: set[tuple[int, str, datetime]] = set()
    waiting: list[Promise] = []  # the next one first
    open_: list[int] = []  # visits that nobody has marked yet
    now = begin
    day = None
    while now < begin + timedelta(days=days):
        if wanted.hours.day(now) != day:
            day = wanted.hours.day(now)
            for _ in range(visits_a_day):
                start = begin_of(wanted, day, dice)
                lives.append(Life(start))
                open_.append(len(lives) - 1)
                _wait(waiting, _promises(len(lives) - 1, start, wanted))
            _change(dice, lives, now, wanted, waiting)
        _wait(waiting, _marked(dice, lives, open_, now, wanted))
        ripe = bisect_right(waiting, now, key=_due_at)
        for pk, start, reminder in waiting[:ripe]:
            life = lives[pk]
            mark = (pk, reminder.kind, start)
            # Two beats ask for the same; the key lets one through.
            for _ in range(2):
                fresh = mark not in known
                known.add(mark)
                due = fresh and reminder.verdict(now) == "due"
                if due and _is_true(life, reminder.kind, start):
                    yield wanted, Said(pk, reminder.kind, start, now, life.attendance)
        del waiting[:ripe]
        now += step


def begin_of(wanted: Wishes, day: object, dice: random.Random) -> datetime:
    """A start one to four days ahead, between nine and midnight and half an hour past it."""
    assert hasattr(day, "toordinal")
    local = datetime.fromordinal(day.toordinal()) + timedelta(days=dice.randint(1, 4))
    minutes = dice.choice((30, *range(9 * 60, 24 * 60, 30)))
    return (local + timedelta(minutes=minutes)).replace(tzinfo=wanted.hours.zone).astimezone(UTC)


def judge(found: Iterator[tuple[Wishes, Said]]) -> Outcome:
    """Counts what must never be: a promise kept twice, on another day, by night, or too late."""
    outcome, seen = Outcome(), Counter[tuple[int, str, datetime]]()
    for wanted, said in found:
        hours = wanted.hours
        ahead = (hours.day(said.visit_at) - hours.day(said.at)).days
        seen[said.visit, said.kind, said.visit_at] += 1
        outcome.said += 1
        outcome.to_no_shows += said.attendance == NO_SHOW
        if said.kind == REVIEW:
            outcome.reviews += 1
            outcome.missed += said.attendance != CAME or said.at < said.visit_at + LENGTH
            outcome.wrong_day += ahead not in (0, -1, -2)
            outcome.by_night += hours.is_quiet(said.at)
            continue
        outcome.twice += seen[said.visit, said.kind, said.visit_at] > 1
        outcome.wrong_day += ahead != 1 if said.kind == "evening" else ahead not in (0, 1)
        outcome.by_night += hours.is_quiet(said.at)
        outcome.after_the_visit += said.at >= said.visit_at
    return outcome


def _promises(pk: int, start: datetime, wanted: Wishes) -> list[Promise]:
    return [(pk, start, item) for item in reminders(start, wanted) if not item.reason]


def _wait(waiting: list[Promise], more: Iterable[Promise]) -> None:
    for promise in more:
        insort(waiting, promise, key=_due_at)


def _due_at(promise: Promise) -> datetime:
    return promise[2].due_at


def _is_true(life: Life, kind: str, start: datetime) -> bool:
    """What is asked of the journal just before a promise is kept."""
    booking = Booking(
        start=life.start,
        is_deleted=life.gone,
        attendance=life.attendance,
        client_phone="+79001234567",
    )
    return not outreach_send.untrue(Outreach(kind=kind, visit_at=start), booking)


def _marked(
    dice: random.Random, lives: list[Life], open_: list[int], now: datetime, wanted: Wishes
) -> list[Promise]:
    """The salon marks who came. One in ten did not; one in twenty is marked wrongly at first, and one in
    twenty before the visit: who rings to say that they are not coming."""
    made: list[Promise] = []
    over, soon = now - LENGTH, now + timedelta(hours=1)
    for pk in list(open_):
        life = lives[pk]
        if life.gone:
            open_.remove(pk)
        elif life.start > over:
            if now < life.start <= soon and dice.random() < 0.01:
                life.attendance = NO_SHOW
        else:
            open_.remove(pk)
            came = life.attendance != NO_SHOW and dice.random() > 0.1
            life.attendance = CAME if came else NO_SHOW
            # The planner writes a row when the visit is marked as attended, rightly or not.
            if came or dice.random() < 0.5:
                times = window(life.start + LENGTH, REVIEW_AFTER, wanted.hours)
                if times is not None:
                    made.append((pk, life.start, Reminder(REVIEW, *times)))
    return made


def _change(
    dice: random.Random,
    lives: list[Life],
    now: datetime,
    wanted: Wishes,
    waiting: list[Promise],
) -> None:
    """One visit in ten moves, one in ten is cancelled."""
    for pk, life in enumerate(lives):
        if life.gone or life.start <= now or life.attendance == NO_SHOW:
            continue
        chance = dice.random()
        if chance < 0.1:
            life.gone = True
        elif chance < 0.2:
            life.start = begin_of(wanted, wanted.hours.day(now), dice)
            _wait(waiting, _promises(pk, life.start, wanted))
