"""What a turn came to as its result: one answer, introduced once, never the same words twice. Pure."""

from __future__ import annotations

from dataclasses import replace

from whatsapp.assistant.actions import names
from whatsapp.assistant.decisions import (
    Ask,
    Decision,
    Declined,
    Greet,
    Offer,
    OptIn,
    OptOut,
    Propose,
    Written,
)
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.handoff import HandOff
from whatsapp.assistant.replies import talk
from whatsapp.assistant.replies.speech import Reply, Speech
from whatsapp.assistant.replies.spoken import introduced, joined
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.told import AnswerWho, MoveOrMore


def result(
    replies: tuple[Reply, ...],
    decisions: tuple[Decision, ...],
    frames: tuple[Frame, ...],
    handed: HandOff | None,
    *,
    state: DialogueState,
    speech: Speech,
) -> TurnResult:
    """`state` is settled already; `replies` are those of `decisions`."""
    greeted = any(isinstance(item, Greet | AnswerWho) for item in decisions)
    spoken = joined(replies)
    if spoken and spoken[0].text and not state.introduced:
        if not greeted:
            spoken = (introduced(spoken[0], speech), *spoken[1:])
        state = replace(state, introduced=True)
    asks = bool(decisions) and isinstance(decisions[-1], Ask | Offer | Propose | MoveOrMore)
    said = spoken[0].text if len(spoken) == 1 else ""
    if asks and said and said == state.last_reply:
        heard = "Хорошо." if any(frame.said for frame in frames) else "Уточню ещё раз."
        spoken = (Reply(f"{heard} {said}"),)
    writes = tuple(pair for d in decisions if isinstance(d, Written) for pair in d.results)
    return TurnResult(
        replies=spoken,
        state=replace(
            state, last_activity=speech.now, last_reply=spoken[-1].text[:300] if spoken else ""
        ),
        handoff=handed,
        opt_out=any(isinstance(d, OptOut) for d in decisions),
        opt_in=any(isinstance(d, OptIn) for d in decisions),
        frames=frames,
        decisions=decisions,
        actions=names(decisions, writes),
        writes=writes,
    )


def not_done(found: TurnResult, over: tuple[str, ...], speech: Speech) -> TurnResult:
    """With the orders that will not be done named, unless «оставляю всё как есть» has said so."""
    last = found.decisions[-1] if found.decisions else None
    if not over or isinstance(last, OptOut) or (isinstance(last, Declined) and last.visit_stays):
        return found
    line, asks = Reply(talk.not_done(over, speech)), found.replies[-1:]
    # A question stands at the end.
    ends = bool(asks) and asks[0].text.endswith("?")
    return replace(
        found, replies=joined((line, *found.replies) if ends else (*found.replies, line))
    )
