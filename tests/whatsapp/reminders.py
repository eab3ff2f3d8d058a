"""What the tests of the number's pace work with: the hour, clients, reminders, real time that passes."""

from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from aiadmin.core import clock
from marketplace.models import Company
from whatsapp.models import Conversation, Message, NumberPace
from whatsapp.services import identity, outbox, proactive


def set_hour(hour: int, *, days: int = 1, zone: str = "Europe/Moscow") -> None:
    company = Company(timezone=zone)
    now = datetime.now(UTC)
    day = now.astimezone(company.zone).date() + timedelta(days=days)
    moment = datetime.combine(day, time(hour), company.zone)
    clock.set_offset((moment - now).total_seconds())


def client_of(company: Company, number: int, *, known: bool = True) -> Conversation:
    """A chat; `known`: its client has written before."""
    phone = f"+7900200{number:04d}"
    with transaction.atomic():
        made = identity.conversation_by_phone(company, phone)
    if known:
        Message.objects.create(
            company=company,
            conversation=made,
            direction="in",
            author="client",
            status="answered",
            wa_id=f"IN{number}",
            at=clock.now(),
        )
    return made


def remind(conversation: Conversation, *, hours: float = 30) -> Message:
    made = proactive.queue(
        conversation, "Напоминаем", expires_at=clock.now() + timedelta(hours=hours)
    )
    assert made is not None
    return made


def deliver_all() -> None:
    for pk in outbox.due():
        outbox.deliver(pk)


def pass_real(seconds: float) -> None:
    """Real time passes: every real moment the pace keeps moves back instead."""
    back = timedelta(seconds=seconds)
    for row in Message.objects.filter(due_at__isnull=False):
        row.due_at = row.due_at - back if row.due_at else None
        row.slot_at = row.slot_at - back if row.slot_at else None
        row.save(update_fields=["due_at", "slot_at"])
    for pace in NumberPace.objects.all():
        for name in ("replies_free_at", "proactive_free_at", "stopped_until", "refused_at"):
            moment = getattr(pace, name)
            setattr(pace, name, moment - back if moment else None)
        pace.save()


def waiting_until() -> list[datetime]:
    """The slots of what is queued, in real time."""
    rows = Message.objects.filter(status="queued").order_by("due_at")
    return [row.due_at for row in rows if row.due_at is not None]


def reload(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)
