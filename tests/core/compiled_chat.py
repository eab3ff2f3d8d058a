"""A chat of three messages, for the tests of what is built once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.utils import timezone

from tests.whatsapp.hands import make_company
from whatsapp.models import Conversation, Message, SalonSettings
from whatsapp.models.message import Author, Direction, MessageStatus

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
MOSCOW = timezone.get_fixed_timezone(180)
SAID = Message.objects.order_by("pk")


@pytest.fixture
def chat(db: None) -> Conversation:
    """Of a salon with wishes of its own: three messages, an hour apart."""
    company = make_company()
    SalonSettings.objects.update_or_create(company=company)
    chat = Conversation.objects.create(company=company, chat="1@lid", state={"asked": ["day"]})
    say(chat, "a", "Привет 100%", payload={"at": {"hour": 1}, "%s": None})
    say(chat, "b", "", at=NOON + timedelta(hours=1))
    say(chat, "c", "Да", at=NOON + timedelta(hours=2), turn_number=7, due_at=NOON)
    return chat


def say(chat: Conversation, wa_id: str, text: str, **columns: Any) -> Message:
    columns = {"at": NOON, "status": MessageStatus.RECEIVED, **columns}
    return Message.objects.create(
        company=chat.company,
        conversation=chat,
        wa_id=wa_id,
        text=text,
        direction=Direction.IN,
        author=Author.CLIENT,
        **columns,
    )


def seen(item: Any, beside: tuple[int, ...] = ()) -> Any:
    """All that a row holds, and what was read along with it (of a row that leads back: its kind)."""
    if not isinstance(item, Model) or id(item) in beside:
        return type(item) if isinstance(item, Model) else item
    columns = {name: value for name, value in vars(item).items() if name != "_state"}
    along = {name: seen(one, (*beside, id(item))) for name, one in item._state.fields_cache.items()}
    return type(item), columns, along, item._state.adding, item._state.db


def later(after: Any) -> QuerySet[Message]:
    return SAID.filter(at__gt=after, wa_id__in="abc")


def loose(sql: str) -> str:
    """A parameter stands in brackets."""
    return sql.replace("(", "").replace(")", "")
