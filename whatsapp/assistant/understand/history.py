"""A dialogue known only as text (a corpus row, a person's own messages) read back into a state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from whatsapp.assistant.dialogue import remember
from whatsapp.assistant.frame import Intent
from whatsapp.assistant.state import Asked, DialogueState, Option, Slots, Task
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand import asks, merge, offers, reading
from whatsapp.assistant.understand.answers import Answer
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.understand.frame import understand
from whatsapp.assistant.understand.normalise import clean
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise
from whatsapp.assistant.wishes import DayWish

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_WHICH = (
    "какой|какую|какое|какая|какие ..1 записать|запишем|нужен|нужна|нужно|хотите|выбираете|интересует",
    "какой|какую|какое|какая|какие ..1 будем? ..1 делать|делаем|сделаем|будем",
)


def replay(
    history: Iterable[tuple[str, str]],
    *,
    salon: SalonView,
    now: datetime,
    context: Context | None = None,
) -> DialogueState:
    """The state after `history` of (role, text), role «client» or «bot»; all said at about `now`."""
    now = now.astimezone(salon.zone)
    state = DialogueState(last_activity=now)
    for role, text in history:
        if role == "client":
            frame = understand([text], salon=salon, now=now, state=state, context=context)
            state = remember(state, frame, now)
        else:
            state = after_reply(state, text, salon=salon, now=now, context=context)
    return state


def after_reply(
    state: DialogueState,
    text: str,
    *,
    salon: SalonView,
    now: datetime,
    context: Context | None = None,
) -> DialogueState:
    """What a message written to the client leaves open: the question, the options, the proposal."""
    line = Line(tokenise(clean(text)))
    whole = _facts(line, salon, now)
    # What the question itself names outweighs what was told before it.
    asking = [part for part in _SENTENCE.findall(clean(text)) if part.endswith("?")]
    question = _facts(Line(tokenise(asking[-1])), salon, now) if asking else whole
    read, found, person = (
        whole.read,
        question.found if question.found.said else whole.found,
        whole.person,
    )
    asked = asks.asked(line)
    if asked is Asked.BOOKING:
        return _which_visit(state, line, context)
    slots = _stated(state, read, person, found)
    options = offers.slots_offered(line, slots, now, salon)
    if _from_own(options, context) and line.has("перенести|переносим|перенесем ..20 на|к ..8 ?"):
        options = ()  # «Перенести запись 22 июля в 18:00 на 24 июля, 19:00?» offers one time
    if options:  # the times are alternatives, none of them is agreed
        before = state.slots if not state.slots.empty else state.focus
        slots = replace(slots, time=before.time)
    if (
        asked in (Asked.NOTHING, Asked.CONFIRM)
        and question.read.services.mentions
        and line.has(*_WHICH)
    ):
        asked = Asked.SERVICE  # «На какой массаж записать: классический или лимфодренажный?»
    if asked in (Asked.SERVICE, Asked.NOTHING) and not options:
        options = offers.services_offered(clean(text), catalogue(salon))
        topic = state.slots.service_words if asking and not options else ""
        if asking and not options:
            options = offers.alternatives(asking[-1], catalogue(salon), topic)
            slots = (
                replace(slots, services=(), service_options=tuple(o.value for o in options))
                if options
                else slots
            )
        asked = Asked.SERVICE if options else asked
    if (
        asked is Asked.NOTHING
        and asking
        and line.has("или ..6 ?")
        and question.read.services.mentions
    ):
        asked = Asked.SERVICE  # «Стрижка для мальчика или для девочки?»
    listed = found.chosen
    if found.options and line.has("или ..6 ?"):
        listed = (*found.options, *(i for i in found.chosen if i not in found.options))
    if asked is Asked.SERVICE and not options and len(listed) > 1 and listed != found.options:
        options = tuple(Option("service", item) for item in listed)  # «с покрытием или без?»
        slots = replace(slots, services=(), service_options=listed)
    staff_choice = person.options if asked is Asked.STAFF else ()
    if staff_choice:
        options = tuple(Option("staff", item) for item in staff_choice)
    if options and options[0].kind == "slot" and asked in (
        Asked.NOTHING, Asked.TIME, Asked.DAY, Asked.CONFIRM
    ):  # fmt: skip
        asked = Asked.SLOT
    task = _task(line, asked, state)
    day = read.when.day
    if day.any_of:
        asked, slots = Asked.DAY, replace(slots, day=DayWish())
    if line.has("записаны|записала|записал|отменила|отменил|перенесла|перенес") and not asked:
        upcoming = context.upcoming if context is not None else None
        return replace(
            state,
            focus=slots,
            slots=Slots(),
            task=Task.NONE,
            asked=Asked.NOTHING,
            options=(),
            last_record=upcoming[-1].id if upcoming and len(upcoming) == 1 else state.last_record,
        )
    opened = task is Task.BOOK or asked in (
        Asked.SERVICE,
        Asked.DAY,
        Asked.TIME,
        Asked.SLOT,
        Asked.CONFIRM,
    )
    if asked is Asked.CONFIRM and found.said and not _timed(slots):
        asked = Asked.OFFER
    keep = opened or not state.slots.empty
    changes = task in (Task.MOVE, Task.CANCEL) and context is not None
    return replace(
        state,
        booking=(_visit_named(whole, context, salon) if changes else None) or state.booking,
        asked=asked,
        options=options,
        task=task,
        slots=slots if keep else state.slots,
        focus=slots,
    )


def _from_own(options: tuple[Option, ...], context: Context | None) -> bool:
    """Whether the first of two times is that of the client's visit."""
    starts = [v.start for v in (context.upcoming if context else None) or ()]
    return len(options) == 2 and datetime.fromisoformat(options[0].value) in starts


