"""Django's admin of the core: alarms, which a person reads and closes."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from aiadmin.core import alarms
from aiadmin.core.models import Alarm


@admin.register(Alarm)
class AlarmAdmin(admin.ModelAdmin):
    """Rows are written by the code that noticed; a person only closes them."""

    list_display = (
        "created_at",
        "kind",
        "company_id",
        "text",
        "mailed_at",
        "posted_at",
        "failure",
        "due_at",
        "closed_at",
    )
    list_filter = (
        ("closed_at", admin.EmptyFieldListFilter),
        ("failure", admin.EmptyFieldListFilter),
        "created_at",
        "kind",
    )
    search_fields = ("kind", "text", "=company_id")
    ordering = ("-id",)
    actions = ("close",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Alarm | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Alarm | None = None) -> bool:
        return False

    def has_close_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("core.change_alarm"))

    @admin.action(description="Закрыть", permissions=["close"])
    def close(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> None:
        self.message_user(request, f"Закрыто: {alarms.close(queryset)}", messages.SUCCESS)
