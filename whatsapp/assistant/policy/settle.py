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
from whatsapp.assistant.policy.settle_offers import offered, told_duty, told_schedule
from whatsapp.assistant.policy.settle_writes import written
from whatsapp.assistant.state import (
    Asked,
    DialogueState,
    Option,
    Pending,
    PendingBook,
    PendingCancel,
    PendingMove,
    PendingMoves,
    Slots,
    Task,
)
from whatsapp.assistant.told import (
    AnswerPrice,
    AnswerServices,
    AnswerStaff,
    Barred,
    BookElsewhere,
    ForGuest,
    MoveOrMore,
    OnDuty,
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

_TASKS: dict[type[Pending], Task] = {
    PendingBook: Task.BOOK,
    PendingMove: Task.MOVE,
    PendingMoves: Task.MOVE,
    PendingCancel: Task.CANCEL,
}


def settle(state: DialogueState, decision: Decision, now: datetime) -> DialogueState:
    """The state to keep after answering with `decision`; `now` is aware, salon zone."""
    after = _settled(state, decision, now)
    if after.asked is Asked.NOTHING and after.pending is None and after.task is not Task.BOOK:
        return replace(after, task=Task.NONE)  # a visit that exists is arranged by questions alone
    return after


def _settled(state: DialogueState, decision: Decision, now: datetime) -> DialogueState:
    match decision:
        case Ask():
            return _asked(state, decision)
        case Propose(pending=pending):
            return _proposed(state, pending, now)
        case AskName(pending=pending):
            asked = replace(_proposed(state, pending, now), asked=Asked.NAME)
            return replace(asked, misses=state.misses + (state.asked is Asked.NAME))
        case Offer():
            return offered(state, decision, now)
        case Written():
            return written(state, decision, now)
        case AskCancelOrMove(record_id=record, may_cancel=may_cancel, may_move=may_move):
            # «да» to a question that only offers to move cancels nothing; to «Отменить?» it does.
            return replace(
                state, asked=Asked.CANCEL_OR_MOVE if may_move else Asked.CONFIRM, booking=record,
                options=(), misses=0, pending=PendingCancel((record,)) if may_cancel else None,
                pending_at=now if may_cancel else None,
                task=Task.CANCEL if may_cancel else Task.MOVE,
            )  # fmt: skip
        case MoveOrMore(record_id=record):
            return replace(
                state, asked=Asked.MOVE_OR_MORE, booking=record, options=(), pending=None,
                pending_at=None, misses=state.misses + (state.asked is Asked.MOVE_OR_MORE),
            )  # fmt: skip
        case OnDuty(closing=True):
            return told_duty(state, decision)
        case Schedule(closing=True):
            return told_schedule(state, decision, now)
        case BookElsewhere() | Barred():
            return replace(
                state, task=Task.NONE, asked=Asked.NOTHING, options=(), slots=Slots(),
                pending=None, pending_at=None, later=(), misses=0,
            )  # fmt: skip
        case (
            AnswerPrice(closing=False)
            | AnswerServices(closing=False)
            | AnswerStaff(closing=False)
            | OnDuty(closing=False)
            | Schedule(closing=False)
        ):
            return replace(state, misses=0)
        case AnswerPrice() | AnswerServices() | AnswerStaff():
            return _answered(state, decision.services)
        case Declined(undoing=undoing):
            return _declined(replace(state, task=Task.NONE) if undoing else state)
        case AlreadyBooked(record_id=record):
            return replace(
                state, asked=Asked.NOTHING, options=(), pending=None, task=Task.NONE, slots=Slots(),
                booking=record, misses=0,
            )  # fmt: skip
        case Wait() | FindSlots() | Write():
            return state
        case Redirect():
            misses = state.misses + 1
            return replace(_inviting(state) if state.idle else state, misses=misses)
        case Unclear():
            return replace(state, misses=state.misses + 1)
        case NothingFree() | CannotCheck():
            return replace(state, asked=Asked.DAY, options=(), pending=None, misses=0)
        case NoBookings():
            return _inviting(state)
        case ForGuest(record_id=record):  # «его зовут Павел» comes after it
            return replace(state, last_record=record, misses=0)
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
    task = _TASKS[type(pending)]
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
        booking=_spoken(pending, state),
    )  # fmt: skip


def _spoken(pending: Pending, state: DialogueState) -> str | None:
    """The visit that a bare «в 14» would be about."""
    if isinstance(pending, PendingMoves):
        return None
    return pending.record_id if isinstance(pending, PendingMove) else state.booking


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
