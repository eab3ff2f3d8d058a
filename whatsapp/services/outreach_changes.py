"""What the salon changed in its journal, told to the client once: moved, cancelled, another master.

The client is told the difference between what they know and what is, some quiet minutes after the last
change; what was changed back is not told at all, and what the client changed through us is no news.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from aiadmin.core import clock
from marketplace.models import Booking, BookingAttempt, Company
from marketplace.services.upsert import upsert
from whatsapp.assistant.replies import outreach as texts
from whatsapp.models import Message, Outreach, SalonSettings
from whatsapp.models.message import MessageStatus
from whatsapp.models.outreach import OutreachKind, OutreachStatus
from whatsapp.services import outreach_plan, outreach_words, preferences

log = structlog.get_logger(__name__)

# Who drags a visit about in the journal is not done at the first drop. Business time.
QUIET = timedelta(minutes=2)
# Real time: a write of ours and the journal's news of it are never further apart.
OURS = timedelta(hours=1)
# Why a queued reminder was taken back.
WITHDRAWN = "visit_changed"
AS_IT_WAS = "as_it_was"


def note(booking_id: int) -> None:
    """The journal says that a visit changed. Safe twice; a change is one row, by its own moment."""
    booking = Booking.objects.select_related("company").filter(pk=booking_id).first()
    if booking is None:
        return
    withdraw(booking)
    if booking.before is None or booking.changed_at is None or booking.before["deleted"]:
        return
    company, now = booking.company, clock.now()
    known = datetime.fromisoformat(booking.before["start"])
    last = max(known, booking.start)
    if (
        last <= now + QUIET
        or not booking.client_phone
        or not _differs(booking, known, int(booking.before["staff"]))
        or not preferences.of(company).tell_changes
        or not outreach_plan.salons().filter(pk=company.pk).exists()
        or _is_ours(booking, known)
    ):
        return
    row = {
        "company_id": company.pk,
        "booking_id": booking.pk,
        "kind": OutreachKind.CHANGED,
        "visit_at": known,
        "known_staff": int(booking.before["staff"]),
        "occasion": booking.changed_at.isoformat(),
        "status": OutreachStatus.PLANNED,
        "reason": "",
        "due_at": now + QUIET,
        "expires_at": last,
    }
    upsert(Outreach, [row], unique=outreach_plan.UNIQUE, update=())
    # The changes before it are told together with this one.
    waiting = Outreach.objects.filter(booking=booking, kind=OutreachKind.CHANGED)
    waiting.filter(status=OutreachStatus.PLANNED, claimed_until=None).update(due_at=row["due_at"])


def compose(
    company: Company, chosen: SalonSettings, rows: Sequence[Outreach], now: datetime
) -> outreach_words.Said | str:
    """What to say of one visit's changes, or why nothing. `rows` are all that wait, oldest first."""
    booking = rows[0].booking
    start, staff = _known(rows[0])
    if not _differs(booking, start, staff):
        return AS_IT_WAS
    local, formal = now.astimezone(company.zone), outreach_words.formal(chosen)
    visit, known = outreach_words.told(company, booking), start.astimezone(company.zone)
    if booking.is_deleted:
        text = texts.cancelled(visit, known, local, formal=formal)
    elif booking.start != start:
        text = texts.moved(visit, known, local, formal=formal)
    else:
        text = texts.other_master(visit, local, formal=formal)
    told = {"told_start": booking.start, "known_staff": booking.staff_yclients_id}
    return outreach_words.Said(text, columns=told)


def _known(row: Outreach) -> tuple[datetime, int]:
    """(start, master) as the client knows the visit: what was told last, else what it was before."""
    told = Outreach.objects.filter(booking=row.booking, status=OutreachStatus.QUEUED)
    last = told.filter(kind=OutreachKind.CHANGED).order_by("-pk").first()
    if last is not None and last.told_start is not None:
        return last.told_start, last.known_staff
    return row.visit_at, row.known_staff


def _differs(booking: Booking, known: datetime, staff: int) -> bool:
    """In what a client would notice: neither length nor price nor the order of services."""
    if booking.is_deleted:
        return True
    return booking.start != known or booking.staff_yclients_id != staff


def _is_ours(booking: Booking, known: datetime) -> bool:
    """The client asked us for this very change, and the journal's news of it came first."""
    if booking.changed_at is None:
        return False
    attempts = BookingAttempt.objects.filter(
        company_id=booking.company_id,
        record_id=booking.record_id,
        kind__in=(BookingAttempt.Kind.MOVE, BookingAttempt.Kind.CANCEL),
        created_at__range=(booking.changed_at - OURS, booking.changed_at + OURS),
    ).exclude(status=BookingAttempt.Status.REFUSED)
    for attempt in attempts:
        if attempt.kind == BookingAttempt.Kind.CANCEL and booking.is_deleted:
            return True
        wish = attempt.request
        if attempt.kind == BookingAttempt.Kind.CANCEL or booking.is_deleted:
            continue
        old = wish["old_start"]
        there = datetime.fromisoformat(wish["start"]) == booking.start
        if there and (old is None or datetime.fromisoformat(old) == known):
            return True
    return False


def withdraw(booking: Booking) -> None:
    """Reminders of this visit that have not left are taken back; what still holds is said anew."""
    waiting = Outreach.objects.filter(
        booking=booking,
        status=OutreachStatus.QUEUED,
        kind__in=(OutreachKind.EVENING, OutreachKind.NEAR),
        message__status=MessageStatus.QUEUED,
    )
    if booking.is_deleted is False:
        waiting = waiting.exclude(visit_at=booking.start)
    for message_id in set(waiting.values_list("message_id", flat=True)):
        with transaction.atomic():
            mine = Message.objects.filter(pk=message_id, status=MessageStatus.QUEUED)
            if not mine.update(status=MessageStatus.FAILED, error=WITHDRAWN, due_at=None):
                continue
            Outreach.objects.filter(message_id=message_id).update(
                status=OutreachStatus.PLANNED, message=None, asks=False, claimed_until=None
            )
