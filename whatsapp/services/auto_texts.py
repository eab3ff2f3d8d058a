"""WhatsApp Business's own greetings, sent by the handset seconds after a client wrote: no takeover.

Nothing in the message says that it is automatic. What gives it away is that the very same text follows
clients' messages within seconds, in three chats.
"""

from datetime import UTC, datetime, timedelta

import structlog

from aiadmin.core.alarms import raise_alarm
from marketplace.models import Company
from whatsapp.models import AutoText, Conversation, Message
from whatsapp.models.message import Author, Direction
from whatsapp.services import giving_back, handover
from whatsapp.services.texts import digest

log = structlog.get_logger(__name__)

# Nobody reads, thinks and types so fast. WhatsApp's own times of both messages.
AT_ONCE = timedelta(seconds=5)
CHATS = 3
_LOOK_BACK = timedelta(days=7)
# Seconds after the client's message, in the payload of what the handset sent.
_MARK = "seconds_after"

_TOLD = (
    "в WhatsApp Business включены автоматические сообщения. Клиент получает два ответа: от WhatsApp и от "
    "помощника. Выключите их: WhatsApp Business → Инструменты для бизнеса → Приветственное сообщение и "
    "Сообщение «нет на месте»."
)


def is_automatic(company: Company, conversation: Conversation, message: Message) -> bool:
    """Whether this message of the handset was written by nobody. In the drainer's transaction.

    At the third chat the pauses that the same text has caused in the others are taken back, and what their
    clients asked is answered.
    """
    asked = (
        Message.objects.filter(
            conversation=conversation, direction=Direction.IN, at__lte=message.at
        )
        .order_by("-at")
        .first()
    )
    if not message.text.strip() or asked is None or message.at - asked.at > AT_ONCE:
        return False
    known = AutoText.objects.filter(company=company)
    if known.filter(digest=digest(message.text)).exists():
        return True
    message.payload[_MARK] = int((message.at - asked.at).total_seconds())
    message.save(update_fields=["payload"])
    alike = Message.objects.filter(
        company=company,
        direction=Direction.OUT,
        author=Author.PERSON,
        created_at__gt=datetime.now(UTC) - _LOOK_BACK,
        text=message.text,
        payload__has_key=_MARK,
    )
    chats = set(alike.values_list("conversation_id", flat=True))
    if len(chats) < CHATS:
        return False
    first = not known.exists()
    AutoText.objects.get_or_create(company=company, digest=digest(message.text))
    for pk in sorted(chats - {conversation.pk}):
        _take_back(company, pk, message.text)
    if first:
        _tell_owner(company)
    log.info("whatsapp.auto_text_found", company_id=company.pk)
    return True


def _take_back(company: Company, conversation_id: int, text: str) -> None:
    """Unless a person has written there since."""
    said = Message.objects.filter(conversation_id=conversation_id, author=Author.PERSON)
    last = said.order_by("-pk").first()
    if last is not None and last.text == text:
        chats = Conversation.objects.select_for_update().filter(company=company)
        giving_back.give_back(company, chats.get(pk=conversation_id))


def _tell_owner(company: Company) -> None:
    handover.to_administrators(company, f"{_TOLD[0].upper()}{_TOLD[1:]}")
    raise_alarm(
        "auto_texts",
        f"{company}: {_TOLD}",
        company_id=company.pk,
        email=company.email or "",
    )
