"""One turn at a time per chat (design, decision 10): claimed, renewed, and written only by its owner.

A turn answers a fixed batch of messages. Its claim is an epoch: every result is written WHERE turn_epoch
is still ours, so a worker that was too slow, or thought dead, writes nothing. No transaction is open
while the turn thinks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from aiadmin.core import clock, counters, storage
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.queue import Job, enqueue
from marketplace.services import booking
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.services import (
    dialogue,
    loops,
    outgoing,
    pauses,
    phrases,
    takeover,
    turn_rows,
)
from whatsapp.services.dry_run import DryRunTools
from whatsapp.services.keeper import LostTurn, keeper
from whatsapp.services.kept_requests import follow
from whatsapp.services.outgoing import Fresh
from whatsapp.services.tools import JournalTools
from whatsapp.services.turn_claim import Turn, begin_anew, claim, put_back, retry_later

log = structlog.get_logger(__name__)

MAX_TRIES = 3
# …of one that began to write: only the turn itself can tell the client what came of it.
MAX_TRIES_WRITING = 6
# PostgreSQL that went away amid a turn is waited for so long, and is no fault of the turn while its messages
# are younger than this (seconds of real time): a question that ends PostgreSQL itself must end, too.
AWAY, AWAY_PATIENCE = 10, 180
# The first catalogue is waited for this long (real seconds), then a person answers.
CATALOGUE_PATIENCE = 120
CATALOGUE_LOOK = 2


def schedule(conversation: Conversation, came: Message | None = None) -> None:
    """A message waits, the one that `came` just now if any did: its turn comes after a quiet moment.

    The caller holds the conversation's lock.
    """
    now = datetime.now(UTC)
    asked = str(conversation.state.get("asked", ""))
    # Where no turn was due, nothing else waits.
    waiting = [came] if came is not None and conversation.turn_due_at is None else None
    due = pauses.due_at(conversation, now, after=0, asked=asked, waiting=waiting)
    turn_rows.due(chat=conversation.pk, due=due)
    enqueue(Job.TURN, conversation.pk, countdown=(due - now).total_seconds())


def overdue() -> list[int]:
    """Conversations whose turn should have begun: the job was lost, or its worker killed."""
    now = datetime.now(UTC)
    return turn_rows.overdue(now=now, late=now - timedelta(seconds=1))


@dataclass(frozen=True)
class Stored:
    """A turn's replies wait to be delivered; `fresh`: the first, if any does."""

    fresh: Fresh | None


def run(conversation_id: int, owner: str) -> Stored | None:
    """Carries out the chat's turn if it is due and nobody else does. Safe twice and in parallel."""
    turn = claim(conversation_id, owner)
    if turn is None:
        return None
    with keeper.held(conversation_id, turn.epoch):
        try:
            answer = _answer(turn)
            if answer is None:
                return None
            stored = _finish(turn, answer)
        except LostTurn:
            stored = None
        except Exception as error:  # whatever broke, the client gets an answer in the end
            log.exception("whatsapp.turn_failed", conversation_id=conversation_id, tries=turn.tries)
            if _is_tried_again(turn, error):
                return None
            stored = _finish(turn, _apology(turn))
    if stored is None:
        log.warning("whatsapp.turn_lost", conversation_id=conversation_id)
    return stored


