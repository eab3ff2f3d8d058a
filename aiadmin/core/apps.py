"""Django app of the core."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from aiadmin.core import redis as store
from aiadmin.core import row_security, storage


class CoreConfig(AppConfig):
    name = "aiadmin.core"
    label = "core"
    verbose_name = "Установка"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        store.client()
        connection_created.connect(storage.watch)
        post_migrate.connect(row_security.enable, sender=self)
