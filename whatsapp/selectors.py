"""What is read of sessions and chats: tables for staff and the command line. The company always leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from marketplace.models import Company
from whatsapp.models import Conversation, Message, NumberPace, Session
from whatsapp.models.message import Direction, MessageStatus, Purpose
from whatsapp.services import bridge_rows, pacing


@dataclass(frozen=True)
class SessionRow:
    """One salon's session for the operator. `down_since` and `updated_at` are real time."""

    company_id: int
    salon_id: int | None
    title: str
    status: str
    state: str
    reason: str
    phone: str
    down_since: datetime | None
    updated_at: datetime
    queued: int


def session_rows() -> list[SessionRow]:
    """Every session, by company; `queued` counts replies that wait to be sent."""
    waiting = dict(
        Message.objects.filter(
            direction=Direction.OUT, status__in=(MessageStatus.QUEUED, MessageStatus.SENDING)
        )
        .values_list("company_id")
        .annotate(count=Count("pk"))
    )
    return [
        SessionRow(
            company_id=row.company_id,
            salon_id=row.company.external_company_id,
            title=row.company.title or "",
            status=row.company.integration_status or "",
            state=row.state,
            reason=row.reason,
            phone=row.phone,
            down_since=row.down_since,
            updated_at=row.updated_at,
            queued=waiting.get(row.company_id, 0),
        )
        for row in Session.objects.select_related("company").order_by("company_id")
    ]


# Above these a number is on its way to be blocked, or its phone is badly connected.
MANY_RECONNECTS, MANY_UNREADABLE, LARGE_COLD_SHARE = 10, 5, 0.3


class Worry(StrEnum):
    """What is wrong with a number, the worst first."""

    RESTRICTED = "restricted"
    REFUSALS = "refusals"
    RECONNECTS = "reconnects"
    UNREADABLE = "unreadable"
    STRANGERS = "strangers"


@dataclass(frozen=True)
class NumberHealth:
    """How a salon's number fares: last hour for `reconnects`, last day for the rest. Real time."""

    reconnects: int
    unreadable: int
    refusals: int
    cold: int
    sent: int
    stopped_until: datetime | None

    @property
    def cold_share(self) -> float:
        """First messages to strangers among all that left."""
        return self.cold / self.sent if self.sent else 0.0

    @property
    def told(self) -> dict[Worry, str]:
        """What should be looked at, in Russian, the worst first; empty when all is well."""
        told = {}
        if self.stopped_until is not None and self.stopped_until > datetime.now(UTC):
            told[Worry.RESTRICTED] = gettext("WhatsApp has restricted the number")
        if self.refusals:
            told[Worry.REFUSALS] = gettext("refusals 463/429: %d") % self.refusals
        if self.reconnects >= MANY_RECONNECTS:
            told[Worry.RECONNECTS] = gettext("reconnections in an hour: %d") % self.reconnects
        if self.unreadable >= MANY_UNREADABLE:
            told[Worry.UNREADABLE] = gettext("not decrypted: %d") % self.unreadable
        if self.cold_share > LARGE_COLD_SHARE and self.cold > 1:
            told[Worry.STRANGERS] = gettext("to strangers: %(cold)d of %(sent)d") % {
                "cold": self.cold,
                "sent": self.sent,
            }
        return told

    @property
    def worries(self) -> tuple[str, ...]:
        return tuple(self.told.values())


def number_health(company_ids: Iterable[int]) -> dict[int, NumberHealth]:
    """The health of these numbers, in a fixed number of queries."""
    ids = list(company_ids)
    now = datetime.now(UTC)
    day = now - timedelta(days=1)
    reconnects = bridge_rows.count_events(ids, "disconnected", since=now - timedelta(hours=1))
    unreadable = bridge_rows.count_events(ids, "undecryptable", since=day)
    sent = Q(status__in=(MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ))
    refused = Q(status=MessageStatus.FAILED, error__in=pacing.NUMBER_REFUSALS)
    figures = {
        row["company_id"]: (row["sent"], row["cold"], row["refusals"])
        for row in Message.objects.filter(
            company_id__in=ids, direction=Direction.OUT, created_at__gte=day
        )
        .values("company_id")
        .annotate(
            sent=Count("pk", filter=sent),
            cold=Count("pk", filter=sent & Q(purpose=Purpose.FIRST_CONTACT)),
            refusals=Count("pk", filter=refused),
        )
        .order_by()
    }
    stopped = dict(NumberPace.objects.filter(pk__in=ids).values_list("pk", "stopped_until"))
    found = {}
    for pk in ids:
        sent_count, cold, refusals = figures.get(pk, (0, 0, 0))
        found[pk] = NumberHealth(
            reconnects=reconnects.get(pk, 0),
            unreadable=unreadable.get(pk, 0),
            refusals=refusals,
            cold=cold,
            sent=sent_count,
            stopped_until=stopped.get(pk),
        )
    return found


def conversations(company: Company) -> QuerySet[Conversation]:
    """The salon's chats, those that wait for a person first."""
    return Conversation.objects.filter(company=company).order_by("needs_person_since", "-pk")


def last_messages(company: Company, conversation_id: int, limit: int = 100) -> list[Message]:
    """The end of one chat, oldest first."""
    rows = Message.objects.filter(company=company, conversation_id=conversation_id)
    rows = rows.select_related("company")
    return list(rows.order_by("-pk")[:limit])[::-1]
