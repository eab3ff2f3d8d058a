"""Django app of the core."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from aiadmin.core import pooler, row_security, storage
from aiadmin.core import redis as store


class CoreConfig(AppConfig):
    name = "aiadmin.core"
    label = "core"
    verbose_name = "Установка"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        store.client()
        connection_created.connect(storage.watch)
        connection_created.connect(pooler.prepare)
        post_migrate.connect(row_security.enable, sender=self)
