"""Words that wait, tied to the visit they were said of: whatever becomes of the others. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from whatsapp.assistant.types import Context, SalonView, UpcomingBooking

_PINNED = re.compile(
    r"^запись на (?P<day>\d\d)\.(?P<month>\d\d) в (?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?: \((?P<who>[^)]*)\))?: (?P<words>.+)$",
    re.DOTALL,
)


def pin(visit: UpcomingBooking, words: str, salon: SalonView) -> str:
    """`words` said of this very visit, whatever becomes of the others."""
    start, master = visit.start.astimezone(salon.zone), salon.master(visit.staff)
    who = f" ({master.name})" if master is not None else ""
    return f"запись на {start:%d.%m} в {start:%H:%M}{who}: {words}"


def pinned(texts: Sequence[str]) -> bool:
    return len(texts) == 1 and _PINNED.match(texts[0]) is not None


def unpinned(
    texts: Sequence[str], context: Context, salon: SalonView
) -> tuple[UpcomingBooking | None, str] | None:
    """The visit, None when it is no more, and what is said of it."""
    found = _PINNED.match(texts[0]) if len(texts) == 1 else None
    if found is None:
        return None
    at = tuple(int(found[name]) for name in ("day", "month", "hour", "minute"))
    there = [v for v in context.upcoming or () if _moment(v.start.astimezone(salon.zone)) == at]
    named = [v for v in there if (m := salon.master(v.staff)) and m.name == found["who"]]
    return next(iter(named or there), None), found["words"]


def _moment(start: datetime) -> tuple[int, ...]:
    return start.day, start.month, start.hour, start.minute
