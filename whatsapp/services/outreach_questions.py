"""Which question of ours a client's message answers: the dialogue's own one, or a reminder's.

A reminder writes nothing into the dialogue. What it asked is looked up when the client's turn begins, so no
turn is disturbed, and a «да» meant for one question never executes the other: a quoted message or a
reaction says which is meant; else the newest question is; and where both may be, neither is executed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from marketplace.services.attendance import CONFIRMED
from whatsapp.assistant.decisions import (
    AskCancelOrMove,
    Declined,
    RunningLate,
    VisitConfirmed,
    Written,
)
from whatsapp.assistant.engine import TurnResult
from whatsapp.assistant.replies import outreach as texts
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.tools import Cancelled, CancelRequest, Moved, MoveRequest
from whatsapp.assistant.understand.yesno import is_coming, is_yes_or_no
from whatsapp.models import Conversation, Message, Outreach
from whatsapp.models.message import MessageStatus
from whatsapp.models.outreach import OutreachAnswer, OutreachStatus
from whatsapp.services import outreach_words, preferences

# A talk that was still for so long when the reminder came is over: the reminder is what is answered.
TALK = timedelta(hours=2)
# What «да» would answer.
_YES_OR_NO = (Asked.CONFIRM, Asked.OFFER, Asked.CANCEL_OR_MOVE, Asked.SLOT)
# The message has not left, or never will.
_UNSAID = (MessageStatus.QUEUED, MessageStatus.FAILED)


@dataclass(frozen=True)
class Opened:
    """The dialogue as this turn has to read it. `silent`: nothing is said; `unclear`: what is asked back."""

    state: DialogueState
    rows: tuple[Outreach, ...] = ()
    silent: bool = False
    unclear: str = ""


@dataclass(frozen=True)
class Answers:
    """What the turn answered, to be written together with its result."""

    answer: str = OutreachAnswer.NONE
    rows: tuple[Outreach, ...] = field(default=())

    def write(self, now: datetime) -> None:
        """In the turn's transaction; `now` is business time. An answer given before stays."""
        for row in self.rows:
            comes = self.answer == OutreachAnswer.YES and row.booking.attendance != CONFIRMED
            Outreach.objects.filter(pk=row.pk, answered_at=None).update(
                answer=self.answer,
                answered_at=now,
                mark_due_at=datetime.now(UTC) if comes else None,
            )


def opened(
    conversation: Conversation, batch: Sequence[Message], state: DialogueState, now: datetime
) -> Opened:
    """`state` as stored; `now` is business time. `conversation.company` is loaded."""
    rows = _open_rows(conversation, now)
    state = state.aged(now.astimezone(conversation.company.zone))
    pointed = _pointed(batch)
    meant = [row for row in rows if row.message and row.message.wa_id in pointed]
    if meant:
        return Opened(_attending(state, meant), rows)
    bare = all(row.kind == "reaction" for row in batch)
    if bare and pointed and _is_outreach(conversation, pointed):
        # A thumb on a reminder that was answered already must not agree to something else.
        return Opened(state, rows, silent=True)
    if state.asked is Asked.ATTEND and not any(_record(row) == state.booking for row in rows):
        state = replace(state, asked=Asked.NOTHING, booking=None)
    if not rows or pointed or state.asked is Asked.ATTEND:
        return Opened(state, rows)
    newest = _together(rows, rows[0])
    sent = _said_at(newest[0])
    last = state.last_activity
    if state.asked is Asked.NOTHING or last is None:
        return Opened(state if last and last > sent else _attending(state, newest), rows)
    if last > sent:
        return Opened(state, rows)
    return _both(conversation, batch, state, rows, newest, fresh=sent - last < TALK)


def answers(before: Opened, result: TurnResult) -> Answers:
    """Which of the open questions this turn answered."""
    by_record = {_record(row): row for row in reversed(before.rows)}
    attending = any(frame.attending for frame in result.frames)
    for decision in result.decisions:
        record: str | None = None
        if isinstance(decision, VisitConfirmed) or (
            isinstance(decision, RunningLate) and attending
        ):
            record = decision.record_id or before.state.booking
            if record in by_record:
                return Answers(OutreachAnswer.YES, _together(before.rows, by_record[record]))
        if isinstance(decision, AskCancelOrMove):
            record = decision.record_id
        if isinstance(decision, Written):
            record = next((r for r in map(_changed, decision.results) if r in by_record), None)
        if record in by_record:
            return Answers(OutreachAnswer.NO, (by_record[record],))
    return Answers()


