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
)
from whatsapp.assistant.engine import Turn
from whatsapp.assistant.frame import Topic
from whatsapp.assistant.handoff import HandOff
from whatsapp.assistant.kept import Kept
from whatsapp.assistant.left import Left, answered
from whatsapp.assistant.replies import talk
from whatsapp.assistant.replies.speech import Reply, Speech
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import Asked, DialogueState
from whatsapp.assistant.tools import BookingTools
from whatsapp.assistant.types import Context, SalonView


def resume_turn(
    kept: Kept,
    *,
    salon: SalonView,
    state: DialogueState | None,
    tools: BookingTools,
    now: datetime,
    push_name: str | None = None,
) -> TurnResult:
    """The answer to a request that had to wait. `kept` in the result: YCLIENTS is still silent, and
    what is left is to be tried later; without replies nothing has changed at all. `tools` of an
    `unknown` request begin with the keys of the turn, or the try, whose outcome it is.

    A search books nothing by itself: the client was only promised to be written to. What the message
    ordered besides follows as in the turn itself.
    """
    now, before = now.astimezone(salon.zone), state or DialogueState()
    open_now = before.aged(now)
    turn = Turn(salon, replace(open_now, rest=()), tools, now, Context())
    turn.state, turn.decider.push_name = replace(turn.state, rest=kept.rest), push_name
    first = _again(kept, turn, tools)
    if first.kept is not None and not first.actions and first.kept.unknown <= kept.unknown:
        # As silent as before; what turned out not to be written is simply tried again.
        left = kept if not kept.unknown or first.kept.unknown else first.kept
        return TurnResult((), before, kept=replace(left, rest=kept.rest, summary=kept.summary))
    found = _with_what_is_open(turn.rest(first, ()), open_now, kept)
    if found.kept is not None:
        found = replace(found, kept=replace(found.kept, summary=kept.summary))
    if isinstance(first.decisions[-1], CannotCheck | HandOver) or not found.replies:
        return found
    head, *others = found.replies
    return replace(found, replies=(Reply(f"{talk.BACK} {head.text}", head.reaction), *others))


def _again(kept: Kept, turn: Turn, tools: BookingTools) -> TurnResult:
    earlier = tools.earlier_writes()
    if kept.unknown:
        earlier = tuple(answered(write) for write in earlier if write.number > kept.told)
    if earlier:
        # An `unknown` request's own writes; or those of a try that was cut off.
        return turn.recovered(earlier, ())
    decision: Decision = HandOver(Topic.UNKNOWN_OUTCOME, urgent=True)
    if kept.search is not None:
        wish, purpose = replace(kept.search.wish, certain=False), kept.search.purpose
        purpose = Purpose.SHOW if purpose is Purpose.BOOK else purpose
        decision = turn.executor.find(FindSlots(wish, purpose))
    elif kept.writes:
        turn.executor.after = Left(rest=kept.rest, later=turn.state.later)
        decision = turn.executor.carry_out(kept.writes)
    return turn.finish((decision,), (), ())


def _with_what_is_open(found: TurnResult, before: DialogueState, kept: Kept) -> TurnResult:
    """What the client was asked meanwhile stays asked, where nothing new is."""
    after = found.state
    if kept.search is not None or before.asked is Asked.NOTHING or after.asked is not Asked.NOTHING:
        return found
    stays = replace(
        before, last_record=after.last_record, before=after.before, rest=before.rest,
        turned_away_at=after.turned_away_at, last_activity=after.last_activity,
    )  # fmt: skip
    return replace(found, state=stays)


def give_up(
    kept: Kept, *, salon: SalonView, state: DialogueState | None, now: datetime
) -> tuple[tuple[Reply, ...], HandOff]:
    """YCLIENTS was silent for too long: what the client hears, and what a person reads."""
    speech = Speech(salon, now.astimezone(salon.zone))
    topic = Topic.UNKNOWN_OUTCOME if kept.unknown else Topic.SYSTEM_DOWN
    # Of an unknown outcome the client was told at once that a person will confirm it.
    replies = () if kept.unknown else (Reply(talk.still_down(speech)),)
    return replies, HandOff(topic, True, kept.summary)
