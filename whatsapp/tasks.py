"""Celery doors of the WhatsApp side: each job takes an id and calls one service."""

import json
import os
import socket
import threading
from collections.abc import Callable

import structlog
from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from aiadmin.core.queue import Job, enqueue, handles, keeping
from marketplace import selectors
from marketplace.models import Booking, SyncRun
from marketplace.services import bookings
from whatsapp import notify
from whatsapp.assistant.rows import understand_rows
from whatsapp.models import Conversation
from whatsapp.services import (
    fairness,
    handover,
    inbox,
    kept_requests,
    model_api,
    outbox,
    outreach,
    outreach_changes,
    outreach_send,
    outreach_watch,
    pruning,
    retention,
    self_test,
    sessions,
    turns,
    waiting_list,
    waiting_offers,
    watch,
)

# A chat that another worker was quicker to claim is passed over so often; then the sweep asks again.
_TRIES = 5

log = structlog.get_logger(__name__)

# A row of `manage.py understand` with a service, a day, a time and a name.
_PLAIN = json.dumps(
    {"id": "warm-up", "today": "2026-01-05", "text": "Запишите на стрижку завтра в 15 к Анне"}
)


@worker_ready.connect
def warm(**_: object) -> None:
    """Dictionaries and rules load lazily; the first client after a start should not wait for them."""
    threading.Thread(target=_understand_something, name="warm-up", daemon=True).start()


def _understand_something() -> None:
    try:
        list(understand_rows([_PLAIN]))
        if settings.LLM_BASE_URL:
            model_api.warm()
    except Exception:  # the first client waits then, nothing worse
        log.exception("whatsapp.warm_up_failed")


@handles(Job.BRIDGE_EVENTS)
def bridge_events(session_id: int) -> None:
    """0: of every salon; the bridge rings without saying whose."""
    if session_id:
        inbox.drain(session_id)
        return
    with keeping(Job.TURN) as kept:
        inbox.drain_all(kept)
        chat = kept.take()
    if chat is not None:
        turn(chat)
        # Receipts have waited for her answer.
        inbox.drain_all()


@handles(Job.TURN)
def turn(conversation_id: int) -> None:
    """One due turn: of the chat that is first in the line of all salons, this one or another."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    tried: list[int] = []
    while len(tried) < _TRIES:
        first = fairness.next_chat(besides=tried, full=fairness.threads.full())
        if first is None:
            return
        chosen, company_id = first
        with fairness.threads.held(company_id) as held:
            if held and (stored := turns.run(chosen, owner)) is not None:
                # At once and by us; the sweep finds what a killed worker leaves.
                outbox.deliver(chosen, stored.fresh)
                return
        # Even when it is ours: who was quicker may have come for another chat, which is left to us.
        tried.append(chosen)


@handles(Job.KEPT_REQUEST)
def kept_request(request_id: int) -> None:
    kept_requests.run(request_id)


@handles(Job.DELIVER)
def deliver(conversation_id: int) -> None:
    with fairness.threads.held(_salon_of(conversation_id)) as held:
        # Else the next sweep finds it: a salon that comes back with hundreds leaves a thread to others.
        if held:
            outbox.deliver(conversation_id)


def _salon_of(conversation_id: int) -> int:
    salons = Conversation.objects.filter(pk=conversation_id).values_list("company_id", flat=True)
    return salons.first() or 0


@handles(Job.HANDOVER)
def handover_made(conversation_id: int) -> None:
    handover.tell(conversation_id)


@handles(Job.OUTREACH)
def say_what_is_due(company_id: int) -> None:
    outreach_send.send(company_id)


@handles(Job.OUTREACH_MARK)
def outreach_mark(outreach_id: int) -> None:
    outreach_watch.mark(outreach_id)


@handles(Job.TIME_FREED)
def time_freed(company_id: int) -> None:
    waiting_list.wake(company_id)
    waiting_offers.run(company_id)


@shared_task(name="whatsapp.outreach_beat", ignore_result=True)
def outreach_beat() -> None:
    outreach.beat()


@handles(Job.PAIRING_START)
def pairing_start(company_id: int) -> None:
    sessions.start_asked(company_id)


@handles(Job.SESSION_CLOSE)
def session_close(company_id: int) -> None:
    sessions.close(company_id)


@handles(Job.SELF_TEST)
def run_self_test(company_id: int) -> None:
    self_test.run(company_id)


@handles(Job.SYNC_PROGRESS)
def sync_progress(run_id: int) -> None:
    run = SyncRun.objects.select_related("company").filter(pk=run_id).first()
    if run is None:
        return
    progress = selectors.sync_progress(run.company) or {}
    notify.to_page(run.company_id, {"type": "sync", **progress})


@handles(Job.BOOKING_CHANGED)
def booking_changed(booking_id: int) -> None:
    """The journal moved, deleted or made a visit. Dialogues read visits anew each turn; the client is told
    what the salon changed. The line is what support looks for when a client asks why."""
    booking = Booking.objects.filter(pk=booking_id).first()
    if booking is None:
        return
    log.info(
        "sync.booking_changed",
        company_id=booking.company_id,
        record_id=booking.record_id,
        deleted=booking.is_deleted,
        ours=booking.made_by_us,
    )
    outreach_changes.note(booking.pk)
    if booking.is_deleted or booking.before is not None:
        enqueue(Job.TIME_FREED, booking.company_id)
    bookings.mark_announced(booking.pk, seen=booking.changed_at)


def _each(job: Job, ids: Callable[[], list[int]]) -> None:
    for row_id in ids():
        enqueue(job, row_id)


@shared_task(name="whatsapp.sweep", ignore_result=True)
def sweep() -> None:
    """Every 2 s: what a lost job, a lost ring or a killed worker left behind. Each step for itself."""
    steps: dict[str, Callable[[], object]] = {
        "inbox": inbox.drain_all,
        "turns": lambda: _each(Job.TURN, turns.overdue),
        "kept": lambda: _each(Job.KEPT_REQUEST, kept_requests.due),
        "outbox": lambda: _each(Job.DELIVER, outbox.due),
        "handovers": lambda: _each(Job.HANDOVER, handover.untold),
        "backlogs": handover.tell_backlogs,
        "sessions": sessions.reconcile,
    }
    if watch.is_time():
        steps |= watch.WATCHES
    if pruning.is_time():
        steps |= {"prune": pruning.run, "forget": kept_requests.forget}
    for name, step in steps.items():
        try:
            step()
        except Exception:  # logged with its trace; the other steps go on
            log.exception("whatsapp.sweep_failed", step=name)


@shared_task(name="whatsapp.retention", ignore_result=True)
def retain() -> None:
    """Hourly: what is kept no longer."""
    retention.prune()
