"""Saying what is due: claimed, checked against the journal once per salon and day, queued in one commit.

The row is there before, the message is queued in the transaction that closes the row, and the outbox sends
it under the one id it got: killed anywhere, a promise is kept once. Without the journal nothing is said.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from aiadmin.core import clock, leases
from marketplace.models import Booking, Company
from marketplace.services import bookings
from marketplace.services.attendance import CAME
from marketplace.services.yclients_access import client_for
from marketplace.yclients.budget import Lane
from marketplace.yclients.errors import NotFound, YclientsError
from whatsapp.models import Outreach, SalonSettings
from whatsapp.models.outreach import OutreachKind, OutreachStatus
from whatsapp.services import (
    identity,
    outreach_changes,
    outreach_contact,
    outreach_plan,
    outreach_reviews,
    outreach_words,
    preferences,
)
from whatsapp.services import proactive as proactively

log = structlog.get_logger(__name__)

# The journal did not answer: asked again after.
LATER = timedelta(minutes=1)
BATCH = 500
# What a list does not show is asked for by its id, so many at most in one go.
MOST_ASKED = 50

# Questions wait for the end of a talk; changes are told visit by visit.
ASKING = (OutreachKind.EVENING, OutreachKind.NEAR, OutreachKind.REVIEW)
ALONE = (OutreachKind.CHANGED,)

# Why a promise is not kept, beside what the plan and `outreach_contact` say.
CANCELLED, MOVED, NO_SHOW, CAME_ALREADY, NO_PHONE = (
    "cancelled",
    "moved",
    "no_show",
    "came",
    "no_phone",
)
IN_WORDS = {
    "late": "не успело вовремя",
    "quiet_hours": "только ночью",
    "evening_is_near": "хватит вечернего",
    CANCELLED: "визит отменён",
    MOVED: "визит перенесён",
    NO_SHOW: "отмечено, что клиент не пришёл",
    CAME_ALREADY: "клиент уже пришёл",
    NO_PHONE: "нет телефона",
    "opted_out": "клиент написал «СТОП»",
    "not_wanted": "салон не хочет, чтобы этому номеру писали",
    "client_budget": "клиенту сегодня написано достаточно",
    "just_booked": "только что записался",
    outreach_changes.AS_IT_WAS: "всё вернули как было",
    outreach_reviews.ASKED_LATELY: "за месяц уже спрашивали",
}


def due(now: datetime) -> list[int]:
    """Companies with something to say at `now` (business time) that nobody is at."""
    rows = _due(now).filter(company__in=outreach_plan.salons().order_by())
    return list(rows.order_by().values_list("company_id", flat=True).distinct())


def send(company_id: int) -> int:
    """Says what is due in this salon; returns how many rows were settled. Safe twice and in parallel."""
    company = outreach_plan.salons().filter(pk=company_id).first()
    if company is None:
        return 0
    now = clock.now()
    with transaction.atomic():
        late = leases.in_order(_mine(company).filter(expires_at__lte=now))
        late.update(status=OutreachStatus.SKIPPED, reason="late")
    claim = secrets.randbits(62)
    rows = _claim(company, now, claim)
    if not rows:
        return 0
    # A day's records may wait minutes for their place in the budget.
    with keeper.held(company.pk, claim):
        return _work(company, rows, claim)


def _work(company: Company, rows: Sequence[Outreach], claim: int) -> int:
    by_day: dict[date, list[Outreach]] = defaultdict(list)
    for row in rows:
        by_day[row.visit_at.astimezone(company.zone).date()].append(row)
    chosen = preferences.of(company)
    settled = 0
    for day, group in sorted(by_day.items()):
        try:
            _reread(company, day, group)
        except YclientsError as error:
            log.warning("outreach.journal_silent", company_id=company.pk, error=error.code)
            _release(company, group, claim)
            continue
        settled += _settle(company, chosen, group, claim)
    return settled


# --- claims ----------------------------------------------------------------------------------------


def _mine(company: Company) -> QuerySet[Outreach]:
    return Outreach.objects.filter(company=company, status=OutreachStatus.PLANNED)


def _due(now: datetime) -> QuerySet[Outreach]:
    free = Q(claimed_until=None) | Q(claimed_until__lt=datetime.now(UTC))
    return Outreach.objects.filter(free, status=OutreachStatus.PLANNED, due_at__lte=now)


def _claim(company: Company, now: datetime, claim: int) -> list[Outreach]:
    """Rows that are this pass's while it renews them; its number is also the fence of all it writes."""
    with transaction.atomic():
        rows = _due(now).filter(company=company).select_for_update(skip_locked=True)
        keys = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH])
        Outreach.objects.filter(pk__in=keys).update(claimed_until=leases.until(), claim=claim)
    return list(
        Outreach.objects.filter(pk__in=keys).select_related("booking").order_by("visit_at", "pk")
    )


def claimed(company_id: int, claim: int) -> QuerySet[Outreach]:
    """The rows of one pass that nobody has claimed since."""
    return Outreach.objects.filter(
        company_id=company_id,
        status=OutreachStatus.PLANNED,
        claim=claim,
        claimed_until__isnull=False,
    )


