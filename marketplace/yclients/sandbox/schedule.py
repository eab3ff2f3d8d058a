"""Who works when: a rule that knows every date, and exceptions for single days."""

from datetime import date

from marketplace.yclients.sandbox.model import Staff
from marketplace.yclients.sandbox.slots import Span


def works(rule: dict[str, object], day: date) -> bool:
    """`{}`: every day. `{"cycle": [2, 2], "phase": 0}`: two days on, two off, for ever.
    `{"weekdays": [0, 1, 2]}`: Monday is 0."""
    weekdays = rule.get("weekdays")
    if isinstance(weekdays, list):
        return day.weekday() in weekdays
    cycle = rule.get("cycle")
    if isinstance(cycle, list):
        on, off = int(cycle[0]), int(cycle[1])
        phase = rule.get("phase")
        return (day.toordinal() + (phase if isinstance(phase, int) else 0)) % (on + off) < on
    return True


def hours(staff: Staff, day: date) -> list[list[int]]:
    """Working pairs of minutes of the day; [] on a day off."""
    override = staff.overrides.get(day.isoformat())
    if override is not None:
        return override
    return staff.hours if works(staff.rule, day) else []


def spans(staff: Staff, day: date) -> list[Span]:
    """The same in seconds."""
    return [(start * 60, end * 60) for start, end in hours(staff, day)]


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(text: str) -> int:
    """ "9:30" → 570. Raises ValueError."""
    hour, minute = text.split(":")[:2]
    value = int(hour) * 60 + int(minute)
    if not 0 <= value <= 24 * 60:
        raise ValueError("not a time of day")
    return value
