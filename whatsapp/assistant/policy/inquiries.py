"""Questions answered from the catalogue: by themselves, beside an order, amid a proposal. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import (
    Decision,
    FindSlots,
    Greet,
    Propose,
    Purpose,
    VisitWish,
    Wish,
)
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.place import Place, told
from whatsapp.assistant.policy import unknown
from whatsapp.assistant.policy.wishes import MAX_OPTIONS
from whatsapp.assistant.state import Asked, DialogueState, PendingBook
from whatsapp.assistant.told import (
    AnswerAddress,
    AnswerHours,
    AnswerPlace,
    AnswerPrice,
    AnswerReminders,
    AnswerServices,
    AnswerStaff,
)
from whatsapp.assistant.types import SalonView


def answer(frame: Frame, intent: Intent, salon: SalonView, now: datetime) -> Decision:
    """An answer from the catalogue."""
    services = frame.services or frame.service_family
    if _only_place(frame):
        return AnswerPlace(frame.place)
    if intent is Intent.PRICE:
        if frame.unknown_service and not services:
            return unknown.answer(frame)
        if "services" in frame.guessed and 1 < len(frame.service_family) <= MAX_OPTIONS:
            services = frame.service_family  # «сколько стоит маникюр»: with and without polish
        discount, least = frame.topic is Topic.DISCOUNT, frame.topic is Topic.CHEAPER
        duration = Intent.SERVICES in frame.also
        return AnswerPrice(services, frame.staff, duration, discount, least, frame.staff_named)
    if intent is Intent.HOURS:
        return AnswerHours(frame.day.on)
    if intent is Intent.ADDRESS:
        return AnswerAddress()
    if intent is Intent.STAFF_INFO:
        if frame.staff_unknown:
            return AnswerStaff(services, unknown=frame.staff_unknown)
        if frame.staff is not None and len(frame.staff_named) < 2 and frame.said & {"staff", "day"}:
            return _works(frame, salon)
        return AnswerStaff(services, frame.staff_named, compare=len(frame.staff_named) > 1)
    if frame.unknown_service and not services:
        return unknown.answer(frame)
    return AnswerServices(services, duration=frame.topic is Topic.DURATION)


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
    answers = tuple(_unclosed(item) for item in found if not isinstance(item, FindSlots))
    beside = () if _only_place(frame) else _beside(frame, salon)
    place = (AnswerPlace(beside),) if beside else ()
    reminders = (AnswerReminders(),) if frame.reminds else ()
    other = unknown.beside(frame)
    return (*((other,) if other is not None else ()), *answers, *place, *reminders)


def reminded(answer: Decision, state: DialogueState) -> tuple[Decision, ...]:
    """A question amid «Записать?», «Перенести?»: its answer, and what still waits for «да»; else nothing."""
    pending = state.pending
    if pending is None or state.asked is not Asked.CONFIRM:
        return ()
    match answer:
        case Greet():
            return Greet(brief=True), Propose(pending)
        case AnswerHours() | AnswerAddress() | AnswerPlace():
            return _unclosed(answer), Propose(pending)
        case (
            AnswerPrice(services=services)
            | AnswerServices(services=services)
            | AnswerStaff(services=services)
        ):
            if isinstance(pending, PendingBook):
                # About something else «да» must not book what was proposed before.
                own = {s for visit in pending.visits for s in visit.services}
                if not services or not set(services) <= own:
                    return ()
            return _unclosed(answer), Propose(pending)
        case _:
            return ()


def closed(answer: Decision, frame: Frame, state: DialogueState, now: datetime) -> Decision:
    """«а сколько это стоит?» of what was just booked, or by whom the journal refuses, invites to nothing."""
    booked = frame.booking is not None or (
        state.last_record is not None and "services" not in frame.said
    )
    return _unclosed(answer) if (state.idle and booked) or state.turned_away(now) else answer


def _unclosed(decision: Decision) -> Decision:
    """Without its closing question: the main answer asks one."""
    if isinstance(decision, AnswerPrice | AnswerServices | AnswerStaff):
        return replace(decision, closing=False)
    return AnswerAddress(brief=True) if isinstance(decision, AnswerAddress) else decision


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
