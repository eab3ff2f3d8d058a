"""A chat's turn claimed, put back and let go: the claim is an epoch, and who lost it writes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from aiadmin.core import clock
from aiadmin.core.leases import LEASE_SECONDS
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company
from marketplace.services import booking
from whatsapp.models import Conversation, Message
from whatsapp.models.message import MessageStatus
from whatsapp.services import audience, phrases, takeover, turn_rows
from whatsapp.services.keeper import mine


@dataclass(frozen=True)
class Turn:
    """A claimed turn. `number` and `batch` are the same in every retry."""

    company: Company
    conversation: Conversation
    epoch: int
    number: int
    upto: int
    tries: int
    batch: tuple[Message, ...]
    # Only a draft for the salon's people comes of it.
    shadow: bool = False

    @property
    def key_prefix(self) -> str:
        """Begins the keys of this turn's writes to YCLIENTS: the same in every retry."""
        return _keys(self.conversation.pk, self.number)


def _keys(conversation_id: int, number: int) -> str:
    return f"{conversation_id}:{number}"


def claim(conversation_id: int, owner: str) -> Turn | None:
    """The chat's turn, if it is due, free and anybody's to answer; else None."""
    now = datetime.now(UTC)
    with transaction.atomic():
        until = now + timedelta(seconds=LEASE_SECONDS)
        if turn_rows.claim(chat=conversation_id, now=now, owner=owner[:60], until=until) != 1:
            return None
        (row,) = turn_rows.claimed(chat=conversation_id)
        waiting: list[Message] = turn_rows.batch(chat=row.pk)
        # A claim that had to wait for somebody else's commit has not seen the messages of that.
        batch = tuple(one for one in waiting if one.pk <= (row.turn_upto or 0)) or tuple(waiting)
        silence = takeover.silence_reason(row.company, row, clock.now())
        if not batch or silence is not None:
            _drop(row)
            return None
        upto = batch[-1].pk
        if upto > (row.turn_upto or 0):
            turn_rows.fix_batch(chat=row.pk, upto=upto)
    return Turn(
        company=row.company,
        conversation=row,
        epoch=row.turn_epoch,
        number=row.turn_number,
        upto=upto,
        tries=row.turn_tries,
        batch=batch,
        shadow=audience.is_shadow(row.company),
    )


def _drop(row: Conversation) -> None:
    """Nothing to answer, or nobody may: what waits is put aside. In the claim's transaction."""
    turn_rows.waiting(row.pk).update(status=MessageStatus.ANSWERED)
    if row.turn_tries > 1 and booking.leave_unknown(row.company, _keys(row.pk, row.turn_number)):
        takeover.need_person(row.pk, phrases.UNSURE)
    Conversation.objects.filter(pk=row.pk).update(
        turn_due_at=None,
        turn_owner="",
        turn_until=None,
        turn_tries=0,
        turn_upto=None,
        # What was written under its keys is not the next turn's.
        turn_number=row.turn_number + 1,
    )


def retry_later(turn: Turn) -> None:
    _again(turn, 2**turn.tries)


def put_back(turn: Turn, seconds: int) -> None:
    """Not a try: the batch may still grow."""
    _again(turn, seconds, turn_tries=turn.tries - 1, turn_upto=None)


def begin_anew(turn: Turn, seconds: int) -> None:
    """Not a try: it was cut off by what is no fault of it."""
    _again(turn, seconds, turn_tries=turn.tries - 1)


def _again(turn: Turn, seconds: int, **columns: int | None) -> None:
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    # A commit whose answer was lost may have ended the turn after all.
    rows = mine(turn.conversation.pk, turn.epoch).filter(turn_number=turn.number)
    if rows.update(turn_owner="", turn_until=None, turn_due_at=due, **columns):
        enqueue(Job.TURN, turn.conversation.pk, countdown=seconds)
