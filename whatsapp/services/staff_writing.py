"""A person of the staff writes to a client as the salon, from the admin instead of the phone."""

import structlog
from django.db import transaction

from aiadmin.core import clock
from aiadmin.core.errors import AppError
from aiadmin.core.queue import Job, enqueue
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author
from whatsapp.services import outgoing, takeover

log = structlog.get_logger(__name__)

# What WhatsApp takes in one message is more; nobody reads more than this.
LONGEST = 4000


def write(conversation_id: int, text: str) -> Message:
    """Queues `text` in the chat. As with an answer from the phone, the assistant is silent afterwards.

    Raises AppError `empty`, `too_long`.
    """
    said = text.strip()
    if not said:
        raise AppError("Напишите что-нибудь", code="empty")
    if len(said) > LONGEST:
        raise AppError(f"Слишком длинно: больше {LONGEST} знаков", code="too_long")
    with transaction.atomic():
        conversation = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("company")
            .get(pk=conversation_id)
        )
        company = conversation.company
        takeover.pause(conversation, until=clock.now() + takeover.takeover_time(company))
        message = outgoing.new(conversation, said, author=Author.PERSON)
        message.save(force_insert=True)
        enqueue(Job.DELIVER, conversation.pk)
    log.info("whatsapp.staff_wrote", company_id=company.pk, conversation_id=conversation.pk)
    return message
