"""What every salon owes its clients at `now`, written down before anything is said. Safe in parallel.

Read by the page and written by the page, so any number of visits takes the same memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.models import Booking, Company, IntegrationStatus
from marketplace.services.upsert import upsert
from whatsapp.models import Outreach, SalonSettings
from whatsapp.models.outreach import OutreachStatus
from whatsapp.outreach.reminders import Reminder, Wishes, horizon, reminders
from whatsapp.services import preferences

PAGE = 2000
# Attendance of a visit that is still expected: it waits, or the client has said yes.
EXPECTED = (0, 2)
UNIQUE = ("booking_id", "kind", "visit_at", "occasion")


@dataclass(frozen=True, slots=True)
class Found:
    """A reminder of a visit with what is to become of it: "due", "early" or why not."""

    booking_id: int
    start: datetime
    reminder: Reminder
    verdict: str


def salons() -> QuerySet[Company]:
    """Salons that write first at all: connected to us, and nobody has switched the assistant off."""
    return Company.objects.filter(
        integration_status=IntegrationStatus.ACTIVE, whatsapp_enabled=True, ai_enabled=True
    ).order_by("pk")


def wishes(company: Company, chosen: SalonSettings) -> Wishes:
    return Wishes(
        hours=preferences.hours(company, chosen),
        evening_at=chosen.evening_at if chosen.evening_reminder else None,
        near=timedelta(minutes=chosen.near_minutes) if chosen.near_reminder else None,
    )


def plan(company: Company, now: datetime) -> int:
    """Writes down the reminders that are due at `now` (business time) and those that never will be.

    Returns how many rows were written; each (visit, kind, visit time) has one at most.
    """
    count, page = 0, list[dict[str, Any]]()
    for item in found(company, now):
        if item.verdict == "early":
            continue
        page.append(_row(company, item))
        if len(page) >= PAGE:
            count, page = count + _write(page), []
    return count + _write(page)


def found(company: Company, now: datetime) -> Iterator[Found]:
    """Reminders of the visits ahead that have no row yet, soonest visit first."""
    wanted = wishes(company, preferences.of(company))
    kinds = [k for k, on in (("evening", wanted.evening_at), ("near", wanted.near)) if on]
    if not kinds:
        return
    until = horizon(now, wanted)
    after = (now, 0)
    while True:
        rows = _page(company, after, until, kinds)
        for pk, start, *known in rows:
            planned = dict(zip(kinds, known, strict=True))
            for reminder in reminders(start, wanted):
                if not planned[reminder.kind]:
                    yield Found(pk, start, reminder, reminder.verdict(now))
        if len(rows) < PAGE:
            return
        after = (rows[-1][1], rows[-1][0])


def expected(company: Company) -> QuerySet[Booking]:
    """Visits of people who can be written to."""
    rows = Booking.objects.filter(company=company, is_deleted=False, attendance__in=EXPECTED)
    return rows.exclude(client_phone="")


def _page(
    company: Company, after: tuple[datetime, int], until: datetime, kinds: list[str]
) -> list[tuple[Any, ...]]:
    """(id, start, has a row of each kind), the next PAGE of visits before `until`."""
    start, pk = after
    mine = Outreach.objects.filter(booking=OuterRef("pk"), visit_at=OuterRef("start"), occasion="")
    rows = expected(company).filter(
        Q(start__gt=start) | Q(start=start, pk__gt=pk), start__gte=start, start__lt=until
    )
    present = {kind: Exists(mine.filter(kind=kind)) for kind in kinds}
    # Both there: nothing to add.
    whole = present[kinds[0]] if len(kinds) == 1 else present[kinds[0]] & present[kinds[1]]
    rows = rows.filter(~Q(whole)).annotate(**{f"has_{k}": present[k] for k in kinds})
    columns = ("pk", "start", *(f"has_{kind}" for kind in kinds))
    return list(rows.order_by("start", "pk").values_list(*columns)[:PAGE])


def _row(company: Company, item: Found) -> dict[str, Any]:
    due = item.verdict == "due"
    return {
        "company_id": company.pk,
        "booking_id": item.booking_id,
        "kind": item.reminder.kind,
        "visit_at": item.start,
        "occasion": "",
        "status": OutreachStatus.PLANNED if due else OutreachStatus.SKIPPED,
        "reason": "" if due else item.verdict,
        "due_at": item.reminder.due_at,
        "expires_at": item.reminder.expires_at,
    }


def _write(rows: list[dict[str, Any]]) -> int:
    """Sorted, so that two planners at once wait for each other and not in a circle."""
    rows.sort(key=lambda row: (row["booking_id"], row["kind"]))
    upsert(Outreach, rows, unique=UNIQUE, update=())
    return len(rows)
