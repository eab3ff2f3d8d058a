"""A kept request taken up again: YCLIENTS is asked once more, and the client hears what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from whatsapp.assistant.decisions import (
    CannotCheck,
    Decision,
    FindSlots,
    HandOver,
    Purpose,
    Written,
)
from whatsapp.assistant.engine import Turn
from whatsapp.assistant.execution import Executor, undone
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.handoff import HandOff
from whatsapp.assistant.kept import Kept
from whatsapp.assistant.replies import talk
from whatsapp.assistant.replies.speech import Reply, Speech
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import DialogueState
from whatsapp.assistant.tools import BookingTools, OutcomeUnknown
from whatsapp.assistant.types import Context, SalonView


def resume_turn(
    kept: Kept,
    *,
    salon: SalonView,
    state: DialogueState | None,
    tools: BookingTools,
    now: datetime,
) -> TurnResult:
    """The answer to a request that had to wait. `kept` in the result: YCLIENTS is still silent, and
    what is left is to be tried later; without replies nothing has changed at all. `tools` of an
    `unknown` request begin with the keys of its own turn.

    A search books nothing by itself: the client was only promised to be written to.
    """
    now = now.astimezone(salon.zone)
    turn = Turn(salon, (state or DialogueState()).aged(now), tools, now, Context())
    decision = _again(kept, turn.executor, tools)
    if isinstance(decision, Written) and kept.unknown and not decision.results:
        decision = HandOver(Topic.UNKNOWN_OUTCOME, urgent=True)
    found = turn.finish((decision,), (), ())
    if found.kept is not None and not found.actions:
        return TurnResult((), state or DialogueState(), kept=kept)
    if found.kept is not None:
        found = replace(found, kept=replace(found.kept, summary=kept.summary))
    if isinstance(decision, CannotCheck | HandOver) or not found.replies:
        return found
    first, *rest = found.replies
    return replace(found, replies=(Reply(f"{talk.BACK} {first.text}", first.reaction), *rest))


def _again(kept: Kept, executor: Executor, tools: BookingTools) -> Decision:
    if kept.search is not None:
        wish, purpose = replace(kept.search.wish, certain=False), kept.search.purpose
        purpose = Purpose.SHOW if purpose is Purpose.BOOK else purpose
        return executor.find(FindSlots(wish, purpose))
    earlier = tools.earlier_writes()
    if earlier or kept.unknown:
        # An `unknown` request's own writes; or those of a try that was cut off.
        results = tuple((item.request, item.outcome) for item in earlier)
        if kept.unknown:
            return Written(results, recovered=True, undone=undone(results))
        still = any(isinstance(outcome, OutcomeUnknown) for _, outcome in results)
        if still or not undone(results):
            return executor.go_on(earlier)
    return executor.carry_out(kept.writes) if kept.writes else Written(())


def give_up(
    kept: Kept, *, salon: SalonView, state: DialogueState | None, now: datetime
) -> tuple[tuple[Reply, ...], HandOff]:
    """YCLIENTS was silent for too long: what the client hears, and what a person reads."""
    speech = Speech(salon, now.astimezone(salon.zone))
    topic = Topic.UNKNOWN_OUTCOME if kept.unknown else Topic.SYSTEM_DOWN
    # Of an unknown outcome the client was told at once that a person will confirm it.
    replies = () if kept.unknown else (Reply(talk.still_down(speech)),)
    return replies, HandOff(topic, True, kept.summary)
