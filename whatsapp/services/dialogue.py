"""A turn's messages through the assistant: rows in, rows' worth of answer out. Holds no transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from pydantic import TypeAdapter

from aiadmin.core import clock
from aiadmin.core.alarms import raise_alarm
from marketplace.models import Booking, Company
from whatsapp.assistant.engine import TurnResult, run_turn
from whatsapp.assistant.frame import Frame
from whatsapp.assistant.replies.speech import Reply
from whatsapp.assistant.tools import BookingTools
from whatsapp.assistant.types import Incoming, Kind, LastVisit
from whatsapp.models import Conversation, Message
from whatsapp.services import memory
from whatsapp.services.salon_view import salon_view

log = structlog.get_logger(__name__)

ATTENDED = 1

_frames: TypeAdapter[tuple[Frame, ...]] = TypeAdapter(tuple[Frame, ...])


@dataclass(frozen=True)
class Draft:
    """A reply before it is a row. `payload` of a reaction is what the bridge's command wants."""

    text: str = ""
    kind: str = "text"
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a turn came to. `state` None leaves the dialogue's as it was; `columns` are further columns
    of the conversation; `handoff` says why a person is needed; `story` is for staff."""

    replies: tuple[Draft, ...]
    state: dict[str, Any] | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    handoff: str = ""
    story: dict[str, Any] | None = None

    @classmethod
    def of_text(cls, text: str, *, handoff: str = "") -> "Answer":
        return cls(replies=(Draft(text),), handoff=handoff)


def answer(
    conversation: Conversation, batch: tuple[Message, ...], *, tools: BookingTools
) -> Answer:
    """Answers the batch. `conversation.company` is loaded. Raises what the tools raise."""
    company, now = conversation.company, clock.now()
    result = run_turn(
        [_incoming(row) for row in batch],
        salon=salon_view(company),
        state=memory.load(conversation.state),
        tools=tools,
        now=now,
        push_name=conversation.push_name or None,
        last_visit=last_visit(company, conversation.phone, now),
    )
    if result.handoff is not None and result.handoff.urgent:
        _call_for_help(company)
    return Answer(
        replies=tuple(_draft(reply, batch) for reply in result.replies),
        state=memory.dump(result.state),
        columns=_columns(result, now),
        handoff=f"{result.handoff.topic}: {result.handoff.summary}" if result.handoff else "",
        story=story(result),
    )


def last_visit(company: Company, phone: str, now: datetime) -> LastVisit | None:
    """The client's latest attended visit, by our copy of the journal."""
    if not phone:
        return None
    row = (
        Booking.objects.filter(
            company=company,
            client_phone=phone,
            is_deleted=False,
            attendance=ATTENDED,
            start__lt=now,
        )
        .order_by("-start")
        .first()
    )
    if row is None:
        return None
    return LastVisit(
        day=row.start.astimezone(company.zone).date(),
        services=tuple(str(item["id"]) for item in row.services),
        staff=str(row.staff_yclients_id) if row.staff_yclients_id else None,
    )


def _incoming(row: Message) -> Incoming:
    kind = Kind(row.kind) if row.kind in set(Kind) else Kind.OTHER
    return Incoming(text=row.text, at=row.at, kind=kind, message_id=row.wa_id)


def _draft(reply: Reply, batch: tuple[Message, ...]) -> Draft:
    if not reply.reaction:
        return Draft(reply.text)
    target = {"message_id": batch[-1].wa_id, "from_me": False, "emoji": reply.reaction}
    return Draft(text=reply.reaction, kind=Kind.REACTION, payload={"reaction": target})


def _columns(result: TurnResult, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if result.state.client_name:
        columns["name"] = result.state.client_name[:255]
    if result.opt_out:
        columns["opted_out_at"] = now
    if result.opt_in:
        columns["opted_out_at"] = None
    return columns


def story(result: TurnResult) -> dict[str, Any]:
    """What was understood, decided and done, for staff beside the chat."""
    return {
        "frames": _frames.dump_python(result.frames, mode="json", exclude_defaults=True),
        "decisions": [type(item).__name__ for item in result.decisions],
        "actions": list(result.actions),
        "writes": [
            {"asked": type(asked).__name__, "outcome": type(outcome).__name__}
            for asked, outcome in result.writes
        ],
    }


def _call_for_help(company: Company) -> None:
    """What cannot wait for a quarter of an hour: a complaint, an unclear booking, a dead journal."""
    raise_alarm(
        "handover_urgent",
        f"{company}: клиенту срочно нужен человек. Откройте WhatsApp на телефоне салона и ответьте.",
        company_id=company.pk,
        email=company.email or "",
    )
