"""What a turn hardly ever finds, asked in one statement before it begins."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from aiadmin.core.compiled import HasRows
from marketplace.services import booking
from whatsapp.models import Conversation, Message
from whatsapp.services import kept_requests, memory, outreach_questions, waiting_list


class Seen(NamedTuple):
    """A person of the salon took part, the client is on the waiting list, something was asked unasked, this
    very turn began to write before a crash, and a request of the client's is kept. What is not there need
    not be looked for."""

    person: bool
    listed: bool
    asked: bool
    written: bool
    kept: bool


_LOOK = HasRows(
    memory.a_persons,
    waiting_list.places,
    outreach_questions.were_asked,
    booking.attempts,
    kept_requests.open_ones,
)


def look(
    conversation: Conversation, batch: Sequence[Message], key_prefix: str, now: datetime
) -> Seen:
    """`now` is business time; `key_prefix` begins the keys of this turn's writes."""
    return Seen(
        *_LOOK(
            chat=conversation.pk,
            company=conversation.company_id,
            before=batch[0].pk,
            since=now - memory.RECENT,
            prefix=f"{key_prefix}:",
        )
    )
