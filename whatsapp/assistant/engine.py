"""One turn of a dialogue: messages in, replies and the new state out. Acts only through `BookingTools`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from whatsapp.assistant import handoff as handoffs
from whatsapp.assistant import intake, left, parts, telling, waiting
from whatsapp.assistant.deciding import Decider
from whatsapp.assistant.decisions import (
    Decision,
    HandOver,
    Written,
)
from whatsapp.assistant.execution import Executor
from whatsapp.assistant.frame import Frame, Topic
from whatsapp.assistant.handoff import HandOff
from whatsapp.assistant.kept import left_undone
from whatsapp.assistant.listening import Listener
from whatsapp.assistant.llm.adviser import Adviser
from whatsapp.assistant.policy import (
    amid,
    asides,
    extras,
    further,
    guests,
    in_context,
    orders,
    party,
    pins,
    pointed,
    said,
)
from whatsapp.assistant.policy.further import Fate
from whatsapp.assistant.replies import talk
from whatsapp.assistant.replies.render import render
from whatsapp.assistant.replies.speech import Reply, Speech
from whatsapp.assistant.replies.spoken import joined
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import Asked, DialogueState, times_of
from whatsapp.assistant.told import AnswerAddress, WaitsFor
from whatsapp.assistant.tools import BookingTools, EarlierWrite
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
    turn.decider.client_name, turn.decider.push_name = client_name, push_name
    turn.adviser = adviser
    if state is not None and turn.state.last_activity is not None and not turn.state.rest:
        turn.decider.over = state.rest  # too long ago to be done without another word
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
        self.opened = state  # as the turn found it
        self.listener = Listener(salon, tools, now, context)
        self.executor = Executor(salon, tools, now, context.habits.staff)
        self.decider = Decider(salon, tools, now, self.listener, self.executor)
        self.adviser: Adviser | None = None
        self.aside: Frame | None = None  # a question beside the order, not yet answered

    def run(self, incoming: Sequence[Incoming]) -> TurnResult:
        earlier = self.tools.earlier_writes()
        if earlier:
            return self.rest(self.recovered(earlier, incoming), incoming)
        turn = intake.read(incoming, asked=self.state.asked)
        if turn.silent:
            return TurnResult((), replace(self.state, rest=self.decider.over or self.state.rest))
        if turn.attachment is not None and not turn.texts:
            return self.rest(self._attachment(turn.attachment, incoming), incoming)
        if turn.attachment is not None:
            self.state = replace(self.state, note=intake.note(turn.attachment))
        return self.rest(self._answer(turn, incoming), incoming)

    def _answer(self, turn: intake.Intake, incoming: Sequence[Incoming]) -> TurnResult:
        """To the messages themselves: the first of their orders, when they are several."""
        texts, more = self.listener.answer_and_order(turn.texts, self.state)
        frame, seen = self.listener.heard(texts, self.state)
        if not seen:
            return self.finish((HandOver(Topic.SYSTEM_DOWN, urgent=True),), (frame,), incoming)
        frame = intake.doubted(self._of_message(frame, texts), turn)
        self.state = replace(self.state, rest=(*self.state.rest, *more))
        listed = waiting.answered(frame, texts, self.state, self.context, self.now)
        if listed is not None:
            return self.finish((listed,), (frame,), incoming)
        if self.adviser is not None:
            frame, self.listener.context = self.adviser.advise(
                frame, texts, self.salon, self.state, self.context, self.now, self.tools
            )
        return self.finish(self._decide(frame), (frame,), incoming)

    def recovered(
        self, earlier: Sequence[EarlierWrite], incoming: Sequence[Incoming]
    ) -> TurnResult:
        """What a run that was cut off had done, order by order; what it left is left to do again."""
        found = TurnResult((), self.state)
        for order in left.by_order(earlier):
            then = left.Left.from_json(order[-1].left)
            self.decider.over = then.over
            self.state = replace(self.state, rest=then.rest, later=then.later)
            asides = (d for aside in then.asides for d in extras(aside, self.salon, self.now))
            asked = tuple(self.executor.find(d) for d in asides)
            found = found.then(self.finish((*asked, self.executor.go_on(order)), (), incoming))
        return found

    def rest(self, found: TurnResult, incoming: Sequence[Incoming]) -> TurnResult:
        """The further orders of the message, one by one, while each is done and asks nothing."""
        waited = self.opened.rest if self.state.rest == self.opened.rest else ()
        for _ in range(further.MOST):
            if not self.state.rest or not found.decisions:
                break
            last = found.decisions[-1]
            what = further.fate(self.state, last)
            if waited and not further.goes_on(self.opened, self.state, last):
                what = Fate.OVER
            elif found.kept is not None:
                found = self._kept(found)
                break
            if what is Fate.OVER:
                self.state = self.decider.give_up(self.state, found.frames)
            if what is not Fate.NEXT:
                break
            waited, words = (), (further.asked(self.state.rest[0], last),)
            self.state = replace(self.state, rest=self.state.rest[1:])
            self.listener.context = replace(self.context, upcoming=None)  # they have just changed
            frame, seen = self.listener.heard(words, self.state)
            frame = self._parted(frame, words)  # of three orders two may be left
            decided = self._decide(frame) if seen else (HandOver(Topic.SYSTEM_DOWN, urgent=True),)
            found = found.then(self.finish(decided, (frame,), incoming))
        else:
            self.state = self.decider.give_up(self.state, found.frames)
        return replace(telling.not_done(found, self.decider.over, self._speech()), state=self.state)

    def _kept(self, found: TurnResult) -> TurnResult:
        """They wait together with the order that YCLIENTS's silence left undone."""
        rest, self.state = self.state.rest, replace(self.state, rest=())
        kept = found.kept and replace(found.kept, rest=rest)  # with what came before it
        told = (*found.replies, Reply(talk.kept_too(self._speech())))
        return replace(found, kept=kept, replies=joined(told))

    def _of_message(self, frame: Frame, texts: Sequence[str]) -> Frame:
        """The message's first wish; its own further orders take the place of those that waited."""
        waited, self.state = self.state.rest, replace(self.state, rest=())
        frame = self._parted(frame, texts)
        if self.state.rest or any(said.gives_up(text) for text in texts):
            self.decider.over = (*self.decider.over, *waited)
        else:
            self.state = replace(self.state, rest=waited)
        return frame

    def _parted(self, frame: Frame, texts: Sequence[str]) -> Frame:
        """Several wishes of one message: the first visit now, the others kept; times to choose between."""
        frame, texts, self.aside = asides.parted(frame, texts, self._read)
        if pins.pinned(texts):
            return frame  # one order of one visit
        if frame.trades:
            self.state = replace(self.state, rest=(*pointed.after(texts), *self.state.rest))
            return frame
        known = self.state, self.context, self.salon
        found = pointed.several(frame, texts, *known, self._read)
        if found is not None:
            frame, texts, rest = found
        else:
            frame, texts, rest = orders.several(frame, texts, self.context, self._read)
        frame, later = party.each(frame, texts, self.state, self._name, self._read)
        if not frame.party and not later:
            frame, later = parts.one_after_another(frame, texts, self._read)
        after = guests.amid(frame, texts, self.state, self.salon)
        frame, beside = after or amid.besides(frame, texts, self.state)
        self.state = replace(
            self.state,
            later=later or beside or self.state.later,
            rest=(*rest, *self.state.rest),
        )
        return parts.either(frame, texts, self._read)

    def _name(self) -> str | None:
        return self.decider.name(Frame(), self.state)

    def _decide(self, frame: Frame) -> tuple[Decision, ...]:
        waited = self.opened.rest and self.state.rest == self.opened.rest
        decisions, self.state = self.decider.decide(
            frame, self.aside, self.state, waited=self.opened if waited else None
        )
        self.aside = None
        self.state = parts.other_days(self.state, decisions[-1])
        return decisions

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
        last, told = decisions[-1], any(isinstance(item, AnswerAddress) for item in decisions)
        speech, first = replace(self._speech(), address_told=told), not self.state.introduced
        replies = tuple(render(item, speech, first=first) for item in decisions)
        summary = handoffs.summary(incoming, self.state, speech)
        asked_before = times_of(self.state.pending)
        settled = in_context.settled(self.state, last, self.salon, self.context, self.now)
        self.state = waiting.settled(settled, last)
        if asked_before and not times_of(self.state.pending):
            self.tools.release()
        if self.state.asked is Asked.OFFER and isinstance(last, Written | WaitsFor):
            replies = (*replies, Reply(talk.next_visit(self.state.slots, speech)))
        handed = handoffs.needed(decisions, frames, incoming, self.state, speech)
        found = self._result(replies, decisions, frames, handed)
        kept = left_undone(decisions, summary)
        if kept is not None and kept.unknown and isinstance(last, Written):
            kept = replace(kept, told=self.executor.begun - len(last.results))
        return replace(found, kept=kept)

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
