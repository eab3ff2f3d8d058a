"""The client's own visits and open lists: moving, cancelling, coming, and «да» to several times. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Ask,
    AskCancelOrMove,
    AskName,
    Decision,
    FindSlots,
    HandOver,
    NoBookings,
    Propose,
    Purpose,
    React,
    VisitConfirmed,
    VisitWish,
    Why,
    Wish,
    Write,
)
from whatsapp.assistant.frame import Change, Frame, Slot, Topic
from whatsapp.assistant.policy import changes, trade
from whatsapp.assistant.policy.wishes import MAX_OPTIONS, only_another_day, performers_of
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    PendingBook,
    PendingCancel,
    PendingMove,
    PendingMoves,
)
from whatsapp.assistant.told import AnswerStaff, Barred
from whatsapp.assistant.types import ChangeRule, Context, SalonView, UpcomingBooking
from whatsapp.assistant.wishes import DayWish, TimeWish


def which(frame: Frame, state: DialogueState) -> Ask | None:
    """«да» to a list of times chooses none of them."""
    listed = tuple(f"{o.value} {o.staff or ''}" for o in state.options if o.kind == "slot")
    if state.asked is not Asked.SLOT or len(listed) < 2 or frame.start is not None:
        return None
    plain = frame.agreed and not frame.said
    return Ask(Slot.TIME, Why.AMBIGUOUS, listed) if plain else None


def thanked(state: DialogueState) -> Decision:
    """Who thanks for what is only proposed believes that it is done."""
    open_ = state.asked in (Asked.CONFIRM, Asked.NAME) and not state.handed
    waits = state.pending if open_ else None
    if isinstance(waits, PendingBook) and state.asked is Asked.NAME:
        return AskName(waits, again=True)
    return React("❤️") if waits is None else Propose(waits)


def _visit(context: Context, record_id: str | None) -> UpcomingBooking | None:
    return next((v for v in context.upcoming or () if v.id == record_id), None)


def move(
    frame: Frame, state: DialogueState, salon: SalonView, now: datetime, context: Context
) -> Decision:
    """Where a visit goes: a search, a write after «да», or what is still to be asked."""
    if frame.no_booking:
        return NoBookings(moving=True)
    if frame.trades:
        return trade.wanted(frame, salon, now, context)
    if (
        isinstance(state.pending, PendingMove | PendingMoves)
        and frame.confirmed
        and state.asked is Asked.CONFIRM
    ):
        return Write(state.pending)
    if (question := which(frame, state)) is not None:
        return replace(question, moving=True)
    wrong = _mismatch(frame)
    own = None if wrong else _visit(context, frame.booking or state.booking)
    day, time = frame.day, frame.time
    options = frame.booking_options or tuple(v.id for v in context.upcoming or ())
    if own is None and not wrong and (day.given or time.given) and state.last_record in options:
        own = _visit(context, state.last_record)  # second thoughts about what was just booked
        if own is not None and not day.given:
            day = DayWish(on=own.start.astimezone(salon.zone).date())
    if own is None:
        why = Why.MISMATCH if wrong else Why.AMBIGUOUS
        named = frame.service_family or frame.services
        return (
            Ask(
                Slot.BOOKING,
                why,
                options,
                word=frame.service_words,
                services=named,
                moving=True,
                changing=state.slots.change is not Change.NONE or state.slots.staff_any,
            )
            if options
            else NoBookings(True)
        )
    changing = state.slots.change is not Change.NONE
    if not salon.moving.admits(own.start, now):
        return Barred("change" if changing else "move", salon.moving)
    services = changes.services_after(frame, state.slots, own, salon)
    if isinstance(services, AskCancelOrMove):
        return _cancel_or_move(own.id, salon, now, context)
    if not isinstance(services, tuple):
        return services
    if frame.either is not None:
        on, at = frame.either
        either, hour = (on.isoformat(),), TimeWish(at=at)
        return Ask(Slot.DATE, Why.AMBIGUOUS, either, time=hour, services=services, moving=True)
    if (question := _about_time(frame, day, salon)) is not None:
        return replace(question, services=services)
    found = _moved(frame, state, salon, own, services, day, time)
    if isinstance(found, FindSlots) and only_another_day(frame, state, now):
        return replace(found, wish=replace(found.wish, certain=False))
    return found


def _about_time(frame: Frame, day: DayWish, salon: SalonView) -> Ask | None:
    """What is wrong with the day or the hour that was named."""
    if day.invalid:
        return Ask(Slot.DATE, Why.INVALID, moving=True)
    if day.any_of:
        options = tuple(d.isoformat() for d in day.any_of)
        return Ask(Slot.DATE, Why.CONFLICT, options, day=day, moving=True)
    if frame.past:
        return Ask(Slot.TIME, Why.PAST, day=day, time=frame.time, moving=True)
    if frame.outside_hours:
        closed = day.on is not None and salon.hours_on(day.on) is None
        slot = Slot.DATE if closed else Slot.TIME
        return Ask(slot, Why.CLOSED, day=day, time=frame.time, moving=True)
    return None


def _moved(
    frame: Frame,
    state: DialogueState,
    salon: SalonView,
    own: UpcomingBooking,
    services: tuple[str, ...],
    day: DayWish,
    time: TimeWish,
) -> Decision:
    """The search for where, by whom and what the visit is to be."""
    start = own.start.astimezone(salon.zone)
    changed = set(services) != set(own.services)
    wanted = frame.staff or state.slots.staff
    named = wanted if wanted != own.staff else None
    refused = own.staff in frame.exclude_staff
    another = (frame.staff_any or state.slots.staff_any or refused) and named is None
    timed = day.given or time.given or frame.asap
    if not timed:
        if wanted == own.staff and "staff" in frame.said and not changed:
            return AlreadyBooked(own.id)
        if named is None and not another and not changed:
            return Ask(Slot.DATE, Why.MISSING, moving=True, services=own.services)
        day, time = DayWish(on=start.date()), TimeWish(at=start.time().replace(tzinfo=None))
    able = performers_of(salon, services)
    if named is not None and named not in able:
        return Ask(
            Slot.STAFF,
            Why.MISMATCH,
            able[:MAX_OPTIONS],
            services=services,
            staff=named,
            moving=True,
        )
    staff = None if another else named or own.staff
    if changed and staff not in (None, *able):
        if state.slots.change is Change.ADD:
            added = tuple(s for s in services if s not in own.services)
            return changes.beside(own, added, frame.staff, salon)
        if not able:
            return HandOver(Topic.GROUP)
        staff = None  # whoever does it: the proposal names them
    windows = state.slots.windows
    if not time.given and day.given and not windows and not frame.asap:
        time = TimeWish(at=start.time().replace(tzinfo=None), guessed=True)
    stays = day.on == start.date() and time.at == start.time().replace(tzinfo=None)
    if stays and staff == own.staff and staff is not None and not changed and not windows:
        return AlreadyBooked(own.id)
    same = staff is not None and changes.same_terms(salon, services, own.staff, staff)
    elsewhere = another and (not timed or stays)
    if elsewhere and able == (own.staff,):
        return AnswerStaff(services, closing=False)  # nobody else does it
    exclude = (own.staff,) if elsewhere and own.staff is not None else frame.exclude_staff
    wish = Wish(
        visits=(VisitWish(services, staff, exclude=exclude),),
        day=day,
        time=time,
        windows=windows,
        asap=frame.asap,
        certain=time.exact and day.on is not None and "day" not in frame.guessed and not frame.exclude_staff
        and (frame.start is not None or (not changed and (same or not stays))),
        record_id=own.id,
        old_start=start,
        changed=changed,
    )  # fmt: skip
    return FindSlots(wish, Purpose.MOVE)


def _mismatch(frame: Frame) -> bool:
    """The client named a visit that does not exist, though others do."""
    return bool(getattr(frame, "booking_mismatch", False)) and frame.booking is None


def cancel(
    frame: Frame, state: DialogueState, salon: SalonView, now: datetime, context: Context
) -> Decision:
    """Which visit is taken off: the one named, never another, and only while the salon allows it."""
    found = _cancelled(frame, state, context)
    match found:
        case (
            Propose(pending=PendingCancel(record_ids=ids))
            | Write(pending=PendingCancel(record_ids=ids))
        ):
            late = any(_barred(salon.cancelling, context, item, now) for item in ids)
            return Barred("cancel", salon.cancelling) if late else found
        case AskCancelOrMove(record_id=record, may_move=may_move):
            asked = _cancel_or_move(record, salon, now, context)
            if isinstance(asked, AskCancelOrMove) and asked.may_cancel and not may_move:
                return replace(asked, may_move=False)
            return asked
        case _:
            return found


def _barred(rule: ChangeRule, context: Context, record_id: str, now: datetime) -> bool:
    visit = _visit(context, record_id)
    return visit is not None and not rule.admits(visit.start, now)


def _cancel_or_move(record: str, salon: SalonView, now: datetime, context: Context) -> Decision:
    may_cancel = not _barred(salon.cancelling, context, record, now)
    may_move = not _barred(salon.moving, context, record, now)
    if not may_cancel and not may_move:
        return Barred("cancel", salon.cancelling)
    return AskCancelOrMove(record, may_cancel, may_move)


def _cancelled(frame: Frame, state: DialogueState, context: Context) -> Decision:
    if frame.no_booking or (context.upcoming is not None and not context.upcoming):
        return NoBookings()
    pending = state.pending
    if isinstance(pending, PendingCancel) and frame.confirmed and not frame.bookings:
        return Write(pending)
    if frame.bookings:
        chosen = PendingCancel(frame.bookings)
        return Write(chosen) if frame.confirmed else Propose(chosen)
    if _mismatch(frame):
        options = frame.booking_options or tuple(v.id for v in context.upcoming or ())
        named = frame.service_family or frame.services
        if len(options) == 1:
            return Propose(PendingCancel(options), "other", frame.service_words, named)
        return Ask(Slot.BOOKING, Why.MISMATCH, options, word=frame.service_words, services=named)
    record = frame.booking or (state.booking if frame.confirmed else None)
    if record is None and len(context.upcoming or ()) == 1 and not frame.booking_options:
        record = (context.upcoming or ())[0].id
    if record is None:
        options = frame.booking_options or tuple(v.id for v in context.upcoming or ())
        return Ask(Slot.BOOKING, Why.AMBIGUOUS, options)
    plain = frame.confirmed or state.asked is Asked.BOOKING or "cancel" in frame.said
    if plain:
        return Write(PendingCancel((record,)))
    return AskCancelOrMove(record, may_move="cancel" not in frame.guessed)  # «можно отменить?»


def attend(
    frame: Frame, state: DialogueState, salon: SalonView, now: datetime, context: Context
) -> Decision:
    """The answer to «Придёте?»."""
    record = frame.booking or state.booking
    if frame.attending is False:
        return _cancel_or_move(record, salon, now, context) if record else NoBookings()
    if frame.bookings:
        return VisitConfirmed(frame.bookings[0], frame.bookings[1:])
    return VisitConfirmed(record)