def asked_again(
    conversation: Conversation, before: Opened, result: TurnResult, now: datetime
) -> tuple[DialogueState, str]:
    """After the talk's own matter was settled the reminder's question is put once more, if it is young.

    Returns the state to keep and the text, "" when nothing is asked.
    """
    settled = bool(result.decisions) and isinstance(result.decisions[-1], Written | Declined)
    plain = before.state.asked is not Asked.ATTEND and result.state.asked is Asked.NOTHING
    if not settled or not plain or not before.rows or answers(before, result).rows:
        return result.state, ""
    group = _together(before.rows, before.rows[0])
    if now - _said_at(group[0]) > TALK:
        return result.state, ""
    company = conversation.company
    text = texts.again(
        outreach_words.told(company, group[0].booking),
        now.astimezone(company.zone),
        formal=outreach_words.formal(preferences.of(company)),
    )
    return replace(_attending(result.state, group), last_activity=now), text


# --- which one -------------------------------------------------------------------------------------


def _both(
    conversation: Conversation,
    batch: Sequence[Message],
    state: DialogueState,
    rows: tuple[Outreach, ...],
    newest: Sequence[Outreach],
    *,
    fresh: bool,
) -> Opened:
    """The talk's question is open and the reminder came after it."""
    words = [row.text for row in batch]
    if not fresh or is_coming(words):
        return Opened(_attending(state, newest), rows)
    if not is_yes_or_no(words):
        return Opened(state, rows)
    if state.asked not in _YES_OR_NO:
        return Opened(_attending(state, newest), rows)
    formal = outreach_words.formal(preferences.of(conversation.company))
    return Opened(state, rows, unclear=texts.unclear(state.last_reply, formal=formal))


def _open_rows(conversation: Conversation, now: datetime) -> tuple[Outreach, ...]:
    """Unanswered questions about visits still ahead, the newest message first."""
    rows = (
        Outreach.objects.filter(
            company_id=conversation.company_id,
            message__conversation=conversation,
            status=OutreachStatus.QUEUED,
            asks=True,
            answered_at=None,
            visit_at__gt=now,
            booking__is_deleted=False,
        )
        .exclude(message__status__in=_UNSAID)
        .select_related("booking", "message")
        .order_by("-message_id", "visit_at")
    )
    return tuple(row for row in rows if row.booking.start == row.visit_at)


def _together(rows: Sequence[Outreach], one: Outreach) -> tuple[Outreach, ...]:
    """The rows of one message."""
    return tuple(row for row in rows if row.message_id == one.message_id)


def _attending(state: DialogueState, rows: Sequence[Outreach]) -> DialogueState:
    """The dialogue when the reminder's question is the one that counts: what was open before is closed."""
    return replace(
        state,
        task=Task.NONE,
        slots=Slots(),
        asked=Asked.ATTEND,
        options=(),
        pending=None,
        pending_at=None,
        later=(),
        booking=_record(rows[0]),
    )


def _pointed(batch: Sequence[Message]) -> set[str]:
    """WhatsApp's ids of the messages that these quote or react to."""
    found: set[str] = set()
    for row in batch:
        for name in ("quoted", "reaction"):
            target = (row.payload.get(name) or {}).get("message_id")
            if target:
                found.add(str(target))
    return found


def _is_outreach(conversation: Conversation, wa_ids: set[str]) -> bool:
    return Outreach.objects.filter(
        company_id=conversation.company_id,
        message__conversation=conversation,
        message__wa_id__in=wa_ids,
    ).exists()


def _said_at(row: Outreach) -> datetime:
    """Business time."""
    message = row.message
    if message is None:
        return row.due_at
    return message.opened_at or message.at


def _record(row: Outreach) -> str:
    return str(row.booking.record_id)


def _changed(pair: tuple[object, object]) -> str:
    """The record that a write moved or cancelled, "" for any other."""
    request, outcome = pair
    done = isinstance(outcome, Cancelled | Moved)
    return request.record_id if done and isinstance(request, CancelRequest | MoveRequest) else ""
