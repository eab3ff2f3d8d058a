"""A chat goes back to the assistant, which answers first of all what nobody has answered meanwhile."""

from datetime import datetime, timedelta

import structlog

from aiadmin.core import clock
from marketplace.models import Company
from whatsapp.models import AutoText, Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.services import takeover, turns
from whatsapp.services.texts import NO_ANSWER, digest, is_command

log = structlog.get_logger(__name__)

# Business time: what the client asked before that is no longer waited for.
_STILL_WAITS = timedelta(hours=2)


def give_back(company: Company, conversation: Conversation) -> None:
    """What the client asked since the last word of a person is due again. The caller locks the chat."""
    takeover.resume(conversation.pk)
    conversation.refresh_from_db()
    now = clock.now()
    if takeover.silence_reason(company, conversation, now) is None and _reopen(conversation, now):
        turns.schedule(conversation)
    log.info("whatsapp.given_back", company_id=company.pk, conversation_id=conversation.pk)


def _reopen(conversation: Conversation, now: datetime) -> int:
    rows = Message.objects.filter(conversation=conversation)
    answered = rows.filter(direction=Direction.IN, turn_number__isnull=False)
    turned = answered.order_by("-pk").values_list("pk", flat=True).first()
    waiting = rows.filter(
        pk__gt=max(turned or 0, _last_word(conversation)),
        direction=Direction.IN,
        status=MessageStatus.ANSWERED,
        at__gt=now - _STILL_WAITS,
    )
    waiting = waiting.exclude(kind__in=NO_ANSWER).exclude(payload__has_key="deleted")
    return waiting.update(status=MessageStatus.RECEIVED)


def _last_word(conversation: Conversation) -> int:
    """The message a person answered with last; 0: none. Neither a command nor a machine's text answers."""
    said = Message.objects.filter(conversation=conversation, author=Author.PERSON)
    said = said.exclude(kind__in=NO_ANSWER).order_by("-pk")
    known = AutoText.objects.filter(company=conversation.company_id)
    automatic = set(known.values_list("digest", flat=True))
    for pk, text in said.values_list("pk", "text"):
        if not is_command(text) and digest(text) not in automatic:
            return pk
    return 0
