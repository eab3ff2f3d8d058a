"""What a person of the salon writes on the phone: an answer that silences the assistant, or «/бот»."""

from datetime import datetime, timedelta

import structlog

from aiadmin.core import clock
from marketplace.models import Company
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Author, Direction, MessageStatus
from whatsapp.services import audience, auto_texts, takeover, turns
from whatsapp.services.texts import COMMANDS

log = structlog.get_logger(__name__)

# What a person sends by the way: no answer, so the assistant goes on.
_NO_ANSWER = ("reaction", "other")
# Business time: what the client asked before that is no longer waited for.
_STILL_WAITS = timedelta(hours=2)


def wrote(company: Company, conversation: Conversation, message: Message, *, offline: bool) -> None:
    """The stored message's meaning for the chat. In the drainer's transaction, the chat locked."""
    if message.kind in _NO_ANSWER:
        return
    if message.text.strip().casefold() in COMMANDS:
        _give_back(company, conversation)
        return
    if auto_texts.is_automatic(company, conversation, message):
        return
    if audience.is_shadow(company):
        # Here a person answers always, and the drafts are to be compared with what they say.
        return
    # After a break the backlog tells of answers long given: they count from their own moment.
    since = message.at if offline else clock.now()
    takeover.pause(conversation, until=since + takeover.takeover_time(company))


def _give_back(company: Company, conversation: Conversation) -> None:
    """The assistant answers again, first of all what the client asked since the person's last word."""
    takeover.resume(conversation.pk)
    conversation.refresh_from_db()
    now = clock.now()
    if takeover.silence_reason(company, conversation, now) is None and _reopen(conversation, now):
        turns.schedule(conversation)
    log.info("whatsapp.given_back", company_id=company.pk, conversation_id=conversation.pk)


def _reopen(conversation: Conversation, now: datetime) -> int:
    rows = Message.objects.filter(conversation=conversation)
    said = rows.filter(author=Author.PERSON).exclude(kind__in=_NO_ANSWER)
    commands = [pk for pk, text in said.values_list("pk", "text") if _is_command(text)]
    last = said.exclude(pk__in=commands).order_by("-pk").first()
    answered = rows.filter(direction=Direction.IN, turn_number__isnull=False)
    turned = answered.order_by("-pk").first()
    begin = max((row.pk for row in (last, turned) if row is not None), default=0)
    waiting = rows.filter(
        pk__gt=begin,
        direction=Direction.IN,
        status=MessageStatus.ANSWERED,
        at__gt=now - _STILL_WAITS,
    )
    waiting = waiting.exclude(kind__in=_NO_ANSWER).exclude(payload__has_key="deleted")
    return waiting.update(status=MessageStatus.RECEIVED)


def _is_command(text: str) -> bool:
    return text.strip().casefold() in COMMANDS
