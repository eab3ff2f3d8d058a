"""A talk that leads nowhere: two machines answering each other, or a client who is not understood."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, Purpose

# Business time.
WINDOW = timedelta(minutes=10)
REPLIES = 8
EQUAL_TEXTS = 3


def goes_in_circles(conversation: Conversation, batch: Sequence[Message], now: datetime) -> bool:
    """Eight replies in ten minutes with no slot filled and no action done, or three equal texts.

    What a turn came to is told by its story (`dialogue.story`): `progress`.
    """
    rows = Message.objects.filter(conversation=conversation, at__gt=now - WINDOW)
    moved = rows.filter(direction=Direction.IN, frame__progress=True).order_by("-pk").first()
    since = rows.filter(pk__gt=moved.pk) if moved is not None else rows
    said = since.filter(
        direction=Direction.OUT,
        author=Author.BOT,
        purpose=Purpose.REPLY,
        turn_number__isnull=False,
        kind="text",
    )
    return said.count() >= REPLIES or _says_the_same(since, batch)


def _says_the_same(since: QuerySet[Message], batch: Sequence[Message]) -> bool:
    """The batch repeats what the two turns before it answered; a burst of one turn counts once."""
    now = _words(batch[-1].text)
    if not now or batch[-1].kind != "text":
        return False
    turns: dict[int, str] = {}
    answered = since.filter(direction=Direction.IN, turn_number__isnull=False, kind="text")
    for number, text in answered.order_by("pk").values_list("turn_number", "text"):
        turns[number or 0] = _words(text)
    last = list(turns.values())[-(EQUAL_TEXTS - 1) :]
    return len(last) == EQUAL_TEXTS - 1 and set(last) == {now}


def _words(text: str) -> str:
    return " ".join(text.casefold().split())
