"""Freed time is offered to those who wait for it: one person at a time, in the order they came.

Nothing is told before the journal itself names the time free. An offer is one commit: the place, the offer,
the hold and the message, under unique keys, so that two beats or ten workers make it once; who comes first
is decided in that commit, not by whichever worker was quicker. Killed anywhere, the claim on the places ends
by itself and the journal is asked again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aiadmin.core import clock
from marketplace.models import Company
from marketplace.services import booking_holds
from marketplace.yclients.errors import YclientsError
from whatsapp.assistant.replies import waiting as texts
from whatsapp.assistant.replies.speech import Speech
from whatsapp.models import Conversation, WaitingEntry, WaitingOffer
from whatsapp.models.waiting import OfferStatus, WaitingStatus
from whatsapp.services import (
    outreach_contact,
    outreach_plan,
    pacing,
    preferences,
    proactive,
    waiting_list,
    waiting_visits,
)
from whatsapp.services.salon_view import salon_view
from whatsapp.services.waiting_freed import LEAD, Freed, freed, suits, together
from whatsapp.services.waiting_visits import Seats

log = structlog.get_logger(__name__)

# Real time. A pass over a salon's places; a killed one is followed by another.
CLAIM = timedelta(minutes=3)
# The journal did not answer; or time is free and somebody else is asked about it just now.
LATER, SOON = timedelta(minutes=1), timedelta(minutes=2)
# Whatever no news told of (blocked time, a lost job) is found so late at most.
RECHECK = timedelta(minutes=15)
# Business time: how long one person has the time to herself.
FOR_ONE = timedelta(minutes=30)
BATCH = 200


class _Came(Enum):
    """What came of asking one person about one time."""

    OFFERED = "offered"
    PASSED_OVER = "passed over"  # the next one's turn
    STOP = "stop"  # nobody's turn now


def due() -> list[int]:
    """Companies where somebody waits and the journal is to be asked (real time)."""
    rows = _waiting().filter(check_at__lte=datetime.now(UTC))
    return list(rows.order_by().values_list("company_id", flat=True).distinct())


def run(company_id: int) -> int:
    """One pass over those who wait in this salon; how many offers were made. Safe twice and in parallel.

    By night nobody is asked: the places stay due until the morning.
    """
    company = outreach_plan.salons().filter(pk=company_id).first()
    now = clock.now()
    if company is None:
        return 0
    chosen = preferences.of(company)
    if not chosen.waiting_list or preferences.hours(company, chosen).is_quiet(now):
        return 0
    claim = datetime.now(UTC) + CLAIM
    made = 0
    for entries in together(_claim(company, claim)):
        try:
            found = freed(company, entries, now)
        except YclientsError as error:
            log.warning("waiting.journal_silent", company_id=company.pk, error=error.code)
            _put_back(entries, claim, LATER)
            continue
        made += sum(_to_somebody(company, entries[0], item) for item in found)
        near = [entry for entry in entries if any(suits(entry, item, company) for item in found)]
        _put_back(near, claim, SOON)
        _put_back(entries, claim, RECHECK)
    return made


# --- claims ----------------------------------------------------------------------------------------


def _waiting() -> QuerySet[WaitingEntry]:
    return WaitingEntry.objects.filter(status=WaitingStatus.WAITING)


def _claim(company: Company, claim: datetime) -> list[WaitingEntry]:
    """Places that nobody else looks after until `claim`."""
    with transaction.atomic():
        rows = _waiting().filter(company=company, check_at__lte=datetime.now(UTC))
        locked = rows.select_for_update(skip_locked=True).order_by("pk")
        keys = list(locked.values_list("pk", flat=True)[:BATCH])
        WaitingEntry.objects.filter(pk__in=keys).update(check_at=claim)
    return list(_waiting().filter(pk__in=keys).order_by("pk"))


def _put_back(entries: Sequence[WaitingEntry], claim: datetime, after: timedelta) -> None:
    """Unless news came meanwhile: then they are due already."""
    rows = WaitingEntry.objects.filter(pk__in=[entry.pk for entry in entries], check_at=claim)
    rows.update(check_at=datetime.now(UTC) + after)


# --- whose turn it is ------------------------------------------------------------------------------


def _to_somebody(company: Company, like: WaitingEntry, item: Freed) -> bool:
    """Offers this to the first who may be asked of those who want the same as `like`.

    True when an offer was made.
    """
    rows = _waiting().filter(company=company, services=like.services)
    # Who waits is read anew: another worker may have claimed the place that comes first.
    rows = rows.filter(others=[]) if item.only is None else rows.filter(pk=item.only)
    for entry in rows.order_by("pk"):
        if not suits(entry, item, company):
            continue
        try:
            came = _ask(company, entry.pk, item.seats)
        except IntegrityError:
            # Another worker has just made this very offer, or asked this person about another time.
            came = _Came.STOP
        if came is not _Came.PASSED_OVER:
            return came is _Came.OFFERED
    return False


def _ask(company: Company, entry_id: int, seats: Seats) -> _Came:
    now, first = clock.now(), seats[0]
    with transaction.atomic():
        chats = Conversation.objects.select_for_update(of=("self",)).select_related("company")
        chat = chats.filter(waiting=entry_id).first()
        if chat is None:
            return _Came.PASSED_OVER  # forgotten meanwhile, at the client's own wish
        entry = _waiting().filter(pk=entry_id, conversation=chat).first()
        same = WaitingOffer.objects.filter(
            company=company, staff_yclients_id=first.staff_id, start=first.start
        )
        if same.filter(status=OfferStatus.OPEN).exists():
            return _Came.STOP
        until = min(now + FOR_ONE, first.start - LEAD)
        if entry is None or _has_had_her_say(chat, same) or _is_over(entry, chat, now, until):
            return _Came.PASSED_OVER
        reason = skip_reason(chat, now)
        if reason == "opted_out":
            waiting_list.end(waiting_list.living(chat), WaitingStatus.STOPPED)
        if reason:
            return _Came.PASSED_OVER
        if outreach_contact.talks_until(chat, now) is not None:
            return _Came.STOP  # in a few minutes: it is her turn
        spans = [booking_holds.span(s.staff_id, s.start, s.length_seconds) for s in seats]
        mine = waiting_list.holder(chat.pk)
        if not booking_holds.claim(company, mine, spans, held_for=until - now):
            return _Came.STOP  # another client is being asked about it in a talk
        speech = Speech(salon_view(company), now.astimezone(company.zone))
        text = texts.freed(waiting_visits.pending(entry, seats), until, speech)
        message = proactive.queue(chat, text, expires_at=until)
        WaitingOffer.objects.create(
            company=company,
            conversation=chat,
            entry=entry,
            staff_yclients_id=first.staff_id,
            start=first.start,
            length_seconds=first.length_seconds,
            others=waiting_visits.as_json(seats[1:]),
            expires_at=until,
            message=message,
        )
        WaitingEntry.objects.filter(pk=entry.pk).update(status=WaitingStatus.OFFERED)
    log.info("waiting.offered", company_id=company.pk, conversation_id=chat.pk, entry_id=entry.pk)
    return _Came.OFFERED


def skip_reason(chat: Conversation, now: datetime) -> str:
    """Why this person is passed over at `now`, "" when she may be asked."""
    if chat.bot_paused_until is not None and chat.bot_paused_until > now:
        return pacing.TAKEN_OVER
    return outreach_contact.refusal(chat, outreach_contact.WAITING, now)


def _has_had_her_say(chat: Conversation, same: QuerySet[WaitingOffer]) -> bool:
    """She is being asked about another time, or was asked about this one."""
    asked = WaitingOffer.objects.filter(conversation=chat, status=OfferStatus.OPEN)
    answered = (OfferStatus.REFUSED, OfferStatus.EXPIRED)
    return asked.exists() or same.filter(conversation=chat, status__in=answered).exists()


def _is_over(entry: WaitingEntry, chat: Conversation, now: datetime, until: datetime) -> bool:
    """The place ends: the journal has what was wished, or a visit that may not be moved any more."""
    status = waiting_visits.ended(entry, chat, now)
    if status is None and entry.record_id is not None:
        visit = waiting_visits.own_visit(entry)
        # Her «да» may come as late as the offer stands.
        if visit is not None and not salon_view(chat.company).moving.admits(visit.start, until):
            status = WaitingStatus.PASSED
    if status is None:
        return False
    waiting_list.end(WaitingEntry.objects.filter(pk=entry.pk), status)
    return True
