"""The door of understanding: texts of one turn -> a Frame, in the light of salon, dialogue and client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand import (
    asking,
    assemble,
    hearing,
    injection,
    intents,
    reading,
    shorthand,
)
from whatsapp.assistant.understand.catalogue import catalogue
from whatsapp.assistant.understand.normalise import clean, repair
from whatsapp.assistant.understand.patterns import Line
from whatsapp.assistant.understand.tokens import tokenise


def understand(
    texts: Sequence[str],
    *,
    salon: SalonView,
    now: datetime,
    state: DialogueState | None = None,
    context: Context | None = None,
) -> Frame:
    """What a turn means. `now` is aware, of any zone. Never raises for any text."""
    now = now.astimezone(salon.zone)
    state = (state or DialogueState()).aged(now)
    context = context or Context()
    index = catalogue(salon)
    written = "\n".join(shorthand.heard(clean(item), index.shorts) for item in texts)
    text, injected = injection.strip(written)
    line = Line(tokenise(repair(text, index.vocabulary)))
    if (
        not any(t.kind in ("word", "num", "nth", "clock", "date") for t in line.tokens)
        and "?" in line.words
    ):
        return _waiting(state, injected)
    read = reading.read_turn(line, salon, index, state, context, now)
    heard = hearing.hear(read, state, context, now, injected, salon)
    verdict = intents.classify(heard, state, context)
    if verdict.topic is Topic.WAITING and state.last_intent is not None:
        return _waiting(state, injected)
    frame = assemble.build(read, heard, verdict, salon, index, state, context, now)
    frame = asking.told(frame, read, heard)
    return _unproven(frame) if injection.claims_discount(written) else frame


def _unproven(frame: Frame) -> Frame:
    """A discount that somebody is said to have allowed: a person answers that, the rest is as ever."""
    if frame.intent is Intent.OTHER and not frame.handoff and frame.topic is None:
        return replace(frame, intent=Intent.PRICE, topic=Topic.DISCOUNT, injection=True)
    if frame.intent in (Intent.BOOK, Intent.AVAILABILITY):
        also = tuple(dict.fromkeys((*frame.also, Intent.PRICE)))
        return replace(frame, also=also, topic=Topic.DISCOUNT, injection=True)
    return replace(frame, injection=True)


def _waiting(state: DialogueState, injected: bool) -> Frame:
    """«???»: back to the question that was asked last."""
    slots = state.slots if not state.slots.empty else state.focus
    return Frame(
        intent=state.last_intent or Intent.OTHER,
        topic=Topic.WAITING,
        repeated=True,
        injection=injected,
        services=slots.services,
        service_words=slots.service_words,
        staff=slots.staff,
        staff_any=slots.staff_any,
        day=slots.day,
        time=slots.time,
        asap=slots.asap,
    )
