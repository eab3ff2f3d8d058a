"""Messages nobody asked for just now: reminders, requests for a review. Queued here, paced by `pacing`."""

from datetime import UTC, datetime

from aiadmin.core import clock
from aiadmin.core.queue import Job, enqueue
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
from whatsapp.services import audience
from whatsapp.services.ids import new_wa_id


def queue(conversation: Conversation, text: str, *, expires_at: datetime) -> Message | None:
    """Puts a message on its way; None when the client wrote «СТОП» or the salon wants them left alone.

    `expires_at` (business time): of no use afterwards, so it is dropped rather than sent late. In a
    transaction with the caller's own row, whose unique key makes it once. Whether it is a first message
    to a stranger is decided when it leaves.
    """
    if conversation.opted_out_at is not None or not audience.may_write_first(conversation):
        return None
    message = Message.objects.create(
        company_id=conversation.company_id,
        conversation=conversation,
        direction=Direction.OUT,
        author=Author.BOT,
        status=MessageStatus.QUEUED,
        wa_id=new_wa_id(),
        text=text,
        at=clock.now(),
        purpose=Purpose.SERVICE,
        expires_at=expires_at,
        due_at=datetime.now(UTC),
    )
    enqueue(Job.DELIVER, conversation.pk)
    return message
