"""What the client's words mean in one turn, in the light of the dialogue and of the visits they have."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.policy import anew, in_context, orders, pins
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.tools import BookingsFound, BookingTools
from whatsapp.assistant.types import Context, SalonView
from whatsapp.assistant.understand.completed import completed
from whatsapp.assistant.understand.frame import understand

log = logging.getLogger(__name__)

_NEED_VISITS = (
    Intent.RESCHEDULE, Intent.CANCEL, Intent.LIST, Intent.CONFIRM_VISIT, Intent.LATE,
)  # fmt: skip


@dataclass(slots=True)
class Listener:
    """`context` grows as the journal is asked. `now` is aware, salon zone. One instance a turn."""

    salon: SalonView
    tools: BookingTools
    now: datetime
    context: Context

    def heard(self, texts: Sequence[str], state: DialogueState) -> tuple[Frame, bool]:
        """`texts` understood, and whether the client's visits are known as far as they are needed."""
        if (fresh := self._begun("\n".join(texts), state)) is not None:
            return fresh, True
        return self._heard(texts, state)

    def answer_and_order(
        self, texts: Sequence[str], state: DialogueState
    ) -> tuple[Sequence[str], tuple[str, ...]]:
        """«да, и отмените стрижку» to a question about another visit: the answer, and the order for later."""
        for head, tail in orders.before_the_first("\n".join(texts)):
            if self._begun(tail, state) is not None:
                alone = anew.answers(self.understood([head], state))
                return ([head], (tail,)) if alone else ([tail], ())
        return texts, ()

    def _begun(self, text: str, state: DialogueState) -> Frame | None:
        """An order of its own, about something else than what is asked about."""
        if not anew.may_begin(text, state):
            return None
        fresh, known = self._heard([text], anew.idle(state))
        return fresh if known and anew.begun(fresh, state, self.context) else None

    def _heard(self, texts: Sequence[str], state: DialogueState) -> tuple[Frame, bool]:
        frame = self.understood(texts, state)
        concerns = frame.concerns_visit or in_context.concerns_visit(frame, texts, state)
        concerns = concerns or pins.pinned(texts)
        if frame.intent in _NEED_VISITS or (concerns and self.context.upcoming is None):
            found = self.tools.upcoming_bookings()
            if isinstance(found, BookingsFound):
                self.context = replace(self.context, upcoming=found.bookings)
                return self.understood(texts, state), True
            return frame, frame.intent not in _NEED_VISITS
        return frame, True

    def understood(self, texts: Sequence[str], state: DialogueState) -> Frame:
        """By what is known already: nothing is asked. Never raises for any text."""
        pinned = pins.unpinned(texts, self.context, self.salon)
        if pinned is None:
            return self._understood(texts, state, self.context)
        visit, words = pinned
        state = anew.untouched(state)
        if visit is None:
            frame = self._understood([words], state, self.context)
            return replace(frame, booking=None, bookings=(), booking_mismatch=True)
        frame = self._understood([words], state, replace(self.context, upcoming=(visit,)))
        return replace(frame, booking=visit.id, bookings=(), booking_options=())

    def _understood(self, texts: Sequence[str], state: DialogueState, context: Context) -> Frame:
        def read(part: Sequence[str]) -> Frame:
            return self._understood(part, state, context)

        try:
            texts = completed(texts, state)
            frame = understand(texts, salon=self.salon, now=self.now, state=state, context=context)
            return in_context.heard(frame, texts, state, self.salon, context, read)
        except Exception:  # a defect of the grammar must not leave a client without an answer
            log.exception("assistant.understand_failed")
            return Frame(intent=Intent.HUMAN, topic=Topic.QUESTION, handoff=True)
