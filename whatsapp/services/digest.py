"""The owner's digest: the day's visits, the unconfirmed, what the assistant booked and could not answer."""

from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet

from aiadmin.core import leases
from marketplace.models import Booking, BookingAttempt, Company
from whatsapp.assistant.replies import digest as texts
from whatsapp.models import Conversation, SalonDigest
from whatsapp.models.preferences import Digest
from whatsapp.services import handover, outreach_words, preferences

log = structlog.get_logger(__name__)

# Past this time after the salon's hour the day's digest is of no use any more.
LATEST = timedelta(hours=4)
# Real time.
DAY, PAUSE = timedelta(days=1), timedelta(minutes=15)
MOST_ATTEMPTS = 8


def send(company: Company, now: datetime) -> bool:
    """At the salon's hour, once a day; `now` is business time. A letter that fails is tried again."""
    if not is_time(company, now):
        return False
    chosen, local = preferences.of(company), now.astimezone(company.zone)
    row = SalonDigest.objects.filter(company=company, day=local.date()).first()
    made = row is None and _begin(company, local.date(), chosen.digest, now)
    _mail(company, local.date())
    return made


def is_time(company: Company, now: datetime) -> bool:
    """The day's digest is of use at `now`."""
    begins = due_at(company, now)
    return begins is not None and begins <= now < begins + LATEST


def unsent(now: datetime) -> Q:
    """Digests whose letter is to be tried at `now`, real time."""
    return Q(due_at__lte=now, attempts__lt=MOST_ATTEMPTS)


def due_at(company: Company, now: datetime) -> datetime | None:
    """The hour of the day's digest, salon's zone; None where nobody wants one."""
    chosen = preferences.of(company)
    if chosen.digest == Digest.OFF:
        return None
    day = now.astimezone(company.zone).date()
    return datetime.combine(day, chosen.digest_at, company.zone)


def next_at(company: Company, now: datetime) -> datetime | None:
    """The next hour of a digest after `now`."""
    begins = due_at(company, now)
    if begins is None or begins > now:
        return begins
    return datetime.combine(begins.date() + DAY, begins.time(), company.zone)


def _begin(company: Company, day: date, how: str, now: datetime) -> bool:
    """Writes the day's digest down and, where it goes by WhatsApp, on its way. False: somebody else did."""
    with transaction.atomic():
        row, made = SalonDigest.objects.get_or_create(
            company=company, day=day, defaults={"text": _text(company, now)}
        )
        if made:
            told = how == Digest.WHATSAPP and handover.to_administrators(company, row.text)
            real = datetime.now(UTC)
            columns = {"sent_at": real} if told else {"due_at": real}
            SalonDigest.objects.filter(pk=row.pk).update(**columns)
    return made


def _mail(company: Company, day: date) -> None:
    """One attempt, claimed by its number; without an address there is nobody to send it to."""
    now = datetime.now(UTC)
    due = SalonDigest.objects.filter(unsent(now), company=company, day=day)
    row = due.first()
    if row is None:
        return
    attempt = row.attempts + 1
    free = due.filter(attempts=row.attempts)
    if not free.update(due_at=leases.until(), attempts=attempt):
        return
    mine = claimed(row.pk, attempt)
    if not company.email:
        mine.update(due_at=None)
        return
    subject = f"Сводка на {row.day:%d.%m}: {company.title or 'салон'}"
    try:
        # A slow mail server takes its time.
        with keeper.held(row.pk, attempt):
            EmailMessage(subject=subject, body=row.text, to=[company.email]).send()
    except Exception as error:  # whatever the mail server says, the row stays for the next attempt
        log.warning("digest.mail_failed", company_id=company.pk, error=type(error).__name__)
        mine.update(due_at=now + PAUSE)
        return
    mine.update(due_at=None, sent_at=now)


def claimed(digest_id: int, attempt: int) -> QuerySet[SalonDigest]:
    """The digest while this attempt at its letter is under way."""
    return SalonDigest.objects.filter(pk=digest_id, attempts=attempt, due_at__isnull=False)


keeper = leases.Keeper(claimed, "due_at")


def _text(company: Company, now: datetime) -> str:
    zone = company.zone
    day = now.astimezone(zone).date()
    midnight = datetime.combine(day, time(), zone)
    visits = list(
        Booking.objects.filter(
            company=company,
            is_deleted=False,
            start__gte=midnight,
            start__lt=datetime.combine(day + DAY, time(), zone),
        )
        .exclude(client_phone="")
        .order_by("start")
    )
    booked = BookingAttempt.objects.filter(
        company=company,
        kind=BookingAttempt.Kind.BOOK,
        status=BookingAttempt.Status.DONE,
        finished_at__gt=now - DAY,
    )
    real_since = datetime.now(UTC) - DAY
    unanswered = Conversation.objects.filter(company=company, needs_person_since__gt=real_since)
    return texts.digest(
        day,
        visits=[
            texts.Visit(
                outreach_words.told(company, visit), visit.client_name, visit.attendance == 0
            )
            for visit in visits
        ],
        booked=booked.count(),
        unanswered=list(unanswered.values_list("needs_person_reason", flat=True)[:5]),
    )
