"""The salon's waiting list: who comes onto it, who leaves it, and whose turn an answer or a deadline ends.

Every change of a client's rows is made with the client's conversation locked first.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from aiadmin.core import leases
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, Service, Staff
from marketplace.services import booking_holds
from whatsapp.assistant.state import WaitPart, WaitWish
from whatsapp.models import Conversation, Message, WaitingEntry, WaitingOffer
from whatsapp.models.message import MessageStatus
from whatsapp.models.waiting import LIVING, OfferStatus, WaitingStatus
from whatsapp.services import waiting_visits

log = structlog.get_logger(__name__)

# An answer that has come and is being read is waited for, so long at most. Business time.
BEING_READ = timedelta(minutes=5)
# Why an offer that had not left was taken back.
WITHDRAWN = "no_longer_waits"


def join(conversation: Conversation, wish: WaitWish) -> None:
    """Puts the client on the list; the same wish twice is one place. In the turn's transaction.

    A visit on each of several days is a place for each of them.
    """
    if wish.each and len(wish.days) > 1:
        for day in wish.days:
            join(conversation, replace(wish, days=(day,)))
        return
    company = conversation.company
    asked: dict[str, Any] = {
        **_part(WaitPart(wish.services, wish.staff, wish.exclude, wish.guest)),
        "others": [_part(part) for part in wish.others],
        "parallel": wish.parallel,
        "record_id": int(wish.record_id) if wish.record_id is not None else None,
        "changed": wish.changed,
        "days": [day.isoformat() for day in wish.days],
    }
    if wish.each:
        asked["each"] = True  # the digest of every other wish stays what it was
    hours = {"earliest": wish.earliest, "latest": wish.latest}
    told = json.dumps([asked, str(wish.earliest), str(wish.latest)], sort_keys=True)
    masters = () if wish.others else asked["staff"]
    until = datetime.combine(wish.days[-1], wish.latest or time(23, 59), company.zone)
    if wish.old_start is not None:
        until = min(until, wish.old_start)
    entry = WaitingEntry(
        company=company,
        conversation=conversation,
        wish=hashlib.sha256(told.encode()).hexdigest(),
        until=until,
        check_at=datetime.now(UTC),
        moved_from=wish.old_start,
        stood=waiting_visits.of_days(conversation, asked["days"]),
        what=_named(
            Service.objects.filter(company=company),
            [item for part in (asked, *asked["others"]) for item in part["services"]],
            "title",
            " + ",
        ),
        whom=_named(Staff.objects.filter(company=company), masters, "name", ", "),
        **asked,
        **hours,
    )
    WaitingEntry.objects.bulk_create([entry], ignore_conflicts=True)
    log.info("waiting.joined", company_id=company.pk, conversation_id=conversation.pk)


def _part(part: WaitPart) -> dict[str, Any]:
    """A visit as its row or its JSON has it."""
    return {
        "services": [int(item) for item in part.services],
        "staff": sorted(int(item) for item in part.staff),
        "excluded": sorted(int(item) for item in part.exclude),
        "guest": (part.guest or "")[:100],
    }


def _named(rows: QuerySet[Any], ids: Sequence[int], column: str, between: str) -> str:
    """What the staff read of these ids of YCLIENTS."""
    names = dict(rows.filter(yclients_id__in=ids).values_list("yclients_id", column))
    return between.join(names[item] for item in ids if item in names)[:300]


def places(chat: Any) -> QuerySet[WaitingEntry]:
    return WaitingEntry.objects.filter(conversation_id=chat, status__in=LIVING)


def living(conversation: Conversation) -> QuerySet[WaitingEntry]:
    return places(conversation.pk)


def end(entries: QuerySet[WaitingEntry], status: WaitingStatus) -> int:
    """These places are no more. Their open offers are given to the next. Returns how many ended.

    In a transaction that has the conversation.
    """
    keys = list(entries.filter(status__in=LIVING).values_list("pk", flat=True))
    for offer in WaitingOffer.objects.filter(entry__in=keys, status=OfferStatus.OPEN):
        close(offer, OfferStatus.REFUSED)
    mine = WaitingEntry.objects.filter(pk__in=keys, status__in=LIVING)
    return mine.update(status=status, ended_at=datetime.now(UTC))


def close(offer: WaitingOffer, status: OfferStatus) -> bool:
    """The offer stands no more, the place waits on, and the time is anybody's. False: closed before.

    In a transaction that has the conversation.
    """
    rows = WaitingOffer.objects.filter(pk=offer.pk, status=OfferStatus.OPEN)
    if not rows.update(status=status):
        return False
    WaitingEntry.objects.filter(pk=offer.entry_id, status=WaitingStatus.OFFERED).update(
        status=WaitingStatus.WAITING, check_at=datetime.now(UTC), claim=0
    )
    booking_holds.release(offer.company, holder(offer.conversation_id))
    unsaid = Message.objects.filter(waiting_offers=offer.pk, status=MessageStatus.QUEUED)
    unsaid.update(status=MessageStatus.FAILED, error=WITHDRAWN, due_at=None)
    enqueue(Job.TIME_FREED, offer.company_id)
    log.info("waiting.offer_closed", company_id=offer.company_id, offer_id=offer.pk, status=status)
    return True


def holder(conversation_id: int) -> str:
    """Whose the time of an open offer is: the dialogue's own, and apart from what it proposes itself."""
    return f"{conversation_id}:waiting"


