"""Celery: threads pool, three queues (inbound, outbound, sync), configured from Django's settings."""

import os
import sys
import time
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from django.conf import settings
from django.db import close_old_connections

from aiadmin.core import counters, worker
from aiadmin.core import redis as store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiadmin.settings")

app = Celery("aiadmin")
app.config_from_object("django.conf:settings", namespace="CELERY")
# A worker's thread keeps its connection, as a web thread does: Celery would open one for every job.
app.conf.update(CELERY_DB_REUSE_MAX=sys.maxsize)
app.autodiscover_tasks(lambda: ["aiadmin.core", "marketplace", "whatsapp"])


@task_prerun.connect
def _began(task: Any, **_: object) -> None:
    worker.began()
    # One that a restart of PostgreSQL has killed must not fail a job.
    close_old_connections()
    task.request.began = time.perf_counter()


@task_postrun.connect
def _ended(task: Any, **_: object) -> None:
    """How long a job took; that a sweep ran at all shows that beat and a worker live."""
    worker.ended()
    began = getattr(task.request, "began", None)
    if began is not None:
        counters.observe("job_seconds", time.perf_counter() - began, job=task.name)
    if task.name in settings.CELERY_BEAT_SCHEDULE:
        try:
            store.client().set(store.seen_key(task.name), int(time.time()))
        except store.ERRORS:
            return


@setup_logging.connect
def _log_like_django(**_: object) -> None:
    """Workers log as the web does."""
    import logging.config  # noqa: PLC0415

    logging.config.dictConfig(settings.LOGGING)
