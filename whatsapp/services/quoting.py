"""What a reply answers, and shows above itself when the client has written more meanwhile."""

from collections.abc import Sequence
from typing import Any

from aiadmin.core.compiled import HasRow, Select
from whatsapp.models import Message
from whatsapp.models.message import Author, Direction

# Who takes the quotation for a hint needs no more of it.
LENGTH = 300
# Nobody takes these for something that was answered.
_BY_THE_WAY = ("reaction", "other")

_TURN = Select(
    lambda chat, number: Message.objects.filter(conversation_id=chat, turn_number=number).order_by(
        "pk"
    )
)
_WROTE_LATER = HasRow(
    lambda chat, after: Message.objects.filter(
        conversation_id=chat, direction=Direction.IN, pk__gt=after
    ).exclude(kind__in=_BY_THE_WAY)
)


def answered_by(message: Message) -> tuple[Message, ...]:
    """The client's messages that a turn's first reply answers, oldest first. None of its other replies:
    they stand right below it."""
    if message.author != Author.BOT or message.turn_number is None:
        return ()
    turn = _TURN(chat=message.conversation_id, number=message.turn_number)
    if any(row.direction == Direction.OUT and row.pk < message.pk for row in turn):
        return ()
    return tuple(row for row in turn if row.direction == Direction.IN)


def quotation(message: Message, answered: Sequence[Message]) -> dict[str, Any] | None:
    """For the bridge: {"message_id", "from_me", "text"}; None when nobody could mistake what is answered."""
    if message.kind != "text":
        return None
    asked = next((row for row in reversed(answered) if row.kind not in _BY_THE_WAY), None)
    if asked is None:
        return None
    # A client has two addresses; a quotation of the other one would lead nowhere.
    if asked.payload.get("chat") != message.conversation.chat:
        return None
    if not _WROTE_LATER(chat=message.conversation_id, after=asked.pk):
        return None
    # It may have been corrected or deleted while it was answered.
    asked.refresh_from_db(fields=("text", "payload"))
    if not asked.text or asked.payload.get("deleted"):
        return None
    return {"message_id": asked.wa_id, "from_me": False, "text": asked.text[:LENGTH]}
