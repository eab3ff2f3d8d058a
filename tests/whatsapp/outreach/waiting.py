"""What the tests of the waiting list work with: clients who wait, and time that becomes free."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction

from marketplace.models import Booking
from tests.marketplace.salons import SandboxSalon
from tests.whatsapp.hands import make_due, write
from tests.whatsapp.outreach.hands import remove, visit
from tests.whatsapp.reminders import pass_real
from whatsapp.assistant.state import WaitWish
from whatsapp.models import Conversation, Message, WaitingEntry, WaitingOffer
from whatsapp.services import (
    identity,
    inbox,
    outbox,
    outreach,
    turns,
    waiting_list,
    waiting_offers,
)

STRANGER = "+79005550000"
TELL_ME = "сообщите, если освободится"


@dataclass(frozen=True)
class Waiter:
    """A client with a chat of their own."""

    salon: SandboxSalon
    number: int

    @property
    def phone(self) -> str:
        return f"+7900777{self.number:04d}"

    @property
    def chat(self) -> Conversation:
        return Conversation.objects.get(company=self.salon.company, phone=self.phone)

    def say(self, text: str, *, run: bool = True, **changes: object) -> str:
        """One turn; the assistant's answer. `run` False: it is stored and waits for its turn."""
        digits, lid = self.phone.lstrip("+"), f"5000777{self.number:04d}@lid"
        write(
            self.salon.company,
            text,
            chat=lid,
            chat_alt=f"{digits}@s.whatsapp.net",
            phone=digits,
            lid=lid,
            push_name=f"Ольга {'абвгдежз'[self.number % 8]}",
            **changes,
        )
        inbox.drain(self.salon.company.pk)
        return self.turn() if run else ""

    def turn(self) -> str:
        make_due()
        known = set(Message.objects.filter(conversation=self.chat).values_list("pk", flat=True))
        turns.run(self.chat.pk, "test")
        outbox.deliver(self.chat.pk)
        new = Message.objects.filter(conversation=self.chat, direction="out").exclude(pk__in=known)
        return "\n".join(row.text for row in new.order_by("pk"))

    def waits_for(self, wish: str) -> "Waiter":
        """Asks for what is taken, and to be told when it is not."""
        assert "свободного времени нет" in self.say(wish)
        assert self.say(TELL_ME).startswith("Хорошо, напишу вам, если освободится")
        return self

    def listed(self, hour: int = 15, *, days: int = 2, on: date | None = None) -> "Waiter":
        """On the list for a haircut at Сергей's at that hour, without a talk about it."""
        company = self.salon.company
        services = (str(self.salon.service("Мужская стрижка")),)
        staff = (str(self.salon.master("Сергей")),)
        on = on or self.salon.at(hour, days=days).date()
        with transaction.atomic():
            chat = identity.conversation_by_phone(company, self.phone)
            waiting_list.join(chat, WaitWish(services, (on,), staff, (), time(hour), time(hour)))
        return self

    def offers(self) -> list[str]:
        """What they were told unasked."""
        return [row.text for row in self.unasked()]

    def unasked(self) -> list[Message]:
        rows = Message.objects.filter(conversation=self.chat, direction="out")
        return list(rows.exclude(purpose="reply").order_by("pk"))

    def statuses(self) -> list[str]:
        """Of their places, oldest first."""
        rows = WaitingEntry.objects.filter(conversation=self.chat)
        return list(rows.order_by("pk").values_list("status", flat=True))

    def visits(self) -> list[str]:
        """In the stand-in's journal."""
        found = self.salon.records(phone=self.phone.lstrip("+"))
        return sorted(row["date"][11:16] for row in found if not row.get("deleted"))


def taken(salon: SandboxSalon, hour: int, *, days: int = 2) -> Booking:
    """A stranger's haircut at Сергей's."""
    return visit(salon, salon.at(hour, days=days), phone=STRANGER, name="Светлана")


def free(salon: SandboxSalon, booking: Booking) -> None:
    """The salon takes the visit out of its journal; the news, and the job that looks who waits."""
    remove(salon, booking)
    look(salon)


def look(salon: SandboxSalon) -> int:
    """What the job TIME_FREED does, and the outbox."""
    waiting_list.wake(salon.company.pk)
    made = waiting_offers.run(salon.company.pk)
    deliver()
    return made


def beat(salon: SandboxSalon) -> None:
    """What the beat and the job it publishes do; the outbox."""
    outreach.beat()
    waiting_offers.run(salon.company.pk)
    deliver()


def deliver() -> None:
    pass_real(60)
    for pk in outbox.due():
        outbox.deliver(pk)


def soon() -> None:
    """Real time has passed since the last look."""
    WaitingEntry.objects.filter(status="waiting").update(check_at=datetime.now(UTC))


def offered() -> list[tuple[str, str]]:
    """(phone, state) of every offer, in the order they were made."""
    rows = WaitingOffer.objects.order_by("pk").values_list("conversation__phone", "status")
    return list(rows)


def wish(hour: int = 15) -> str:
    """The day after the present one, at Сергей's."""
    return f"Запишите на мужскую стрижку завтра в {hour}:00 к Сергею"
