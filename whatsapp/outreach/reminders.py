"""Which reminders a visit gets and when. Pure: of the visit's start and the salon's wishes alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from whatsapp.outreach.hours import DAY, MINUTE, Hours

EVENING, NEAR = "evening", "near"
# Why a reminder is not sent, for staff.
QUIET, COVERED, LATE = "quiet_hours", "evening_is_near", "late"

# A reminder nearer to the visit than this finds the client on the way.
LEAD = timedelta(minutes=20)
# Two reminders of one visit within this time are one too many.
APART = timedelta(hours=3)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Wishes:
    """`evening_at` is the salon's local clock; None: no such reminder."""

    hours: Hours
    evening_at: time | None
    near: timedelta | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """To be sent from `due_at` until before `expires_at` (UTC); with a `reason`: not at all."""

    kind: str
    due_at: datetime
    expires_at: datetime
    reason: str = ""

    def verdict(self, now: datetime) -> str:
        """ "early", "due", or why not."""
        if now < self.due_at:
            return "early"
        return self.reason or ("due" if now < self.expires_at else LATE)


def reminders(start: datetime, wishes: Wishes) -> Iterator[Reminder]:
    """The reminders of a visit that begins at `start` (aware)."""
    start = start.astimezone(UTC)
    evening = _evening(start, wishes)
    if evening is not None:
        yield evening
    if wishes.near is not None:
        told = evening if evening is not None and not evening.reason else None
        yield _near(start, start - wishes.near, wishes.hours, told)


def horizon(now: datetime, wishes: Wishes) -> datetime:
    """No visit from here on has a reminder that is due at `now`: it bounds what must be looked at."""
    hours = wishes.hours
    bounds = [now]
    if wishes.evening_at is not None:
        bounds.append(hours.at(hours.day(now) + 2 * DAY, time()))
    if wishes.near is not None:
        # Quiet hours bring a reminder forward by less than a day.
        bounds.append(now + wishes.near + DAY)
    return max(bounds)


def reach(now: datetime, wishes: Wishes) -> dict[str, datetime]:
    """Kind → the latest start of a visit whose reminder is not early at `now`.

    Nearly exact, and never too soon: what begins later has nothing to be done about it.
    """
    hours, found = wishes.hours, dict[str, datetime]()
    if wishes.evening_at is not None:
        day = hours.day(now) + DAY
        # Its first minute has the day's earliest reminder.
        first = _evening(hours.at(day, time()), wishes)
        tomorrow = first is not None and first.due_at <= now
        found[EVENING] = hours.at(day + DAY if tomorrow else day, time()) - INSTANT
    if wishes.near is not None:
        found[NEAR] = _wanted_by(now, wishes.near, hours) + wishes.near
    return found


def earliest(kind: str, start: datetime, wishes: Wishes) -> datetime:
    """No reminder of this kind of a visit that begins at `start` or later is due before."""
    if kind == EVENING:
        # Of a day's visits the first minute's has the earliest.
        start = wishes.hours.at(wishes.hours.day(start), time())
    return min(item.due_at for item in reminders(start, wishes) if item.kind == kind)


def _wanted_by(now: datetime, near: timedelta, hours: Hours) -> datetime:
    """The latest wanted minute whose reminder is not early at `now`: quiet hours bring some forward."""
    coming = next((at for at in (now, now + MINUTE) if hours.is_quiet(at)), None)
    if coming is None:
        return now
    before, after = hours.around(coming)
    # As `Hours.nearest` chooses: the nearer minute, and before the night where after it is too late.
    forward = max(before + (after - before) / 2, after + LEAD - near - INSTANT)
    return min(forward, after - INSTANT)


def _evening(start: datetime, wishes: Wishes) -> Reminder | None:
    if wishes.evening_at is None:
        return None
    hours = wishes.hours
    day = hours.day(start) - DAY
    # Never two days early, whatever the quiet hours are.
    first = hours.at(day, time())
    return _window(EVENING, start, hours.at(day, wishes.evening_at), hours, first)


def _near(start: datetime, wanted: datetime, hours: Hours, told: Reminder | None) -> Reminder:
    found = _window(NEAR, start, wanted, hours)
    if not found.reason and told is not None and abs(found.due_at - told.due_at) < APART:
        return Reminder(NEAR, found.due_at, found.due_at, COVERED)
    return found


def _window(
    kind: str, start: datetime, wanted: datetime, hours: Hours, earliest: datetime | None = None
) -> Reminder:
    due = hours.nearest(wanted, latest=start - LEAD, earliest=earliest)
    if due is None:
        return Reminder(kind, wanted, wanted, QUIET)
    # Past midnight «завтра» would be a lie, and by night nothing leaves.
    ends = (start - LEAD, hours.midnight_after(due), hours.night_after(due))
    return Reminder(kind, due, min(end for end in ends if end is not None))
