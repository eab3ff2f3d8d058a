"""When masters work, by our copy of the schedule, read again first when it may have changed."""

from datetime import UTC, date, datetime, timedelta

import structlog

from marketplace.models import Company, ScheduleDay
from marketplace.services import sync_schedule
from marketplace.services.sync_reading import OddRows
from marketplace.services.yclients_access import client_for
from marketplace.yclients.client import YclientsClient
from marketplace.yclients.deadline import Deadline
from marketplace.yclients.errors import YclientsError

log = structlog.get_logger(__name__)

# A schedule older than this (real time) is read again first: a master may have fallen ill.
FRESH_FOR = timedelta(minutes=5)

# "10:00", "21:00" of the salon's own day; the end may be "24:00".
Span = tuple[str, str]


def of(
    company: Company,
    *,
    staff_id: int,
    day_from: date,
    day_to: date,
    deadline: Deadline | None = None,
    reread: bool = True,
) -> dict[date, list[Span]] | None:
    """A master's working hours of every day, both ends included; a day off has none. YCLIENTS's id.

    Days beyond our copy are left out; None when it was never read, or knows nothing of the master. An
    old copy speaks when YCLIENTS does not, or with `reread` False: then nothing is written.
    """
    if reread:
        with client_for(company, deadline=deadline) as client:
            refreshed(client, company)
    rows = ScheduleDay.objects.filter(company=company, staff__yclients_id=staff_id)
    known = {row.day: [(slot["from"], slot["to"]) for slot in row.slots] for row in rows}
    if company.schedule_read_at is None or not known:
        return None
    read_on = company.schedule_read_at.astimezone(company.zone).date()
    end = min(day_to, read_on + timedelta(days=sync_schedule.DAYS))
    span = (day_from + timedelta(days=ahead) for ahead in range((end - day_from).days + 1))
    return {day: known.get(day, []) for day in span}


def refreshed(client: YclientsClient, company: Company) -> bool:
    """Whether our schedule is as YCLIENTS has it: read lately, or now with one call."""
    read_at = Company.objects.values_list("schedule_read_at", flat=True).get(pk=company.pk)
    company.schedule_read_at = read_at
    if read_at is not None and datetime.now(UTC) - read_at < FRESH_FOR:
        return True
    try:
        sync_schedule.refresh(client, company, OddRows(company.pk, "schedule"))
    except YclientsError as error:
        log.warning("slots.schedule_not_read", company_id=company.pk, error=type(error).__name__)
        return False
    return True
