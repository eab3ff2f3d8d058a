"""The audit log: who of the staff did what. Nobody writes or deletes it here."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest

from aiadmin.staff.alarms import AlarmAdmin
from marketplace.admin_base import ReadOnly

__all__ = ["AlarmAdmin", "LogEntryAdmin"]


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly):
    list_display = ("action_time", "user", "table", "row", "what")
    list_filter = ("action_flag", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "=object_id", "user__username")
    ordering = ("-action_time",)

    @admin.display(description="раздел", ordering="content_type")
    def table(self, entry: LogEntry) -> str:
        model = entry.content_type.model_class() if entry.content_type else None
        return str(model._meta.verbose_name_plural) if model else "—"

    @admin.display(description="что именно", ordering="object_repr")
    def row(self, entry: LogEntry) -> str:
        return entry.object_repr

    @admin.display(description="что сделано")
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message()

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return False
