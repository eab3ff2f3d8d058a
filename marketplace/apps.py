"""Django app: companies and YCLIENTS."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "Салоны и YCLIENTS"
    default_auto_field = "django.db.models.BigAutoField"
