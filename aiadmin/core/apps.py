"""Django app of the core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "aiadmin.core"
    label = "core"
    verbose_name = "Установка"
    default_auto_field = "django.db.models.BigAutoField"
