"""What a reply answers, and shows above itself when the client has written more meanwhile."""

from collections.abc import Sequence
from typing import Any

from whatsapp.models import Message
from whatsapp.models.message import Author, Direction

# Who takes the quotation for a hint needs no more of it.
LENGTH = 300
# Nobody takes these for something that was answered.
_BY_THE_WAY = ("reaction", "other")


def answered_by(message: Message) -> tuple[Message, ...]:
    """The client's messages that a turn's first reply answers, oldest first. None of its other replies:
    they stand right below it."""
    if message.author != Author.BOT or message.turn_number is None:
        return ()
    chat = Message.objects.filter(conversation=message.conversation_id)
    turn = list(chat.filter(turn_number=message.turn_number).order_by("pk"))
    if any(row.direction == Direction.OUT and row.pk < message.pk for row in turn):
        return ()
    return tuple(row for row in turn if row.direction == Direction.IN)


def quotation(message: Message, answered: Sequence[Message]) -> dict[str, Any] | None:
    """For the bridge: {"message_id", "from_me", "text"}; None when nobody could mistake what is answered."""
    if message.kind != "text":
        return None
    asked = next((row for row in reversed(answered) if row.kind not in _BY_THE_WAY), None)
    if asked is None or not asked.text or asked.payload.get("deleted"):
        return None
    # A client has two addresses; a quotation of the other one would lead nowhere.
    if asked.payload.get("chat") != message.conversation.chat:
        return None
    later = Message.objects.filter(
        conversation=message.conversation_id, direction=Direction.IN, pk__gt=asked.pk
    )
    if not later.exclude(kind__in=_BY_THE_WAY).exists():
        return None
    return {"message_id": asked.wa_id, "from_me": False, "text": asked.text[:LENGTH]}
