"""What would be said at a moment, and why not: reads our copy of the journal, writes and asks nothing."""

from collections.abc import Iterator
from datetime import datetime

from aiadmin.core import phones
from marketplace.models import Booking, Company
from whatsapp.models import Outreach
from whatsapp.models.outreach import OutreachStatus
from whatsapp.outreach.reminders import LATE, QUIET
from whatsapp.services import outreach_plan
from whatsapp.services.outreach_send import IN_WORDS

_WORDS = {**IN_WORDS, "due": "уйдёт", "early": "рано", LATE: "не успело вовремя", QUIET: "ночь"}


def lines(now: datetime, *, salon_id: int | None = None) -> Iterator[str]:
    """One line a promise: salon, kind, visit and hour in the salon's own time, client, what happens."""
    salons = outreach_plan.salons()
    if salon_id is not None:
        salons = salons.filter(external_company_id=salon_id)
    for company in salons:
        yield from _written(company, now)
        yield from _new(company, now)


def _written(company: Company, now: datetime) -> Iterator[str]:
    """Rows that wait already."""
    rows = Outreach.objects.filter(
        company=company, status=OutreachStatus.PLANNED, due_at__lte=now
    ).select_related("booking")
    for row in rows.order_by("due_at", "pk"):
        verdict = "due" if now < row.expires_at else LATE
        yield _line(company, row.kind, row.booking, row.due_at, verdict)


def _new(company: Company, now: datetime) -> Iterator[str]:
    """What the beat would write down."""
    for item in outreach_plan.found(company, now):
        booking = Booking.objects.get(company=company, pk=item.booking_id)
        yield _line(company, item.reminder.kind, booking, item.reminder.due_at, item.verdict)


def _line(company: Company, kind: str, booking: Booking, due: datetime, verdict: str) -> str:
    zone = company.zone
    return (
        f"{company.salon_id}  {kind:<8} визит {booking.start.astimezone(zone):%d.%m %H:%M}  "
        f"в {due.astimezone(zone):%d.%m %H:%M}  {phones.mask(booking.client_phone)}  "
        f"{_WORDS.get(verdict, verdict)}"
    )