keeper = leases.Keeper(claimed, "claimed_until", several=True)


def _held(company: Company, keys: Sequence[int], claim: int) -> QuerySet[Outreach]:
    return claimed(company.pk, claim).filter(pk__in=keys)


def _release(company: Company, rows: Sequence[Outreach], claim: int) -> None:
    with transaction.atomic():
        held = leases.in_order(_held(company, [row.pk for row in rows], claim))
        held.update(claimed_until=datetime.now(UTC) + LATER)


# --- the journal -----------------------------------------------------------------------------------


def _reread(company: Company, day: date, rows: Sequence[Outreach]) -> None:
    """Brings our copy of the salon's day up to date; what moved or went is known afterwards.

    Raises YclientsError. What the day's list does not show has gone to another day or altogether.
    """
    with client_for(company, lane=Lane.REMINDERS) as client:
        records = client.records(company.salon_id, start_date=day, end_date=day, with_deleted=True)
        listed = bookings.upsert_records(company, records, announce=True).ids
        absent = {row.booking.record_id for row in rows} - listed
        for record_id in sorted(absent)[:MOST_ASKED]:
            try:
                record = client.record(company.salon_id, record_id)
            except NotFound:
                bookings.mark_deleted(company, record_id, announce=True)
            else:
                bookings.upsert_records(company, [record], announce=True)


# --- saying ----------------------------------------------------------------------------------------


def _settle(company: Company, chosen: SalonSettings, rows: Sequence[Outreach], claim: int) -> int:
    """Skips what is no more true and says the rest: one message per client and kind, or changed visit."""
    groups: dict[tuple[str, str, int], list[Outreach]] = defaultdict(list)
    fresh = Booking.objects.in_bulk([row.booking_id for row in rows])
    settled = 0
    for row in rows:
        booking = fresh[row.booking_id]
        reason = untrue(row, booking)
        if reason:
            settled += _skip(_held(company, [row.pk], claim), reason)
            continue
        alone = booking.pk if row.kind in ALONE else 0
        groups[row.kind, booking.client_phone, alone].append(row)
    for (kind, phone, _), group in groups.items():
        settled += _say(company, chosen, kind, phone, group, claim)
    return settled


def _skip(rows: QuerySet[Outreach], reason: str) -> int:
    return rows.update(status=OutreachStatus.SKIPPED, reason=reason, claimed_until=None)


def untrue(row: Outreach, booking: Booking) -> str:
    """Why this need not be said any more; "" when it does."""
    if not booking.client_phone:
        return NO_PHONE
    if row.kind == OutreachKind.CHANGED:
        return ""
    if booking.is_deleted:
        return CANCELLED
    if row.kind == OutreachKind.REVIEW:
        return "" if booking.attendance == CAME else NO_SHOW
    if booking.start != row.visit_at:
        return MOVED
    if booking.attendance < 0:
        return NO_SHOW
    return CAME_ALREADY if booking.attendance == CAME else ""


def _say(
    company: Company,
    chosen: SalonSettings,
    kind: str,
    phone: str,
    rows: Sequence[Outreach],
    claim: int,
) -> int:
    now = clock.now()
    with transaction.atomic():
        # One client's promises are settled one after another: nobody gets two messages of a kind.
        conversation = identity.conversation_by_phone(company, phone)
        locked = _held(company, [row.pk for row in rows], claim).select_for_update(of=("self",))
        held = list(locked.select_related("booking").order_by("pk"))
        if not held:
            return 0
        mine = _held(company, [row.pk for row in held], claim)
        reason = outreach_contact.refusal(conversation, kind, now)
        if reason:
            return _skip(mine, reason)
        expires = min(row.expires_at for row in held)
        until = outreach_contact.talks_until(conversation, now) if kind in ASKING else None
        if until is not None and until < expires:
            mine.update(due_at=until, claimed_until=None)
            return 0
        # In the middle of a talk that does not end in time the visit is told without a question.
        said = _composed(company, chosen, kind, held, now, may_ask=until is None)
        if isinstance(said, str):
            return _skip(mine, said)
        message = proactively.queue(conversation, said.text, expires_at=expires)
        if message is None:
            return _skip(mine, "opted_out")
        whole = [row.pk for row in said.rows or held]
        return Outreach.objects.filter(pk__in=whole, status=OutreachStatus.PLANNED).update(
            status=OutreachStatus.QUEUED,
            message=message,
            asks=said.asks,
            claimed_until=None,
            **said.columns,
        )


def _composed(
    company: Company,
    chosen: SalonSettings,
    kind: str,
    held: Sequence[Outreach],
    now: datetime,
    *,
    may_ask: bool,
) -> outreach_words.Said | str:
    if kind == OutreachKind.CHANGED:
        return outreach_changes.compose(company, chosen, held, now)
    if kind == OutreachKind.REVIEW:
        return outreach_reviews.compose(company, chosen, held, now)
    return outreach_words.reminder(company, chosen, held, now, may_ask=may_ask)
