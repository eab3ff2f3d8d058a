"""Django app of the project package: management commands, and Celery configured in every process."""

from django.apps import AppConfig


class AiadminConfig(AppConfig):
    name = "aiadmin"
    label = "aiadmin"

    def ready(self) -> None:
        # `send_task` publishes through the configured app only when it was imported.
        from aiadmin import celery  # noqa: F401, PLC0415
