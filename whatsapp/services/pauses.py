"""When a chat is quiet enough to answer: a burst of messages gets one answer, a direct answer no wait.

Real time. The quiet time is TURN_DELAY_SECONDS after the last message; while the client types, or has
stopped in the middle of a sentence, up to five times of it after the first.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from aiadmin.core.compiled import Select
from whatsapp.models import Conversation, Message
from whatsapp.services import turn_rows

_WAITING = Select(
    lambda chat, after: turn_rows.waiting(chat).filter(pk__gt=after).order_by("pk")[:20]
)
LONGEST = 5
# Longer than this is no short answer.
_WORDS = 4
_OPEN_END = re.compile(
    r"(?:[,:—–-]|\b(?:и|а|но|или|либо|на|в|во|к|ко|с|со|у|по|за|до|после|для|от|чтобы|что|если|то))\s*$",
    re.IGNORECASE,
)


def due_at(
    conversation: Conversation,
    now: datetime,
    *,
    after: int,
    asked: str,
    waiting: Sequence[Message] | None = None,
) -> datetime:
    """When the turn of what waits behind message `after` begins; `waiting` is that, where it is known.

    `asked` is the dialogue's open question (`state.Asked`), "" when nothing was asked.
    """
    delay = timedelta(seconds=settings.TURN_DELAY_SECONDS)
    if waiting is None:
        waiting = _WAITING(chat=conversation.pk, after=after)
    if not waiting:
        return now + delay
    limit = max(now, waiting[0].created_at + LONGEST * delay)
    last = waiting[-1]
    if conversation.typing_until is not None and conversation.typing_until > now:
        return min(limit, conversation.typing_until)
    if is_open(last.text):
        return limit
    if asked and len(waiting) == 1 and is_short_answer(last.kind, last.text):
        return now
    return min(limit, now + delay)


def is_open(text: str) -> bool:
    """«Хочу записаться на», «Здравствуйте,»: the rest is being written."""
    return bool(_OPEN_END.search(text.strip()))


def is_short_answer(kind: str, text: str) -> bool:
    return kind == "text" and 0 < len(text.split()) <= _WORDS
