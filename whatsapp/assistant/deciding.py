"""From a frame to what is done about it: the policy asked, the journal searched and written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from whatsapp.assistant import coming, intake, left, waiting
from whatsapp.assistant import handoff as handoffs
from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Decision,
    FindSlots,
    NothingFree,
    Offer,
    Propose,
    Write,
)
from whatsapp.assistant.dialogue import remember
from whatsapp.assistant.execution import Executor
from whatsapp.assistant.frame import Frame, Intent
from whatsapp.assistant.listening import Listener
from whatsapp.assistant.policy import decide, extras, further, handed, reminded
from whatsapp.assistant.state import Asked, DialogueState, PendingBook
from whatsapp.assistant.told import NoTrade
from whatsapp.assistant.tools import BookingsFound, BookingTools
from whatsapp.assistant.types import SalonView


@dataclass(slots=True)
class Decider:
    """`now` is aware, salon zone; the names are what the caller knows the client by. One a turn."""

    salon: SalonView
    tools: BookingTools
    now: datetime
    listener: Listener
    executor: Executor
    client_name: str | None = None
    push_name: str | None = None
    over: tuple[str, ...] = ()  # orders that will not be done, in the client's words

    def decide(
        self,
        frame: Frame,
        aside: Frame | None,
        state: DialogueState,
        *,
        waited: DialogueState | None = None,
    ) -> tuple[tuple[Decision, ...], DialogueState]:
        """What to do about `frame`, and the state that remembers it: the answers to further questions
        first, the main decision last. `aside`: a question beside the order. `waited`: the dialogue in which
        the orders of `state.rest` were left to wait.
        """
        state = remember(state, frame, self.now)
        main = frame
        if Intent.AVAILABILITY in frame.also and frame.intent is not Intent.BOOK:
            # «сколько стоит и есть ли время»: the free time is what the dialogue goes on with
            rest = tuple(i for i in frame.also if i is not Intent.AVAILABILITY)
            main = replace(frame, intent=Intent.AVAILABILITY, also=(frame.intent, *rest))
            state = remember(state, main, self.now)
        name = self.name(main, state) if main.intent in (Intent.BOOK, Intent.OTHER) else None
        decision = decide(
            main, state, self.salon, self.now, context=self.listener.context, name=name
        )
        decision = handoffs.patient(decision, state)
        asked = (main,) if aside is None else (main, aside)
        beside = tuple(d for item in asked for d in extras(item, self.salon, self.now))
        again = reminded(decision, state)
        if again:
            return (*beside, *again), state
        found = self.executor.find(decision)
        if (
            isinstance(decision, FindSlots)
            and decision.together
            and isinstance(found, Offer | NothingFree)
        ):
            beside = (*beside, NoTrade())
            slots = replace(state.slots, day=found.wish.day)
            state = replace(state, booking=found.wish.record_id, slots=slots, focus=slots)
        decision = waiting.at_once(main, self._own(found, state))
        decision = coming.confirmed(decision, main, self.tools)
        decision = self._asked_anew(handed.checked(decision, main, state), decision)
        if isinstance(decision, Write):
            pending = decision.pending
            if isinstance(pending, PendingBook):
                name = name or self.name(main, state)
                if name is None and state.asked is not Asked.NAME:
                    return (*beside, self.executor.ask_name(pending)), state
            if waited is not None and not further.writes_it(waited, pending):
                state = self.give_up(state, (main,))
            self.executor.after = left.Left(
                asides=asked if beside else (), rest=state.rest, later=state.later, over=self.over
            )
            decision = self.executor.write(pending, name or intake.FALLBACK_NAME, state.note)
        return (*beside, decision), state

    def _asked_anew(self, checked: Decision, decision: Decision) -> Decision:
        """The time waits for its answer, as that of any proposal."""
        if isinstance(checked, Propose) and checked is not decision:
            self.executor.hold(checked.pending)
        return checked

    def give_up(self, state: DialogueState, frames: Sequence[Frame]) -> DialogueState:
        """Without further orders: they are named later, all but what `frames` are about themselves."""
        about = [(f.intent, f.booking, f.services) for f in frames]
        read = ((words, self.listener.understood([words], state)) for words in state.rest)
        undone = (w for w, f in read if (f.intent, f.booking, f.services) not in about)
        self.over = (*self.over, *undone)
        return replace(state, rest=())

    def name(self, frame: Frame, state: DialogueState) -> str | None:
        """What to book under: said now or before, the card, a sensible push name."""
        said = frame.client_name or state.client_name
        if said or self.client_name:
            return said or self.client_name
        if state.asked is Asked.NAME:
            return None
        return self.tools.client_name() or intake.sensible_name(self.push_name)

    def _own(self, decision: Decision, state: DialogueState) -> Decision:
        """A busy time may be busy with this client's own visit."""
        if not isinstance(decision, Offer | NothingFree) or not decision.wish.time.exact:
            return decision
        wish = decision.wish
        if wish.record_id is not None or wish.day.on is None or wish.time.at is None:
            return decision
        if all(visit.guest is not None for visit in wish.visits):
            return decision  # another person comes then
        if isinstance(decision, Offer) and not decision.missed:
            return decision
        if self.listener.context.upcoming is None:
            found = self.tools.upcoming_bookings()
            visits = found.bookings if isinstance(found, BookingsFound) else ()
            self.listener.context = replace(self.listener.context, upcoming=visits or None)
        start = datetime.combine(wish.day.on, wish.time.at, self.salon.zone)
        theirs = dict(state.guests)
        known = (v for v in self.listener.context.upcoming or () if v.id not in theirs)
        own = next((v for v in known if v.start == start), None)
        return AlreadyBooked(own.id) if own is not None else decision
