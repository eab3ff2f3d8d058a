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
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

import structlog
from celery import Task, current_app, shared_task
from django.db import transaction

from aiadmin.core import slow_jobs, worker

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


def publish(job: Job, row_id: int) -> None:
    """At once, for who is in no transaction and needs no connection to PostgreSQL for anything else."""
    _send(job, row_id, 0)


class Kept:
    """The job that a thread goes on with itself: one that it has enqueued, due at once, while nothing else is
    under way in its worker.

    Through Redis to another thread a job costs as much processor as a small one's own work. Killed
    meanwhile, its row is found as that of a lost job is.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._row_id: int | None = None

    def takes(self, job: Job, row_id: int) -> bool:
        """False: it is published. Of two that are due both are, to be done side by side."""
        if job is not self._job:
            return False
        if self._row_id is None and worker.is_quiet():
            self._row_id = row_id
            return True
        self.publish()
        return False

    @property
    def holds(self) -> bool:
        return self._row_id is not None

    def publish(self) -> None:
        """There is something else to do first: another thread takes it."""
        if (row_id := self.take()) is not None:
            _send(self._job, row_id, 0)

    def take(self) -> int | None:
        """Its row id, once; None when there is none, or it was published."""
        row_id, self._row_id = self._row_id, None
        return row_id


class _Thread(threading.local):
    kept: Kept | None = None


_thread = _Thread()


@contextmanager
def keeping(job: Job) -> Iterator[Kept]:
    """What this thread enqueues of `job` may be kept for the caller to `take`; what is not is published."""
    kept = _thread.kept = Kept(job)
    try:
        yield kept
    finally:
        _thread.kept = None
        kept.publish()


def _publish(job: Job, row_id: int, countdown: float) -> None:
    kept = _thread.kept
    if kept is None or countdown > 0 or not kept.takes(job, row_id):
        _send(job, row_id, countdown)


def _send(job: Job, row_id: int, countdown: float) -> None:
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
