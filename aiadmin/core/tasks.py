"""Celery doors of the core."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down

from aiadmin.core import alarms, slow_jobs, storage, worker
from aiadmin.core.queue import Job, handles


@worker_ready.connect
def count_threads(sender: Any, **_: object) -> None:
    worker.count(sender.pool.limit)


@worker_ready.connect
def leave_out_what_is_loaded(**_: object) -> None:
    worker.leave_out_what_is_loaded()


@worker_shutting_down.connect
def leave_the_rest(**_: object) -> None:
    slow_jobs.line.forget()


@handles(Job.ALARM_SEND)
def alarm_send(alarm_id: int) -> None:
    alarms.send(alarm_id)


@shared_task(name="core.sweep", ignore_result=True)
def sweep() -> None:
    """Sends alarms whose job was lost, or whose mail or webhook failed."""
    trouble = storage.trouble()
    if trouble:
        alarms.tell_of_database(trouble)
        return
    for alarm_id in alarms.unsent():
        alarms.send(alarm_id)
