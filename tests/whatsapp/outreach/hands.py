"""What the outreach tests work with: visits in the stand-in's journal, the beat, a hand on the clock."""

from datetime import UTC, datetime
from typing import Any

from aiadmin.core import clock
from marketplace.models import Booking
from marketplace.services import bookings
from marketplace.services.yclients_access import client_for
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.hands import make_due, write
from whatsapp.models import Conversation, Message, Outreach
from whatsapp.services import (
    inbox,
    outbox,
    outreach,
    outreach_changes,
    outreach_send,
    outreach_watch,
    turns,
)

OLGA = "+79001234567"


def go_to(moment: datetime) -> None:
    """The business clock shows `moment`, and a blink more: the clock file keeps milliseconds."""
    clock.set_offset((moment - datetime.now(UTC)).total_seconds() + 0.1)


def visit(
    salon: SandboxSalon,
    start: datetime,
    *,
    master: str = "Сергей",
    services: tuple[str, ...] = ("Мужская стрижка",),
    phone: str = OLGA,
    name: str = "Ольга",
    **options: Any,
) -> Booking:
    """A visit that the salon wrote into its journal, read by us."""
    made = salon.sandbox.post(
        f"/salons/{salon.made['salon_id']}/records",
        staff_id=salon.master(master),
        service_ids=[salon.service(title) for title in services],
        start=f"{start.astimezone(salon.company.zone):%Y-%m-%d %H:%M}",
        phone=phone,
        name=name,
        force=True,
        **options,
    )
    reread(salon, made["id"])
    return Booking.objects.get(company=salon.company, record_id=made["id"])


def reread(salon: SandboxSalon, record_id: int, *, announce: bool = False) -> None:
    """What a webhook or a poll does."""
    with client_for(salon.company) as client:
        record = client.record(salon.company.salon_id, record_id)
    bookings.upsert_records(salon.company, [record], announce=announce)


def change(salon: SandboxSalon, booking: Booking, **values: Any) -> None:
    """The salon changes a visit; we are not told yet."""
    start = values.pop("start", None)
    if start is not None:
        values["start"] = f"{start.astimezone(salon.company.zone):%Y-%m-%d %H:%M}"
    answer = salon.sandbox.control.patch(
        f"/salons/{salon.made['salon_id']}/records/{booking.record_id}",
        json={**values, "force": True},
    )
    assert answer.is_success, answer.text


def remove(salon: SandboxSalon, booking: Booking) -> None:
    answer = salon.sandbox.control.delete(
        f"/salons/{salon.made['salon_id']}/records/{booking.record_id}"
    )
    assert answer.is_success, answer.text


def announce(booking_id: int) -> None:
    """What the job BOOKING_CHANGED does."""
    seen = Booking.objects.get(pk=booking_id).changed_at
    outreach_changes.note(booking_id)
    bookings.mark_announced(booking_id, seen=seen)


def beat(salon: SandboxSalon) -> None:
    """A beat and the jobs it published."""
    outreach.beat()
    outreach_send.send(salon.company.pk)
    for pk in outreach_watch.to_mark():
        outreach_watch.mark(pk)


def stories(salon: SandboxSalon) -> list[tuple[str, str, str]]:
    """(kind, status, reason) of every promise, in the order they were made."""
    rows = Outreach.objects.filter(company=salon.company).order_by("pk")
    return list(rows.values_list("kind", "status", "reason"))


def texts(salon: SandboxSalon, phone: str = OLGA) -> list[str]:
    """What was queued for this number unasked."""
    rows = Message.objects.filter(
        company=salon.company, conversation__phone=phone, direction="out"
    ).exclude(purpose="reply")
    return list(rows.order_by("pk").values_list("text", flat=True))


def attendance(salon: SandboxSalon, booking: Booking) -> int:
    """In the stand-in's journal."""
    found = [row for row in salon.records() if row["id"] == booking.record_id]
    return int(found[0]["attendance"])


def say(salon: SandboxSalon, text: str, **changes: Any) -> str:
    """One turn of the client; the assistant's answer, "" for silence."""
    write(salon.company, text, **changes)
    inbox.drain(salon.company.pk)
    make_due()
    chat = Conversation.objects.get(company=salon.company)
    known = set(Message.objects.filter(conversation=chat).values_list("pk", flat=True))
    turns.run(chat.pk, "test")
    outbox.deliver(chat.pk)
    new = Message.objects.filter(conversation=chat, direction="out").exclude(pk__in=known)
    return "\n".join(row.text for row in new.order_by("pk"))
