"""A row of the outbox as it begins: ours, queued, under an id made once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiadmin.core import clock
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.services.ids import new_wa_id


@dataclass(frozen=True)
class Fresh:
    """The first reply that a turn has stored a moment ago, and what it answers, as they were read then."""

    reply: Message
    answered: tuple[Message, ...]


def new(conversation: Conversation, text: str, **columns: Any) -> Message:
    """The assistant's message to this chat, due now and not saved yet. `columns` say what is different."""
    return Message(
        **{
            "company_id": conversation.company_id,
            "conversation": conversation,
            "direction": Direction.OUT,
            "author": Author.BOT,
            "status": MessageStatus.QUEUED,
            "wa_id": new_wa_id(),
            "text": text,
            "at": clock.now(),
            "due_at": datetime.now(UTC),
            **columns,
        }
    )