def wake(company_id: int) -> int:
    """Time may have become free in this salon: all who wait are looked after at the next pass."""
    now = datetime.now(UTC)
    rows = WaitingEntry.objects.filter(company=company_id, status=WaitingStatus.WAITING)
    with transaction.atomic():
        # A pass that is under way may have asked the journal before.
        asleep = leases.in_order(rows.filter(check_at__gt=now))
        return asleep.update(check_at=now, claim=0)


def expire(company: Company, now: datetime) -> int:
    """Offers that nobody answered in time, and places whose time has passed. `now` is business time.

    Returns how many were settled. Safe in parallel.
    """
    settled = 0
    mine = late(now).filter(company=company)
    for key, conversation_id in mine.values_list("pk", "conversation_id"):
        with transaction.atomic():
            Conversation.objects.select_for_update().get(pk=conversation_id)
            # Its turn may have begun before we had the chat, or closed the offer.
            offer = mine.filter(pk=key).select_related("company", "message").first()
            if offer is None:
                continue
            settled += close(offer, OfferStatus.EXPIRED if _was_made(offer) else OfferStatus.GONE)
    return settled + passed(now).filter(company=company).update(
        status=WaitingStatus.PASSED, ended_at=datetime.now(UTC)
    )


def late(now: datetime) -> QuerySet[WaitingOffer]:
    """Offers of all salons whose time is over, and whose answer is not just being read."""
    read = Q(conversation__turn_due_at=None) | Q(expires_at__lte=now - BEING_READ)
    return WaitingOffer.objects.filter(read, status=OfferStatus.OPEN, expires_at__lte=now)


def passed(now: datetime) -> QuerySet[WaitingEntry]:
    """Places of all salons whose days are over, unless somebody is just asked about one of them."""
    return WaitingEntry.objects.filter(status=WaitingStatus.WAITING, until__lte=now)


def _was_made(offer: WaitingOffer) -> bool:
    """She was asked: an offer that the night or another hand in the chat held back was none to her."""
    return offer.message is None or offer.message.opened_at is not None


def merge(keeper: Conversation, other: Conversation) -> None:
    """Two chats were one client: all places are the keeper's. With both conversations locked."""
    theirs = WaitingEntry.objects.filter(conversation=other)
    same = living(keeper).values("wish")
    end(theirs.filter(wish__in=same), WaitingStatus.LEFT)
    offers = WaitingOffer.objects.filter(conversation=other)
    if WaitingOffer.objects.filter(conversation=keeper, status=OfferStatus.OPEN).exists():
        _close_all(offers.filter(status=OfferStatus.OPEN))
    for staff, start in WaitingOffer.objects.filter(conversation=keeper).values_list(
        "staff_yclients_id", "start"
    ):
        offers.filter(staff_yclients_id=staff, start=start).delete()
    theirs.update(conversation=keeper)
    offers.update(conversation=keeper)


def _close_all(offers: Iterable[WaitingOffer]) -> None:
    for offer in offers:
        close(offer, OfferStatus.GONE)
