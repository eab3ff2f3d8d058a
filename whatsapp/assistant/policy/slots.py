"""From free starts to a decision: book, propose, offer what is near, or say that nothing is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from whatsapp.assistant.decisions import (
    Decision,
    NothingFree,
    Offer,
    Propose,
    Purpose,
    VisitWish,
    Wish,
    Write,
)
from whatsapp.assistant.policy.lists import Combo, fits, nearest
from whatsapp.assistant.state import PendingBook, PendingMove, Visit
from whatsapp.assistant.tools import SlotOption
from whatsapp.assistant.types import SalonView

HORIZON_DAYS = 14
GAP = timedelta(minutes=30)  # the longest wait between two visits of one party


@dataclass(frozen=True, slots=True)
class Stage:
    """One search: which days, and whether other masters than the wished one are looked at too.

    `days`: only these of the span, each asked for by itself: a search over a span ends early.
    """

    first: date
    last: date
    anyone: bool
    other_days: bool
    days: tuple[date, ...] = ()

    @property
    def spans(self) -> tuple[tuple[date, date], ...]:
        """What the journal is asked for: first and last day, both included."""
        return tuple((day, day) for day in self.days) or ((self.first, self.last),)


def stages(wish: Wish, now: datetime) -> tuple[Stage, ...]:
    """Searches from the wish itself outwards; stop at the first that `choose` can use."""
    today = now.date()
    if wish.asap and not wish.day.given:
        first, last = today, today + timedelta(days=7)
    else:
        first = wish.day.first(today)
        last = min(wish.day.last(today, 7), first + timedelta(days=HORIZON_DAYS))
    named = any(v.staff for v in wish.visits)
    beyond = last + timedelta(days=1)
    days = tuple(day for day in wish.day.dates if first <= day <= last)
    found = [Stage(first, last, anyone=False, other_days=False, days=days)]
    if named:
        found.append(Stage(first, last, anyone=True, other_days=False, days=days))
    found.append(
        Stage(beyond, beyond + timedelta(days=HORIZON_DAYS), anyone=False, other_days=True)
    )
    if named:
        found.append(
            Stage(beyond, beyond + timedelta(days=HORIZON_DAYS), anyone=True, other_days=True)
        )
    return tuple(found)


def combos(
    wish: Wish,
    found: Sequence[Iterable[SlotOption]],
    now: datetime,
    salon: SalonView,
    usual: str | None = None,
) -> list[Combo]:
    """Ways to seat the whole party, at most one for every start of its first visit and master.

    `usual`: the client's own master comes first among those free at one time.
    """
    seats = [
        _seats(visit, slots, now, salon, usual)
        for visit, slots in zip(wish.visits, found, strict=True)
    ]
    if len(seats) == 1:
        return [(visit,) for visit in seats[0]]
    rows = [_at_own(v, row, salon) for v, row in zip(wish.visits, seats, strict=True)]
    if not all(rows):
        rows = seats  # an hour of their own is taken: whatever there is
    by_start = [_by_start(row) for row in rows[1:]]
    people = len({visit.guest for visit in wish.visits}) > 1 and not wish.in_turn
    apart = any(visit.at is not None for visit in wish.visits) and rows is not seats
    out: dict[frozenset[tuple[datetime, str, tuple[str, ...]]], Combo] = {}
    for first in seats[0]:
        own = [_of(first.staff, row) for row in by_start] if wish.one_master else by_start
        combo = _seated((first,), own, people=people, parallel=wish.parallel, apart=apart)
        if combo is not None:
            out.setdefault(frozenset((v.start, v.staff, v.services) for v in combo), combo)
    return sorted(out.values(), key=lambda c: (c[0].start, c[-1].start))


def _at_own(wish: VisitWish, row: list[Visit], salon: SalonView) -> list[Visit]:
    """«маме в 12, мне в 13»"""
    return [
        v
        for v in row
        if wish.at in (None, v.start.astimezone(salon.zone).time().replace(tzinfo=None))
    ]


def _by_start(row: list[Visit]) -> dict[datetime, list[Visit]]:
    found: dict[datetime, list[Visit]] = {}
    for visit in row:
        found.setdefault(visit.start, []).append(visit)
    return found


def _of(staff: str, row: dict[datetime, list[Visit]]) -> dict[datetime, list[Visit]]:
    return {
        at: own for at, visits in row.items() if (own := [v for v in visits if v.staff == staff])
    }


def _seated(
    done: Combo,
    rest: list[dict[datetime, list[Visit]]],
    *,
    people: bool,
    parallel: bool,
    apart: bool = False,
) -> Combo | None:
    """The first way to seat the others: side by side for several people or at once, else in turn.

    `apart`: each at an hour of their own.
    """
    if not rest:
        return done
    last = done[-1]
    ends = last.start + timedelta(seconds=last.duration_seconds)
    starts = [done[0].start] if people or parallel else []
    if not parallel:
        starts += sorted(t for t in rest[0] if ends <= t <= ends + GAP)
    if apart:
        day = done[0].start.date()
        starts = sorted(t for t in rest[0] if t.date() == day)
    for start in starts:
        for visit in rest[0].get(start, ()):
            overlapping = any(
                v.staff == visit.staff
                and v.start + timedelta(seconds=v.duration_seconds) > visit.start
                for v in done
            )
            if not overlapping:
                combo = _seated(
                    (*done, visit), rest[1:], people=people, parallel=parallel, apart=apart
                )
                if combo is not None:
                    return combo
    return None


def _seats(
    wish: VisitWish,
    slots: Iterable[SlotOption],
    now: datetime,
    salon: SalonView,
    usual: str | None,
) -> list[Visit]:
    kept = {
        (s.start, s.staff_id): Visit(
            s.service_ids, s.staff_id, s.start, s.duration_seconds, wish.guest
        )
        for s in slots
        if s.start > now
        and s.staff_id not in wish.exclude
        and (not wish.among or s.staff_id in wish.among)
    }
    order = {s.id: i for i, s in enumerate(salon.staff)}
    ranked = {**order, usual: -1} if usual is not None else order
    ranked |= {staff: i - len(wish.among) for i, staff in enumerate(wish.among)}
    return sorted(kept.values(), key=lambda v: (v.start, ranked.get(v.staff, 99)))


def choose(
    wish: Wish,
    purpose: Purpose,
    found: Sequence[Combo],
    stage: Stage,
    salon: SalonView,
    now: datetime,
) -> Decision | None:
    """A decision from these starts, or None: look further."""
    zone = salon.zone
    fitting = [c for c in found if fits(wish, c, salon)]
    if wish.day.each and wish.day.dates:
        return _each_day(wish, purpose, fitting, found, stage, salon)
    exact = wish.time.at is not None and not wish.time.approx
    if purpose is Purpose.WORKS:
        if stage.anyone:
            return None  # the question was about this master
        return (
            _offer(wish, purpose, fitting or found, stage, salon, missed=False) if found else None
        )
    if fitting and not stage.anyone and not stage.other_days:
        single_day = wish.day.on is not None
        if wish.asap and not wish.time.given:
            return Propose(_pending(wish, fitting[0]), "nearest")
        if exact and single_day and _several_masters(wish, purpose, fitting):
            return _offer(wish, purpose, fitting, stage, salon, missed=False)
        if exact and single_day:
            pending = _pending(wish, fitting[0])
            if wish.certain and purpose is not Purpose.SHOW:
                return Write(pending)
            how: Literal["free", "again", "guess"] = "again" if wish.again else "guess"
            return Propose(pending, "free" if purpose is Purpose.SHOW else how)
        if wish.time.approx and single_day and wish.time.at is not None:
            right = [c for c in fitting if c[0].start.astimezone(zone).time() == wish.time.at]
            if right:
                return Propose(_pending(wish, right[0]))
        if len(fitting) == 1:
            return Propose(_pending(wish, fitting[0]), "free")
        return _offer(wish, purpose, fitting, stage, salon, missed=False)
    if not found:
        return None
    specific = wish.time.given or stage.anyone or stage.other_days or wish.day.given
    if not stage.anyone and not stage.other_days and any(v.staff for v in wish.visits) and exact:
        return (
            None  # the same master at another hour is shown together with the others, one stage on
        )
    return _offer(wish, purpose, found, stage, salon, missed=specific)


def _several_masters(wish: Wish, purpose: Purpose, fitting: Sequence[Combo]) -> bool:
    """«можно к другому мастеру?»: the client chooses whose chair to move to."""
    free = {combo[0].staff for combo in fitting}
    return purpose is Purpose.MOVE and wish.visits[0].staff is None and len(free) > 1


def nothing(wish: Wish, purpose: Purpose, last: date) -> NothingFree:
    return NothingFree(wish, purpose, last)


def _pending(wish: Wish, combo: Combo) -> PendingBook | PendingMove:
    if wish.record_id is not None and wish.old_start is not None:
        return PendingMove(wish.record_id, combo[0], wish.old_start, wish.changed)
    return PendingBook(combo)


def _each_day(
    wish: Wish,
    purpose: Purpose,
    fitting: Sequence[Combo],
    found: Sequence[Combo],
    stage: Stage,
    salon: SalonView,
) -> Decision | None:
    """A visit on every one of several days: all of them, or the first that does not work."""
    chosen: list[Visit] = []
    staff: str | None = None
    for day in wish.day.dates:
        that_day = [c for c in fitting if c[0].start.astimezone(salon.zone).date() == day]
        same = [c for c in that_day if staff is None or c[0].staff == staff]
        if not that_day or wish.time.at is None:
            left = [c for c in found if c[0].start.astimezone(salon.zone).date() == day]
            narrowed = replace(wish, day=replace(wish.day, on=day, dates=()))
            if left:
                return _offer(narrowed, purpose, left, stage, salon, missed=wish.time.given)
            # Nothing on any of them: all are told of together.
            return NothingFree(narrowed, purpose, day) if found else None
        pick = (same or that_day)[0]
        staff = pick[0].staff
        chosen.extend(pick)
    return Propose(PendingBook(tuple(chosen)))


def _offer(
    wish: Wish,
    purpose: Purpose,
    found: Sequence[Combo],
    stage: Stage,
    salon: SalonView,
    *,
    missed: bool,
) -> Offer:
    picked = nearest(found, wish, salon, other_days=stage.other_days)
    staff = wish.visits[0].staff
    own = [c for c in found if c[0].staff == staff] or found
    return Offer(
        wish, purpose, tuple(picked), missed=missed, other_days=stage.other_days,
        total=len({c[0].start for c in own}),
    )  # fmt: skip
