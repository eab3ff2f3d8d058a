"""Messages out: rows sent strictly in order per chat, each under the one id it got when it was made.

A claim is a compare-and-set queued → sending with a deadline; what a killed worker left behind is sent
again under the same id, and the client's phone drops the twin. Sending never opens a socket. Replies
overtake what nobody asked for; how fast and when each may leave is said by `pacing`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, assert_never

import structlog
from django.conf import settings
from django.db import transaction

from aiadmin.core import clock, counters
from aiadmin.core.alarms import raise_alarm
from aiadmin.core.queue import Job, enqueue
from marketplace.models import IntegrationStatus
from whatsapp import gateway, schemas
from whatsapp.models import Message
from whatsapp.models.message import Direction, MessageStatus, Purpose
from whatsapp.services import outbox_rows, pacing, quoting, takeover
from whatsapp.services.outgoing import Fresh

log = structlog.get_logger(__name__)

# Seconds until a message without acknowledgement goes again; longer than one call may take.
SENDING_SECONDS = 20
FIRST_WAIT, LONGEST_WAIT = 5, 300
# A reply older than this (business time) answers nothing any more: a person takes over.
STALE = timedelta(hours=12)


def deliver(conversation_id: int, fresh: Fresh | None = None) -> None:
    """Sends what is due in this chat, oldest first, until one has to wait. Safe twice and in parallel.

    `fresh` need not be read again, if it is the one that comes first.
    """
    if fresh is not None and (message := _claim(fresh.reply, plainly=True)) is not None:
        if not _try(message, fresh.answered):
            return
        head = _next(conversation_id)
    else:
        head = outbox_rows.first_open.first(chat=conversation_id)
    while (message := _claim(head)) is not None and _try(message, quoting.answered_by(message)):
        head = _next(conversation_id)


def wake(company_id: int) -> None:
    """The salon is connected again: what waited for it goes now. In a transaction."""
    waiting = Message.objects.filter(company_id=company_id, status=MessageStatus.QUEUED)
    waiting.update(due_at=datetime.now(UTC))
    for pk in waiting.values_list("conversation_id", flat=True).distinct():
        enqueue(Job.DELIVER, pk)


def due() -> list[int]:
    """Conversations whose oldest open message may be tried now (job lost, wait over, worker killed)."""
    return outbox_rows.due(business=clock.now(), real=datetime.now(UTC))


def apply_status(company_id: int, event: schemas.StatusEvent) -> None:
    """A status event: forward only; a reply that waited behind this one goes next. In a transaction."""
    status = MessageStatus(event.status)
    if status == MessageStatus.FAILED:
        _status_failed(company_id, event)
        return
    if outbox_rows.forward_settled[status](company=company_id, message=event.message_id):
        return
    # Whoever takes a message out of the open ones goes on with what waits behind it: us, or its sender.
    held_up = outbox_rows.held_up(company=company_id, message=event.message_id)
    if outbox_rows.forward[status](company=company_id, message=event.message_id):
        for pk in held_up:
            enqueue(Job.DELIVER, pk)


def _status_failed(company_id: int, event: schemas.StatusEvent) -> None:
    rows = Message.objects.filter(
        company_id=company_id,
        wa_id=event.message_id,
        direction=Direction.OUT,
        status__in=(*outbox_rows.OPEN, MessageStatus.SENT),
    )
    for message in rows.select_related("company"):
        _fail(message, event.error or "refused")
        enqueue(Job.DELIVER, message.conversation_id)


def _claim(head: Message | None, *, plainly: bool = False) -> Message | None:
    """The next message of the chat if it may go now: head of line, so order is strict.

    `plainly`: `head` has not been read, and is claimed only if it is that and needs no closer look.
    """
    while True:
        now = datetime.now(UTC)
        if head is None or head.due_at is None or head.due_at > now:
            return None
        if head.not_before is not None and head.not_before > clock.now():
            return None
        with transaction.atomic():
            if not _take(head, now, plainly=plainly):
                return None
            verdict = pacing.admit(head)
            _settle(head, verdict)
        match verdict:
            case pacing.Go():
                head.attempts += 1
                return head
            case pacing.Hold():
                return None
            case pacing.Drop():
                head = _next(head.conversation_id)


def _take(head: Message, now: datetime, *, plainly: bool) -> bool:
    """The compare-and-set. False: it is another's, or not as we know it."""
    patience = timedelta(seconds=SENDING_SECONDS, milliseconds=settings.TYPING_MS)
    known = {"message": head.pk, "due_at": head.due_at, "until": now + patience}
    if plainly:
        chat = head.conversation.chat
        return outbox_rows.sending_plain(chat=chat, now=clock.now(), **known) == 1
    attempts = head.attempts + 1
    return outbox_rows.sending(status=head.status, attempts=attempts, **known) == 1


def _next(conversation_id: int) -> Message | None:
    """The head of the line behind a message that has left; mostly there is none."""
    if not outbox_rows.has_open(chat=conversation_id):
        return None
    return outbox_rows.first_open.first(chat=conversation_id)


