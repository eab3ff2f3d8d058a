"""Who may be written to unasked, how often, and when a dialogue must not be disturbed.

One budget per client for everything proactive: what matters most may use its last places. Quiet hours,
the number's own budget for strangers and chats that a person has taken over are `pacing`'s.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from whatsapp.assistant.state import Asked
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Direction, MessageStatus, Purpose
from whatsapp.models.outreach import OutreachKind
from whatsapp.services import audience, memory

# Freed time for somebody on the waiting list: no row of `Outreach`, the same budget.
WAITING = "waiting"
# Proactive messages to one client within 24 hours after which a kind is left out.
PLACES: Mapping[str, int] = MappingProxyType(
    {
        OutreachKind.EVENING: 4,
        OutreachKind.NEAR: 4,
        OutreachKind.CHANGED: 6,
        OutreachKind.REVIEW: 2,
        WAITING: 3,
    }
)
DAY = timedelta(hours=24)
# A question of ours never lands in the middle of a talk: it waits until the talk has been still so long.
STILL = timedelta(minutes=15)


def refusal(conversation: Conversation, kind: str, now: datetime) -> str:
    """Why this client gets no message of this kind now; "" when one may be queued.

    In a transaction that holds the conversation's row, so that the count is exact.
    """
    if conversation.opted_out_at is not None:
        return "opted_out"
    if not audience.may_write_first(conversation):
        return "not_wanted"
    if _lately(conversation, now) >= PLACES[kind]:
        return "client_budget"
    return ""


def talks_until(conversation: Conversation, now: datetime) -> datetime | None:
    """The client is in the middle of a talk: until when a question has to wait. Business time."""
    if conversation.turn_due_at is not None:
        return now + STILL
    state = memory.load(conversation.state)
    asked = state.asked not in (Asked.NOTHING, Asked.ATTEND, Asked.RATING)
    if not asked or state.last_activity is None or now - state.last_activity >= STILL:
        return None
    return state.last_activity + STILL


def _lately(conversation: Conversation, now: datetime) -> int:
    """Proactive messages of the last 24 hours, those on their way included."""
    rows = Message.objects.filter(
        conversation=conversation,
        direction=Direction.OUT,
        purpose__in=(Purpose.SERVICE, Purpose.FIRST_CONTACT),
        at__gt=now - DAY,
    )
    return rows.exclude(status=MessageStatus.FAILED).count()
