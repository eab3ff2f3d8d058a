"""The rows the outbox asks and writes, in statements built once: every answered message needs them."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from aiadmin.core.compiled import HasRow, Select, Update
from marketplace.models import IntegrationStatus
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Direction, MessageStatus, Purpose

OPEN = (MessageStatus.QUEUED, MessageStatus.SENDING)
_RANK = {
    MessageStatus.QUEUED: 0,
    MessageStatus.SENDING: 1,
    MessageStatus.UNKNOWN: 1,
    MessageStatus.FAILED: 1,
    MessageStatus.SENT: 2,
    MessageStatus.DELIVERED: 3,
    MessageStatus.READ: 4,
}


def _open(chat: Any) -> QuerySet[Message]:
    return Message.objects.filter(conversation_id=chat, direction=Direction.OUT, status__in=OPEN)


def _plain(pk: Any, chat: Any, now: Any) -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        Q(bot_paused_until=None) | Q(bot_paused_until__lte=now),
        pk=pk,
        chat=chat,
        needs_person_since=None,
        company__integration_status=IntegrationStatus.ACTIVE,
        company__whatsapp_enabled=True,
    )


def _ours(company: Any, message: Any) -> QuerySet[Message]:
    return Message.objects.filter(company_id=company, wa_id=message, direction=Direction.OUT)


def _forward(status: MessageStatus, *, settled: bool) -> Update:
    lower = [
        known
        for known, rank in _RANK.items()
        if rank < _RANK[status] and not (settled and known in OPEN)
    ]
    return Update(
        lambda company, message: (
            _ours(company, message).filter(status__in=lower),
            {"status": status, "due_at": None, "error": ""},
        )
    )


def _due(business: Any, real: Any) -> QuerySet[Message, int]:
    # All that is open has `due_at`, and nothing else: so these, too, are found by the outbox's index.
    others = Message.objects.filter(
        conversation=OuterRef("conversation"), status__in=OPEN, due_at__isnull=False
    )
    older = others.filter(pk__lt=OuterRef("pk"))
    replies = others.filter(purpose=Purpose.REPLY)
    rows = Message.objects.filter(
        Q(~Exists(older.filter(purpose=Purpose.REPLY)), purpose=Purpose.REPLY)
        | Q(~Exists(older), ~Exists(replies), ~Q(purpose=Purpose.REPLY)),
        Q(not_before=None) | Q(not_before__lte=business),
        status__in=OPEN,
        due_at__lte=real,
        direction=Direction.OUT,
    )
    return rows.order_by("due_at").values_list("conversation_id", flat=True)[:200]


# Chats whose first open message may be tried now.
due = Select(_due)
has_open = HasRow(_open)
# The oldest open reply, else the oldest open message.
first_open = Select(
    lambda chat: (
        _open(chat)
        .order_by(Case(When(purpose=Purpose.REPLY, then=0), default=1), "pk")
        .select_related("company", "conversation")[:1]
    )
)
sending = Update(
    lambda message, status, due_at, until, attempts: (
        Message.objects.filter(pk=message, status=status, due_at=due_at),
        {"status": MessageStatus.SENDING, "due_at": until, "attempts": attempts},
    )
)
# The same of a reply that its turn has only just stored, while nothing says that it needs a closer look:
# an older reply of the chat, a person who is called or answers, a new address, a salon that is off.
# `now` is business time.
sending_plain = Update(
    lambda message, chat, now, due_at, until: (
        Message.objects.filter(
            ~Exists(_open(OuterRef("conversation")).filter(pk__lt=message, purpose=Purpose.REPLY)),
            Exists(_plain(OuterRef("conversation"), chat, now)),
            pk=message,
            status=MessageStatus.QUEUED,
            due_at=due_at,
        ),
        {"status": MessageStatus.SENDING, "due_at": until, "attempts": 1},
    )
)
closed = Update(
    lambda message, status, error: (
        Message.objects.filter(pk=message, status__in=OPEN),
        {"status": status, "due_at": None, "error": error},
    )
)
# Chats in which this message is still open.
held_up = Select(
    lambda company, message: (
        _ours(company, message).filter(status__in=OPEN).values_list("conversation_id", flat=True)
    )
)
# What WhatsApp says of a message takes it forward only; `forward_settled`: unless it is still open.
_TOLD = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)
forward = {status: _forward(status, settled=False) for status in _TOLD}
forward_settled = {status: _forward(status, settled=True) for status in _TOLD}
