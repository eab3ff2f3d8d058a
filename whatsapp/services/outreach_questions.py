"""Which question of ours a client's message answers: the dialogue's own one, or a reminder's.

A reminder writes nothing into the dialogue. What it asked is looked up when the client's turn begins, so no
turn is disturbed, and a «да» meant for one question never executes the other: a quoted message or a
reaction says which is meant; else the newest question is; and where both may be, neither is executed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from marketplace.models import Booking, Company
from marketplace.services.attendance import CONFIRMED
from whatsapp.assistant.decisions import (
    AskCancelOrMove,
    Declined,
    RunningLate,
    VisitConfirmed,
    Written,
)
from whatsapp.assistant.replies import outreach as texts
from whatsapp.assistant.result import TurnResult
from whatsapp.assistant.state import Asked, DialogueState, Slots, Task
from whatsapp.assistant.tools import Cancelled, CancelRequest, Moved, MoveRequest
from whatsapp.assistant.understand.yesno import is_coming, is_yes_or_no
from whatsapp.models import Conversation, Message, Outreach
from whatsapp.models.message import MessageStatus
from whatsapp.models.outreach import OutreachAnswer, OutreachKind, OutreachStatus
from whatsapp.services import outreach_changes, outreach_reviews, outreach_words, preferences

# A talk that was still for so long when the reminder came is over: the reminder is what is answered.
TALK = timedelta(hours=2)
# What «да» would answer.
YES_OR_NO = (Asked.CONFIRM, Asked.OFFER, Asked.CANCEL_OR_MOVE, Asked.SLOT)
# What is only ever asked unasked.
_OURS = (Asked.ATTEND, Asked.RATING)
# The message has not left, or never will.
UNSAID = (MessageStatus.QUEUED, MessageStatus.FAILED)


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
    rows: tuple[Outreach, ...] = ()
    changed: tuple[str, ...] = ()  # records that the client moved or cancelled
    review: outreach_reviews.Given | None = None

    def write(self, company: Company, now: datetime) -> None:
        """In the turn's transaction; `now` is business time. An answer given before stays."""
        if self.changed:
            for booking in Booking.objects.filter(company=company, record_id__in=self.changed):
                outreach_changes.withdraw(booking)
        if self.review is not None:
            self.review.write(now)
        for row in self.rows:
            comes = self.answer == OutreachAnswer.YES and row.booking.attendance != CONFIRMED
            Outreach.objects.filter(pk=row.pk, answered_at=None).update(
                answer=self.answer,
                answered_at=now,
                mark_due_at=datetime.now(UTC) if comes else None,
            )


def opened(
    conversation: Conversation,
    batch: Sequence[Message],
    state: DialogueState,
    now: datetime,
    *,
    asked: bool,
) -> Opened:
    """`state` as stored; `now` is business time. `conversation.company` is loaded. `asked`: something was."""
    rows = _open_rows(conversation, now) if asked else ()
    state = state.aged(now.astimezone(conversation.company.zone))
    meant_ids = pointed(batch)
    meant = [row for row in rows if row.message and row.message.wa_id in meant_ids]
    if meant:
        return Opened(_attending(state, meant), rows)
    bare = all(row.kind == "reaction" for row in batch)
    if bare and meant_ids and _is_outreach(conversation, meant_ids):
        # A thumb on a reminder that was answered already must not agree to something else.
        return Opened(state, rows, silent=True)
    if state.asked in _OURS and not any(_asks(row) is state.asked for row in rows):
        state = replace(state, asked=Asked.NOTHING, booking=None)
    if not rows or meant_ids or state.asked in _OURS:
        return Opened(state, rows)
    newest = _together(rows, rows[0])
    sent = _said_at(newest[0])
    last = state.last_activity
    if state.asked is Asked.NOTHING or last is None:
        return Opened(state if last and last > sent else _attending(state, newest), rows)
    if last > sent:
        return Opened(state, rows)
    return _both(conversation, batch, state, rows, newest, fresh=sent - last < TALK)


def newest_at(conversation: Conversation, now: datetime) -> datetime | None:
    """When the newest of the open questions was asked; business time."""
    rows = _open_rows(conversation, now)
    return _said_at(rows[0]) if rows else None


