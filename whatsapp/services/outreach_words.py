"""The facts a message about visits is made of: rows in, text out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace.models import Booking, BookingAttempt, Client, Company, Staff
from marketplace.services.attendance import CONFIRMED
from marketplace.services.upsert import upsert
from whatsapp.assistant.replies import naming
from whatsapp.assistant.replies import outreach as texts
from whatsapp.models import Outreach, SalonSettings
from whatsapp.models.outreach import OutreachStatus
from whatsapp.models.preferences import Tone
from whatsapp.services import outreach_plan

# Whoever has just booked with us knows when.
FRESH = timedelta(hours=2)


@dataclass(frozen=True)
class Said:
    """`rows` go with it (none: those it was asked for), `columns` say what the client knows now."""

    text: str
    asks: bool = False
    rows: tuple[Outreach, ...] = ()
    columns: dict[str, Any] = field(default_factory=dict)


def told(company: Company, booking: Booking) -> texts.Told:
    return texts.Told(
        start=booking.start.astimezone(company.zone),
        services=_services(booking),
        master=master(company, booking.staff_yclients_id),
    )


def master(company: Company, staff_id: int) -> str:
    """The master's name; "" when there is none, or a placeholder nobody has read."""
    row = Staff.objects.filter(company=company, yclients_id=staff_id).first()
    return naming.tidy(row.name) if row and row.name else ""


def formal(chosen: SalonSettings) -> bool:
    return chosen.tone != Tone.TY


def _of_the_day(company: Company, held: Sequence[Outreach], now: datetime) -> list[Outreach]:
    """`held` and the client's other visits ahead on that day: all go into one message.

    In the transaction that says it; a sibling that has a row of this kind already was told, or refused.
    """
    zone = company.zone
    day = held[0].visit_at.astimezone(zone).date()
    first, kind, phone = held[0], held[0].kind, held[0].booking.client_phone
    rows = [
        {
            "company_id": company.pk,
            "booking_id": booking.pk,
            "kind": kind,
            "visit_at": booking.start,
            "occasion": "",
            "status": OutreachStatus.PLANNED,
            "reason": "",
            "due_at": first.due_at,
            "expires_at": first.expires_at,
        }
        for booking in outreach_plan.expected(company)
        .filter(client_phone=phone, start__gt=now, start__lt=now + timedelta(days=2))
        .order_by("pk")
        if booking.start.astimezone(zone).date() == day
    ]
    upsert(Outreach, rows, unique=outreach_plan.UNIQUE, update=())
    whole = Outreach.objects.filter(
        company=company,
        booking_id__in=[row["booking_id"] for row in rows],
        visit_at__in={row["visit_at"] for row in rows},
        kind=kind,
        occasion="",
        status=OutreachStatus.PLANNED,
    )
    # The order of all who lock rows of this table.
    locked = whole.select_for_update(of=("self",)).select_related("booking").order_by("pk")
    return sorted(
        (row for row in locked if row.booking.start == row.visit_at),
        key=lambda row: (row.visit_at, row.pk),
    )


def reminder(
    company: Company,
    chosen: SalonSettings,
    held: Sequence[Outreach],
    now: datetime,
    *,
    may_ask: bool,
) -> Said | str:
    """`held` are of one client, kind and day, their bookings loaded. Why nothing is said, else what."""
    reason = needless(company, held, now)
    if reason:
        return reason
    rows = _of_the_day(company, held, now)
    visits = [row.booking for row in rows]
    asks = may_ask and any(visit.attendance != CONFIRMED for visit in visits)
    text = texts.reminder(
        [told(company, visit) for visit in visits],
        now.astimezone(company.zone),
        asks=asks,
        formal=formal(chosen),
        address=_address(company, visits),
    )
    return Said(text, asks, tuple(rows))


def needless(company: Company, rows: Sequence[Outreach], now: datetime) -> str:
    """Why these visits need no reminder, all of them; "" when one does."""
    ours = {row.booking.record_id for row in rows}
    fresh = BookingAttempt.objects.filter(
        company=company,
        record_id__in=ours,
        kind__in=(BookingAttempt.Kind.BOOK, BookingAttempt.Kind.MOVE),
        status=BookingAttempt.Status.DONE,
        finished_at__gt=now - FRESH,
    )
    return "just_booked" if set(fresh.values_list("record_id", flat=True)) == ours else ""


def _address(company: Company, visits: Sequence[Booking]) -> str:
    """The salon's address for somebody who comes for the first time and was not told yet."""
    phone = visits[0].client_phone
    known = Client.objects.filter(company=company, phone=phone, visits_count__gt=0).exists()
    came = Booking.objects.filter(company=company, client_phone=phone, attendance=1).exists()
    reminded = Outreach.objects.filter(
        company=company, booking__in=visits, status=OutreachStatus.QUEUED
    ).exists()
    return "" if known or came or reminded else (company.address or "")


def _services(booking: Booking) -> tuple[tuple[str, int], ...]:
    """Each title once, with how often: YCLIENTS repeats a service or gives it an amount."""
    counts: Counter[str] = Counter()
    for item in booking.services:
        counts[str(item.get("title") or "")] += int(item.get("amount") or 1)
    return tuple((title, count) for title, count in counts.items() if title)
