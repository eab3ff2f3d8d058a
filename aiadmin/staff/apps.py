"""The last app of the project: its roles name permissions of all the others."""

from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    name = "aiadmin.staff"
    label = "staff_desk"

    def ready(self) -> None:
        from aiadmin.staff import roles  # noqa: PLC0415  (models are loaded by now, not before)

        # The last app with tables: all permissions exist when it has been migrated.
        post_migrate.connect(
            roles.ensure, sender=apps.get_app_config("whatsapp"), dispatch_uid="staff.roles"
        )


class StaffAdminConfig(admin_apps.AdminConfig):
    """Django's admin with our first page."""

    default_site = "aiadmin.staff.site.StaffSite"


class SignInConfig(AxesConfig):  # type: ignore[misc]  # the library has no types
    """django-axes under a name that staff understand."""

    verbose_name = "Вход сотрудников"
