"""One turn of a dialogue: messages in, replies and the new state out. Acts only through `BookingTools`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant import coming, intake, left, parts, telling, waiting
from whatsapp.assistant import handoff as handoffs
from whatsapp.assistant.decisions import (
    AlreadyBooked,
    Decision,
    HandOver,
    NothingFree,
    Offer,
    Write,
    Written,
)
from whatsapp.assistant.dialogue import remember
from whatsapp.assistant.execution import Executor
from whatsapp.assistant.frame import Frame, Intent, Topic
from whatsapp.assistant.handoff import HandOff
from whatsapp.assistant.kept import left_undone
from whatsapp.assistant.listening import Listener
from whatsapp.assistant.llm.adviser import Adviser
from whatsapp.assistant.policy import amid, asides, decide, extras, in_context, orders, reminded
from whatsapp.assistant.replies import talk
from whatsapp.assistant.replies.render import render
from whatsapp.assistant.replies.speech import Reply, Speech
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import Asked, DialogueState, PendingBook, times_of
from whatsapp.assistant.told import AnswerAddress, WaitsFor
from whatsapp.assistant.tools import BookingsFound, BookingTools, EarlierWrite
from whatsapp.assistant.types import Context, Habits, Incoming, Kind, LastVisit, SalonView, Waits


def run_turn(
    incoming: Sequence[Incoming],
    *,
    salon: SalonView,
    state: DialogueState | None,
    tools: BookingTools,
    now: datetime,
    client_name: str | None = None,
    push_name: str | None = None,
    last_visit: LastVisit | None = None,
    adviser: Adviser | None = None,
    habits: Habits | None = None,
    waits: Waits | None = None,
) -> TurnResult:
    """Answers the messages of one turn together. `now` is aware, of any zone.

    `client_name` is the name on the client's card when the caller has it at hand; else the tools are
    asked. `adviser` helps unsure rules. Raises only what `tools` raise: nothing a client writes does.
    """
    now = now.astimezone(salon.zone)
    if waits is not None and waits.offered is not None:  # whose place stays is not asked about it
        salon = replace(salon, waiting_list=False)
    context = Context(last_visit=last_visit, habits=habits or Habits(), waits=waits)
    turn = Turn(salon, (state or DialogueState()).aged(now), tools, now, context)
    turn.client_name, turn.push_name, turn.adviser = client_name, push_name, adviser
    return turn.run(incoming)


class Turn:
    """The work of one turn; lives for one call."""

    def __init__(
        self,
        salon: SalonView,
        state: DialogueState,
        tools: BookingTools,
        now: datetime,
        context: Context,
    ) -> None:
        self.salon, self.state, self.tools, self.now = salon, state, tools, now
        self.listener = Listener(salon, tools, now, context)
        self.executor = Executor(salon, tools, now, context.habits.staff)
        self.client_name: str | None = None
        self.push_name: str | None = None
        self.adviser: Adviser | None = None
        self.aside: Frame | None = None  # a question beside the order, not yet answered

    def run(self, incoming: Sequence[Incoming]) -> TurnResult:
        earlier = self.tools.earlier_writes()
        if earlier:
            return self._rest(self._recovered(earlier, incoming), incoming)
        turn = intake.read(incoming, asked=self.state.asked)
        if turn.silent:
            return TurnResult((), self.state)
        if turn.attachment is not None and not turn.texts:
            return self._attachment(turn.attachment, incoming)
        if turn.attachment is not None:
            self.state = replace(self.state, note=intake.note(turn.attachment))
        frame, seen = self.listener.heard(turn.texts, self.state)
        if not seen:
            return self.finish((HandOver(Topic.SYSTEM_DOWN, urgent=True),), (frame,), incoming)
        frame = intake.doubted(self._parted(frame, turn.texts), turn)
        listed = waiting.answered(frame, turn.texts, self.state, self.context, self.now)
        if listed is not None:
            return self.finish((listed,), (frame,), incoming)
        if self.adviser is not None:
            frame, self.listener.context = self.adviser.advise(
                frame, turn.texts, self.salon, self.state, self.context, self.now, self.tools
            )
        return self._rest(self.finish(self._decide(frame), (frame,), incoming), incoming)

    def _recovered(
        self, earlier: Sequence[EarlierWrite], incoming: Sequence[Incoming]
    ) -> TurnResult:
        """What a run that was cut off had done, order by order; what it left is left to do again."""
        found = TurnResult((), self.state)
        for order in left.by_order(earlier):
            then = left.Left.from_json(order[-1].left)
            self.state = replace(self.state, rest=then.rest, later=then.later)
            found = found.then(self.finish((self.executor.go_on(order),), (), incoming))
        return found

    def _rest(self, found: TurnResult, incoming: Sequence[Incoming]) -> TurnResult:
        """The further orders of the message, one by one, while each is done and asks nothing."""
        for _ in range(parts.MOST):
            words, self.state = orders.next_one(self.state, found)
            if not words:
                break
            self.listener.context = replace(self.context, upcoming=None)  # they have just changed
            frame, seen = self.listener.heard(words, self.state)
            frame = self._parted(frame, words)  # of three orders two may be left
            decided = self._decide(frame) if seen else (HandOver(Topic.SYSTEM_DOWN, urgent=True),)
            found = found.then(self.finish(decided, (frame,), incoming))
        return replace(found, state=self.state)

    def _parted(self, frame: Frame, texts: Sequence[str]) -> Frame:
        """Several wishes of one message: the first visit now, the others kept; times to choose between."""
        frame, texts, self.aside = asides.parted(frame, texts, self._read)
        frame, rest = orders.several(frame, texts, self.context, self._read)
        frame, later = parts.one_after_another(frame, texts, self._read)
        frame, beside = amid.besides(frame, texts, self.state)
        self.state = replace(
            self.state, later=later or beside or self.state.later, rest=rest or self.state.rest
        )
        return parts.either(frame, texts, self._read)

    def _name(self, frame: Frame | None) -> str | None:
        """What to book under: said now or before, the card, a sensible push name."""
        said = (frame.client_name if frame is not None else None) or self.state.client_name
        if said or self.client_name:
            return said or self.client_name
        if self.state.asked is Asked.NAME:
            return None
        return self.tools.client_name() or intake.sensible_name(self.push_name)

    def _decide(self, frame: Frame) -> tuple[Decision, ...]:
        """The answers to further questions first, the main decision last."""
        self.state = remember(self.state, frame, self.now)
        main = frame
        if Intent.AVAILABILITY in frame.also and frame.intent is not Intent.BOOK:
            # «сколько стоит и есть ли время»: the free time is what the dialogue goes on with
            rest = tuple(i for i in frame.also if i is not Intent.AVAILABILITY)
            main = replace(frame, intent=Intent.AVAILABILITY, also=(frame.intent, *rest))
            self.state = remember(self.state, main, self.now)
        name = self._name(main) if main.intent in (Intent.BOOK, Intent.OTHER) else None
        decision = decide(main, self.state, self.salon, self.now, context=self.context, name=name)
        decision = handoffs.patient(decision, self.state)
        beside = extras(main, self.salon, self.now)
        if self.aside is not None:
            beside, self.aside = (*beside, *extras(self.aside, self.salon, self.now)), None
        again = reminded(decision, self.state)
        if again:
            return (*beside, *again)
        decision = coming.confirmed(self._own(self.executor.find(decision)), main, self.tools)
        if isinstance(decision, Write):
            pending = decision.pending
            if isinstance(pending, PendingBook):
                name = name or self._name(main)
                if name is None and self.state.asked is not Asked.NAME:
                    return (*beside, self.executor.ask_name(pending))
            self.executor.after = left.Left(rest=self.state.rest, later=self.state.later)
            decision = self.executor.write(pending, name or intake.FALLBACK_NAME, self.state.note)
        return (*beside, decision)

    def _own(self, decision: Decision) -> Decision:
        """A busy time may be busy with this client's own visit."""
        if not isinstance(decision, Offer | NothingFree) or not decision.wish.time.exact:
            return decision
        wish = decision.wish
        if wish.record_id is not None or wish.day.on is None or wish.time.at is None:
            return decision
        if isinstance(decision, Offer) and not decision.missed:
            return decision
        if self.context.upcoming is None:
            found = self.tools.upcoming_bookings()
            visits = found.bookings if isinstance(found, BookingsFound) else ()
            self.listener.context = replace(self.context, upcoming=visits or None)
        start = datetime.combine(wish.day.on, wish.time.at, self.salon.zone)
        own = next((v for v in self.context.upcoming or () if v.start == start), None)
        return AlreadyBooked(own.id) if own is not None else decision

    def _attachment(self, kind: Kind, incoming: Sequence[Incoming]) -> TurnResult:
        if intake.is_for_people(kind):
            return self.finish((HandOver(Topic.MEDIA),), (), incoming)
        return self._result((Reply(talk.media(kind, self._speech())),), (), (), None)

    def _speech(self) -> Speech:
        known = {v.id: v for v in self.context.upcoming or ()}
        return Speech(self.salon, self.now, known)

    def finish(
        self,
        decisions: tuple[Decision, ...],
        frames: tuple[Frame, ...],
        incoming: Sequence[Incoming],
    ) -> TurnResult:
        told = any(isinstance(item, AnswerAddress) for item in decisions)
        speech, first = replace(self._speech(), address_told=told), not self.state.introduced
        replies = tuple(render(item, speech, first=first) for item in decisions)
        summary = handoffs.summary(incoming, self.state, speech)
        asked_before = times_of(self.state.pending)
        settled = in_context.settled(self.state, decisions[-1], self.salon, self.context, self.now)
        self.state = waiting.settled(settled, decisions[-1])
        if asked_before and not times_of(self.state.pending):
            self.tools.release()
        if self.state.asked is Asked.OFFER and isinstance(decisions[-1], Written | WaitsFor):
            replies = (*replies, Reply(talk.next_visit(self.state.slots, speech)))
        handed = handoffs.needed(decisions, frames, incoming, self.state, speech)
        found = self._result(replies, decisions, frames, handed)
        return replace(found, kept=left_undone(decisions, summary))

    def _result(
        self,
        replies: tuple[Reply, ...],
        decisions: tuple[Decision, ...],
        frames: tuple[Frame, ...],
        handed: HandOff | None,
    ) -> TurnResult:
        found = telling.result(
            replies, decisions, frames, handed, state=self.state, speech=self._speech()
        )
        self.state = found.state
        return found

    @property
    def context(self) -> Context:
        return self.listener.context

    def _read(self, texts: Sequence[str]) -> Frame:
        """A part of the message by itself, by what is known already."""
        return self.listener.understood(texts, self.state)
