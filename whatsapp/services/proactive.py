"""Messages nobody asked for just now: reminders, requests for a review. Queued here, paced by `pacing`."""

from datetime import datetime

from aiadmin.core.queue import Job, enqueue
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Purpose
from whatsapp.services import audience, outgoing


def queue(conversation: Conversation, text: str, *, expires_at: datetime) -> Message | None:
    """Puts a message on its way; None when the client wrote «СТОП» or the salon wants them left alone.

    `expires_at` (business time): of no use afterwards, so it is dropped rather than sent late. In a
    transaction with the caller's own row, whose unique key makes it once. Whether it is a first message
    to a stranger is decided when it leaves.
    """
    if conversation.opted_out_at is not None or not audience.may_write_first(conversation):
        return None
    message = outgoing.new(conversation, text, purpose=Purpose.SERVICE, expires_at=expires_at)
    message.save(force_insert=True)
    enqueue(Job.DELIVER, conversation.pk)
    return message
