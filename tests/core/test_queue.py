"""Every job has a handler under its task name."""

from celery import current_app

from aiadmin.core.queue import HANDLED, Job


def test_every_job_is_bound_to_a_task() -> None:
    current_app.loader.import_default_modules()

    assert set(HANDLED) == set(Job)
    assert {job.task for job in Job} <= set(current_app.tasks)


def test_every_queue_is_served() -> None:
    assert {job.queue for job in Job} == {"inbound", "outbound", "sync"}
