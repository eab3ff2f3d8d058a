"""Freed time is offered to those who wait for it: one person at a time, in the order they came.

Nothing is told before the journal itself names the time free. An offer is one commit: the place, the offer,
the hold and the message, under unique keys, so that two beats or ten workers make it once; who comes first
is decided in that commit, not by whichever worker was quicker. Killed anywhere, the claim on the places ends
by itself and the journal is asked again.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aiadmin.core import clock
from marketplace.models import Booking, Company
from marketplace.services import booking_holds
from marketplace.services.free_slots import FreeSlot
from marketplace.yclients.errors import YclientsError
from whatsapp.assistant.replies import waiting as texts
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import Visit
from whatsapp.models import Conversation, WaitingEntry, WaitingOffer
from whatsapp.models.waiting import OfferStatus, WaitingStatus
from whatsapp.services import (
    outreach_contact,
    outreach_plan,
    pacing,
    preferences,
    proactive,
    waiting_list,
)
from whatsapp.services.salon_view import salon_view
from whatsapp.services.waiting_freed import LEAD, fits, freed

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
    by_services: dict[tuple[int, ...], list[WaitingEntry]] = defaultdict(list)
    for entry in _claim(company, claim):
        by_services[tuple(entry.services)].append(entry)
    made = 0
    for services, entries in by_services.items():
        try:
            slots = freed(company, services, entries, now)
        except YclientsError as error:
            log.warning("waiting.journal_silent", company_id=company.pk, error=error.code)
            _put_back(entries, claim, LATER)
            continue
        made += sum(_to_somebody(company, services, slot) for slot in slots)
        near = [entry for entry in entries if any(fits(entry, slot, company) for slot in slots)]
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


def _to_somebody(company: Company, services: tuple[int, ...], slot: FreeSlot) -> bool:
    """Offers this start to the first who may be asked; True when an offer was made."""
    for entry in _waiting().filter(company=company, services=list(services)).order_by("pk"):
        if not fits(entry, slot, company):
            continue
        try:
            came = _ask(company, entry.pk, slot)
        except IntegrityError:
            # Another worker has just made this very offer, or asked this person about another time.
            came = _Came.STOP
        if came is not _Came.PASSED_OVER:
            return came is _Came.OFFERED
    return False


def _ask(company: Company, entry_id: int, slot: FreeSlot) -> _Came:
    now = clock.now()
    with transaction.atomic():
        chats = Conversation.objects.select_for_update(of=("self",)).select_related("company")
        chat = chats.filter(waiting=entry_id).first()
        if chat is None:
            return _Came.PASSED_OVER  # forgotten meanwhile, at the client's own wish
        entry = _waiting().filter(pk=entry_id, conversation=chat).first()
        same = WaitingOffer.objects.filter(
            company=company, staff_yclients_id=slot.staff_id, start=slot.start
        )
        if same.filter(status=OfferStatus.OPEN).exists():
            return _Came.STOP
        if entry is None or _has_had_her_say(chat, same) or _is_served(entry, chat, now):
            return _Came.PASSED_OVER
        reason = skip_reason(chat, now)
        if reason == "opted_out":
            waiting_list.end(waiting_list.living(chat), WaitingStatus.STOPPED)
        if reason:
            return _Came.PASSED_OVER
        if outreach_contact.talks_until(chat, now) is not None:
            return _Came.STOP  # in a few minutes: it is her turn
        until = min(now + FOR_ONE, slot.start - LEAD)
        span = booking_holds.span(slot.staff_id, slot.start, slot.length_seconds)
        mine = waiting_list.holder(chat.pk)
        if not booking_holds.claim(company, mine, [span], held_for=until - now):
            return _Came.STOP  # another client is being asked about it in a talk
        message = proactive.queue(chat, _text(entry, slot, until, now), expires_at=until)
        WaitingOffer.objects.create(
            company=company,
            conversation=chat,
            entry=entry,
            staff_yclients_id=slot.staff_id,
            start=slot.start,
            length_seconds=slot.length_seconds,
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


def _is_served(entry: WaitingEntry, chat: Conversation, now: datetime) -> bool:
    """A visit for the same within the days she waits for is in the journal: her place ends."""
    if not chat.phone:
        return False
    ahead = Booking.objects.filter(
        company_id=entry.company_id, client_phone=chat.phone, is_deleted=False, start__gt=now
    )
    wanted = sorted(entry.services)
    zone = chat.company.zone
    served = any(
        sorted(int(item["id"]) for item in visit.services) == wanted
        and visit.start.astimezone(zone).date().isoformat() in entry.days
        for visit in ahead
    )
    if served:
        waiting_list.end(WaitingEntry.objects.filter(pk=entry.pk), WaitingStatus.BOOKED)
    return served


def _text(entry: WaitingEntry, slot: FreeSlot, until: datetime, now: datetime) -> str:
    company = entry.company
    visit = Visit(
        tuple(str(item) for item in entry.services),
        str(slot.staff_id),
        slot.start,
        slot.length_seconds,
        entry.guest or None,
    )
    return texts.freed(visit, until, Speech(salon_view(company), now.astimezone(company.zone)))
