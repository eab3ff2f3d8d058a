"""Which existing visit a message is about, and where it is to be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from whatsapp.assistant.state import Asked, DialogueState, PendingMove, Task
from whatsapp.assistant.types import Context, SalonView, UpcomingBooking
from whatsapp.assistant.understand.answers import position
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.when import When
from whatsapp.assistant.wishes import DAY_MINUTES, DayWish, TimeWish, clock, minutes


@dataclass(frozen=True, slots=True)
class Chosen:
    """The visits meant: exactly one, several, or none of those that exist.

    `mismatch`: what was said fits no visit at all, so `options` are all of them.
    """

    ids: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    none: bool = False
    mismatch: bool = False

    @property
    def one(self) -> str | None:
        return self.ids[0] if len(self.ids) == 1 else None


@dataclass(frozen=True, slots=True)
class Named:
    """What the message says of the visit meant. `kinds`: whole families («маникюр» of any sort)."""

    services: tuple[str, ...] = ()
    akin: tuple[str, ...] = ()  # services that are the very thing, with or without polish
    kinds: tuple[str, ...] = ()
    unknown_service: bool = False
    staff: tuple[str, ...] = ()
    left: str | None = None
    everything: bool = False
    pointed: bool = False  # «её», «эту запись»: the visit the talk is about
    index: int | None = None
    place: int | None = None  # «первую запись», «последний визит»: the place in order of time


_Test = Callable[[UpcomingBooking], bool]


def choose(
    context: Context,
    state: DialogueState,
    salon: SalonView,
    when: When,
    named: Named,
    *,
    moving: bool,
    strict: bool,
) -> Chosen:
    """Filters the client's visits by everything said of them.

    `moving`: a day may be the target. `strict`: the visit is to be changed, so that one which does
    not fit what was said is not taken only because there is no other.
    """
    talked = state.booking or (state.last_record if named.pointed else None)
    if context.upcoming is None:
        return Chosen(ids=(talked,) if talked else ())
    visits = list(context.upcoming)
    if not visits:
        return Chosen(none=True)
    offered = [o.value for o in state.options if o.kind == "booking"]
    at = position(named.index, len(offered)) if state.asked is Asked.BOOKING else None
    if at is not None:
        return Chosen(ids=(offered[at],))
    if not strict and len(visits) == 1:
        return Chosen(ids=(visits[0].id,))
    known = any(v.id == talked for v in visits)
    continuing = moving and state.task is Task.MOVE and known
    tests = _tests(when, named, visits, salon, moving=moving, continuing=continuing)
    kept, missed = visits, strict and named.unknown_service
    for test in tests:
        fitting = [v for v in kept if test(v)]
        missed = missed or (strict and not fitting)
        kept = fitting or kept
    if missed and not (continuing or named.pointed):
        return Chosen(options=tuple(v.id for v in visits), mismatch=True)
    if named.everything and not moving and len(kept) > 1:
        return Chosen(ids=tuple(v.id for v in kept))
    if named.place is not None and len(kept) > 1 and len(kept) > named.place:
        return Chosen(ids=(sorted(kept, key=lambda v: v.start)[named.place].id,))
    if len(kept) == 1:
        return Chosen(ids=(kept[0].id,))
    each = all(set(v.services) & set(named.services) for v in kept)
    if not moving and strict and len(named.services) >= len(kept) and each:
        return Chosen(ids=tuple(v.id for v in kept))  # «отмените и педикюр, и брови»
    answering = state.task in (Task.MOVE, Task.CANCEL) or state.asked is Asked.ATTEND
    asked_which = state.asked is Asked.BOOKING
    meant = not tests or named.pointed or not strict or (answering and not asked_which)
    if talked and meant and any(v.id == talked for v in kept):
        return Chosen(ids=(talked,))
    return Chosen(options=tuple(v.id for v in kept))


def _tests(
    when: When,
    named: Named,
    visits: list[UpcomingBooking],
    salon: SalonView,
    *,
    moving: bool,
    continuing: bool,
) -> list[_Test]:
    """What a visit must satisfy to be the one that was named: service, day, master, hour."""
    zone = salon.zone
    tests: list[_Test] = []
    services = _fitting_services(named, visits, salon)
    if services is not None:
        tests.append(lambda v: v.id in services)
    days = _source_days(when, moving, visits, zone)
    span = when.day if not moving and not when.mentioned and when.day.start else None
    if days:
        tests.append(lambda v: v.start.astimezone(zone).date() in days)
    elif span is not None and span.end is not None:
        tests.append(lambda v: span.admits(v.start.astimezone(zone).date()))
    elif moving and not tests and when.time.given and when.day.on is not None:
        there = when.day.on  # «31-го на 11 никак нельзя?» of the visit on that day
        if any(v.start.astimezone(zone).date() == there for v in visits):
            tests.append(lambda v: v.start.astimezone(zone).date() == there)
    if named.left:
        tests.append(lambda v: v.staff == named.left)
    elif named.staff and (
        not moving or (not continuing and sum(v.staff in named.staff for v in visits) == 1)
    ):
        tests.append(lambda v: v.staff in named.staff)
    minute = when.source_minute
    if minute is None and not moving and when.mentioned_minutes:
        minute = when.mentioned_minutes[0]
    if minute is not None:
        tests.append(lambda v: minutes(v.start.astimezone(zone).time()) == minute)
    return tests


def _fitting_services(
    named: Named, visits: list[UpcomingBooking], salon: SalonView
) -> frozenset[str] | None:
    """Ids of the visits with the service named: itself, else of its kind, else as part of a set."""
    if not named.services and not named.kinds:
        return None
    parts = {s.id: set(s.composite_of) for s in salon.services}
    for wanted, whole in (
        (set(named.services), True),
        (set(named.akin), True),
        (set(named.kinds), True),
        ({*named.services, *named.kinds}, False),
    ):
        found = frozenset(
            v.id
            for v in visits
            if wanted
            & (
                set(v.services)
                if whole
                else set().union(*(parts.get(s, set()) for s in v.services))
            )
        )
        if found:
            return found
    return frozenset()


def _source_days(
    when: When, moving: bool, visits: list[UpcomingBooking], zone: ZoneInfo
) -> tuple[date, ...]:
    if not moving and when.rejected_days and len(when.mentioned) > len(when.rejected_days):
        return when.rejected_days  # «19-го не приду, а 13-е в силе»
    if not moving:
        return when.mentioned if when.source_day is None else (when.source_day,)
    own = {v.start.astimezone(zone).date() for v in visits}
    if when.source_day is not None and (when.source_day in own or when.day.on is not None):
        return (when.source_day,)
    # «перенесите запись в пятницу на субботу»: of two days the visit's own is the source
    if len(when.mentioned) > 1:
        return tuple(day for day in when.mentioned if day in own)[:1]
    return tuple(day for day in when.rejected_days if day in own)


def proposed(state: DialogueState) -> datetime | None:
    """Where the visit would go, while that waits for «да»."""
    waits = state.pending if state.asked is Asked.CONFIRM else None
    return waits.visit.start if isinstance(waits, PendingMove) else None


def target(
    visit: UpcomingBooking | None,
    when: When,
    salon: SalonView,
    *,
    kept_day: DayWish,
    kept_time: TimeWish,
    since: datetime | None = None,
) -> tuple[DayWish, TimeWish]:
    """Where the visit goes: what was said, else what was talked of, the rest from the visit itself.

    `since`: the time proposed for it, from which «на час позже» counts.
    """
    day, time = when.day, when.time
    if visit is None:
        return day, time
    start = visit.start.astimezone(salon.zone)
    own_day, own_minute = start.date(), minutes(start.time())
    if day.dates and own_day in day.dates and len(day.dates) == 2:
        day = DayWish(on=next(d for d in day.dates if d != own_day))
    if day.start is not None and day.end is None and when.source_day == day.start:
        day = DayWish()  # «с пятницы» names the visit, not the target
    if when.shift is not None:
        moment = (since.astimezone(salon.zone) if since else start) + timedelta(minutes=when.shift)
        if when.shift % DAY_MINUTES == 0 and time.given:
            return DayWish(on=moment.date()), time  # «на денёк раньше, часа в четыре»
        return DayWish(on=moment.date()), TimeWish(at=clock(minutes(moment.time())))
    others = [item for item in time.options if minutes(item) != own_minute]
    if len(time.options) == 2 and len(others) == 1:
        time = TimeWish(at=others[0])  # «я записана на 17, можно в 18?»
    if when.same_time:
        time = TimeWish(at=clock(own_minute))
    if not day.given and not when.same_day:
        day = kept_day  # a day under discussion wins over the visit's own
    if when.same_day and day.start is not None and day.end is not None:
        # «на следующей неделе в тот же день»
        same = day.start + timedelta(days=(own_day.weekday() - day.start.weekday()) % 7)
        day = DayWish(on=same) if same <= day.end else day
    elif when.same_day or (not day.given and (time.given or time.late or time.early)):
        day = DayWish(on=own_day)
        if time.late and not time.given:
            time = TimeWish(start=clock(own_minute + 30), late=False)
        elif time.early and not time.given:
            time = TimeWish(end=clock(own_minute - 30), early=False)
    if not time.given and kept_time.given:
        time = kept_time
    return day, time


_OFF_OR_ON = "отмени~|отменя~|перенеси~|перенести|переноси~|убери~|сними~"


def place(line: Line) -> int | None:
    """«первую запись», «ближайший визит», «последнюю запись»: its place in order of time."""
    for at, named in (
        (0, "первую|первый|ближайшую|ближайший"),
        (1, "вторую|второй"),
        (-1, "последнюю|последний"),
    ):
        told = (f"{named} {_OFF_OR_ON}", f"{_OFF_OR_ON} {named} $|,|.")  # of those just shown
        if line.has(f"{named} ..1 запись|визит", *told):
            return at
    return None


def unless_target(when: When, start: datetime) -> None:
    """«12 июня» to «Какую запись перенести?» names the visit and not where it goes."""
    if when.day.on == start.date():
        when.day = DayWish()
    if when.time.at == start.time().replace(tzinfo=None):
        when.time = TimeWish()