def _which_visit(state: DialogueState, line: Line, context: Context | None) -> DialogueState:
    """«Какую запись отменить: 12 июня или 16 июня?»: the client's visits are the options."""
    visits = sorted((context.upcoming if context else None) or (), key=lambda v: v.start)
    last = {Intent.RESCHEDULE: Task.MOVE, Intent.CANCEL: Task.CANCEL}
    task = last.get(state.last_intent, state.task) if state.last_intent else state.task
    if line.has("перенести|переносим|перенесем"):
        task = Task.MOVE
    elif line.has("отменить|отменяем"):
        task = Task.CANCEL
    options = tuple(Option("booking", v.id) for v in visits)
    return replace(state, asked=Asked.BOOKING, task=task, options=options)


@dataclass(frozen=True, slots=True)
class _Facts:
    read: reading.Reading
    person: merge.Staff
    found: merge.Services


def _facts(line: Line, salon: SalonView, now: datetime) -> _Facts:
    """What a text of ours names, read without any dialogue."""
    empty, index = DialogueState(), catalogue(salon)
    read = reading.read_turn(line, salon, index, empty, Context(), now)
    person = merge.merge_staff(
        read.staff, salon, empty, Context(), Answer(), moving=False, asking=False
    )
    found = merge.merge_services(
        read.services, index, Slots(), empty, Context(), Answer(), person, adds=False, usual=False
    )
    return _Facts(read, person, found)


def _visit_named(facts: _Facts, context: Context | None, salon: SalonView) -> str | None:
    """The one visit whose service and day «Перенести педикюр 15 октября …?» names."""
    visits = (context.upcoming if context is not None else None) or ()
    services = {*facts.found.chosen, *facts.found.options, *facts.found.family}
    days = facts.read.when.mentioned
    found = [
        v.id
        for v in visits
        if (not services or services & set(v.services))
        and (not days or v.start.astimezone(salon.zone).date() in days)
    ]
    return found[0] if len(found) == 1 and (services or days) else None


def _timed(slots: Slots) -> bool:
    return slots.day.given and slots.time.given


def _task(line: Line, asked: Asked, state: DialogueState) -> Task:
    if line.has("перенести|переношу"):
        return Task.MOVE
    if line.has("отменить|отменяю") and asked is Asked.CONFIRM:
        return Task.CANCEL
    if asked in (Asked.SERVICE, Asked.CONFIRM, Asked.OFFER) and state.task is Task.NONE:
        return Task.BOOK
    return state.task


def _stated(
    state: DialogueState, read: reading.Reading, person: merge.Staff, found: merge.Services
) -> Slots:
    """Facts of our own message over what was known: it proposes exactly what it names."""
    base = state.slots if not state.slots.empty else state.focus
    w = read.when
    single_time = w.time.at is not None
    return replace(
        base,
        services=found.chosen or (() if set(base.services) & set(found.options) else base.services),
        service_options=found.options if found.said and not found.chosen else base.service_options,
        staff=person.id or base.staff,
        day=w.day if w.day.on or w.day.start else base.day,
        time=w.time if single_time else base.time,
    )
