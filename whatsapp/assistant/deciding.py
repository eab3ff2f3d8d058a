"""From a frame to what is done about it: the policy asked, the journal searched and written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from whatsapp.assistant import coming, intake, left, schedules, waiting
from whatsapp.assistant import handoff as handoffs
from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Ask,
    Decision,
    Declined,
    FindSlots,
    HandOver,
    NothingFree,
    Offer,
    Propose,
    Purpose,
    Write,
)
from whatsapp.assistant.dialogue import remember
from whatsapp.assistant.execution import Executor
from whatsapp.assistant.frame import Frame, Intent, Slot, Topic
from whatsapp.assistant.listening import Listener
from whatsapp.assistant.policy import decide, extras, further, handed, reminded, settle
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, Task
from whatsapp.assistant.told import AnswerPlace, AnswerPrice, NoOneMaster, NoTrade, OnDuty
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
        newly = frame.one_master and not state.slots.one_master
        state = remember(state, frame, self.now)
        main = frame
        if Intent.AVAILABILITY in frame.also and frame.intent is not Intent.BOOK:
            # «сколько стоит и есть ли время»: the free time is what the dialogue goes on with
            rest = tuple(i for i in frame.also if i is not Intent.AVAILABILITY)
            main = replace(frame, intent=Intent.AVAILABILITY, also=(frame.intent, *rest))
            if "services" in frame.guessed and len(frame.services) > 1 and "services" in frame.said:
                # «маникюр», with polish and without: the prices of both, a visit of one
                main = replace(main, services=(), service_options=frame.services)
            state = remember(state, main, self.now)
        name = self.name(main, state) if main.intent in (Intent.BOOK, Intent.OTHER) else None
        decision = decide(
            main, state, self.salon, self.now, context=self.listener.context, name=name
        )
        decision = handoffs.patient(decision, state)
        asked = (main,) if aside is None else (main, aside)
        beside, decision = self._answers(decision, asked, state)
        again = reminded(decision, state)
        if again and main.refuses and state.asked is Asked.CONFIRM:
            state, again = settle(state, Declined(), self.now), ()
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
        if newly and isinstance(decision, FindSlots) and _apart(decision):
            beside = (*beside, NoOneMaster())
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

    def _answers(
        self, decision: Decision, asked: Sequence[Frame], state: DialogueState
    ) -> tuple[tuple[Decision, ...], Decision]:
        """To the further questions of the message, each once, and what is decided beside them."""
        more = (d for item in asked for d in extras(item, self.salon, self.now))
        told, decision = self._known_hours(decision, asked[0], state)
        beside = (*(self.executor.find(d) for d in more), *told)
        place = next((d for d in beside if isinstance(d, AnswerPlace)), None)
        if place is not None and decision == HandOver(Topic.QUESTION):  # what it passes on is told
            return tuple(d for d in beside if d is not place), place
        if isinstance(decision, Ask) and decision.slot is Slot.SERVICE:  # it names the prices
            shown = set(decision.options)
            kept = (
                d for d in beside if not isinstance(d, AnswerPrice) or not shown & set(d.services)
            )
            return tuple(kept), decision
        return beside, decision

    def _known_hours(
        self, decision: Decision, frame: Frame, state: DialogueState
    ) -> tuple[tuple[Decision, ...], Decision]:
        """Who works and until when, amid a question of ours, which stays: what is told, and the rest."""
        if isinstance(decision, OnDuty):
            if not decision.services and state.task is Task.BOOK:  # of those who do it
                decision = replace(decision, services=state.slots.services)
            return (), self.executor.find(decision)
        if not isinstance(decision, FindSlots) or decision.purpose is not Purpose.WORKS:
            return (), decision
        open_move = state.task is Task.MOVE and state.asked is not Asked.NOTHING
        if state.asked is not Asked.CONFIRM and not open_move:
            return (), decision
        hours = schedules.hours_only(decision, self.tools, self.now.date())
        if hours is not None and (state.pending is not None or hours.off or not frame.day.given):
            return (), hours
        if open_move:  # «а Анна работает в субботу?»: is there time then?
            again = replace(frame, intent=Intent.RESCHEDULE, guessed=frame.guessed | {"day"})
            self._look_up()
            context = self.listener.context
            moved = decide(again, state, self.salon, self.now, context=context)
            return () if hours is None else (hours,), moved
        pending = state.pending
        own = isinstance(pending, PendingBook) and decision.wish.visits[0].staff in {
            visit.staff for visit in pending.visits
        }
        return (), hours or (HandOver(Topic.QUESTION) if own else decision)

    def _look_up(self) -> None:
        """The client's visits, when nothing has needed them before."""
        if self.listener.context.upcoming is None:
            found = self.tools.upcoming_bookings()
            visits = found.bookings if isinstance(found, BookingsFound) else ()
            self.listener.context = replace(self.listener.context, upcoming=visits or None)

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
        self._look_up()
        start = datetime.combine(wish.day.on, wish.time.at, self.salon.zone)
        theirs = dict(state.guests)
        known = (v for v in self.listener.context.upcoming or () if v.id not in theirs)
        own = next((v for v in known if v.start == start), None)
        return AlreadyBooked(own.id) if own is not None else decision


def _apart(found: FindSlots) -> bool:
    """Its visits are not all for one master, and are several."""
    return len(found.wish.visits) > 1 and not found.wish.one_master
