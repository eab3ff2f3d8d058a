"""What became of what was said: answers for the journal, who did not answer, what did not arrive."""

import secrets
from datetime import UTC, datetime, time, timedelta

import structlog
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from aiadmin.core import clock, leases, phones
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.models import Alarm
from marketplace.models import Booking, Company
from marketplace.services import attendance
from marketplace.yclients.budget import Lane
from whatsapp.assistant.replies import outreach_salon as texts
from whatsapp.models import Message, Outreach
from whatsapp.models.message import MessageStatus, Purpose
from whatsapp.models.outreach import OutreachKind, OutreachStatus
from whatsapp.outreach.hours import DAY
from whatsapp.services import outreach_changes, outreach_words, preferences, salon_letters

log = structlog.get_logger(__name__)

REMINDERS = (OutreachKind.EVENING, OutreachKind.NEAR)
# Real time: the pause after the journal did not answer.
MARK_PAUSE = timedelta(minutes=2)
# Business time: a phone that is off for so long may stay off until the visit.
UNSEEN_FOR = timedelta(hours=2)
# Real time: no reminder of a visit ahead was made before.
REMINDED_WITHIN = timedelta(days=3)
# Told by then at the latest, where the salon's hour comes after the visit.
BEFORE_VISIT = timedelta(hours=1)
# The alarm that says so.
DOUBLE = "yclients_reminds_too"


# --- the journal hears -------------------------------------------------------------------------------


def to_mark(limit: int = 50) -> list[int]:
    """Rows whose «приду» the journal has not heard yet."""
    rows = Outreach.objects.filter(mark_due_at__lte=datetime.now(UTC))
    return list(rows.order_by("mark_due_at").values_list("pk", flat=True)[:limit])


def mark(outreach_id: int) -> None:
    """One attempt to write an answer into the journal. Safe twice: it is the same mark."""
    rows = Outreach.objects.filter(pk=outreach_id)
    claim = secrets.randbits(62)
    due = rows.filter(mark_due_at__lte=datetime.now(UTC))
    if not due.update(mark_due_at=leases.until(), claim=claim):
        return
    row = rows.select_related("booking", "company").get()
    # The call may wait for its place in the budget.
    with marks.held(outreach_id, claim):
        down = _mark(row) is attendance.Marked.DOWN
    again = datetime.now(UTC) + MARK_PAUSE if down else None
    marking(outreach_id, claim).update(mark_due_at=again)


def _mark(row: Outreach) -> attendance.Marked | None:
    booking = row.booking
    waits = booking.attendance == attendance.WAITS and not booking.is_deleted
    if not waits or booking.start <= clock.now():
        return None
    return attendance.confirm(row.company, booking.record_id, lane=Lane.REMINDERS)


def marking(outreach_id: int, claim: int) -> QuerySet[Outreach]:
    """The row while nobody has claimed it since."""
    return Outreach.objects.filter(pk=outreach_id, claim=claim, mark_due_at__isnull=False)


marks = leases.Keeper(marking, "mark_due_at")


# --- nobody confirmed --------------------------------------------------------------------------------


def tell_unconfirmed(company: Company, now: datetime) -> int:
    """At the salon's hour of the visit's day: who was asked and has not answered. Each visit once.

    `now` is business time. Returns how many visits were told of.
    """
    rows = unconfirmed(company, now)
    return _tell(company, rows, "salon_told_at", "unconfirmed_visits", texts.unconfirmed, now)


def unconfirmed(company: Company, now: datetime) -> QuerySet[Outreach]:
    """The rows of the visits that the administrators are to be told of at `now`."""
    return unanswered(now).filter(company=company, visit_at__lt=told_until(company, now))


def told_until(company: Company, now: datetime) -> datetime:
    """The visits before it are to be told of: all of the day once the salon's hour has come."""
    local = now.astimezone(company.zone)
    if local.time() < preferences.of(company).unconfirmed_at:
        return now + BEFORE_VISIT
    return datetime.combine(local.date() + timedelta(days=1), time(), company.zone)


def unanswered(now: datetime) -> QuerySet[Outreach]:
    """What was asked about visits still ahead, and not answered, in all salons."""
    said = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)
    return _queued().filter(
        asks=True,
        message__status__in=said,
        booking__attendance=attendance.WAITS,
        salon_told_at=None,
        # Told of already: it did not even arrive.
        escalated_at=None,
        answered_at=None,
        visit_at__gt=now,
    )


# --- did not arrive ----------------------------------------------------------------------------------


