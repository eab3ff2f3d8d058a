"""Alarms as staff read and close them. Rows are written by the code that noticed."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aiadmin.core import alarms
from aiadmin.core.alarm_kinds import in_words
from aiadmin.core.models import Alarm
from marketplace.admin_base import Audited, filled
from marketplace.models import Company


class _WithSalons(ChangeList):
    """A page of alarms, their salons read for all of them at once: the core knows a number only."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        salons = Company.objects.in_bulk({alarm.company_id for alarm in self.result_list})
        for alarm in self.result_list:
            alarm.salon = salons.get(alarm.company_id)


class Kind(admin.SimpleListFilter):
    title = "причина"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        kinds = Alarm.objects.order_by().values_list("kind", flat=True).distinct()
        known = {kind.partition(":")[0] for kind in kinds}
        return sorted(((kind, in_words(kind)) for kind in known), key=lambda item: item[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> QuerySet[Alarm]:
        kind = self.value()
        if not kind:
            return queryset
        # «approval:5» is one of the approvals.
        return queryset.filter(Q(kind=kind) | Q(kind__startswith=f"{kind}:"))


@admin.register(Alarm)
class AlarmAdmin(Audited):
    list_display = ("created_at", "kind_in_words", "text", "salon", "sent", "closed_at")
    list_filter = (
        ("closed_at", filled("закрытые", "открытые")),
        ("failure", filled("не всё ушло", "ушло")),
        "created_at",
        Kind,
    )
    search_fields = ("text", "=company_id")
    ordering = ("-id",)
    actions = ("close",)
    fields = (
        "created_at",
        "kind_in_words",
        "company_id",
        "text",
        "recipient",
        "mailed_at",
        "posted_at",
        "attempts",
        "failure",
        "due_at",
        "closed_at",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Alarm | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Alarm | None = None) -> bool:
        return False

    def has_close_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("core.change_alarm"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _WithSalons

    @admin.display(description="причина", ordering="kind")
    def kind_in_words(self, alarm: Alarm) -> str:
        return in_words(alarm.kind)

    @admin.display(description="салон", ordering="company_id")
    def salon(self, alarm: Alarm) -> SafeString | str:
        salon: Company | None = alarm.salon  # type: ignore[attr-defined]  # _WithSalons
        if salon is None:
            return f"№ {alarm.company_id}" if alarm.company_id else "вся установка"
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:marketplace_company_change", args=[salon.pk]),
            salon,
        )

    @admin.display(description="отправлена")
    def sent(self, alarm: Alarm) -> str:
        """By which ways it went out, and what failed."""
        ways = (("письмом", alarm.mailed_at), ("на вебхук", alarm.posted_at))
        told = [way for way, at in ways if at]
        if alarm.failure:
            told.append(f"не удалось: {alarm.failure}")
        return ", ".join(told) or ("ждёт отправки" if alarm.due_at else "некому")

    @admin.action(description="Закрыть", permissions=["close"])
    def close(self, request: HttpRequest, queryset: QuerySet[Alarm]) -> None:
        self.message_user(request, f"Закрыто: {alarms.close(queryset)}", messages.SUCCESS)
