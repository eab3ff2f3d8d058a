"""A chat that waits for a person, told to the salon's people: once each, in WhatsApp and by letter.

Marking is `takeover.need_person`; the job follows, and a sweep finds what a lost job left untold. What
administrators answer is never a client's message (`audience`), so nothing comes back.
"""

from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Max, Min, QuerySet

from aiadmin.core import clock, phones
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.compiled import HasRow, Select
from aiadmin.core.models import Alarm
from aiadmin.core.queue import Job, enqueue
from marketplace.models import Company
from whatsapp.assistant.frame import Topic
from whatsapp.models import Conversation
from whatsapp.models.message import Purpose
from whatsapp.models.preferences import PhoneRole
from whatsapp.services import identity, outgoing, preferences

log = structlog.get_logger(__name__)

# A notice that comes later than this (business time) finds the client gone; a long night fits in.
NOTICE_LIFE = timedelta(hours=16)
# The reason of chats whose messages waited too long; they are told together.
BACKLOG = "Писал, пока WhatsApp был не на связи"
# Real time: no more of the backlog came for so long, or it has been coming for so long.
BACKLOG_QUIET, BACKLOG_LONGEST = timedelta(seconds=20), timedelta(minutes=2)
_NAMED = 8

_TOPICS = {
    Topic.ASKED: "Просит человека",
    Topic.CALL: "Просит перезвонить",
    Topic.COMPLAINT: "Жалоба",
    Topic.MEDICAL: "Вопрос о здоровье",
    Topic.JOB: "Спрашивает о работе",
    Topic.RUDE: "Сердится",
    Topic.LOST: "Потерял вещь",
    Topic.MONEY: "Вопрос о деньгах",
    Topic.PAYMENT: "Вопрос об оплате",
    Topic.CERTIFICATE: "Вопрос о сертификате",
    Topic.DISCOUNT: "Вопрос о скидке",
    Topic.SPAM: "Похоже на рекламу",
    Topic.LATE: "Опаздывает",
    Topic.GROUP: "Запись на нескольких человек",
    Topic.MEDIA: "Прислал файл",
    Topic.NO_PRICE: "Спрашивает цену, которой нет в каталоге",
    Topic.REFUSED: "Журнал отказал в записи",
    Topic.UNKNOWN_OUTCOME: "Не ясно, прошла ли запись: проверьте журнал",
    Topic.SYSTEM_DOWN: "Журнал записи не отвечал",
}


def reason(topic: Topic, summary: str) -> str:
    """«Жалоба: «…» Обсуждали: …», as the conversation keeps it."""
    return f"{_TOPICS.get(topic, 'Нужен ответ человека')}: {summary}"


def who(conversation: Conversation) -> str:
    """The client for a letter: a name, and enough of the number to find the chat on the phone."""
    name = conversation.name or conversation.push_name or "клиент"
    return f"{name} (…{conversation.phone[-4:]})" if conversation.phone else name


def untold() -> list[int]:
    """Chats whose hand-over nobody was told of: the job was lost."""
    return _UNTOLD(late=datetime.now(UTC) - timedelta(seconds=2))


def tell(conversation_id: int) -> None:
    """Tells the salon's administrators of this hand-over; without any, the salon's letter box. Safe twice."""
    with transaction.atomic():
        rows = Conversation.objects.filter(pk=conversation_id, told_at=None).exclude(
            needs_person_reason=BACKLOG
        )
        if not rows.exclude(needs_person_since=None).update(told_at=datetime.now(UTC)):
            return
        row = Conversation.objects.select_related("company").get(pk=conversation_id)
        number = phones.pretty(row.phone) if row.phone else "номер виден в WhatsApp"
        name = row.name or row.push_name or "Клиент"
        text = f"Нужен человек: {name}, {number}.\n{row.needs_person_reason}\nОтветьте в WhatsApp салона."
        told = to_administrators(row.company, text)
        if not told and not _urgently_told(row):
            raise_alarm(
                "handover",
                f"{row.company}: клиенту нужен человек. {who(row)}. {row.needs_person_reason}\n"
                "Откройте WhatsApp на телефоне салона и ответьте.",
                company_id=row.company_id,
                email=row.company.email or "",
            )
    log.info("whatsapp.handover_told", company_id=row.company_id, administrators=told)


def _backlog() -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        needs_person_since__isnull=False, told_at=None, needs_person_reason=BACKLOG
    )


_UNTOLD: Select[int] = Select(
    lambda late: (
        Conversation.objects.filter(needs_person_since__lt=late, told_at=None)
        .exclude(needs_person_reason=BACKLOG)
        .order_by("needs_person_since")
        .values_list("pk", flat=True)[:100]
    )
)
_HAS_BACKLOG = HasRow(_backlog)


def tell_backlogs() -> None:
    """One summary a salon of the clients who wrote while WhatsApp was away and whose time has passed."""
    if not _HAS_BACKLOG():
        return
    now = datetime.now(UTC)
    salons = (
        _backlog()
        .values_list("company_id")
        .annotate(first=Min("needs_person_since"), last=Max("needs_person_since"))
    )
    for company_id, first, last in salons.order_by():
        if last < now - BACKLOG_QUIET or first < now - BACKLOG_LONGEST:
            _tell_backlog(Company.objects.get(pk=company_id))


def to_administrators(company: Company, text: str) -> int:
    """Queues a message to every administrator of the salon; how many there are. In a transaction."""
    numbers = preferences.phones(company, PhoneRole.ADMINISTRATOR)
    for number in numbers:
        chat = identity.conversation_by_phone(company, number)
        ends = clock.now() + NOTICE_LIFE
        outgoing.new(chat, text, purpose=Purpose.STAFF, expires_at=ends).save(force_insert=True)
        enqueue(Job.DELIVER, chat.pk)
    return len(numbers)


def _urgently_told(row: Conversation) -> bool:
    """The letter about what cannot wait has just gone out."""
    letters = Alarm.objects.filter(kind="handover_urgent", company_id=row.company_id)
    return letters.filter(created_at__gt=datetime.now(UTC) - timedelta(minutes=1)).exists()


def _tell_backlog(company: Company) -> None:
    with transaction.atomic():
        rows = Conversation.objects.select_for_update().filter(
            company=company, needs_person_since__isnull=False, told_at=None
        )
        chats = list(rows.filter(needs_person_reason=BACKLOG).order_by("pk"))
        Conversation.objects.filter(pk__in=[row.pk for row in chats]).update(
            told_at=datetime.now(UTC)
        )
        named = ", ".join(who(row) for row in chats[:_NAMED])
        more = f" и ещё {len(chats) - _NAMED}" if len(chats) > _NAMED else ""
        text = (
            "После перерыва в связи пришли сообщения, на которые поздно отвечать помощнику. "
            f"Ждут ответа человека ({len(chats)}): {named}{more}."
        )
        to_administrators(company, f"{text}\nОтветьте в WhatsApp салона.")
        raise_alarm(
            "stale_message",
            f"{company}: {text} Откройте WhatsApp на телефоне салона.",
            company_id=company.pk,
            email=company.email or "",
        )
    log.info("whatsapp.backlog_told", company_id=company.pk, chats=len(chats))