def tell_undelivered(company: Company, now: datetime) -> int:
    """What did not reach the phone before the visit is told to the administrators, each once."""
    rows = undelivered(company, now)
    return _tell(company, rows, "escalated_at", "reminder_undelivered", texts.undelivered, now)


def undelivered(company: Company, now: datetime) -> QuerySet[Outreach]:
    """What failed, or is without its receipt for hours, of visits still ahead."""
    return unseen(now).filter(company=company)


def unseen(now: datetime) -> QuerySet[Outreach]:
    """The same of all salons."""
    # One by one, by their ids: joined, all messages there are might be read.
    lost = _lost(now).filter(pk=OuterRef("message")).values("pk")[:1]
    # The visit is ahead, where it was or where it is now: a change is of use until the later of both.
    moved = Q(kind=OutreachKind.CHANGED, expires_at__gt=now - DAY, booking__start__gt=now)
    ahead = _queued().filter(Q(visit_at__gt=now) | moved, escalated_at=None)
    return ahead.alias(lost=Subquery(lost)).filter(lost=F("message"))


def salons_with_unseen(now: datetime) -> set[int]:
    """Where some of it is. Of reminders, which are many, first the messages that are lost: those are few."""
    lately = _lost(now).filter(created_at__gt=datetime.now(UTC) - REMINDED_WITHIN)
    reminders = _queued().filter(
        kind__in=REMINDERS,
        visit_at__gt=now,
        escalated_at=None,
        message__in=lately.exclude(purpose=Purpose.REPLY),
    )
    changes = unseen(now).filter(kind=OutreachKind.CHANGED)
    salons = (rows.order_by().values_list("company_id", flat=True) for rows in (reminders, changes))
    return {pk for found in salons for pk in found}


def _lost(now: datetime) -> QuerySet[Message]:
    silent = Q(status=MessageStatus.SENT, opened_at__lt=now - UNSEEN_FOR)
    failed = Q(status=MessageStatus.FAILED) & ~Q(error__in=_MEANT)
    both = (MessageStatus.SENT, MessageStatus.FAILED)
    return Message.objects.filter(silent | failed, status__in=both)


# The client's own wish, or ours.
_MEANT = ("opted_out", outreach_changes.WITHDRAWN)


def _queued() -> QuerySet[Outreach]:
    """What was said and still holds: of visits that stand, and of changes."""
    stands = Q(kind__in=REMINDERS, booking__is_deleted=False, booking__start=F("visit_at"))
    return Outreach.objects.filter(
        stands | Q(kind=OutreachKind.CHANGED), status=OutreachStatus.QUEUED
    )


def _tell(
    company: Company,
    rows: QuerySet[Outreach],
    column: str,
    kind: str,
    words: texts.Words,
    now: datetime,
) -> int:
    """One letter about all of `rows`, each told once: marked and queued in one commit."""
    with transaction.atomic():
        locked = rows.select_for_update(of=("self",), skip_locked=True).select_related("booking")
        found = list(locked.order_by("visit_at", "pk")[:100])
        if not found:
            return 0
        Outreach.objects.filter(pk__in=[row.pk for row in found]).update(**{column: now})
        visits = {row.booking_id: row.booking for row in found}
        text = words([_line(company, visit) for visit in visits.values()])
        salon_letters.tell(company, kind, text)
    log.info("outreach.salon_told", company_id=company.pk, kind=kind, visits=len(visits))
    return len(visits)


def _line(company: Company, booking: Booking) -> texts.Line:
    said = outreach_words.told(company, booking)
    return texts.Line(said, booking.client_name, phones.pretty(booking.client_phone))


# --- YCLIENTS reminds too ------------------------------------------------------------------------------


def tell_double_reminders(company: Company, now: datetime) -> bool:
    """YCLIENTS's own reminders are on beside ours: the owner is told once."""
    chosen = preferences.of(company)
    remind = chosen.evening_reminder or chosen.near_reminder
    if not remind or (company.raw_data or {}).get("reminds_sms_disabled") is not False:
        return False
    if Alarm.objects.filter(kind=DOUBLE, company_id=company.pk).exists():
        return False
    alarm = raise_alarm(
        DOUBLE,
        f"{company}: YCLIENTS сам напоминает клиентам о визитах, и помощник напоминает тоже: клиент получит "
        "два сообщения. Оставьте одно: выключите СМС-напоминания в настройках уведомлений YCLIENTS или "
        "напоминания помощника.",
        company_id=company.pk,
        email=company.email or "",
    )
    return alarm is not None
