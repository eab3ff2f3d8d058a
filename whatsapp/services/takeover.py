"""Who answers a chat: the assistant, nobody, or a person of the salon who has taken over."""

from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from aiadmin.core import clock
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company, IntegrationStatus
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
from whatsapp.services import audience, memory, pacing

log = structlog.get_logger(__name__)


def silence_reason(company: Company, conversation: Conversation, now: datetime) -> str | None:
    """Why nobody answers this chat at business time `now`; None when the assistant does."""
    if company.integration_status != IntegrationStatus.ACTIVE:
        return f"company_{company.integration_status}"
    if not company.whatsapp_enabled:
        return "whatsapp_disabled"
    if not company.ai_enabled:
        return "ai_disabled"
    if (why := audience.silence_reason(company, conversation)) is not None:
        return why
    if conversation.bot_paused_until and conversation.bot_paused_until > now:
        return None if audience.is_shadow(company) else "person_took_over"
    return None


def pause(conversation: Conversation, *, until: datetime) -> None:
    """A person answers: the assistant keeps silent until `until` (business time).

    In a transaction. A turn under way is fenced off, replies that have not left are withdrawn, and an
    agreed but unconfirmed action is forgotten: a later «да» is meant for the person.
    """
    rows = Conversation.objects.filter(pk=conversation.pk)
    rows.update(
        bot_paused_until=Greatest("bot_paused_until", until),
        needs_person_since=None,
        needs_person_reason="",
        told_at=None,
        state=memory.calmed(conversation.state),
        turn_due_at=None,
        turn_owner="",
        turn_until=None,
        turn_epoch=F("turn_epoch") + 1,
        turn_number=F("turn_number") + 1,
        turn_tries=0,
        turn_upto=None,
    )
    messages = Message.objects.filter(conversation=conversation)
    messages.filter(direction=Direction.IN, status=MessageStatus.RECEIVED).update(
        status=MessageStatus.ANSWERED
    )
    # A reminder is no answer that the person gave instead: it waits until the chat is the assistant's.
    messages.filter(
        direction=Direction.OUT,
        author=Author.BOT,
        status=MessageStatus.QUEUED,
        purpose=Purpose.REPLY,
    ).update(status=MessageStatus.FAILED, error="taken_over", due_at=None)
    log.info(
        "whatsapp.taken_over", company_id=conversation.company_id, conversation_id=conversation.pk
    )


def resume(conversation_id: int) -> bool:
    """The assistant answers again; the chat needs nobody. False when it was so already."""
    rows = Conversation.objects.filter(pk=conversation_id)
    paused = rows.exclude(bot_paused_until=None, needs_person_since=None)
    held = Message.objects.filter(conversation_id=conversation_id, status=MessageStatus.QUEUED)
    held.filter(error=pacing.TAKEN_OVER).update(not_before=None)
    return bool(
        paused.update(
            bot_paused_until=None, needs_person_since=None, needs_person_reason="", told_at=None
        )
    )


def pause_by_staff(conversation_id: int) -> None:
    """The same as an answer from the handset, by a button."""
    with transaction.atomic():
        conversation = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("company")
            .get(pk=conversation_id)
        )
        pause(conversation, until=clock.now() + takeover_time(conversation.company))


def takeover_time(company: Company) -> timedelta:
    return timedelta(minutes=company.takeover_minutes)


def need_person(conversation_id: int, reason: str) -> None:
    """Marks the chat as waiting for a person; the first reason and moment (real time) stay.

    The salon's people are told by `handover`, once.
    """
    marked = Conversation.objects.filter(pk=conversation_id, needs_person_since=None).update(
        needs_person_since=datetime.now(UTC), needs_person_reason=reason[:1000], told_at=None
    )
    if marked:
        enqueue(Job.HANDOVER, conversation_id)


def need_nobody(conversation_id: int, why: str) -> None:
    """What a person was called for has settled itself; called for anything else, the chat goes on waiting."""
    rows = Conversation.objects.filter(pk=conversation_id, needs_person_reason__startswith=why)
    rows.update(needs_person_since=None, needs_person_reason="", told_at=None)


def mute(conversation_id: int, *, on: bool) -> None:
    """Staff: never answer in this chat, or answer again."""
    rows = Conversation.objects.filter(pk=conversation_id)
    rows.update(muted_at=datetime.now(UTC) if on else None)
