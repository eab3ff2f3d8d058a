"""What a client leaves behind in every table."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from psycopg import sql

from marketplace.models import Booking, BookingAttempt, Client, Company, WebhookEvent
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus

_COUNT = sql.SQL("SELECT count(*) FROM bridge.{} WHERE session_id = %s")

PHONE, OTHER = "+79001234567", "+79007654321"
SECRET = "аллергия на краску"


def message(chat: Conversation, text: str, *, days: int = 0, **columns: Any) -> Message:
    made = Message.objects.create(
        company=chat.company,
        conversation=chat,
        at=datetime.now(UTC),
        text=text,
        **{
            "direction": Direction.IN,
            "author": Author.CLIENT,
            "status": MessageStatus.ANSWERED,
            "wa_id": f"{chat.pk}-{Message.objects.count()}",
            **columns,
        },
    )
    Message.objects.filter(pk=made.pk).update(created_at=datetime.now(UTC) - timedelta(days=days))
    return made


def client_of(company: Company, phone: str = PHONE, lid: str = "5000@lid") -> Conversation:
    """Everything that a client leaves behind."""
    Client.objects.create(company=company, phone=phone, name="Ольга", yclients_id=7)
    Booking.objects.create(
        company=company,
        record_id=int(phone[-6:]),
        client_phone=phone,
        client_name="Ольга",
        start=datetime.now(UTC),
    )
    BookingAttempt.objects.create(
        company=company,
        key=f"{phone}:{company.pk}",
        kind="book",
        api_id=phone[-9:] + str(company.pk),
        request={"phone": phone.removeprefix("+"), "name": "Ольга"},
    )
    WebhookEvent.objects.create(
        company=company,
        key=f"{phone}{company.pk}",
        status="done",
        body={"data": {"client": {"phone": phone.removeprefix("+")}}},
    )
    chat = Conversation.objects.create(company=company, chat=lid, phone=phone, name="Ольга")
    # A cancellation names no number, and keeps the words of what was to follow it.
    BookingAttempt.objects.create(
        company=company,
        key=f"{chat.pk}:0:cancel:1/1",
        kind="cancel",
        api_id=f"cancel-{chat.pk}",
        request={"record_id": 1, "left": SECRET},
    )
    sent = message(chat, SECRET, payload={"chat": f"{phone[1:]}@s.whatsapp.net"})
    with connection.cursor() as cursor:
        for address in (lid, f"{phone[1:]}@s.whatsapp.net"):
            cursor.execute(
                "INSERT INTO bridge.events (session_id, kind, chat, message_id, payload, processed_at)"
                " VALUES (%s, 'message', %s, 'A', '{\"type\": \"image\"}', now())",
                [company.pk, address],
            )
        cursor.execute(
            "INSERT INTO bridge.sent (session_id, message_id, content) VALUES (%s, %s, '')",
            [company.pk, sent.wa_id],
        )
    return chat


def bridge_rows(company: Company) -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in ("events", "sent", "media"):
            cursor.execute(_COUNT.format(sql.Identifier(table)), [company.pk])
            counts[table] = cursor.fetchone()[0]
    return counts
