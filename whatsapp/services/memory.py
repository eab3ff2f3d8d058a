"""The dialogue's state as the conversation's row keeps it, and what was said while others answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from pydantic import TypeAdapter

from aiadmin.core.compiled import Select
from marketplace.models import Booking, Company
from whatsapp.assistant.habits import TELLING
from whatsapp.assistant.overheard import Line
from whatsapp.assistant.state import Asked, DialogueState, Task
from whatsapp.assistant.types import LastVisit
from whatsapp.models import AutoText, Conversation, Message
from whatsapp.models.message import Author, Direction
from whatsapp.services.texts import digest, is_command

# YCLIENTS: the client came.
CAME = 1
_json: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
# Marks a state of drafts: what it believes to be booked or asked, no client has ever seen.
_SHADOW = "shadow"
# Business time. What a person said earlier is another day's talk.
RECENT = timedelta(hours=12)
_LINES = 30

_CAME = Select(
    lambda company, phone, now: Booking.objects.filter(
        company_id=company,
        client_phone=phone,
        is_deleted=False,
        attendance=CAME,
        start__lt=now,
    ).order_by("-start")[:TELLING]
)


def a_persons(chat: Any, before: Any, since: Any) -> QuerySet[Message]:
    """What a person of the salon wrote before a message of the chat, since a moment of business time."""
    return Message.objects.filter(
        conversation_id=chat, pk__lt=before, at__gt=since, kind="text", author=Author.PERSON
    )


def load(stored: dict[str, Any], *, shadow: bool = False) -> DialogueState:
    """A fresh state when the stored one is empty, broken, of another version, or of drafts only."""
    if not stored or (stored.get(_SHADOW) and not shadow):
        return DialogueState()
    return DialogueState.from_json(_json.dump_json(stored))


def dump(state: DialogueState, *, shadow: bool = False) -> dict[str, Any]:
    return _json.validate_json(state.to_json()) | ({_SHADOW: True} if shadow else {})


def calmed(stored: dict[str, Any]) -> dict[str, Any]:
    """The dialogue without its open question: a later «да» answers a person, not the assistant."""
    shadow = bool(stored.get(_SHADOW))
    state = load(stored, shadow=shadow)
    state = replace(state, task=Task.NONE, asked=Asked.NOTHING, options=(), pending=None)
    return dump(state, shadow=shadow)


def came(company: Company, phone: str, now: datetime) -> tuple[LastVisit, ...]:
    """The visits that tell what the client usually has done and by whom, by our copy of the journal; the
    last one first."""
    if not phone:
        return ()
    return tuple(
        LastVisit(
            day=row.start.astimezone(company.zone).date(),
            services=tuple(str(item["id"]) for item in row.services),
            staff=str(row.staff_yclients_id) if row.staff_yclients_id else None,
        )
        for row in _CAME(company=company.pk, phone=phone, now=now)
    )


def said_meanwhile(
    conversation: Conversation, batch: Sequence[Message], now: datetime
) -> tuple[Line, ...]:
    """What was said since the assistant's last turn, when a person of the salon took part; else nothing."""
    before, since = batch[0].pk, now - RECENT
    rows = Message.objects.filter(
        conversation=conversation, pk__lt=before, at__gt=since, kind="text"
    )
    turned = rows.filter(direction=Direction.IN, turn_number__isnull=False).order_by("-pk").first()
    if turned is not None:
        rows = rows.filter(pk__gt=turned.pk)
    spoken = rows.filter(Q(author=Author.PERSON) | Q(author=Author.CLIENT)).order_by("-pk")
    lines = [row for row in spoken[:_LINES] if not is_command(row.text)][::-1]
    if not any(row.author == Author.PERSON for row in lines):
        return ()
    automatic = set(
        AutoText.objects.filter(company=conversation.company_id).values_list("digest", flat=True)
    )
    kept = [
        row for row in lines if row.author == Author.CLIENT or digest(row.text) not in automatic
    ]
    if not any(row.author == Author.PERSON for row in kept):
        return ()
    return tuple(Line(row.text, row.at, row.author == Author.CLIENT) for row in kept)