def _settle(message: Message, verdict: pacing.Verdict) -> None:
    """Writes what the pace said of a claimed message. In the claim's transaction."""
    if isinstance(verdict, pacing.Go) and message.purpose == Purpose.REPLY:
        return
    columns: dict[str, Any] = {
        "slot_at": message.slot_at,
        "purpose": message.purpose,
        "opened_at": message.opened_at,
    }
    match verdict:
        case pacing.Hold(why, due_at, not_before):
            # No attempt was made.
            columns |= {"status": MessageStatus.QUEUED, "error": why, "attempts": message.attempts}
            columns |= {"due_at": due_at, "not_before": not_before}
            wait = (due_at - datetime.now(UTC)).total_seconds()
            if not_before is None and wait < SENDING_SECONDS:
                enqueue(Job.DELIVER, message.conversation_id, countdown=max(0.0, wait))
        case pacing.Drop(why):
            columns |= {"status": MessageStatus.FAILED, "error": why, "due_at": None}
            log.info("whatsapp.not_sent", company_id=message.company_id, why=why)
        case pacing.Go():
            columns["not_before"] = None
        case _:
            assert_never(verdict)
    Message.objects.filter(pk=message.pk).update(**columns)


def _try(message: Message, answered: Sequence[Message]) -> bool:
    """One attempt at a claimed message, which answers these. True when the chat's next may follow."""
    company = message.company
    if company.integration_status == IntegrationStatus.UNINSTALLED:
        return _close(message, MessageStatus.FAILED, "uninstalled")
    now = clock.now()
    paused = message.conversation.bot_paused_until
    if message.turn_number is not None and paused and paused > now:
        # A person answered while this reply waited for another try.
        return _close(message, MessageStatus.FAILED, "taken_over")
    if message.purpose == Purpose.REPLY and now - message.at > STALE:
        takeover.need_person(message.conversation_id, "Ответ не удалось отправить вовремя")
        return _close(message, MessageStatus.FAILED, "stale")
    if not company.whatsapp_enabled:
        return _wait(message, LONGEST_WAIT, "whatsapp_disabled")
    outcome = gateway.send(
        company.pk,
        message_id=message.wa_id,
        to=message.conversation.chat,
        text=message.text,
        reaction=message.payload.get("reaction") if message.kind == "reaction" else None,
        quoted=quoting.quotation(message, answered),
        read=_to_tick(message, answered),
        typing_ms=settings.TYPING_MS if message.kind == "text" else 0,
    )
    match outcome:
        case gateway.Sent():
            if message.turn_number is not None:
                waited = datetime.now(UTC) - message.created_at
                counters.observe("send_seconds", waited.total_seconds())
            return _close(message, MessageStatus.SENT, "")
        case gateway.Accepted():
            # Not acknowledged: it stays "sending", and a status event or the same id settles it.
            return False
        case gateway.NotConnected():
            return _wait(message, _backoff(message), "not_connected")
        case gateway.Unreachable(reason):
            return _wait(message, _backoff(message), reason)
        case gateway.Refused(detail):
            _fail(message, detail)
            return True
        case _:
            assert_never(outcome)


def _close(message: Message, status: MessageStatus, error: str) -> bool:
    """Ends the attempt; a status event that was faster (delivered) is not taken back."""
    outbox_rows.closed(message=message.pk, status=status, error=error[:200])
    return True


def _wait(message: Message, seconds: float, error: str) -> bool:
    Message.objects.filter(pk=message.pk, status=MessageStatus.SENDING).update(
        status=MessageStatus.QUEUED,
        due_at=datetime.now(UTC) + timedelta(seconds=seconds),
        error=error[:200],
    )
    return False


def _fail(message: Message, detail: str) -> None:
    """For good: nothing is retried by itself. A client who waits for a reply gets a person."""
    company = message.company
    # Together or not at all: a worker that dies in between would leave a failure nobody is told of.
    with transaction.atomic():
        if message.purpose == Purpose.REPLY:
            # Before the message's row, as everywhere; the chat may have been merged meanwhile.
            chat = Message.objects.filter(pk=message.pk).values_list("conversation_id", flat=True)
            takeover.need_person(chat.get(), f"Ответ не отправлен: {detail}")
        Message.objects.filter(pk=message.pk).update(
            status=MessageStatus.FAILED, due_at=None, error=detail[:200]
        )
        if detail in pacing.NUMBER_REFUSALS:
            pacing.refused(company.pk, detail)
        elif message.purpose == Purpose.REPLY:
            text = (
                f"{company}: WhatsApp не принял ответ клиенту ({detail}). Ответьте ему с телефона."
            )
            raise_alarm("message_refused", text, company_id=company.pk, email=company.email or "")


def _to_tick(message: Message, answered: Sequence[Message]) -> dict[str, list[str]]:
    """Chat → what this reply answers there, once, unless a person is to see the chat as unread."""
    if message.attempts > 1 or message.conversation.needs_person_since is not None:
        return {}
    # A client may write from both addresses in one breath: each wants its ticks where it wrote.
    by_chat = defaultdict(list)
    for row in answered:
        by_chat[row.payload.get("chat") or message.conversation.chat].append(row.wa_id)
    return by_chat


def _backoff(message: Message) -> float:
    """5 s, 10 s, 20 s … 5 min."""
    return float(min(FIRST_WAIT * 2 ** min(message.attempts - 1, 10), LONGEST_WAIT))
