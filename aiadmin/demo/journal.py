"""A day of the salon's journal as the desk draws it: minutes instead of texts. Pure."""

import re
from typing import Any

from aiadmin.demo.schemas import Journal, JournalRecord, JournalStaff, Span

_CLOCK = re.compile(r"(\d{2}):(\d{2})(?::\d{2})?(?:[+Z].*)?$")
# Drawn when nobody works that day, in minutes from midnight.
_EMPTY_DAY = (10 * 60, 20 * 60)
_BY_PROGRAM = {"online", "api"}


def day(journal: Journal) -> dict[str, Any]:
    """{date, open, close, staff: [{id, name, slots: [[from, to]], records: […]}]}, minutes of the day.

    Masters without hours and without records stay out; open and close are whole hours around all.
    """
    staff = [_master(master) for master in journal.staff]
    staff = [master for master in staff if master["slots"] or master["records"]]
    edges = [pair for master in staff for pair in master["slots"]]
    edges += [(item["from"], item["to"]) for master in staff for item in master["records"]]
    start, end = min(edges, default=_EMPTY_DAY), max(edges, key=_end, default=_EMPTY_DAY)
    return {
        "date": journal.date.isoformat(),
        "open": start[0] // 60 * 60,
        "close": -(-end[1] // 60) * 60,
        "staff": staff,
    }


def minutes(text: str) -> int:
    """ "09:30", "2026-03-12 09:30:00" or "…T09:30:00+03:00" → 570. Raises ValueError otherwise."""
    found = _CLOCK.search(text)
    if not found:
        raise ValueError(f"no time of day: {text!r}")
    return int(found[1]) * 60 + int(found[2])


def _end(pair: tuple[int, int]) -> int:
    return pair[1]


def _master(master: JournalStaff) -> dict[str, Any]:
    return {
        "id": master.id,
        "name": master.name,
        "slots": [_span(slot) for slot in master.slots],
        "records": [_record(record) for record in master.records if not record.deleted],
    }


def _record(record: JournalRecord) -> dict[str, Any]:
    start, end = _span(record)
    return {
        "id": record.id,
        "from": start,
        "to": end,
        "services": record.services,
        "client": (record.client.name or record.client.phone) if record.client else "Перерыв",
        "by_program": record.created_via in _BY_PROGRAM,
    }


def _span(span: Span) -> tuple[int, int]:
    """A span that ends at midnight ends at 24:00."""
    start, end = minutes(span.start), minutes(span.end)
    return start, end if end > start else 24 * 60
