"""One client's data on their request: told in full, or erased (152-ФЗ, статьи 14 и 21).

What we hold is found by the salon and the phone: the card and the visits as YCLIENTS told them, the chats,
what we wrote to YCLIENTS, webhooks, and the bridge's copies of messages and files. YCLIENTS's own journal is
the salon's: who is to be forgotten is removed there first, else the next sync brings the card back.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from aiadmin.core import phones
from aiadmin.core.models import Alarm
from marketplace.models import Booking, BookingAttempt, Client, Company, WebhookEvent
from whatsapp.models import Conversation, Message, WaitingEntry
from whatsapp.models.message import Purpose
from whatsapp.services import bridge_erasing, handover, media

log = structlog.get_logger(__name__)

_ERASED = "erased"
_FORGOTTEN = "Данные клиента удалены по его просьбе."


@dataclass(frozen=True)
class Found:
    """Rows of one client in one salon."""

    conversations: QuerySet[Conversation]
    messages: QuerySet[Message]
    clients: QuerySet[Client]
    bookings: QuerySet[Booking]
    attempts: QuerySet[BookingAttempt]
    webhooks: QuerySet[WebhookEvent]

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name).count() for name in self.__dataclass_fields__}


def find(company: Company, phone: str) -> Found:
    """`phone` E.164. The salon leads: the same person in another salon is another matter."""
    conversations = Conversation.objects.filter(company=company, phone=phone)
    # YCLIENTS writes numbers in several ways; the digits without the country are in all of them.
    digits = phone[-10:]
    return Found(
        conversations=conversations,
        messages=Message.objects.filter(company=company, conversation__in=conversations),
        clients=Client.objects.filter(company=company, phone=phone),
        bookings=Booking.objects.filter(company=company, client_phone=phone),
        attempts=BookingAttempt.objects.annotate(
            said=Cast("request", TextField()), told=Cast("result", TextField())
        )
        .filter(company=company)
        .filter(_of_chats(conversations) | Q(said__contains=digits) | Q(told__contains=digits)),
        webhooks=WebhookEvent.objects.annotate(said=Cast("body", TextField())).filter(
            company=company, said__contains=digits
        ),
    )


def _of_chats(conversations: QuerySet[Conversation]) -> Q:
    """Writes of these chats, whose keys begin with the chat: a move or a cancellation names no number."""
    keys = (Q(key__startswith=f"{pk}:") for pk in conversations.values_list("pk", flat=True))
    return reduce(or_, keys, Q(pk__in=()))


def export(company: Company, phone: str) -> dict[str, Any]:
    """All of it, ready for JSON. Files are listed, their content is the bridge's."""
    found = find(company, phone)
    messages = list(found.messages.order_by("pk"))
    files = media.files_of(company, messages)
    return {
        "salon": {"company_id": company.pk, "salon_id": company.salon_id, "title": company.title},
        "phone": phone,
        "cards": _rows(found.clients, "yclients_id", "phone", "name", "visits_count", "last_visit"),
        "visits": _rows(
            found.bookings,
            *("record_id", "client_name", "start", "length_seconds", "services", "attendance"),
            *("is_deleted", "made_by_us"),
        ),
        "chats": _rows(
            found.conversations,
            *("chat", "lid", "phone", "name", "push_name", "opted_out_at", "created_at", "state"),
        ),
        "messages": [
            {
                "at": row.at,
                "direction": row.direction,
                "author": row.author,
                "kind": row.kind,
                "text": row.text,
                "status": row.status,
                "understood": row.frame,
                "file": {"mime": file.mime, "filename": file.filename, "size": file.size}
                if (file := files.get(row.pk))
                else None,
            }
            for row in messages
        ],
        "waiting_list": _rows(
            WaitingEntry.objects.filter(conversation__in=found.conversations),
            *("services", "staff", "days", "earliest", "latest", "guest", "others", "record_id"),
            *("status", "created_at"),
        ),
        "our_calls_to_yclients": _rows(
            found.attempts, "kind", "request", "status", "result", "created_at"
        ),
        "events_of_yclients": _rows(found.webhooks, "resource", "event", "body", "received_at"),
    }


def erase(company: Company, phone: str) -> dict[str, int]:
    """Deletes it; table → rows. Safe to repeat. A visit stays as a time in the salon's day, of nobody."""
    found = find(company, phone)
    counts = found.counts
    # Fixed before the rows go.
    chats = _addresses(found)
    message_ids = list(found.messages.values_list("wa_id", flat=True))
    counts["files"] = media.erase_media(company, chats)
    counts["bridge_copies"] = bridge_erasing.delete_messages(company.pk, chats, message_ids)
    with transaction.atomic():
        _unname(company, found)
        found.webhooks.delete()
        found.attempts.update(request={_ERASED: True}, result=None)
        found.bookings.update(client_phone="", client_name="")
        found.clients.delete()
        # Their messages go with them.
        found.conversations.delete()
    log.info("privacy.client_erased", company_id=company.pk, phone=phones.mask(phone), **counts)
    return counts


def _unname(company: Company, found: Found) -> None:
    """What was said of the client to the salon's people: notices in WhatsApp, alarms about the chat."""
    for chat in found.conversations:
        number = phones.pretty(chat.phone)
        notices = Message.objects.filter(company=company, purpose=Purpose.STAFF)
        notices.filter(Q(text__contains=number) | Q(text__contains=handover.who(chat))).update(
            text=_FORGOTTEN
        )
        Alarm.objects.filter(company_id=company.pk, text__contains=handover.who(chat)).update(
            text=_FORGOTTEN
        )


def _addresses(found: Found) -> list[str]:
    """Every address the client wrote from: chats are merged, their messages remember."""
    told = found.conversations.values_list("chat", "lid")
    addresses = {address for pair in told for address in pair if address}
    addresses |= set(found.messages.values_list("payload__chat", flat=True)) - {None, ""}
    return sorted(str(address) for address in addresses)


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*names))
