"""Questions answered from the salon's facts, and what was asked before them. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import (
    AskCancelOrMove,
    Decision,
    FindSlots,
    Greet,
    HandOver,
    Propose,
    Purpose,
    Schedule,
    VisitWish,
    Wish,
)
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.place import Place, told
from whatsapp.assistant.policy import unknown
from whatsapp.assistant.policy.wishes import MAX_OPTIONS, kinds_of
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.told import (
    AnswerAddress,
    AnswerHours,
    AnswerPlace,
    AnswerPrice,
    AnswerReminders,
    AnswerServices,
    AnswerStaff,
    AnswerWho,
    AskedBefore,
    OnDuty,
)
from whatsapp.assistant.types import SalonView
from whatsapp.assistant.understand import beauty

_ALONE = re.compile(r"\b(только|лишь|один|одну|одно)\b", re.IGNORECASE)


def extras(frame: Frame, salon: SalonView, now: datetime) -> tuple[Decision, ...]:
    """Answers to the further questions of the same message."""
    answerable = (Intent.PRICE, Intent.HOURS, Intent.ADDRESS, Intent.SERVICES, Intent.STAFF_INFO)
    asks = {frame.intent, *frame.also}
    # A price line tells the duration too, and the other way round: never both.
    skip = (
        {Intent.SERVICES} if Intent.PRICE in asks and frame.intent is not Intent.SERVICES else set()
    )
    skip |= {Intent.PRICE} if frame.intent is Intent.SERVICES else set()
    asked = (i for i in frame.also if i in answerable and i not in skip)
    found = (answer(frame, intent, salon, now) for intent in asked)
    # what is looked for in the journal names its masters
    named = (FindSlots, AnswerStaff) if frame.intent is Intent.AVAILABILITY else FindSlots
    answers = tuple(unclosed(item) for item in found if not isinstance(item, named))
    beside = () if _only_place(frame) and not frame.beside else _beside(frame, salon)
    if frame.intent is Intent.PRICE and len(frame.services) == 1:  # whose name the price tells
        answers = tuple(
            replace(a, brief=True) if isinstance(a, AnswerStaff) else a for a in answers
        )
    place = (AnswerPlace(beside),) if beside else ()
    reminders = (AnswerReminders(),) if frame.reminds else ()
    passed = _passed_on(frame)
    other = unknown.beside(frame)
    return (*((other,) if other is not None else ()), *answers, *place, *reminders, *passed)


def _passed_on(frame: Frame) -> tuple[Decision, ...]:
    """A question beside an order that nobody but a person answers."""
    wears = frame.wears and frame.intent is Intent.PRICE and frame.topic is Topic.DURATION
    return (HandOver(Topic.QUESTION),) if (frame.beside and not frame.place) or wears else ()


# Questions that a person answers: what we asked stays open beside them.
_PASSED_ON = (Topic.QUESTION, Topic.PAYMENT, Topic.CERTIFICATE, Topic.DISCOUNT)
_OPEN = (Asked.DAY, Asked.TIME, Asked.SLOT, Asked.STAFF, Asked.BOOKING)


def reminded(answer: Decision, state: DialogueState) -> tuple[Decision, ...]:
    """A question amid what we ask ourselves: its answer, and what still waits for one; else nothing."""
    if isinstance(answer, Greet):
        answer = Greet(brief=True)
    elif isinstance(answer, AnswerPrice) and answer.discount:
        answer = replace(answer, services=(), closing=False)  # no price was asked
    elif isinstance(answer, HandOver):
        if answer.topic not in _PASSED_ON:
            return ()
    elif not isinstance(answer, _ANSWERS):
        return ()
    if state.pending is not None and state.asked is Asked.CONFIRM:
        return unclosed(answer), Propose(state.pending)
    if state.asked is Asked.CANCEL_OR_MOVE and state.booking is not None:
        may_cancel = state.pending is not None
        return unclosed(answer), AskCancelOrMove(state.booking, may_cancel=may_cancel)
    # an answer about a service leads on by itself
    plain = not isinstance(answer, AnswerPrice | AnswerServices | AnswerStaff | OnDuty | Greet)
    if state.asked is Asked.SERVICE and state.task is Task.BOOK and plain:
        return unclosed(answer), AskedBefore(state.asked)
    if state.asked in _OPEN and state.task is not Task.NONE:
        # «К кому записать?» leads on as well as the times that were shown
        if isinstance(answer, Greet) or (
            isinstance(answer, AnswerStaff) and state.asked is Asked.SLOT
        ):
            return ()
        return unclosed(answer), AskedBefore(state.asked, _of_which(answer, state))
    return ()


_ANSWERS = (
    Schedule, AnswerPrice, AnswerServices, AnswerStaff, AnswerHours, AnswerAddress, AnswerPlace,
    AnswerReminders, AnswerWho, OnDuty,
)  # fmt: skip


def _of_which(answer: Decision, state: DialogueState) -> tuple[str, ...]:
    """Which service is being arranged, when another one was just spoken of."""
    spoken = getattr(answer, "services", ())
    return () if set(spoken) <= set(state.slots.services) else state.slots.services


def together(frame: Frame, state: DialogueState) -> Frame:
    """«сколько вместе?», «а вместе дешевле?»: of the services whose prices were told."""
    several = state.focus.services
    if frame.intent is not Intent.PRICE or not frame.total or len(several) < 2:
        return frame
    if not set(frame.services) <= set(several) or "services" in state.focus.guessed:
        return frame
    return replace(frame, topic=None, services=several, service_options=(), guessed=frozenset())


def with_the_other(frame: Frame, text: str, state: DialogueState, salon: SalonView) -> Frame:
    """«с покрытием» after the prices of a pedicure and of manicures: which of these, not what alone."""
    shown = tuple(option.value for option in state.options if option.kind == "service")
    asked_of = state.focus.service_words.split(", ")
    if state.asked is not Asked.SERVICE or len(asked_of) < 2 or len(frame.services) != 1:
        return frame
    named = {c for word in frame.service_words.lower().split() for c in beauty.concepts(word)}
    if not frame.service_words or named & beauty.HEADS or _ALONE.search(text):
        return frame
    kinds = [[item for item in kind if item in shown] for kind in kinds_of(salon, None)]
    own = next((kind for kind in kinds if frame.services[0] in kind), [])
    others = [kind for kind in kinds if kind and kind is not own]
    if len(own) < 2 or len(others) != len(asked_of) - 1 or any(len(kind) > 1 for kind in others):
        return frame
    wanted = tuple(item for item in shown if item == frame.services[0] or item not in own)
    return replace(frame, services=wanted, guessed=frame.guessed | {"services"})


def closed(answer: Decision, frame: Frame, state: DialogueState, now: datetime) -> Decision:
    """«а сколько это стоит?» of what was just booked, or by whom the journal refuses, invites to nothing."""
    booked = frame.booking is not None or (
        state.last_record is not None and "services" not in frame.said
    )
    return unclosed(answer) if (state.idle and booked) or state.turned_away(now) else answer


def unclosed(decision: Decision) -> Decision:
    """Without its closing question: the main answer asks one."""
    if isinstance(decision, AnswerPrice | AnswerServices | AnswerStaff | OnDuty):
        return replace(decision, closing=False)
    return replace(decision, brief=True) if isinstance(decision, AnswerAddress) else decision


def answer(frame: Frame, intent: Intent, salon: SalonView, now: datetime) -> Decision:
    """An answer from the catalogue."""
    services = tuple(dict.fromkeys(frame.services or frame.service_family))
    if _only_place(frame):
        return AnswerPlace(frame.place)
    if intent is Intent.PRICE:
        if frame.unknown_service and not services:
            return unknown.answer(frame)
        if "services" in frame.guessed and 1 < len(frame.service_family) <= MAX_OPTIONS:
            services = frame.service_family  # «сколько стоит маникюр»: with and without polish
        discount, least = frame.topic is Topic.DISCOUNT, frame.topic is Topic.CHEAPER
        duration = Intent.SERVICES in frame.also and not frame.wears
        return AnswerPrice(
            services, frame.staff, duration, discount, least, frame.staff_named, total=frame.total
        )
    if intent is Intent.HOURS:
        return AnswerHours(frame.day.on)
    if intent is Intent.ADDRESS:
        return AnswerAddress(phone=frame.asks_phone)
    if intent is Intent.STAFF_INFO:
        if frame.of_skill and not frame.asks_who and Place.EXAMPLES not in frame.place:
            return HandOver(Topic.QUESTION)
        if frame.staff_unknown:
            return AnswerStaff(services, unknown=frame.staff_unknown)
        looked_for = frame.intent in (Intent.BOOK, Intent.AVAILABILITY)
        if frame.asks_who and "day" in frame.said and frame.day.on is not None and not looked_for:
            return _on_duty(frame, services, salon)
        if frame.staff is not None and len(frame.staff_named) < 2 and frame.said & {"staff", "day"}:
            return _works(frame, salon)
        return AnswerStaff(services, frame.staff_named, compare=len(frame.staff_named) > 1)
    if frame.unknown_service and not services:
        return unknown.answer(frame)
    duration = frame.topic is Topic.DURATION
    if (duration and frame.wears) or (
        services and not duration and _untold(frame, services, salon)
    ):
        return HandOver(Topic.QUESTION)
    return AnswerServices(services, duration=duration, whether=frame.whether)


def _untold(frame: Frame, services: tuple[str, ...], salon: SalonView) -> bool:
    """«а больно?» of what is spoken of, and the catalogue has no word on it."""
    told = any((s := salon.service(item)) is not None and s.description for item in services)
    return not told and "services" not in frame.said


def _only_place(frame: Frame) -> bool:
    """«парковка есть?», with nothing else asked of the salon."""
    return bool(frame.place) and (
        frame.intent is Intent.OTHER
        or frame.topic is Topic.PARKING
        or (frame.intent is Intent.SERVICES and not frame.services)
        or (frame.intent is Intent.PRICE and frame.place == (Place.VOUCHERS,) and not frame.said)
        # «скиньте примеры работ» of all masters
        or (Place.EXAMPLES in frame.place and frame.intent is Intent.STAFF_INFO and not frame.staff)
    )


def _beside(frame: Frame, salon: SalonView) -> tuple[Place, ...]:
    """What of the place is told beside another answer; the way, when the address leaves any to tell."""
    return tuple(p for p in frame.place if p is not Place.WAY or told(p, salon.about))


def _on_duty(frame: Frame, services: tuple[str, ...], salon: SalonView) -> Decision:
    """«кто завтра работает?», «кто в пятницу на маникюр?»"""
    day = frame.day.on
    if day is None or (salon.knows_hours() and salon.hours_on(day) is None):
        return AnswerHours(day)
    if frame.unknown_service and not services:
        return unknown.answer(frame)
    if "services" in frame.guessed and frame.service_family:
        services = frame.service_family  # «на маникюр»: with polish or without
    asked = services if "services" in frame.said else ()
    return OnDuty(day, asked, frame.staff_named)


def _works(frame: Frame, salon: SalonView) -> Decision:
    """«Мария завтра работает?»: her schedule, and what she has free in it."""
    own = tuple(s.id for s in salon.services if frame.staff in s.staff and not s.composite)
    chosen = tuple(s for s in frame.services if s in own) or own[:1]
    if frame.staff is None:
        return AnswerStaff(frame.services)
    asap = not frame.day.given
    wish = Wish(
        (VisitWish(chosen, frame.staff),), day=frame.day, time=frame.time, asap=asap,
        unnamed=not set(frame.services) & set(own),
    )  # fmt: skip
    return FindSlots(wish, Purpose.WORKS)
