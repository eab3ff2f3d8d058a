"""Freed time is offered to those who wait for it: one person at a time, in the order they came.

Nothing is told before the journal itself names the time free. An offer is one commit: the place, the offer,
the hold and the message, under unique keys, so that two beats or ten workers make it once; who comes first
is decided in that commit, not by whichever worker was quicker. Killed anywhere, the claim on the places ends
by itself and the journal is asked again.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aiadmin.core import clock, leases
from marketplace.models import Company
from marketplace.services import booking_holds
from marketplace.services.booking_holds import Span
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

# Real time. The journal did not answer; or time is free and somebody else is asked about it just now.
LATER, SOON = timedelta(minutes=1), timedelta(minutes=2)
# Whatever no news told of (blocked time, a lost job) is found so late at most.
RECHECK = timedelta(minutes=15)
# Business time: how long one person has the time to herself.
FOR_ONE = timedelta(minutes=30)
BATCH = 200
# Who said so, or nothing, is not asked about the same time again.
_ANSWERED = (OfferStatus.REFUSED, OfferStatus.EXPIRED)


class _Came(Enum):
    """What came of asking one person about one time."""

    OFFERED = "offered"
    NOT_SHE = "not she"  # she is not to be asked about anything now
    NOT_THIS = "not this"  # she said no to it, or somebody else is asked about it just now
    TALKS = "talks"  # in a few minutes: it is her turn


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
    claim = secrets.randbits(62)
    claimed = _claim(company, claim)
    if not claimed:
        return 0
    # The journal may wait for its place in the budget.
    with keeper.held(company.pk, claim):
        return _look(company, claimed, claim, now)


def _look(company: Company, claimed: Sequence[WaitingEntry], claim: int, now: datetime) -> int:
    looked: list[tuple[list[WaitingEntry], list[Freed]]] = []
    for entries in together(claimed):
        try:
            looked.append((entries, freed(company, entries, now)))
        except YclientsError as error:
            log.warning("waiting.journal_silent", company_id=company.pk, error=error.code)
            _put_back(company, entries, claim, LATER)
    made = _give(company, _in_order(company, looked))
    for entries, found in looked:
        near = [entry for entry in entries if any(suits(entry, item, company) for item in found)]
        _put_back(company, near, claim, SOON)
        _put_back(company, entries, claim, RECHECK)
    return made


# --- claims ----------------------------------------------------------------------------------------


def _waiting() -> QuerySet[WaitingEntry]:
    return WaitingEntry.objects.filter(status=WaitingStatus.WAITING)


def _claim(company: Company, claim: int) -> list[WaitingEntry]:
    """Places that are this pass's while it renews them."""
    with transaction.atomic():
        rows = _waiting().filter(company=company, check_at__lte=datetime.now(UTC))
        locked = rows.select_for_update(skip_locked=True).order_by("pk")
        keys = list(locked.values_list("pk", flat=True)[:BATCH])
        WaitingEntry.objects.filter(pk__in=keys).update(check_at=leases.until(), claim=claim)
    return list(_waiting().filter(pk__in=keys).order_by("pk"))


def held(company_id: int, claim: int) -> QuerySet[WaitingEntry]:
    """The places of one pass that nobody has claimed since, and no news came to (`waiting_list.wake`)."""
    return _waiting().filter(company=company_id, claim=claim)


keeper = leases.Keeper(held, "check_at", several=True)


def _put_back(
    company: Company, entries: Sequence[WaitingEntry], claim: int, after: timedelta
) -> None:
    """Unless news came meanwhile: then they are due already."""
    with transaction.atomic():
        rows = held(company.pk, claim).filter(pk__in=[entry.pk for entry in entries])
        leases.in_order(rows).update(check_at=datetime.now(UTC) + after, claim=0)


# --- whose turn it is ------------------------------------------------------------------------------


def _in_order(
    company: Company, looked: Sequence[tuple[list[WaitingEntry], list[Freed]]]
) -> list[tuple[WaitingEntry, list[Freed]]]:
    """All who wait for what was found, and what suits each, in the order they came.

    They are read anew: another worker may have claimed the place that comes first.
    """
    places: list[tuple[WaitingEntry, list[Freed]]] = []
    for (like, *_), found in looked:
        rows = _waiting().filter(company=company, services=like.services)
        rows = rows.filter(pk=like.pk) if like.others else rows.filter(others=[])
        places += [
            (entry, [item for item in found if suits(entry, item, company)]) for entry in rows
        ]
    return sorted(places, key=lambda place: place[0].pk)


def _give(company: Company, places: Iterable[tuple[WaitingEntry, list[Freed]]]) -> int:
    """Offers each time to the first who may be asked, whatever is to be done in it; how many were made."""
    made = 0
    kept: list[Span] = []
    for entry, suitable in places:
        for item in suitable:
            spans = _spans(item.seats)
            if any(one.overlaps(other) for one in spans for other in kept):
                continue
            try:
                came = _ask(company, entry.pk, item.seats)
            except IntegrityError:
                # Another worker has just made this very offer, or asked this person about another time.
                came = _Came.NOT_THIS
            if came is _Came.TALKS:
                kept += spans
            made += came is _Came.OFFERED
            if came in (_Came.OFFERED, _Came.NOT_SHE):
                break
    return made


def _spans(seats: Seats) -> list[Span]:
    return [booking_holds.span(seat.staff_id, seat.start, seat.length_seconds) for seat in seats]


def _ask(company: Company, entry_id: int, seats: Seats) -> _Came:
    now, first = clock.now(), seats[0]
    with transaction.atomic():
        chats = Conversation.objects.select_for_update(of=("self",)).select_related("company")
        chat = chats.filter(waiting=entry_id).first()
        if chat is None:
            return _Came.NOT_SHE  # forgotten meanwhile, at the client's own wish
        entry = _waiting().filter(pk=entry_id, conversation=chat).first()
        if entry is None or _is_asked(chat):
            return _Came.NOT_SHE
        same = WaitingOffer.objects.filter(
            company=company, staff_yclients_id=first.staff_id, start=first.start
        )
        answered = same.filter(conversation=chat, status__in=_ANSWERED)
        if same.filter(status=OfferStatus.OPEN).exists() or answered.exists():
            return _Came.NOT_THIS
        until = min(now + FOR_ONE, first.start - LEAD)
        if _is_over(entry, chat, now, until):
            return _Came.NOT_SHE
        reason = skip_reason(chat, now)
        if reason == "opted_out":
            waiting_list.end(waiting_list.living(chat), WaitingStatus.STOPPED)
        if reason:
            return _Came.NOT_SHE
        if outreach_contact.talks_until(chat, now) is not None:
            return _Came.TALKS
        mine = waiting_list.holder(chat.pk)
        if not booking_holds.claim(company, mine, _spans(seats), held_for=until - now):
            return _Came.NOT_THIS  # another client is being asked about it in a talk
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


def _is_asked(chat: Conversation) -> bool:
    """About another time, just now."""
    return WaitingOffer.objects.filter(conversation=chat, status=OfferStatus.OPEN).exists()


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
