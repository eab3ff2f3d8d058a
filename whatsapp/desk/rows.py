"""Rows behind the figures as lines of a page: when, who, what, and the chat it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext, gettext_lazy

from aiadmin.core import phones
from marketplace.models import Booking, BookingAttempt, Company, Service, Staff
from whatsapp.desk import figures
from whatsapp.models import Conversation, Message, Outreach, Review
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
from whatsapp.services import preferences
from whatsapp.templatetags.desk import money


@dataclass(frozen=True)
class Line:
    """`chat` is a conversation's id, None where there was none. `took`: seconds from the client's
    message to this reply, None for anything else."""

    at: datetime
    who: str
    what: str
    chat: int | None
    night: bool = False
    took: float | None = None


@dataclass(frozen=True)
class Said:
    """A bubble. `side`: in or out; `author`: who of the salon wrote it."""

    at: datetime
    side: str
    author: str
    text: str
    failed: bool


def of(
    company: Company, found: Sequence[BookingAttempt | Message | Outreach | Review]
) -> list[Line]:
    """Lines of a figure's rows, all of one kind, in their order."""
    match found:
        case [BookingAttempt(), *_]:
            return of_bookings(company, [row for row in found if isinstance(row, BookingAttempt)])
        case [Review(), *_]:
            return of_reviews(company, [row for row in found if isinstance(row, Review)])
        case [Outreach(), *_]:
            return of_outreach([row for row in found if isinstance(row, Outreach)])
        case _:
            return of_messages(company, [row for row in found if isinstance(row, Message)])


def of_messages(company: Company, messages: Sequence[Message]) -> list[Line]:
    chats = Conversation.objects.filter(company=company).in_bulk(
        {message.conversation_id for message in messages}
    )
    asked = _asked_at(company, messages)
    return [
        Line(
            at=message.at,
            who=who(chats.get(message.conversation_id)),
            what=message.text or f"[{_kind(message.kind)}]",
            chat=message.conversation_id,
            took=_took(message, asked.get((message.conversation_id, message.turn_number))),
        )
        for message in messages
    ]


def _asked_at(
    company: Company, messages: Sequence[Message]
) -> dict[tuple[int, int | None], datetime]:
    """When the last message of each reply's turn came, by chat and turn."""
    replies = [message for message in messages if message.purpose == Purpose.REPLY]
    came = (
        Message.objects.filter(
            company=company,
            direction=Direction.IN,
            conversation__in={reply.conversation_id for reply in replies},
            turn_number__in={reply.turn_number for reply in replies} - {None},
        )
        .values_list("conversation_id", "turn_number")
        .annotate(last=Max("created_at"))
        .order_by()
    )
    return {(chat, turn): last for chat, turn, last in came}


def _took(message: Message, asked_at: datetime | None) -> float | None:
    if asked_at is None or message.author != Author.BOT:
        return None
    return max(0.0, ((message.slot_at or message.created_at) - asked_at).total_seconds())


def of_bookings(company: Company, attempts: Sequence[BookingAttempt]) -> list[Line]:
    """Each with the visit as it stands in the journal now, or as it was asked for."""
    ids = [attempt.record_id for attempt in attempts if attempt.record_id]
    visits = {
        visit.record_id: visit
        for visit in Booking.objects.filter(company=company, record_id__in=ids)
    }
    talks = {attempt.pk: figures.conversation_id(attempt) for attempt in attempts}
    chats = Conversation.objects.filter(company=company).in_bulk(set(filter(None, talks.values())))
    names = _Names(company)
    night = preferences.hours_of(company).is_quiet
    return [
        Line(
            at=attempt.created_at,
            who=who(chats.get(talks[attempt.pk] or 0)),
            what=names.visit(attempt, visits.get(attempt.record_id or 0)),
            chat=talks[attempt.pk] if talks[attempt.pk] in chats else None,
            night=night(attempt.created_at),
        )
        for attempt in attempts
    ]


def of_outreach(outreach: Sequence[Outreach]) -> list[Line]:
    """Each message that was written first, with the visit it was about."""
    return [
        Line(
            at=row.message.created_at,
            who=who(row.message.conversation),
            what=row.message.text,
            chat=row.message.conversation_id,
        )
        for row in outreach
        if row.message is not None
    ]


