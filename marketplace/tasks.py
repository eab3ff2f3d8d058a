"""Celery doors of the marketplace side."""

from collections.abc import Callable

import structlog
from celery import shared_task

from aiadmin.core.queue import Job, enqueue, handles
from marketplace.services import (
    activation,
    approval_letters,
    bookings,
    callback,
    hooks,
    owner_letters,
    sync,
    sync_due,
    webhooks,
)

log = structlog.get_logger(__name__)


@handles(Job.CALLBACK_SEND)
def callback_send(delivery_id: int) -> None:
    callback.deliver(delivery_id)


@handles(Job.ACCESS_MAIL)
def access_mail(request_id: int) -> None:
    approval_letters.send(request_id)


@handles(Job.OWNER_MAIL)
def owner_mail(link_id: int) -> None:
    owner_letters.send(link_id)


@handles(Job.HOOKS_CHECK)
def hooks_check(delivery_id: int) -> None:
    hooks.look(delivery_id)


@handles(Job.SYNC_COMPANY)
def sync_company(run_id: int) -> None:
    sync.run(run_id)


@handles(Job.WEBHOOK_PROCESS)
def webhook_process(event_id: int) -> None:
    webhooks.process(event_id)


@shared_task(name="marketplace.poll_frozen", ignore_result=True)
def poll_frozen(company_id: int) -> None:
    """Only the sweep asks for it: the queue's own jobs are news, and this is none."""
    activation.poll_frozen(company_id)


def _each(job: Job, due: Callable[[], list[int]]) -> None:
    for row_id in due():
        enqueue(job, row_id)


def _poll_frozen() -> None:
    for company_id in activation.frozen_due():
        poll_frozen.apply_async(args=(company_id,), retry=False)


@shared_task(name="marketplace.sweep", ignore_result=True)
def sweep() -> None:
    """Queues again what a lost job or a killed worker left behind; one failure stops no other.

    Nothing is carried out here: a claimed row makes the second of two jobs harmless. Hourly polls and
    nightly syncs begin here, as rows.
    """
    steps: dict[str, Callable[[], object]] = {
        "webhooks": lambda: _each(Job.WEBHOOK_PROCESS, webhooks.due_ids),
        "callbacks": lambda: _each(Job.CALLBACK_SEND, callback.due_ids),
        "letters": lambda: _each(Job.ACCESS_MAIL, approval_letters.due_ids),
        "owner letters": lambda: _each(Job.OWNER_MAIL, owner_letters.due_ids),
        "hooks": lambda: _each(Job.HOOKS_CHECK, hooks.due_ids),
        "syncs": lambda: _each(Job.SYNC_COMPANY, sync.due_ids),
        "bookings": lambda: _each(Job.BOOKING_CHANGED, bookings.unannounced),
        "frozen": _poll_frozen,
        "polls": sync_due.request_polls,
        "nightly": sync_due.request_nightly,
        "freshness": sync_due.watch_freshness,
    }
    for name, step in steps.items():
        try:
            step()
        except Exception:  # logged with its trace; the rows stay due
            log.exception("marketplace.sweep_failed", step=name)
