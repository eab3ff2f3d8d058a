"""A turn's messages through the assistant: rows in, rows' worth of answer out. Holds no transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from pydantic import TypeAdapter

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from marketplace.services import record_notes
from whatsapp.assistant.decisions import RunningLate
from whatsapp.assistant.engine import run_turn
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.habits import habits_of
from whatsapp.assistant.overheard import overheard
from whatsapp.assistant.replies.speech import Reply
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import DialogueState, Slots
from whatsapp.assistant.types import Context, Incoming, Kind, SalonView
from whatsapp.models import Conversation, Message
from whatsapp.services import (
    first_look,
    handover,
    llm,
    memory,
    outreach_questions,
    phrases,
    transcription,
    waiting_questions,
)
from whatsapp.services.salon_view import salon_view
from whatsapp.services.tools import JournalTools

log = structlog.get_logger(__name__)

_frames: TypeAdapter[tuple[Frame, ...]] = TypeAdapter(tuple[Frame, ...])


@dataclass(frozen=True)
class Draft:
    """A reply before it is a row. `payload` of a reaction is what the bridge's command wants."""

    text: str = ""
    kind: str = "text"
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a turn came to. `state` None leaves the dialogue's as it was; `columns` are further columns
    of the conversation; `handoff` says why a person is needed, `hush` that the assistant is silent until
    one has answered; `story` is for staff; `answers` are those to what was asked by a reminder, `listed` is
    what was said of the waiting list; `turn` is what the assistant came to, None for drafts; `kept` says
    whether requests of earlier turns may be kept."""

    replies: tuple[Draft, ...]
    state: dict[str, Any] | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    handoff: str = ""
    hush: bool = False
    story: dict[str, Any] | None = None
    answers: outreach_questions.Answers = field(default_factory=outreach_questions.Answers)
    listed: waiting_questions.Said = field(default_factory=waiting_questions.Said)
    turn: TurnResult | None = None
    kept: bool = True


def plainly(conversation: Conversation, text: str, why: str, *, hush: bool = False) -> Answer:
    """Words that only call a person. Whoever was never answered here is told that a machine speaks."""
    told = text if conversation.state.get("introduced") else f"{phrases.INTRODUCTION} {text}"
    # Who is hushed forgets its open question: a later «да» is meant for the person.
    state = memory.calmed(conversation.state) if hush else None
    return Answer(replies=(Draft(told),), state=state, handoff=why, hush=hush)


def answer(
    conversation: Conversation,
    batch: tuple[Message, ...],
    *,
    tools: JournalTools,
    shadow: bool = False,
) -> Answer:
    """Answers the batch. `conversation.company` is loaded. Raises what the tools raise.

    `shadow`: only drafts come of it, and nobody is called; `tools` write nothing then.
    """
    company, now = conversation.company, clock.now()
    voice = transcription.listen(company, batch, tools.deadline)
    salon, came = salon_view(company), memory.came(company, conversation.phone, now)
    visit = next(iter(came), None)
    state = memory.load(conversation.state, shadow=shadow)
    seen = first_look.look(conversation, batch, tools.key_prefix, now)
    tools = replace(tools, unwritten=not seen.written)
    lines = memory.said_meanwhile(conversation, batch, now) if seen.person else ()
    if lines:
        state = overheard(state, lines, salon=salon, context=Context(last_visit=visit))
    asked = waiting_questions.opened(
        conversation, batch, state, now, listed=seen.listed, asked=seen.asked
    )
    opened = asked.before
    if opened.silent:
        return Answer(replies=())
    if opened.unclear:
        state = replace(opened.state, last_activity=now)
        return Answer((Draft(opened.unclear),), state=memory.dump(state, shadow=shadow))
    advice = llm.Advice.of(company, tools.deadline)
    result = run_turn(
        [_incoming(row) for row in batch],
        salon=salon,
        state=opened.state,
        tools=tools,
        now=now,
        push_name=conversation.push_name or None,
        last_visit=visit,
        adviser=advice.adviser,
        habits=habits_of(came),
        waits=asked.waits,
    )
    if not shadow:
        _note_lateness(result, tools, now, salon)
    told = handover.reason(result.handoff.topic, result.handoff.summary) if result.handoff else ""
    if result.handoff is not None and result.handoff.urgent and not shadow:
        _call_for_help(conversation, told)
    after, again = outreach_questions.asked_again(conversation, opened, result, now)
    answers = outreach_questions.answers(company, opened, batch, result)
    drafts = [_draft(reply, batch) for reply in result.replies]
    if answers.review is not None and answers.review.reply:
        drafts = [Draft(answers.review.reply)]
    listed = waiting_questions.said(asked, result, salon, now)
    if listed.reply:
        drafts = [Draft(listed.reply)]
    if listed.more and drafts:
        drafts[-1] = replace(drafts[-1], text=f"{drafts[-1].text}\n{listed.more}")
    return Answer(
        replies=(*drafts, *([Draft(again)] if again else [])),
        state=memory.dump(after, shadow=shadow),
        columns=_columns(result, now),
        handoff=told,
        story={**story(result), **advice.story(), **voice, "progress": _progress(result, state)},
        answers=answers,
        listed=listed,
        turn=None if shadow else result,
        kept=seen.kept,
    )


def _note_lateness(
    result: TurnResult, tools: JournalTools, now: datetime, salon: SalonView
) -> None:
    """Onto the visit in the journal, where the master looks."""
    for item in result.decisions:
        if not isinstance(item, RunningLate) or item.record_id is None:
            continue
        late = f"опаздывает на {item.minutes} мин" if item.minutes else "опаздывает"
        at = now.astimezone(salon.zone)
        tools.fence()
        record_notes.add(
            tools.company,
            int(item.record_id),
            f"WhatsApp {at:%d.%m %H:%M}: {late}",
            deadline=tools.deadline,
        )


def _progress(result: TurnResult, before: DialogueState) -> bool:
    """Something was done, or the talk knows more than before."""
    after = result.state
    return (
        bool(result.writes or result.actions)
        or _learnt(before.slots, after.slots)
        or _learnt(before.focus, after.focus)
        or after.pending not in (None, before.pending)
        or after.client_name != before.client_name
    )


def _learnt(before: Slots, after: Slots) -> bool:
    bare = replace(Slots(), shown=after.shown, guessed=after.guessed)
    return after not in (before, bare)


def _incoming(row: Message) -> Incoming:
    kind = Kind(row.kind) if row.kind in set(Kind) else Kind.OTHER
    if row.transcribed:
        kind = Kind.TEXT
    return Incoming(row.text, row.at, kind, row.wa_id, row.transcribed)


def _draft(reply: Reply, batch: tuple[Message, ...]) -> Draft:
    if not reply.reaction:
        return Draft(reply.text)
    target = {"message_id": batch[-1].wa_id, "from_me": False, "emoji": reply.reaction}
    return Draft(text=reply.reaction, kind=Kind.REACTION, payload={"reaction": target})


def _columns(result: TurnResult, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if result.state.client_name:
        columns["name"] = result.state.client_name[:255]
    if result.opt_out:
        columns["opted_out_at"] = now
    if result.opt_in:
        columns["opted_out_at"] = None
    return columns


def story(result: TurnResult) -> dict[str, Any]:
    """What was understood, decided and done, for staff beside the chat."""
    return {
        "frames": _frames.dump_python(result.frames, mode="json", exclude_defaults=True),
        "decisions": [type(item).__name__ for item in result.decisions],
        "actions": list(result.actions),
        "writes": [
            {"asked": type(asked).__name__, "outcome": type(outcome).__name__}
            for asked, outcome in result.writes
        ],
    }


def _call_for_help(conversation: Conversation, told: str) -> None:
    """What cannot wait for a quarter of an hour: a complaint, an unclear booking, a dead journal."""
    company = conversation.company
    raise_alarm(
        "handover_urgent",
        f"{company}: клиенту срочно нужен человек. {handover.who(conversation)}. {told}\n"
        "Откройте WhatsApp на телефоне салона и ответьте.",
        company_id=company.pk,
        email=company.email or "",
    )