def _is_tried_again(turn: Turn, error: Exception) -> bool:
    """After a try that failed: whether another one follows, which is due later."""
    if storage.was_away(error):
        storage.wait_until_back(AWAY)
        age = int((datetime.now(UTC) - turn.batch[-1].created_at).total_seconds())
        if age < AWAY_PATIENCE:
            # Each pause is longer: some ten in all.
            begin_anew(turn, max(2, age // 2))
            return True
    if _is_spent(turn, turn.tries + 1):
        return False
    retry_later(turn)
    return True


# --- the answer ------------------------------------------------------------------------------------


def _answer(turn: Turn) -> "dialogue.Answer | None":
    """None: the turn was put back because the first catalogue is still being read."""
    if _is_spent(turn, turn.tries):
        # Its worker died every time: perhaps of this very turn.
        return _apology(turn)
    if turn.company.catalog_synced_at is None:
        waited = datetime.now(UTC) - turn.batch[0].created_at
        if waited < timedelta(seconds=CATALOGUE_PATIENCE):
            put_back(turn, CATALOGUE_LOOK)
            return None
        return dialogue.plainly(turn.conversation, phrases.HANDED_OVER, "Каталог ещё не прочитан")
    if loops.goes_in_circles(turn.conversation, turn.batch, clock.now()):
        return dialogue.plainly(turn.conversation, phrases.HANDED_OVER, phrases.CIRCLES, hush=True)
    made = DryRunTools if turn.shadow else JournalTools
    tools = made(turn.company, turn.conversation.phone, turn.key_prefix, partial(_hold, turn))
    return dialogue.answer(turn.conversation, turn.batch, tools=tools, shadow=turn.shadow)


def _is_spent(turn: Turn, tries: int) -> bool:
    """Whether this would be one try too many."""
    if tries <= MAX_TRIES:
        return False
    return tries > MAX_TRIES_WRITING or not booking.has_begun(turn.company, turn.key_prefix)


def _hold(turn: Turn) -> None:
    """Before a write: the claim is made to outlast it, or the write is not made at all."""
    if not keeper.renew(turn.conversation.pk, turn.epoch):
        raise LostTurn


def _apology(turn: Turn) -> "dialogue.Answer":
    company = turn.company
    if turn.shadow:
        return dialogue.Answer(replies=())
    why = phrases.FAILED
    if booking.leave_unknown(company, turn.key_prefix):
        why = phrases.UNSURE
    raise_alarm(
        "turn_failed",
        f"{company}: помощник несколько раз не смог ответить клиенту. "
        "Ответьте ему с телефона салона.",
        company_id=company.pk,
        email=company.email or "",
    )
    return dialogue.plainly(turn.conversation, phrases.APOLOGY, why)


# --- the result ------------------------------------------------------------------------------------


def _finish(turn: Turn, answer: "dialogue.Answer") -> Stored | None:
    """Writes the whole result in one transaction, if the turn is still ours."""
    now = datetime.now(UTC)
    hushed = clock.now() + takeover.takeover_time(turn.company)
    with transaction.atomic():
        # The row lock of this update makes the look for newer messages below exact.
        written = turn_rows.finish(
            chat=turn.conversation.pk,
            epoch=turn.epoch,
            number=turn.number + 1,
            **({} if answer.state is None else {"state": answer.state}),
            **answer.columns,
            **({"bot_paused_until": hushed} if answer.hush else {}),
        )
        if written != 1:
            return None
        alone = len(turn.batch) == 1
        turn_rows.answered(
            chat=turn.conversation.pk,
            upto=turn.upto,
            number=turn.number,
            **({"frame": answer.story} if alone and answer.story else {}),
        )
        if answer.story and not alone:
            turn_rows.story(message=turn.upto, story=answer.story)
        replies = _queue_replies(turn, answer, now)
        if not turn.shadow:
            answer.answers.write(turn.company, clock.now())
            answer.listed.write(turn.conversation)
        if answer.handoff and not turn.shadow:
            takeover.need_person(turn.conversation.pk, answer.handoff)
        if answer.turn is not None and not turn.shadow:
            follow(turn.conversation, turn.key_prefix, answer.turn, earlier=answer.kept)
        _next_turn(turn, now)
    took = (now - turn.batch[-1].created_at).total_seconds()
    counters.observe("reply_seconds", took)
    log.info(
        "whatsapp.turn_done",
        company_id=turn.company.pk,
        conversation_id=turn.conversation.pk,
        messages=len(turn.batch),
        replies=len(answer.replies),
        took_ms=int(took * 1000),
    )
    return Stored(Fresh(replies[0], turn.batch) if replies else None)


def _queue_replies(turn: Turn, answer: "dialogue.Answer", now: datetime) -> list[Message]:
    rows = [
        outgoing.new(
            turn.conversation,
            reply.text,
            status=MessageStatus.DRAFT if turn.shadow else MessageStatus.QUEUED,
            kind=reply.kind,
            payload=reply.payload,
            # The pause that begins with this reply withdraws what belongs to a turn.
            turn_number=None if answer.hush else turn.number,
            due_at=None if turn.shadow else now,
        )
        for reply in answer.replies
    ]
    for row in rows:
        row.company = turn.company
        turn_rows.reply(row)
    return rows


def _next_turn(turn: Turn, now: datetime) -> None:
    """Messages that came meanwhile get the next turn."""
    if not turn_rows.wrote_later(chat=turn.conversation.pk, upto=turn.upto):
        return
    row = Conversation.objects.get(pk=turn.conversation.pk)
    # Written before our reply was read: no answer to its question.
    due = max(now, pauses.due_at(row, now, after=turn.upto, asked=""))
    Conversation.objects.filter(pk=row.pk).update(turn_due_at=due)
    enqueue(Job.TURN, row.pk, countdown=(due - now).total_seconds())
