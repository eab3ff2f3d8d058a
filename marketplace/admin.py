"""Django's admin of the marketplace side: it shows; services change. States are read-only."""

from datetime import datetime
from types import MappingProxyType

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from marketplace import models, staff_words
from marketplace.admin_base import SALON, ReadOnly, worded, worded_filter
from marketplace.admin_company import AccessRequestAdmin, CompanyAdmin
from marketplace.services import callback, hooks, webhooks
from marketplace.services.access import webhook_url

__all__ = ["AccessRequestAdmin", "CompanyAdmin"]


@admin.register(models.ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = ("company", "kind", "prefix", "created_at", "revoked_at")
    list_filter = ("kind",)
    list_select_related = ("company",)
    search_fields = SALON
    exclude = ("sha256",)


@admin.register(models.ConnectToken)
class ConnectTokenAdmin(ReadOnly):
    list_display = ("company", "created_at", "expires_at", "revoked_at")
    list_select_related = ("company",)
    search_fields = SALON
    exclude = ("sha256", "jti")


class AttemptInline(admin.TabularInline):
    model = models.CallbackAttempt
    extra = 0
    can_delete = False
    ordering = ("-pk",)
    verbose_name_plural = "попытки"
    fields = readonly_fields = ("at", "code", "said", "took")

    @admin.display(description="когда")
    def at(self, row: models.CallbackAttempt) -> datetime:
        return row.created_at

    @admin.display(description="код ответа")
    def code(self, row: models.CallbackAttempt) -> int | str:
        return row.status_code or "нет ответа"

    @admin.display(description="ответ")
    def said(self, row: models.CallbackAttempt) -> str:
        return row.answer

    @admin.display(description="сколько ждали, мс")
    def took(self, row: models.CallbackAttempt) -> int:
        return row.took_ms

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.CallbackDelivery)
class CallbackDeliveryAdmin(ReadOnly):
    list_display = (
        "company",
        "install_generation",
        "status",
        "attempts",
        "due_at",
        "sent_at",
        "hooks",
        "hooks_note",
        "hooks_due_at",
    )
    list_filter = ("status", "hooks")
    list_select_related = ("company",)
    search_fields = SALON
    exclude = ("api_key_encrypted",)
    inlines = (AttemptInline,)
    actions = ("repeat_now", "check_hooks")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # The address holds the salon's secret: for those who may set it.
        shown = ["webhook_address"] if self.has_operate_permission(request) else []
        return [*shown, *super().get_readonly_fields(request, obj)]

    @admin.display(description="Адрес для вебхуков (секрет этого салона)")
    def webhook_address(self, delivery: models.CallbackDelivery) -> str:
        """For an owner who has to set it by hand; that of the present installation."""
        return webhook_url(delivery.company)

    @admin.action(description="Повторить сейчас", permissions=["operate"])
    def repeat_now(self, request: HttpRequest, queryset: QuerySet[models.CallbackDelivery]) -> None:
        repeated = sum(callback.repeat_now(delivery.pk) for delivery in queryset)
        self.message_user(request, f"Поставлено в очередь: {repeated}", messages.SUCCESS)

    @admin.action(description="Проверить вебхуки сейчас", permissions=["operate"])
    def check_hooks(
        self, request: HttpRequest, queryset: QuerySet[models.CallbackDelivery]
    ) -> None:
        asked = sum(hooks.check_now(delivery.pk) for delivery in queryset)
        self.message_user(request, f"Будут проверены: {asked}", messages.SUCCESS)


_resource = worded("resource", "что", staff_words.resource)
_event = worded("event", "событие", staff_words.event)
_step = worded("step", "шаг", staff_words.step)
_counts = worded("counts", "прочитано", staff_words.counts)


@admin.register(models.WebhookEvent)
class WebhookEventAdmin(ReadOnly):
    list_display = ("company", _resource, "resource_id", _event, "status", "note", "received_at")
    list_filter = ("status", worded_filter("resource", "что", staff_words.RESOURCES))
    in_words = MappingProxyType({"resource": _resource, "event": _event})
    list_select_related = ("company",)
    search_fields = SALON
    actions = ("process_again",)

    @admin.action(description="Обработать снова", permissions=["operate"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[models.WebhookEvent]) -> None:
        again = webhooks.replay(ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"Снова в очереди: {again}", messages.SUCCESS)


@admin.register(models.SyncRun)
class SyncRunAdmin(ReadOnly):
    list_display = (
        "company",
        "scope",
        "status",
        _step,
        "done",
        "total",
        "created_at",
        "finished_at",
        "error",
    )
    list_filter = ("status", "scope")
    list_select_related = ("company",)
    search_fields = SALON
    in_words = MappingProxyType({"step": _step, "counts": _counts})


@admin.register(models.Service)
class ServiceAdmin(ReadOnly):
    list_display = (
        "title",
        "company",
        "category",
        "price_min",
        "price_max",
        "is_online",
        "deleted_at",
    )
    list_select_related = ("company", "category")
    search_fields = (*SALON, "title")


@admin.register(models.Staff)
class StaffAdmin(ReadOnly):
    list_display = ("name", "company", "specialization", "is_bookable", "deleted_at")
    list_select_related = ("company",)
    search_fields = (*SALON, "name")


@admin.register(models.Client)
class ClientAdmin(ReadOnly):
    list_display = ("name", "phone", "company", "created_at")
    list_select_related = ("company",)
    search_fields = (*SALON, "phone", "name")


@admin.register(models.Booking)
class BookingAdmin(ReadOnly):
    list_display = ("record_id", "company", "start", "client_name", "made_by_us", "is_deleted")
    list_filter = ("made_by_us", "is_deleted")
    list_select_related = ("company",)
    search_fields = (*SALON, "=record_id", "client_phone")


@admin.register(models.BookingAttempt)
class BookingAttemptAdmin(ReadOnly):
    list_display = ("key", "company", "kind", "status", "record_id", "created_at", "finished_at")
    list_filter = ("status", "kind")
    list_select_related = ("company",)
    search_fields = SALON
