"""Where the rules are unsure a model is asked, its proposal is judged. The rules go on in any case."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.llm import facts
from whatsapp.assistant.llm.frames import OF_VISITS, Dropped, Judge
from whatsapp.assistant.llm.port import Model
from whatsapp.assistant.llm.unsure import unsure
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.tools import BookingsFound, BookingTools
from whatsapp.assistant.types import Context, SalonView

_OF_VISITS = frozenset(item.value for item in OF_VISITS)

log = logging.getLogger(__name__)


class Adviser:
    """One turn's. `verdict` tells afterwards what became of the proposal: "" when none was made."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.verdict = ""

    def advise(
        self,
        frame: Frame,
        texts: Sequence[str],
        salon: SalonView,
        state: DialogueState,
        context: Context,
        now: datetime,
        tools: BookingTools,
    ) -> tuple[Frame, Context]:
        """The frame to go on with, and the context with the client's visits when they were needed.

        `now` is aware, salon zone. Raises only what `tools` raise.
        """
        if not unsure(frame, state):
            return frame, context
        asked = facts.question(texts, salon=salon, state=state, context=context, now=now)
        proposal = self._model.propose(asked)
        if proposal is None:
            return frame, context
        if proposal.visit is not None and not context.upcoming:
            self.verdict = "invented_visit"  # it was shown none
            return frame, context
        if proposal.intent in _OF_VISITS and context.upcoming is None:
            found = tools.upcoming_bookings()
            if isinstance(found, BookingsFound):
                context = replace(context, upcoming=found.bookings)
        judge = Judge(frame, "\n".join(texts), asked.facts, salon, state, context, now)
        try:
            judged = judge.frame(proposal)
        except Exception:  # a defect here must not cost the client the rules' answer
            log.exception("assistant.advice_failed")
            judged = Dropped("error")
        if isinstance(judged, Dropped):
            self.verdict = judged.reason
            return frame, context
        self.verdict = "small_talk" if judged.phrase else f"used:{Intent(judged.intent).value}"
        return judged, context
