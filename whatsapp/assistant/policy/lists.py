"""Which of the free starts are shown, and in what order: the order is also what a number means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from whatsapp.assistant.decisions import Wish
from whatsapp.assistant.state import Visit
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.wishes import Window, minutes

Combo = tuple[Visit, ...]

SHOWN = 3
SHOWN_MORE = 8  # when the client asks what else there is


def fits(wish: Wish, combo: Combo, salon: SalonView) -> bool:
    """True when this way to come is what was asked for: day, masters and time."""
    if wish.windows:
        return any(fits(_narrowed(wish, window), combo, salon) for window in wish.windows)
    start = combo[0].start.astimezone(salon.zone)
    day_fits = wish.day.admits(start.date()) if wish.day.given else True
    staffed = all(
        v.staff is None or v.staff == c.staff for v, c in zip(wish.visits, combo, strict=True)
    )
    own = all(
        v.at in (None, c.start.astimezone(salon.zone).time().replace(tzinfo=None))
        for v, c in zip(wish.visits, combo, strict=True)
    )
    return day_fits and staffed and own and wish.time.admits(start.time().replace(tzinfo=None))


def _narrowed(wish: Wish, window: Window) -> Wish:
    """The wish as if this were the only time named."""
    return replace(wish, day=window[0], time=window[1], windows=())


def _by_window(found: Sequence[Combo], wish: Wish, salon: SalonView) -> list[Combo]:
    """Some of every time that would do, in the order said; none when nothing fits any of them."""
    rows: list[list[Combo]] = []
    seen: set[tuple[datetime, str]] = set()
    for window in wish.windows:
        narrowed = _narrowed(wish, window)
        fitting = [
            c for c in found if fits(narrowed, c, salon) and (c[0].start, c[0].staff) not in seen
        ]
        seen |= {(c[0].start, c[0].staff) for c in fitting}
        if fitting:
            rows.append(nearest(fitting, narrowed, salon, other_days=False))
    if len(rows) == 2:
        rows = [row if len(row) < 2 else [row[0], row[-1]] for row in rows]
    elif len(rows) > 2:
        rows = [row[:1] for row in rows]
    picked = [combo for row in rows for combo in row]
    days = [{c[0].start.astimezone(salon.zone).date() for c in row} for row in rows]
    apart = not rows or sum(map(len, days)) == len(set.union(*days))
    # A day is printed once: its times must stand together.
    return picked if apart else arranged(picked, wish.visits[0].staff, salon)


def nearest(
    found: Sequence[Combo], wish: Wish, salon: SalonView, *, other_days: bool
) -> list[Combo]:
    """Up to SHOWN starts: around the wished minute, else spread over the day; the wished master first."""
    shown = _by_window(found, wish, salon) if wish.windows and not other_days else []
    if shown:
        return shown
    zone = salon.zone
    wanted = wish.visits[0].staff
    target = wish.time.target()

    def minute(combo: Combo) -> int:
        return minutes(combo[0].start.astimezone(zone).time())

    def day(combo: Combo) -> date:
        return combo[0].start.astimezone(zone).date()

    unique: dict[tuple[datetime, str], Combo] = {}
    for combo in found:
        unique.setdefault((combo[0].start, combo[0].staff), combo)
    pool = list(unique.values())
    if other_days or (wish.day.on is None and not wish.day.dates):
        first = min(day(c) for c in pool)
        pool = [c for c in pool if day(c) == first] if other_days else pool
    spread = wish.time.window and all(fits(wish, c, salon) for c in pool)
    if target is not None and not spread:
        own = sorted(
            (c for c in pool if c[0].staff == wanted), key=lambda c: abs(minute(c) - target)
        )
        same_hour = [c for c in pool if minute(c) == target and c[0].staff != wanted]
        rest = sorted(
            (c for c in pool if c[0].staff != wanted),
            key=lambda c: (day(c), abs(minute(c) - target)),
        )
        near = [*own[:2], *same_hour[:1], *rest]
        # Who wishes for nobody is shown hours, not who has the same one.
        picked = _distinct(near, limit=SHOWN, by_start=wanted is None and not same_hour)
    else:
        own = [c for c in pool if c[0].staff == wanted] or pool
        count = SHOWN_MORE if wish.time.anytime else SHOWN
        picked = _spread(_distinct(own, limit=len(own), by_start=True), count)
    return arranged(picked, wanted, salon)


def arranged(found: Sequence[Combo], wanted: str | None, salon: SalonView) -> list[Combo]:
    """The order of a list as it is printed and numbered: by day; the wished master first, then the
    one with the earliest start, each master's times together."""
    zone = salon.zone
    ordered = sorted(found, key=lambda c: (c[0].start, c[-1].start, c[0].staff))
    if any(len(combo) > 1 for combo in ordered):
        return ordered
    place: dict[tuple[date, str], int] = {}
    for combo in ordered:
        place.setdefault((combo[0].start.astimezone(zone).date(), combo[0].staff), len(place))

    def key(combo: Combo) -> tuple[date, bool, int, datetime]:
        day, staff = combo[0].start.astimezone(zone).date(), combo[0].staff
        return day, staff != wanted, place[day, staff], combo[0].start

    return sorted(ordered, key=key)


def _distinct(found: Iterable[Combo], *, limit: int, by_start: bool = False) -> list[Combo]:
    out: list[Combo] = []
    seen: set[object] = set()
    for combo in found:
        key: object = combo[0].start if by_start else (combo[0].start, combo[0].staff)
        if key not in seen and len(out) < limit:
            seen.add(key)
            out.append(combo)
    return out


def _spread(found: list[Combo], count: int) -> list[Combo]:
    """First, middle, last: so that any part of the day is on the list."""
    if len(found) <= count + (count == SHOWN and all(len(c) == 1 for c in found)):
        return found
    step = (len(found) - 1) / (count - 1)
    return [found[round(i * step)] for i in range(count)]
