"""Whether a turn answers an offer of freed time, and what the turn said of the waiting list.

As a reminder, an offer writes nothing into the dialogue: what it asked is looked up when the turn begins. Of
several open questions a quote says which is meant, else the newest is; where a talk's own question may be
meant as well, neither is executed. «Да» goes the way of every proposal. After the deadline it looks for the
very time anew, for it may be another's by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from aiadmin.core.compiled import Select
from whatsapp.assistant.decisions import Declined, NothingFree, Offer, Written
from whatsapp.assistant.frame import Change
from whatsapp.assistant.replies import outreach as reminder_texts
from whatsapp.assistant.replies import waiting as texts
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    PendingBook,
    PendingMove,
    Slots,
    Task,
    WaitWish,
    times_of,
)
from whatsapp.assistant.told import WaitsFor, WaitsNoMore
from whatsapp.assistant.tools import Booked, BookRequest, Cancelled, Moved, Refused
from whatsapp.assistant.types import SalonView, Waits
from whatsapp.assistant.understand.yesno import is_yes_or_no
from whatsapp.assistant.wishes import DayWish, TimeWish
from whatsapp.models import Conversation, Message, WaitingEntry, WaitingOffer
from whatsapp.models.waiting import OfferStatus, WaitingStatus
from whatsapp.services import outreach_questions as reminders
from whatsapp.services import outreach_words, preferences, waiting_list, waiting_visits

# So long after an offer a bare «да» may still mean it. Business time.
MEANT = timedelta(hours=24)


@dataclass(frozen=True)
class Opened:
    """The dialogue as this turn has to read it. `offer`: the one that is being answered, if any."""

    before: reminders.Opened
    offer: WaitingOffer | None = None
    listed: bool = False

    @property
    def waits(self) -> Waits | None:
        if self.offer is not None:
            return Waits(self.offer.start)
        return Waits() if self.listed else None


@dataclass(frozen=True)
class Said:
    """What the turn said of the list, to be written together with its result.

    `closes`: what became of the offer; `reply` replaces the assistant's words, `more` follows them.
    """

    join: WaitWish | None = None
    ends: WaitingStatus | None = None  # of all places
    booked: tuple[tuple[tuple[str, ...], date], ...] = ()  # services and day of the visits made
    moved: tuple[str, ...] = ()  # records
    cancelled: tuple[str, ...] = ()  # records
    offer: WaitingOffer | None = None
    closes: OfferStatus | None = None
    reply: str = ""
    more: str = ""

    def write(self, conversation: Conversation) -> None:
        """In the turn's transaction, which has the conversation."""
        if self.offer is not None and self.closes is not None:
            if self.closes == OfferStatus.BOOKED:
                # Also one that had expired when the «да» came.
                late = WaitingOffer.objects.filter(pk=self.offer.pk, status=OfferStatus.EXPIRED)
                late.update(status=self.closes)
            waiting_list.close(self.offer, self.closes)
        if self.ends or self.closes or self.booked or self.moved or self.cancelled:
            self._end_places(waiting_list.living(conversation))
        if self.join is not None:
            waiting_list.join(conversation, self.join)

    def _end_places(self, places: QuerySet[WaitingEntry]) -> None:
        if self.ends is not None:
            waiting_list.end(places, self.ends)
        if self.offer is not None and self.closes == OfferStatus.BOOKED:
            waiting_list.end(places.filter(pk=self.offer.entry_id), WaitingStatus.BOOKED)
        for services, day in self.booked:
            same = places.filter(services=_numbers(services), others=[], record_id=None)
            another = Q(each=True) & ~Q(days__contains=[day.isoformat()])
            waiting_list.end(same.exclude(another), WaitingStatus.BOOKED)
        for records, status in (
            (self.moved, WaitingStatus.BOOKED),
            (self.cancelled, WaitingStatus.LEFT),
        ):
            if records:
                waiting_list.end(places.filter(record_id__in=_numbers(records)), status)


def opened(
    conversation: Conversation,
    batch: Sequence[Message],
    state: DialogueState,
    now: datetime,
    *,
    listed: bool,
    asked: bool,
) -> Opened:
    """`state` as stored; `now` is business time. `conversation.company` is loaded.

    `listed`: the client is on the list; `asked`: something was asked unasked in this chat.
    """
    # An offer is of somebody who is on the list.
    offer = _last(conversation, now) if listed else None
    pointed = reminders.pointed(batch)
    message = offer.message if offer is not None else None
    if offer is None or message is None or (pointed and message.wa_id not in pointed):
        return Opened(reminders.opened(conversation, batch, state, now, asked=asked), listed=listed)
    zone = conversation.company.zone
    state = state.aged(now.astimezone(zone))
    asking = Opened(reminders.Opened(_asking(state, offer, now, zone)), offer, listed)
    if pointed:
        return asking
    sent, last = message.opened_at or message.at, state.last_activity
    if last is not None and last > sent:
        before = reminders.opened(conversation, batch, state, now, asked=asked)
        if not _is_about(before.state, offer):
            return Opened(before, listed=listed)
        late = offer.status != OfferStatus.OPEN and before.state.asked is Asked.CONFIRM
        return asking if late else Opened(before, offer, listed)
    newest = reminders.newest_at(conversation, now) if asked else None
    if newest is not None and newest > sent:
        return Opened(reminders.opened(conversation, batch, state, now, asked=asked), listed=listed)
    fresh = last is not None and sent - last < reminders.TALK
    if fresh and _takes_yes(state) and is_yes_or_no([row.text for row in batch]):
        formal = outreach_words.formal(preferences.of(conversation.company))
        unclear = reminder_texts.unclear(state.last_reply, formal=formal)
        return Opened(reminders.Opened(state, unclear=unclear), listed=listed)
    return asking


