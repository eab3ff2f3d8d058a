"""Jobs: the only way news travels upwards. A job is a name and a row id; the row carries the work.

`enqueue` publishes after commit, and gives up at once when Redis is down. Sweepers find by its own state
the row of a lost job: core.sweep due alarms; marketplace.sweep callbacks and the looks after them,
webhooks, syncs and letters; whatsapp.sweep bridge events, turns, messages, hand-overs, kept requests, and
sessions to start or close; whatsapp.outreach_beat what is due to be said unasked, and who waits for free
time. A lost SYNC_PROGRESS, BOOKING_CHANGED or SELF_TEST is not repeated: the page reads the state when it
opens and offers another test, a dialogue looks at each turn.
Handlers are bound with `@handles(Job.X)` in the tasks module of whichever app owns the work.
"""

import functools
from collections.abc import Callable
from enum import Enum

import structlog
from celery import Task, current_app, shared_task
from django.db import transaction

from aiadmin.core import slow_jobs

log = structlog.get_logger(__name__)

# Celery turns these task names into calls; a test demands a handler for every one.
HANDLED: dict["Job", str] = {}


class Job(Enum):
    """name = (task name, queue). A worker takes from its queues in turn: what came in, which is short work,
    never stands behind the answers of a salon that has many. "sync" is the slow one (`slow_jobs`)."""

    ALARM_SEND = ("core.alarm_send", "outbound")
    CALLBACK_SEND = ("marketplace.callback_send", "sync")
    ACCESS_MAIL = ("marketplace.access_mail", "outbound")
    OWNER_MAIL = ("marketplace.owner_mail", "outbound")
    HOOKS_CHECK = ("marketplace.hooks_check", "sync")
    SYNC_COMPANY = ("marketplace.sync_company", "sync")
    WEBHOOK_PROCESS = ("marketplace.webhook_process", "sync")
    PAIRING_START = ("whatsapp.pairing_start", "outbound")
    SESSION_CLOSE = ("whatsapp.session_close", "outbound")
    BOOKING_CHANGED = ("whatsapp.booking_changed", "outbound")
    SYNC_PROGRESS = ("whatsapp.sync_progress", "outbound")
    BRIDGE_EVENTS = ("whatsapp.bridge_events", "inbound")
    TURN = ("whatsapp.turn", "outbound")
    DELIVER = ("whatsapp.deliver", "outbound")
    KEPT_REQUEST = ("whatsapp.kept_request", "outbound")
    SELF_TEST = ("whatsapp.self_test", "sync")
    HANDOVER = ("whatsapp.handover", "outbound")
    OUTREACH = ("whatsapp.outreach", "sync")
    OUTREACH_MARK = ("whatsapp.outreach_mark", "sync")
    TIME_FREED = ("whatsapp.time_freed", "sync")

    @property
    def task(self) -> str:
        return self.value[0]

    @property
    def queue(self) -> str:
        return self.value[1]


def enqueue(job: Job, row_id: int, *, countdown: float = 0) -> None:
    """Publishes `job` once the current transaction commits. `countdown` in seconds, a few at most."""
    transaction.on_commit(functools.partial(_publish, job, row_id, countdown))


def _publish(job: Job, row_id: int, countdown: float) -> None:
    try:
        current_app.send_task(
            job.task, args=[row_id], queue=job.queue, countdown=countdown or None, retry=False
        )
    except Exception as error:  # kombu raises many kinds; the caller's row is stored already
        log.warning("queue.publish_failed", job=job.name, row_id=row_id, error=type(error).__name__)


def handles(job: Job) -> Callable[[Callable[[int], None]], Task]:
    """Binds a function(row_id) as the handler of `job`."""

    def bind(function: Callable[[int], None]) -> Task:
        HANDLED[job] = f"{function.__module__}.{function.__qualname__}"

        @functools.wraps(function)
        def slowly(row_id: int) -> None:
            slow_jobs.line.run(job.name, row_id, functools.partial(function, row_id))

        handler = slowly if job.queue == "sync" else function
        return shared_task(name=job.task, ignore_result=True)(handler)

    return bind
