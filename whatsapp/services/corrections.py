"""A message that its author corrected or deleted afterwards, in WhatsApp's own sense of the words.

Before its turn begins the correction counts as if it had been written so at first; after that the answer
is out, and the correction is only noted for the people of the salon. The event itself stays in the chat.
"""

from whatsapp import schemas
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Direction, MessageStatus
from whatsapp.services import turns

EDIT, DELETION = "message_edit", "revoke"


def apply(conversation: Conversation, event: schemas.MessageEvent) -> None:
    """The caller holds the conversation's lock, so no turn begins meanwhile. Safe twice."""
    if event.protocol not in (EDIT, DELETION) or not event.target:
        return
    # Only an own message can be changed: the direction is part of the question.
    direction = Direction.OUT if event.from_me else Direction.IN
    found = Message.objects.filter(
        conversation=conversation, wa_id=event.target[:80], direction=direction
    ).first()
    if found is None:
        return
    waits = found.status == MessageStatus.RECEIVED and not _is_being_answered(conversation, found)
    if event.protocol == DELETION:
        found.payload = {**found.payload, "deleted": True}
        if waits:
            found.status = MessageStatus.ANSWERED
    else:
        found.payload = {**found.payload, "edited": event.text}
        if waits or event.from_me:
            found.payload.setdefault("original", found.text)
            found.text = event.text
    found.save(update_fields=["payload", "status", "text"])
    if waits and event.protocol == EDIT:
        # Whoever corrects is still writing.
        turns.schedule(conversation)


def _is_being_answered(conversation: Conversation, message: Message) -> bool:
    """A turn has read it, or will read it again: the batch of a turn is the same in every try."""
    upto = Conversation.objects.values_list("turn_upto", flat=True).get(pk=conversation.pk)
    return upto is not None and upto >= message.pk
