"""A talk that leads nowhere: two machines answering each other, or a client who is not understood."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from aiadmin.core.compiled import Select
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, Purpose

# Business time.
WINDOW = timedelta(minutes=10)
REPLIES = 8
EQUAL_TEXTS = 3
# Messages of the window that are looked at, the newest.
_LOOKED_AT = 200


class _Said(NamedTuple):
    """A message of the last ten minutes; `frame__progress` is what its turn came to (`dialogue.story`)."""

    direction: str
    author: str
    purpose: str
    kind: str
    text: str
    turn_number: int | None
    frame__progress: bool | None


_NEWEST = Select(
    lambda chat, since: (
        Message.objects.filter(conversation_id=chat, at__gt=since)
        .order_by("-pk")
        .values_list(*_Said._fields)[:_LOOKED_AT]
    )
)


def goes_in_circles(conversation: Conversation, batch: Sequence[Message], now: datetime) -> bool:
    """Eight replies in ten minutes with no slot filled and no action done, or three equal texts."""
    since = _said(conversation, now)
    moved = [
        at for at, row in enumerate(since) if row.direction == Direction.IN and row.frame__progress
    ]
    if moved:
        since = since[moved[-1] + 1 :]
    replies = [
        row
        for row in since
        if row.direction == Direction.OUT
        and row.author == Author.BOT
        and row.purpose == Purpose.REPLY
        and row.turn_number is not None
        and row.kind == "text"
    ]
    return len(replies) >= REPLIES or _says_the_same(since, batch)


def _said(conversation: Conversation, now: datetime) -> list[_Said]:
    """Oldest first."""
    newest = _NEWEST(chat=conversation.pk, since=now - WINDOW)
    return [_Said(*row) for row in newest][::-1]


def _says_the_same(since: Sequence[_Said], batch: Sequence[Message]) -> bool:
    """The batch repeats what the two turns before it answered; a burst of one turn counts once."""
    now = _words(batch[-1].text)
    if not now or batch[-1].kind != "text":
        return False
    turns: dict[int, str] = {}
    for row in since:
        if row.direction == Direction.IN and row.turn_number is not None and row.kind == "text":
            turns[row.turn_number] = _words(row.text)
    last = list(turns.values())[-(EQUAL_TEXTS - 1) :]
    return len(last) == EQUAL_TEXTS - 1 and set(last) == {now}


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
