"""What the assistant did for a salon, as rows: a figure is their count, its page shows them.

Periods are real time: rows are dated when they were written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from aiadmin.core.texts import Text
from marketplace.models import Booking, BookingAttempt, Company
from whatsapp.models import Message, Outreach, Review
from whatsapp.models.message import Author, Direction, MessageStatus, Purpose
from whatsapp.models.outreach import OutreachAnswer, OutreachKind
from whatsapp.services import preferences

PERIODS = (7, 30, 90)
# What the number's health is about.
DAY = 1
CAME = 1
_LEFT = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)
# Names of the assistant's decisions, as a message's `frame` tells them.
_UNANSWERED = ("HandOver", "Unclear", "CannotCheck")


@dataclass(frozen=True)
class Period:
    """The last `days` days until `now`, both of real time."""

    days: int
    now: datetime

    @classmethod
    def of(cls, asked: str) -> "Period":
        """The asked one of PERIODS or a day, else the shortest of PERIODS."""
        days = int(asked) if asked.isascii() and asked.isdigit() else 0
        return cls(days if days in (DAY, *PERIODS) else PERIODS[0], datetime.now(UTC))

    @property
    def since(self) -> datetime:
        return self.now - timedelta(days=self.days)


def bookings(company: Company, period: Period) -> QuerySet[BookingAttempt]:
    return BookingAttempt.objects.filter(
        company=company,
        kind=BookingAttempt.Kind.BOOK,
        status=BookingAttempt.Status.DONE,
        created_at__gte=period.since,
    ).order_by("-pk")


def answers(company: Company, period: Period) -> QuerySet[Message]:
    """Replies of the assistant that left the salon's number."""
    return Message.objects.filter(
        company=company,
        direction=Direction.OUT,
        author=Author.BOT,
        purpose=Purpose.REPLY,
        status__in=_LEFT,
        created_at__gte=period.since,
    ).order_by("-pk")


def _decided(*names: str) -> Callable[[Company, Period], QuerySet[Message]]:
    """Messages of clients after which one of these was decided."""

    def rows(company: Company, period: Period) -> QuerySet[Message]:
        which = Q()
        for name in names:
            which |= Q(frame__decisions__contains=[name])
        return Message.objects.filter(
            which, company=company, direction=Direction.IN, created_at__gte=period.since
        ).order_by("-pk")

    return rows


def sent(company: Company, period: Period) -> QuerySet[Message]:
    """All that left the salon's number, by the assistant or by hand."""
    return Message.objects.filter(
        company=company,
        direction=Direction.OUT,
        status__in=_LEFT,
        created_at__gte=period.since,
    ).order_by("-pk")


def reminders(company: Company, period: Period) -> QuerySet[Outreach]:
    """Reminders of visits that left the salon's number."""
    rows = Outreach.objects.filter(
        company=company,
        kind__in=(OutreachKind.EVENING, OutreachKind.NEAR),
        message__status__in=_LEFT,
        message__created_at__gte=period.since,
    )
    return rows.select_related("message__conversation").order_by("-pk")


def confirmations(company: Company, period: Period) -> QuerySet[Outreach]:
    """Reminders to which the client has said that they will come."""
    return reminders(company, period).filter(answer=OutreachAnswer.YES)


def ratings(company: Company, period: Period) -> QuerySet[Review]:
    rows = Review.objects.filter(
        company=company, rating__isnull=False, created_at__gte=period.since
    )
    return rows.select_related("outreach__message__conversation").order_by("-pk")


handovers = _decided("HandOver")
unanswered = _decided(*_UNANSWERED)

# What has a page of rows, by its name in the address.
ROWS: Mapping[str, tuple[Text, Callable[[Company, Period], QuerySet[Any]]]] = MappingProxyType(
    {
        "bookings": (gettext_lazy("Booked by the assistant"), bookings),
        "answers": (gettext_lazy("Answered by the assistant"), answers),
        "sent": (gettext_lazy("Sent from the salon's number"), sent),
        "handovers": (gettext_lazy("Handed over to a person"), handovers),
        "reminders": (gettext_lazy("Reminded of a visit"), reminders),
        "confirmations": (gettext_lazy("Confirmed a visit"), confirmations),
        "ratings": (gettext_lazy("Rated a visit"), ratings),
        "unanswered": (gettext_lazy("What it could not answer"), unanswered),
    }
)


@dataclass(frozen=True)
class Figures:
    """`money` in roubles: visits the assistant booked that stand in the journal; `came`: of those that
    took place. `reply_seconds`: the median from a client's message to our reply, None without any."""

    booked: int
    by_night: int
    money: int
    came: int
    answered: int
    reply_seconds: float | None
    handed_over: int
    reminded: int
    confirmed: int
    rated: int
    unanswered: int

    @property
    def by_day(self) -> int:
        return self.booked - self.by_night


def figures(company: Company, period: Period) -> Figures:
    """All figures of the overview; a fixed number of queries."""
    made = list(bookings(company, period).values_list("created_at", "record_id"))
    night = preferences.hours_of(company).is_quiet
    money, came = _money(company, [record for _, record in made if record])
    return Figures(
        booked=len(made),
        by_night=sum(night(moment) for moment, _ in made),
        money=money,
        came=came,
        answered=answers(company, period).count(),
        reply_seconds=_median_reply(company, period),
        handed_over=handovers(company, period).count(),
        reminded=reminders(company, period).count(),
        confirmed=confirmations(company, period).count(),
        rated=ratings(company, period).count(),
        unanswered=unanswered(company, period).count(),
    )


def conversation_id(attempt: BookingAttempt) -> int | None:
    """The chat in which it was agreed, by the attempt's key; None for one made elsewhere."""
    head = attempt.key.partition(":")[0]
    return int(head) if head.isascii() and head.isdigit() else None


def _money(company: Company, record_ids: list[int]) -> tuple[int, int]:
    rows = Booking.objects.filter(company=company, record_id__in=record_ids, is_deleted=False)
    booked = came = 0
    for services, attendance in rows.values_list("services", "attendance"):
        cost = round(sum(float(item.get("cost") or 0) for item in services))
        booked += cost
        came += cost if attendance == CAME else 0
    return booked, came


# The last message of a turn's batch against the first reply: `slot_at` is when the number's pace let it go.
_MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.left_at - i.came_at))
FROM (SELECT conversation_id, turn_number, min(coalesce(slot_at, created_at)) AS left_at
      FROM messages
      WHERE company_id = %(company)s AND created_at >= %(since)s AND direction = 'out'
        AND author = 'bot' AND purpose = 'reply' AND status IN ('sent', 'delivered', 'read')
      GROUP BY 1, 2) o
JOIN (SELECT conversation_id, turn_number, max(created_at) AS came_at
      FROM messages
      WHERE company_id = %(company)s AND created_at >= %(since)s AND direction = 'in'
        AND turn_number IS NOT NULL
      GROUP BY 1, 2) i USING (conversation_id, turn_number)
"""


def _median_reply(company: Company, period: Period) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(_MEDIAN, {"company": company.pk, "since": period.since})
        (seconds,) = cursor.fetchone()
    return None if seconds is None else max(0.0, float(seconds))