def said(before: Opened, result: TurnResult, salon: SalonView, now: datetime) -> Said:
    """What this turn came to. `now` is business time."""
    speech = Speech(salon, now.astimezone(salon.zone))
    last = result.decisions[-1] if result.decisions else None
    booked = tuple(
        (asked.service_ids, outcome.start.astimezone(salon.zone).date())
        for asked, outcome in result.writes
        if isinstance(asked, BookRequest) and isinstance(outcome, Booked)
    )
    moved = tuple(done.record_id for _, done in result.writes if isinstance(done, Moved))
    gone = tuple(done.record_id for _, done in result.writes if isinstance(done, Cancelled))
    found = Said(booked=booked, moved=moved, cancelled=gone, offer=before.offer)
    if result.opt_out:
        return replace(found, ends=WaitingStatus.STOPPED)
    match last:
        case WaitsFor(wish=wish):
            return replace(found, join=wish)
        case WaitsNoMore():
            return replace(found, ends=WaitingStatus.LEFT)
    if before.offer is None:
        return found
    if _books(result, before.offer):
        rest = waiting_visits.rest(before.offer, result.writes)
        more = texts.still(speech) if rest is not None else ""
        return replace(found, closes=OfferStatus.BOOKED, join=rest, more=more)
    match last:
        case Declined():
            return replace(found, closes=OfferStatus.REFUSED, reply=texts.refused(speech))
        case Offer(missed=True) | Offer(lost=True) | NothingFree():
            return replace(found, closes=OfferStatus.GONE, more=texts.still(speech))
        case Written(results=results) if any(isinstance(r, Refused) for _, r in results):
            return replace(found, ends=WaitingStatus.LEFT)  # a person has been called
        case _:
            return found


def _books(result: TurnResult, offer: WaitingOffer) -> bool:
    """At least one visit of the offer was made, or the one was moved: of what was lost the talk goes on."""
    seats = {(seat.start, str(seat.staff_id)) for seat in waiting_visits.seats_of(offer)}
    return any(
        isinstance(done, Booked | Moved) and (done.start, done.staff_id) in seats
        for _, done in result.writes
    )


_OFFER = Select(
    lambda chat, now, since: (
        WaitingOffer.objects.filter(
            conversation_id=chat,
            status__in=(OfferStatus.OPEN, OfferStatus.EXPIRED),
            start__gt=now,
            message__at__gt=since,
            entry__status__in=(WaitingStatus.WAITING, WaitingStatus.OFFERED),
        )
        .exclude(message__status__in=reminders.UNSAID)
        .select_related("company", "entry", "message")
        .order_by("-pk")[:1]
    )
)


def _last(conversation: Conversation, now: datetime) -> WaitingOffer | None:
    """The newest offer that may be answered: open, or past its deadline and not answered."""
    return _OFFER.first(chat=conversation.pk, now=now, since=now - MEANT)


def _is_about(state: DialogueState, offer: WaitingOffer) -> bool:
    """What the dialogue proposes is this very time."""
    first = (offer.start, str(offer.staff_yclients_id))
    return any((visit.start, visit.staff) == first for visit in times_of(state.pending))


def _takes_yes(state: DialogueState) -> bool:
    """«Да» may answer what the dialogue asked: no list of several times."""
    several = state.asked is Asked.SLOT and len(state.options) > 1
    return state.asked in reminders.YES_OR_NO and not several


def _asking(
    state: DialogueState, offer: WaitingOffer, now: datetime, zone: ZoneInfo
) -> DialogueState:
    """The dialogue when the offer is the question that counts: what was open before is closed."""
    entry, seats = offer.entry, waiting_visits.seats_of(offer)
    pending, stands = waiting_visits.pending(entry, seats), offer.status == OfferStatus.OPEN
    local = offer.start.astimezone(zone)
    slots = replace(
        _slots(entry, pending),
        day=DayWish(on=local.date()),
        time=TimeWish(at=local.time().replace(tzinfo=None)),
        shown=True,
    )
    moves = isinstance(pending, PendingMove)
    return replace(
        state,
        task=Task.MOVE if moves else Task.BOOK,
        slots=slots,
        focus=slots,
        asked=Asked.CONFIRM,
        options=(),
        pending=pending if stands else None,
        pending_at=now if stands else None,
        booking=pending.record_id if isinstance(pending, PendingMove) else None,
        waiting_asked=False,
        later=(),
        misses=0,
    )


def _slots(entry: WaitingEntry, pending: PendingBook | PendingMove) -> Slots:
    """Who has what done, as the client would have said it."""
    match pending:
        case PendingMove(visit=visit, changed=changed):
            change = Change.SWAP if changed else Change.NONE
            services = visit.services if changed else ()
            return Slots(services=services, change=change, staff=visit.staff, staff_said=True)
        case PendingBook(visits=(visit,)):
            return Slots(
                services=visit.services,
                staff=visit.staff,
                staff_said=True,
                guest_name=visit.guest,
            )
        case PendingBook(visits=visits):
            guests = list(dict.fromkeys(visit.guest for visit in visits))
            return Slots(
                services=tuple(dict.fromkeys(item for v in visits for item in v.services)),
                people=len(visits) if len(guests) > 1 else None,
                parallel=entry.parallel,
                guest_name=guests[-1],
            )


def _numbers(ids: Iterable[str]) -> list[int]:
    return [int(item) for item in ids]