def answers(
    company: Company, before: Opened, batch: Sequence[Message], result: TurnResult
) -> Answers:
    """Which of the open questions this turn answered."""
    asked = next((row for row in before.rows if row.kind == OutreachKind.REVIEW), None)
    if asked is not None and before.state.asked is Asked.RATING:
        return Answers(review=outreach_reviews.given(company, asked, batch, result))
    changed = _changes(result)
    answer, rows = _answered(before, result, changed)
    return Answers(answer, rows, changed)


def _changes(result: TurnResult) -> tuple[str, ...]:
    written = (d for d in result.decisions if isinstance(d, Written))
    found = (_changed(pair) for decision in written for pair in decision.results)
    return tuple(record for record in found if record)


def _answered(
    before: Opened, result: TurnResult, changed: Sequence[str]
) -> tuple[str, tuple[Outreach, ...]]:
    by_record = {_record(row): row for row in reversed(before.rows)}
    attending = any(frame.attending for frame in result.frames)
    for decision in result.decisions:
        if isinstance(decision, VisitConfirmed) or (
            isinstance(decision, RunningLate) and attending
        ):
            record = decision.record_id or before.state.booking
            if record in by_record:
                return OutreachAnswer.YES, _together(before.rows, by_record[record])
        if isinstance(decision, AskCancelOrMove) and decision.record_id in by_record:
            return OutreachAnswer.NO, (by_record[decision.record_id],)
    gone = [by_record[record] for record in changed if record in by_record]
    return (OutreachAnswer.NO, tuple(gone)) if gone else (OutreachAnswer.NONE, ())


def asked_again(
    conversation: Conversation, before: Opened, result: TurnResult, now: datetime
) -> tuple[DialogueState, str]:
    """After the talk's own matter was settled the reminder's question is put once more, if it is young.

    Returns the state to keep and the text, "" when nothing is asked.
    """
    settled = bool(result.decisions) and isinstance(result.decisions[-1], Written | Declined)
    plain = before.state.asked not in _OURS and result.state.asked is Asked.NOTHING
    visits = [row for row in before.rows if row.kind != OutreachKind.REVIEW]
    if not settled or not plain or not visits or _answered(before, result, _changes(result))[1]:
        return result.state, ""
    group = _together(visits, visits[0])
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
    if state.asked not in YES_OR_NO:
        return Opened(_attending(state, newest), rows)
    formal = outreach_words.formal(preferences.of(conversation.company))
    return Opened(state, rows, unclear=texts.unclear(state.last_reply, formal=formal))


def _open_rows(conversation: Conversation, now: datetime) -> tuple[Outreach, ...]:
    """Unanswered questions, the newest message first: of visits still ahead, and of ratings."""
    company, chat = conversation.company_id, conversation.pk
    asked = were_asked(company, chat)
    ahead = Q(answered_at=None, visit_at__gt=now, booking__start=F("visit_at"))
    unrated = Q(answered_at=None, message__at__gt=now - outreach_reviews.OPEN)
    # What follows a low rating is its reason.
    low = Q(
        review__rating__lte=outreach_reviews.LOW,
        review__comment="",
        answered_at__gt=now - outreach_reviews.REASON,
    )
    review = Q(kind=OutreachKind.REVIEW)
    rows = asked.filter(
        (~review & ahead) | (review & (unrated | low)), booking__is_deleted=False
    ).exclude(message__status__in=UNSAID)
    loaded = rows.select_related("booking", "message")
    return tuple(loaded.order_by("-message_id", "visit_at"))


def were_asked(company: Any, chat: Any) -> QuerySet[Outreach]:
    return Outreach.objects.filter(
        company_id=company,
        message__conversation_id=chat,
        status=OutreachStatus.QUEUED,
        asks=True,
    )


def _asks(row: Outreach) -> Asked:
    return Asked.RATING if row.kind == OutreachKind.REVIEW else Asked.ATTEND


def _together(rows: Sequence[Outreach], one: Outreach) -> tuple[Outreach, ...]:
    """The rows of one message."""
    return tuple(row for row in rows if row.message_id == one.message_id)


def _attending(state: DialogueState, rows: Sequence[Outreach]) -> DialogueState:
    """The dialogue when the reminder's question is the one that counts: what was open before is closed."""
    return replace(
        state,
        task=Task.NONE,
        slots=Slots(),
        asked=_asks(rows[0]),
        options=(),
        pending=None,
        pending_at=None,
        later=(),
        booking=_record(rows[0]),
    )


def pointed(batch: Sequence[Message]) -> set[str]:
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
