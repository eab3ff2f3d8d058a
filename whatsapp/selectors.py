"""What is read of sessions and chats: tables for staff and the command line. The company always leads."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from marketplace.models import Company
from whatsapp.models import Conversation, Message, Session
from whatsapp.models.message import Direction, MessageStatus


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


def conversations(company: Company) -> QuerySet[Conversation]:
    """The salon's chats, those that wait for a person first."""
    return Conversation.objects.filter(company=company).order_by("needs_person_since", "-pk")


def last_messages(company: Company, conversation_id: int, limit: int = 100) -> list[Message]:
    """The end of one chat, oldest first."""
    rows = Message.objects.filter(company=company, conversation_id=conversation_id)
    rows = rows.select_related("company")
    return list(rows.order_by("-pk")[:limit])[::-1]
