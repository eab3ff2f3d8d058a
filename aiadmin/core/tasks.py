"""Celery doors of the core."""

from celery import shared_task

from aiadmin.core import alarms, storage
from aiadmin.core.queue import Job, handles


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
