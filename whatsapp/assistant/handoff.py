"""When a person of the salon is needed, and what they should read first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whatsapp.assistant.decisions import (
    CannotCheck,
    Decision,
    HandOver,
    Rated,
    Redirect,
    RunningLate,
    Unclear,
    Written,
)
from whatsapp.assistant.frame import Frame, Topic
from whatsapp.assistant.place import Place
from whatsapp.assistant.replies import info, whereabouts, words
from whatsapp.assistant.replies.speech import Speech
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.told import (
    AnswerAddress,
    AnswerHours,
    AnswerPlace,
    AnswerPrice,
    AnswerReminders,
    AnswerServices,
    AnswerStaff,
    AnswerVisit,
    Barred,
    BookElsewhere,
)
from whatsapp.assistant.tools import OutcomeUnknown, Refused, Unavailable
from whatsapp.assistant.types import Incoming


@dataclass(frozen=True, slots=True)
class HandOff:
    """`summary` is for the salon's staff: the client's words and what was being arranged."""

    topic: Topic
    urgent: bool
    summary: str


def needed(
    decisions: Sequence[Decision],
    frames: Sequence[Frame],
    incoming: Sequence[Incoming],
    state: DialogueState,
    speech: Speech,
) -> HandOff | None:
    """The hand-over these decisions entail, None when the assistant can go on alone."""
    for decision in reversed(decisions):
        found = _topic(decision, speech)
        if found is not None:
            topic, urgent = found
            urgent = urgent or any(f.urgent for f in frames)
            return HandOff(topic, urgent, summary(incoming, state, speech))
    return None


def patient(decision: Decision, state: DialogueState) -> Decision:
    """The second miss in a row goes to a person."""
    if isinstance(decision, Unclear) and state.misses >= 1:
        return HandOver(Topic.QUESTION)
    if isinstance(decision, Redirect) and state.misses >= 2:
        return HandOver(Topic.QUESTION)
    return decision


_PLACE = {
    Place.PAYING: Topic.PAYMENT,
    Place.INSTALMENTS: Topic.PAYMENT,
    Place.PREPAYMENT: Topic.PAYMENT,
    Place.VOUCHERS: Topic.CERTIFICATE,
}


def _topic(decision: Decision, speech: Speech) -> tuple[Topic, bool] | None:
    match decision:
        case HandOver(topic=topic, urgent=urgent):
            return topic, urgent
        case RunningLate():
            return Topic.LATE, True
        case Rated(negative=True):
            return Topic.COMPLAINT, True
        case Barred():
            return Topic.REFUSED, False
        case BookElsewhere() if not speech.salon.booking_url:
            return Topic.REFUSED, False
        case CannotCheck(reason=reason) if reason is not Unavailable.DOWN:
            return Topic.SYSTEM_DOWN, True
        case AnswerPrice(discount=True):
            return Topic.DISCOUNT, False
        case AnswerPrice() if not info.has_price(decision, speech):
            return Topic.NO_PRICE, False
        case AnswerVisit() if not info.has_cost(decision, speech):
            return Topic.NO_PRICE, False
        case AnswerReminders() if not (speech.salon.evening_at or speech.salon.near_minutes):
            return Topic.QUESTION, False
        case AnswerServices() if not info.described(decision, speech):
            return Topic.QUESTION, False
        case AnswerStaff() if not info.has_masters(decision, speech):
            return Topic.QUESTION, False
        case AnswerPlace() if left := whereabouts.untold(decision, speech):
            return _PLACE.get(left[0], Topic.QUESTION), False
        case AnswerHours() if not (speech.salon.knows_hours() or speech.salon.schedule_text):
            return Topic.QUESTION, False
        case AnswerAddress() if not (speech.salon.address or speech.salon.map_url):
            return Topic.QUESTION, False
        case Written(results=results):
            outcomes = [result for _, result in results]
            if any(isinstance(r, OutcomeUnknown) for r in outcomes):
                return Topic.UNKNOWN_OUTCOME, True
            if any(isinstance(r, Refused) for r in outcomes):
                return Topic.REFUSED, False
    return None


def summary(incoming: Sequence[Incoming], state: DialogueState, speech: Speech) -> str:
    """The client's words and what was being arranged, for whoever takes over."""
    said = " / ".join(item.text.strip()[:200] or f"[{item.kind.value}]" for item in incoming)[:600]
    slots = state.slots if not state.slots.empty else state.focus
    known = [speech.what(slots.services) if slots.services else "", speech.whom(slots.staff)]
    if slots.day.on is not None:
        known.append(words.day_full(slots.day.on, speech.today))
    if slots.time.at is not None:
        known.append(slots.time.at.strftime("%H:%M"))
    about = ", ".join(part for part in known if part)
    return f"{said}\nОбсуждали: {about}" if about else said
