"""The bridge's events, drained: one drainer a salon, in order, an event and its mark in one transaction."""

import structlog
from django.db import InterfaceError, OperationalError, transaction

from aiadmin.core.alarms import raise_alarm
from aiadmin.core.compiled import Select
from aiadmin.core.queue import Job, Kept, enqueue
from marketplace.models import Company
from whatsapp import schemas
from whatsapp.models import Session
from whatsapp.services import bridge_rows, connection, incoming, old_chats, outbox, precedence
from whatsapp.services.bridge_rows import EventRow

log = structlog.get_logger(__name__)

# Events of one salon handled at a stretch; the rest waits for the next job, so that no salon starves.
BATCH = 200
# An event that fails this often, counted in its row, is put aside with an alarm: the rest must go on.
MAX_TRIES = 3
# Receipts of one salon handled in one transaction.
_RECEIPT, _RECEIPTS = "status", 20

# With what the answer to a client asks for.
_SESSION = Select(
    lambda pk: (
        Session.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("company__settings")
        .filter(pk=pk)
    )
)


def drain_all(kept: Kept | None = None) -> int:
    """Drains every salon that has events, an event of each in turn: many of one keep nobody's waiting.

    A salon that fails, or that another drainer is at, does not stop the others. What is `kept` for the
    caller is published before a further event is handled; receipts alone are left to wait for it.
    """
    handled = 0
    left: set[int] = set()
    for _ in range(BATCH):
        waiting = bridge_rows.waiting_sessions(_RECEIPT)
        salons = [each for each in waiting if each not in left]
        if not salons:
            return handled
        for session_id in salons:
            if kept is not None and kept.holds:
                if waiting[session_id]:
                    return handled
                kept.publish()
            try:
                with precedence.jobs.of(session_id):
                    done = _next(session_id)
            except Exception:  # logged with its trace; the events stay for the next sweep
                log.exception("whatsapp.drain_failed", company_id=session_id)
                done = None
            if done is None:
                left.add(session_id)
            handled += done or 0
    enqueue(Job.BRIDGE_EVENTS, 0)
    return handled


def drain(session_id: int) -> int:
    """Handles the salon's waiting events in id order and returns how many.

    Returns at once when another drainer is at it: that one looks again after its last event.
    Raises OperationalError when the database fails, `connection.TryAgain` when a company's row is
    contended: then nothing is lost and nothing is buried.
    """
    handled = 0
    while handled < BATCH:
        done = _next(session_id)
        if done is None:
            return handled
        handled += done
        # Without the lock: whoever came meanwhile found us busy.
        if not bridge_rows.has_waiting(session_id):
            return handled
    enqueue(Job.BRIDGE_EVENTS, session_id)
    return handled


def _next(session_id: int) -> int | None:
    """How many events were handled; None: another drainer is at it."""
    done = _step(session_id)
    if done is not None or Session.objects.filter(pk=session_id).exists():
        return done
    return 0 if _make_session(session_id) else _discard(session_id)


def replay(event_ids: list[int]) -> int:
    """Events that were put aside are handled once more; returns how many."""
    with transaction.atomic():
        salons = bridge_rows.take_up(event_ids)
        for session_id in set(salons):
            enqueue(Job.BRIDGE_EVENTS, session_id)
    return len(salons)


def _step(session_id: int) -> int | None:
    """One event, or a row of receipts, which are small and come in crowds; how many were handled.

    None: another drainer is at it, or there is no session.
    """
    row: EventRow | None = None
    try:
        with transaction.atomic():
            session: Session | None = _SESSION.first(pk=session_id)
            if session is None:
                return None
            rows = bridge_rows.take_events(session_id, _RECEIPT, _RECEIPTS)
            for row in rows:
                _handle(session, row)
            return len(rows)
    except (OperationalError, InterfaceError, connection.TryAgain):
        raise
    except Exception as error:  # a poison event of any kind must not block the salon
        if row is None:
            raise
        log.exception(
            "whatsapp.event_failed", company_id=session_id, event_id=row.id, kind=row.kind
        )
        if bridge_rows.count_failure(row.id) >= MAX_TRIES:
            _bury(row, error)
    return 1


def _handle(session: Session, row: EventRow) -> None:
    event = schemas.parse_event(row.kind, row.payload)
    match event:
        case None:
            log.warning("whatsapp.event_unknown", company_id=session.pk, kind=row.kind)
        case schemas.MessageEvent():
            incoming.receive(session.company, event)
        case schemas.StatusEvent():
            outbox.apply_status(session.pk, event)
        case schemas.UndecryptableEvent():
            incoming.undecryptable(session.company, event)
        case schemas.TypingEvent():
            incoming.typing(session.company, event)
        case schemas.HistoryEvent():
            old_chats.remember(session.company, event.jids)
        case _:
            connection.apply(session, row, event)


def _bury(row: EventRow, error: Exception) -> None:
    """The row stays for staff to look at; nobody tries it again."""
    with transaction.atomic():
        # Not the error's text: it may hold what the client wrote.
        if not bridge_rows.put_aside(row.id, type(error).__name__):
            return
        raise_alarm(
            "event_failed",
            f"Событие WhatsApp № {row.id} ({row.kind}) не обработано: {type(error).__name__}. "
            "Возможно, сообщение клиента осталось без ответа.",
            company_id=row.session_id,
        )


def _make_session(session_id: int) -> bool:
    """False: there is no such company."""
    if not Company.objects.filter(pk=session_id).exists():
        return False
    Session.objects.get_or_create(company_id=session_id)
    return True


def _discard(session_id: int) -> int:
    """Events of a company that was erased."""
    log.warning("whatsapp.events_of_nobody", company_id=session_id)
    return bridge_rows.discard(session_id)
