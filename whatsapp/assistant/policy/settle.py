"""What a decision leaves open in the dialogue: the question asked, the options, the action awaiting «да»."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Ask,
    AskCancelOrMove,
    AskName,
    CannotCheck,
    Decision,
    Declined,
    FindSlots,
    NoBookings,
    NothingFree,
    Offer,
    Propose,
    Purpose,
    Redirect,
    Schedule,
    Unclear,
    VisitConfirmed,
    Wait,
    Why,
    Write,
    Written,
)
from whatsapp.assistant.frame import Change, Slot
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    Option,
    Pending,
    PendingBook,
    PendingCancel,
    PendingMove,
    Slots,
    Task,
)
from whatsapp.assistant.told import AnswerPrice, AnswerServices, AnswerStaff, Barred, BookElsewhere
from whatsapp.assistant.tools import (
    Booked,
    BookRequest,
    MoveRequest,
    Refused,
    RefusedReason,
    SlotTaken,
)
from whatsapp.assistant.wishes import DayWish, TimeWish

_ASKED = {
    Slot.SERVICE: Asked.SERVICE,
    Slot.STAFF: Asked.STAFF,
    Slot.DATE: Asked.DAY,
    Slot.TIME: Asked.TIME,
    Slot.BOOKING: Asked.BOOKING,
    Slot.NAME: Asked.NAME,
}
_KINDS = {Slot.SERVICE: "service", Slot.STAFF: "staff", Slot.DATE: "day", Slot.BOOKING: "booking"}


def settle(state: DialogueState, decision: Decision, now: datetime) -> DialogueState:
    """The state to keep after answering with `decision`; `now` is aware, salon zone."""
    match decision:
        case Ask():
            return _asked(state, decision)
        case Propose(pending=pending):
            return _proposed(state, pending, now)
        case AskName(pending=pending):
            asked = replace(_proposed(state, pending, now), asked=Asked.NAME)
            return replace(asked, misses=state.misses + (state.asked is Asked.NAME))
        case Offer():
            return _offered(state, decision, now)
        case Written():
            return _written(state, decision)
        case AskCancelOrMove(record_id=record, may_cancel=may_cancel):
            # «да» to a question that only offers to move cancels nothing.
            return replace(
                state, asked=Asked.CANCEL_OR_MOVE, booking=record, options=(), misses=0,
                pending=PendingCancel((record,)) if may_cancel else None,
                pending_at=now if may_cancel else None,
                task=Task.CANCEL if may_cancel else Task.MOVE,
            )  # fmt: skip
        case Schedule():
            return _told_schedule(state, decision, now)
        case BookElsewhere() | Barred():
            return replace(
                state, task=Task.NONE, asked=Asked.NOTHING, options=(), slots=Slots(),
                pending=None, pending_at=None, later=(), misses=0,
            )  # fmt: skip
        case AnswerPrice() | AnswerServices() | AnswerStaff():
            return _answered(state, decision.services)
        case Declined():
            return _declined(state)
        case AlreadyBooked(record_id=record):
            return replace(
                state, asked=Asked.NOTHING, options=(), pending=None, task=Task.NONE, slots=Slots(),
                booking=record, misses=0,
            )  # fmt: skip
        case Wait() | FindSlots() | Write():
            return state
        case Redirect():
            misses = state.misses + 1
            idle = state.task is Task.NONE and state.asked is Asked.NOTHING
            return replace(_inviting(state) if idle else state, misses=misses)
        case Unclear():
            return replace(state, misses=state.misses + 1)
        case NothingFree() | CannotCheck():
            return replace(state, asked=Asked.DAY, options=(), pending=None, misses=0)
        case NoBookings():
            return _inviting(state)
        case VisitConfirmed():
            return replace(state, asked=Asked.NOTHING, options=(), pending=None, misses=0)
        case _:
            return replace(state, misses=0)


def _asked(state: DialogueState, ask: Ask) -> DialogueState:
    if ask.slot is Slot.TIME and ask.why is Why.AMBIGUOUS:
        return replace(state, misses=0)  # the list stays open
    kind = _KINDS.get(ask.slot)
    options = tuple(Option(kind, value) for value in ask.options) if kind else ()  # type: ignore[arg-type]
    if ask.groups:
        options = tuple(Option("service", group[0], services=group) for group in ask.groups)
    slots = state.slots
    if ask.services:  # named in our question, so no longer a guess
        slots = replace(slots, guessed=slots.guessed - {"services"})
    if ask.slot is Slot.DATE:
        slots = replace(slots, day=DayWish(), windows=())
    if ask.slot is Slot.TIME:
        slots = replace(slots, time=TimeWish(), windows=())
        if ask.day.on is not None and ask.day.past:
            slots = replace(slots, day=replace(slots.day, past=False))
    if ask.slot is Slot.STAFF:
        slots = replace(slots, staff=None, staff_said=False, staff_unknown=None)
    task = Task.MOVE if ask.moving else state.task
    return replace(
        state, asked=_ASKED[ask.slot], options=options, slots=slots, focus=slots, task=task,
        pending=None, pending_at=None, misses=0,
    )  # fmt: skip


def _proposed(state: DialogueState, pending: Pending, now: datetime) -> DialogueState:
    task = {PendingBook: Task.BOOK, PendingMove: Task.MOVE, PendingCancel: Task.CANCEL}[
        type(pending)
    ]
    slots = state.slots
    visit = pending.visits[0] if isinstance(pending, PendingBook) else None
    visit = pending.visit if isinstance(pending, PendingMove) else visit
    changed = isinstance(pending, PendingMove) and pending.changed
    if visit is not None:
        single = not isinstance(pending, PendingBook) or len(pending.visits) == 1
        start = visit.start.astimezone(now.tzinfo)
        slots = replace(
            slots,
            services=visit.services if single else slots.services,
            staff=visit.staff if single else slots.staff,
            day=DayWish(on=start.date()) if single or not slots.day.each else slots.day,
            time=TimeWish(at=start.time().replace(tzinfo=None)),
            windows=(),
            change=Change.SWAP if changed else Change.NONE,
            given_up=(),
            service_options=(),
            guessed=frozenset(),
            asap=False,
            shown=True,
        )
    return replace(
        state, task=task, asked=Asked.CONFIRM, options=(), pending=pending, pending_at=now,
        slots=slots, focus=slots, misses=0,
        booking=pending.record_id if isinstance(pending, PendingMove) else state.booking,
    )  # fmt: skip


def _offered(state: DialogueState, offer: Offer, now: datetime) -> DialogueState:
    options = tuple(
        Option(
            "slot",
            combo[0].start.isoformat(),
            combo[0].staff,
            # «Мария завтра работает?» named no service: none may be taken from our own search
            () if offer.purpose is Purpose.WORKS else combo[0].services,
        )
        for combo in offer.combos
    )
    task = Task.MOVE if offer.purpose is Purpose.MOVE else Task.BOOK
    services = tuple(dict.fromkeys(s for v in offer.wish.visits for s in v.services))
    base = state.slots if offer.purpose is not Purpose.WORKS else state.focus
    slots = replace(
        base,
        services=base.services or (services if offer.purpose is not Purpose.WORKS else ()),
        guessed=base.guessed - {"services", "time"},
        staff=None if offer.missed and not offer.wish.visits[0].staff else base.staff,
        time=TimeWish() if offer.missed and base.time.at is None else base.time,
    )
    if offer.other_days:  # a bare hour said next is an hour of the day we named
        days = {combo[0].start.astimezone(now.tzinfo).date() for combo in offer.combos}
        slots = replace(slots, day=DayWish(on=days.pop()) if len(days) == 1 else DayWish())
        slots = replace(slots, time=TimeWish())
    if task is Task.MOVE:
        changed = offer.wish.changed
        slots = replace(
            slots,
            services=services if changed else (),
            change=Change.SWAP if changed else Change.NONE,
            given_up=(),
        )
    return replace(
        state, task=task, asked=Asked.SLOT, options=options, pending=None, pending_at=None,
        slots=slots, focus=slots, misses=0,
    )  # fmt: skip


def _told_schedule(state: DialogueState, told: Schedule, now: datetime) -> DialogueState:
    """The master asked about is the one to book with: the day and the service are what is missing."""
    known = replace(state.focus, staff=told.staff, staff_said=True)
    if told.free is not None:
        return _offered(replace(state, focus=known), told.free, now)
    day = DayWish(on=told.asked) if told.asked and not told.off and not told.full else DayWish()
    slots = replace(known, services=(), day=day, time=TimeWish())
    return replace(
        state, task=Task.BOOK, asked=Asked.SERVICE if day.given else Asked.DAY, slots=slots,
        focus=slots, options=(), pending=None, pending_at=None, misses=0,
    )  # fmt: skip


def _written(state: DialogueState, written: Written) -> DialogueState:
    """The task is over, whatever came of it; only a slot lost to another keeps the wish."""
    if any(isinstance(result, SlotTaken) for _, result in written.results):
        return replace(state, pending=None, pending_at=None, asked=Asked.DAY, options=())
    if any(r == Refused(RefusedReason.BLACKLIST) for _, r in written.results):
        state = replace(state, turned_away_at=state.last_activity)
    record = next((r.record_id for _, r in written.results if isinstance(r, Booked)), None)
    focus = state.focus
    for request, _ in written.results:
        if isinstance(request, BookRequest):
            focus = Slots(services=request.service_ids, staff=request.staff_id)
        elif isinstance(request, MoveRequest):
            focus = replace(focus, staff=request.staff_id)
    done = replace(
        state, task=Task.NONE, asked=Asked.NOTHING, options=(), pending=None, pending_at=None,
        slots=Slots(), focus=focus, booking=record, last_record=record or state.last_record, misses=0,
    )  # fmt: skip
    if record is None or not state.later:
        return done
    # The further visit of the same message: «да» goes on with it.
    return replace(
        done, task=Task.BOOK, asked=Asked.OFFER, slots=state.later[0], later=state.later[1:]
    )


def _inviting(state: DialogueState) -> DialogueState:
    """After «Записать вас?» with nothing chosen: «да» goes on to the first missing thing."""
    return replace(
        state, asked=Asked.OFFER, task=Task.BOOK, slots=Slots(), options=(), pending=None,
        pending_at=None, booking=None, misses=0,
    )  # fmt: skip


def _declined(state: DialogueState) -> DialogueState:
    """Only the proposed time was refused: the service, the master and the day stay for «в 14»."""
    state = (
        replace(state, asked=Asked.NOTHING, options=(), pending=None, pending_at=None, misses=0)
        if state.asked not in (Asked.CONFIRM, Asked.SLOT) or state.task is not Task.BOOK
        else state
    )
    if state.asked is Asked.NOTHING:
        return replace(state, task=Task.NONE, slots=Slots(), later=())
    slots = replace(state.slots, time=TimeWish(), asap=False, shown=False)
    return replace(
        state, asked=Asked.NOTHING, options=(), pending=None, pending_at=None, slots=slots, misses=0
    )


def _answered(state: DialogueState, shown: tuple[str, ...]) -> DialogueState:
    """An answer that ends in «Записать вас?»: what was asked about is now what would be booked."""
    known = state.slots
    same = not shown or set(shown) <= set(known.services)
    # «Записать вас?» about another service must not let «да» book what was proposed before.
    going = state.asked is not Asked.NOTHING and (same or state.asked is not Asked.CONFIRM)
    begun = state.pending is not None or known.day.given or known.time.given
    if state.task is Task.BOOK and begun and going:
        return replace(state, misses=0)
    focus, options = state.focus, tuple[Option, ...]()
    slots = Slots(staff=focus.staff)
    if not known.services:  # a day named with the question itself is not asked for again
        slots = replace(slots, day=known.day, time=known.time, windows=known.windows)
    if len(shown) == 1:
        slots = replace(slots, services=shown, service_words=focus.service_words)
        asked = Asked.OFFER
    else:
        slots = replace(slots, service_options=shown)
        asked, options = Asked.SERVICE, tuple(Option("service", item) for item in shown)
    return replace(
        state, asked=asked, task=Task.BOOK, slots=slots, options=options, pending=None, misses=0
    )