def of_reviews(company: Company, reviews: Sequence[Review]) -> list[Line]:
    """Each rating with its master and what the client added."""
    names = _Names(company)
    return [
        Line(
            at=row.created_at,
            who=who(row.outreach.message.conversation if row.outreach.message else None),
            what=names.review(row),
            chat=row.outreach.message.conversation_id if row.outreach.message else None,
        )
        for row in reviews
    ]


def of_visits(company: Company, visits: Sequence[Booking]) -> list[Line]:
    """A day's visits, with the chat in which the assistant booked one."""
    attempts = BookingAttempt.objects.filter(
        company=company,
        kind=BookingAttempt.Kind.BOOK,
        status=BookingAttempt.Status.DONE,
        record_id__in=[visit.record_id for visit in visits],
    )
    booked = {row.record_id: figures.conversation_id(row) for row in attempts}
    chats = Conversation.objects.filter(company=company).in_bulk(set(filter(None, booked.values())))
    names = _Names(company)
    return [
        Line(
            at=visit.start,
            who=" · ".join(
                filter(None, (visit.client_name, phones.pretty(visit.client_phone or "")))
            )
            or gettext("Client without a name"),
            what=f"{names.of(visit)} · {by_whom(visit)}",
            chat=booked.get(visit.record_id) if booked.get(visit.record_id) in chats else None,
        )
        for visit in visits
    ]


def by_whom(visit: Booking) -> str:
    if visit.made_by_us:
        return gettext("booked by the assistant")
    return gettext("booked by the salon")


def talk(company: Company, messages: Iterable[Message]) -> list[Said]:
    """A chat's messages, oldest first."""
    return [
        Said(
            at=message.at,
            side=message.direction,
            author=str(Author(message.author).label) if message.direction == Direction.OUT else "",
            text=message.text or f"[{_kind(message.kind)}]",
            failed=message.status in (MessageStatus.FAILED, MessageStatus.UNKNOWN),
        )
        for message in messages
    ]


def who(conversation: Conversation | None) -> str:
    """The client's name and number; the owner knows both."""
    if conversation is None:
        return "—"
    return " · ".join(filter(None, named(conversation))) or gettext("Client without a name")


def named(conversation: Conversation) -> tuple[str, str]:
    """Name and number, "" for what is not known."""
    number = phones.pretty(conversation.phone) if conversation.phone else ""
    return conversation.name or conversation.push_name, number


_KINDS = {
    "image": gettext_lazy("photo"),
    "audio": gettext_lazy("voice message"),
    "video": gettext_lazy("video"),
    "document": gettext_lazy("document"),
    "sticker": gettext_lazy("sticker"),
    "location": gettext_lazy("place"),
    "contact": gettext_lazy("contact"),
    "reaction": gettext_lazy("reaction"),
}


def _kind(kind: str) -> str:
    return str(_KINDS.get(kind) or gettext("message"))


class _Names:
    """Titles of services and names of masters by YCLIENTS id, read once."""

    def __init__(self, company: Company) -> None:
        self._zone = company.zone
        self._services = dict(
            Service.objects.filter(company=company).values_list("yclients_id", "title")
        )
        self._staff = dict(Staff.objects.filter(company=company).values_list("yclients_id", "name"))

    def visit(self, attempt: BookingAttempt, visit: Booking | None) -> str:
        if visit is None:
            ids = attempt.request.get("service_ids", [])
            what = [self._services.get(item, gettext("service no. %s") % item) for item in ids]
            start = datetime.fromisoformat(attempt.request["start"])
            return f"{start.astimezone(self._zone):%d.%m %H:%M} — {', '.join(what)}"
        gone = " " + gettext("(cancelled)") if visit.is_deleted else ""
        return f"{visit.start.astimezone(self._zone):%d.%m %H:%M} — {self.of(visit)}{gone}"

    def of(self, visit: Booking) -> str:
        """What a visit is: services, master, price, and whether the client came."""
        what = [str(item.get("title") or "") for item in visit.services]
        master = self._staff.get(visit.staff_yclients_id, "")
        cost = round(sum(float(item.get("cost") or 0) for item in visit.services))
        price = money(cost) if cost else ""
        parts = ", ".join(filter(None, (", ".join(filter(None, what)), master, price)))
        return parts + (" · " + gettext("took place") if visit.attendance == figures.CAME else "")

    def review(self, row: Review) -> str:
        master = self._staff.get(row.staff_yclients_id, "")
        head = gettext("%(rating)d of 5") % {"rating": row.rating}
        return ". ".join(filter(None, (", ".join(filter(None, (head, master))), row.comment)))
