"""Celery: threads pool, three queues (inbound, outbound, sync), configured from Django's settings."""

import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiadmin.settings")

app = Celery("aiadmin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(lambda: ["aiadmin.core", "marketplace", "whatsapp"])


@setup_logging.connect
def _log_like_django(**_: object) -> None:
    """Workers log as the web does."""
    import logging.config  # noqa: PLC0415

    logging.config.dictConfig(settings.LOGGING)
