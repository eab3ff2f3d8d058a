"""What a client usually has done and by whom, read from the visits. Pure: it orders, it never decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from whatsapp.assistant.types import Habits, LastVisit

# The visits that tell: older ones were another haircut, another master.
TELLING = 5

_T = TypeVar("_T", bound=Hashable)


def habits_of(visits: Sequence[LastVisit]) -> Habits:
    """`visits` latest first. Usual is what most of the last five have in common, and two at least."""
    last = visits[:TELLING]
    staff = _usual((visit.staff for visit in last), len(last))
    return Habits(staff=staff, services=_usual((visit.services for visit in last), len(last)) or ())


def _usual(seen: Iterable[_T], visits: int) -> _T | None:
    found = Counter(item for item in seen if item).most_common(1)
    if not found:
        return None
    item, times = found[0]
    return item if times >= 2 and times * 2 > visits else None
