"""A message that came: stored once, in its client's chat, and put on the way to an answer or a person."""

from datetime import UTC, datetime, timedelta

import structlog

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.compiled import Insert
from marketplace.models import Company
from whatsapp import schemas
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.services import corrections, handover, handset, identity, takeover, turns

log = structlog.get_logger(__name__)

# A message older than this (business time) gets a person, not a stale answer.
STALE = timedelta(hours=2)
# Real time. A phone that begins to type says nothing more until it stops, or its message is there.
TYPING = timedelta(seconds=6)

_ONCE = Insert(Message, once=True)


def receive(company: Company, event: schemas.MessageEvent) -> None:
    """Stores the message. In the drainer's transaction; the same message again changes nothing."""
    if event.from_me and _is_our_own(company, event):
        return
    conversation = identity.conversation_for(company, event)
    if event.from_me:
        _from_handset(company, conversation, event)
    else:
        _from_client(company, conversation, event)


def undecryptable(company: Company, event: schemas.UndecryptableEvent) -> None:
    """WhatsApp brought a message that cannot be read: only the phone shows it."""
    raise_alarm(
        "undecryptable",
        f"{company}: сообщение клиента не удалось расшифровать, помощник его не видит. "
        "Откройте WhatsApp на телефоне салона и ответьте сами.",
        company_id=company.pk,
        email=company.email or "",
    )
    log.warning("whatsapp.undecryptable", company_id=company.pk, reason=event.reason)


def typing(company: Company, event: schemas.TypingEvent) -> None:
    """The client types, or has stopped: the turn that waits is put off, or comes. In a transaction."""
    conversation = identity.conversation_at(company, event.chat)
    if conversation is None:
        return
    until = datetime.now(UTC) + TYPING if event.typing else None
    conversation.typing_until = until
    Conversation.objects.filter(pk=conversation.pk).update(typing_until=until)
    if conversation.turn_due_at is not None and not conversation.turn_owner:
        turns.schedule(conversation)


def _from_client(company: Company, conversation: Conversation, event: schemas.MessageEvent) -> None:
    now = clock.now()
    silence = takeover.silence_reason(company, conversation, now)
    if silence is None and now - event.at > STALE:
        silence = "stale"
    if silence is None and _says_nothing(event):
        silence = "nothing_said"
    status = MessageStatus.ANSWERED if silence else MessageStatus.RECEIVED
    stored = _store(conversation, event, author=Author.CLIENT, status=status)
    if stored is None:
        return
    corrections.apply(conversation, event)
    log.info("whatsapp.message_in", company_id=company.pk, kind=event.type, silence=silence)
    if silence is None:
        if conversation.typing_until is not None:
            # What was being typed is this message.
            conversation.typing_until = None
            Conversation.objects.filter(pk=conversation.pk).update(typing_until=None)
        turns.schedule(conversation, stored)
    elif silence == "stale":
        # Told together with the rest of the backlog.
        takeover.need_person(conversation.pk, handover.BACKLOG)


def _says_nothing(event: schemas.MessageEvent) -> bool:
    """A reaction taken back, a revoke, an edit."""
    return event.protocol is not None or (event.reaction is not None and not event.reaction.emoji)


def _from_handset(
    company: Company, conversation: Conversation, event: schemas.MessageEvent
) -> None:
    stored = _store(conversation, event, author=Author.PERSON, status=MessageStatus.SENT)
    if stored is not None:
        corrections.apply(conversation, event)
        handset.wrote(company, conversation, stored, offline=event.offline)


def _is_our_own(company: Company, event: schemas.MessageEvent) -> bool:
    """An echo of what the assistant sent: its row was there before it left."""
    return Message.objects.filter(
        company=company,
        wa_id=event.message_id,
        direction=Direction.OUT,
        author=Author.BOT,
    ).exists()


def _store(
    conversation: Conversation,
    event: schemas.MessageEvent,
    *,
    author: Author,
    status: MessageStatus,
) -> Message | None:
    """None when this very message is there already."""
    message = Message(
        company_id=conversation.company_id,
        conversation=conversation,
        direction=Direction.OUT if event.from_me else Direction.IN,
        author=author,
        status=status,
        wa_id=event.message_id[:80],
        kind=event.type[:20],
        text=event.reaction.emoji if event.reaction else event.text,
        payload=event.model_dump(exclude_none=True),
        at=_plausible(event.at),
    )
    return message if _ONCE(message) else None


def _plausible(at: datetime) -> datetime:
    """A phone's clock may run ahead; a message never comes from the future."""
    return min(at, clock.now())
