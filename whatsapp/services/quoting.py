"""What a reply shows above itself: the message it answers, when the client has written more meanwhile."""

from typing import Any

from whatsapp.models import Message
from whatsapp.models.message import Author, Direction

# Who takes the quotation for a hint needs no more of it.
LENGTH = 300
# Nobody takes these for something that was answered.
_BY_THE_WAY = ("reaction", "other")


def quoted_by(message: Message) -> dict[str, Any] | None:
    """For the bridge: {"message_id", "from_me", "text"}; None when nobody could mistake what is answered.

    Only a turn's first reply quotes: the rest stands right below it.
    """
    if message.author != Author.BOT or message.turn_number is None or message.kind != "text":
        return None
    chat = Message.objects.filter(conversation=message.conversation_id)
    turn = chat.filter(turn_number=message.turn_number)
    if turn.filter(direction=Direction.OUT, pk__lt=message.pk).exists():
        return None
    came = chat.filter(direction=Direction.IN).exclude(kind__in=_BY_THE_WAY)
    asked = came.filter(turn_number=message.turn_number).order_by("-pk").first()
    if asked is None or not asked.text or asked.payload.get("deleted"):
        return None
    # A client has two addresses; a quotation of the other one would lead nowhere.
    if asked.payload.get("chat") != message.conversation.chat:
        return None
    if not came.filter(pk__gt=asked.pk).exists():
        return None
    return {"message_id": asked.wa_id, "from_me": False, "text": asked.text[:LENGTH]}
