"""After the database has come back from a copy: what happened meanwhile is unknown, nothing is said twice."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q

from aiadmin.core import redis as store
from marketplace.models import Company, IntegrationStatus
from marketplace.services import sync
from whatsapp.models import Conversation, Message, Outreach
from whatsapp.models.message import Direction, MessageStatus
from whatsapp.models.outreach import OutreachStatus
from whatsapp.services import takeover

RESTORED = "restored"
_WORDS = "База восстановлена из копии: проверьте по телефону, ответили ли клиенту"


@dataclass(frozen=True)
class Settled:
    """Messages that will not be sent again, chats given to a person, syncs asked for."""

    messages: int
    chats: int
    syncs: int


def settle() -> Settled:
    """Once, after the restore and before the programs start. Safe to repeat.

    What waited to be sent in the copy was probably sent afterwards; whoever waited for an answer was probably
    answered. The journal is read anew; the bridges go on with their keys as they were, and both sides ask
    again for what they cannot read.
    """
    now = datetime.now(UTC)
    with transaction.atomic():
        messages = Message.objects.filter(
            direction=Direction.OUT, status__in=(MessageStatus.QUEUED, MessageStatus.SENDING)
        ).update(status=MessageStatus.UNKNOWN, due_at=None, error=RESTORED)
        waiting = Conversation.objects.filter(
            Q(turn_due_at__isnull=False) | Q(turn_upto__isnull=False)
        )
        Message.objects.filter(
            conversation__in=waiting, direction=Direction.IN, status=MessageStatus.RECEIVED
        ).update(status=MessageStatus.ANSWERED)
        chats = list(waiting.values_list("pk", flat=True))
        Conversation.objects.filter(pk__in=chats).update(
            turn_due_at=None, turn_owner="", turn_until=None, turn_upto=None
        )
        for chat in chats:
            takeover.need_person(chat, _WORDS)
        Outreach.objects.filter(status=OutreachStatus.PLANNED, due_at__lt=now).update(
            status=OutreachStatus.SKIPPED, reason=RESTORED, claimed_until=None
        )
    active = Company.objects.filter(integration_status=IntegrationStatus.ACTIVE, sync_enabled=True)
    salons = list(active.values_list("pk", flat=True))
    for company_id in salons:
        sync.request_sync(company_id)
    _forget_cached()
    return Settled(messages, len(chats), len(salons))


def _forget_cached() -> None:
    """Tokens and codes of the time that is no more."""
    try:
        for key in store.client().scan_iter("marketplace:*"):
            store.client().delete(key)
    except store.ERRORS:
        return  # they end by themselves within a day, and PostgreSQL decides
