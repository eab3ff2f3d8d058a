"""Django's admin of the marketplace side: it shows; services change. States are read-only."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from marketplace import models
from marketplace.services import activation, callback, sync


class ReadOnly(admin.ModelAdmin):
    """Rows written by services: nobody adds, edits or deletes them here."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.Company)
class CompanyAdmin(ReadOnly):
    """Only a person's switches can be changed; the rest is written by registration and activation."""

    list_display = (
        "id",
        "title",
        "external_company_id",
        "integration_status",
        "whatsapp_connected",
        "whatsapp_phone",
        "connected_at",
        "catalog_synced_at",
    )
    list_filter = ("integration_status", "whatsapp_connected", "ai_enabled", "sync_enabled")
    search_fields = ("title", "=external_company_id", "whatsapp_phone", "email")
    ordering = ("-id",)
    actions = ("sync_now", "unfreeze")
    exclude = ("user_token_encrypted",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        hidden = {*activation.SETTINGS, *self.exclude}
        return [field.name for field in self.opts.fields if field.name not in hidden]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Only what the person changed: a whole row saved back would undo what happened meanwhile."""
        names = set(form.changed_data) & activation.SETTINGS
        if names:
            activation.change_settings(obj.pk, {name: form.cleaned_data[name] for name in names})

    @admin.action(description="Перенести данные из YCLIENTS сейчас", permissions=["change"])
    def sync_now(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        for company in queryset:
            sync.request_sync(company.pk)
        self.message_user(request, "Перенос поставлен в очередь", messages.SUCCESS)

    @admin.action(
        description="Разморозить: приложение в YCLIENTS снова активно", permissions=["change"]
    )
    def unfreeze(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        thawed = sum(activation.mark_unfrozen(company.pk) for company in queryset)
        self.message_user(request, f"Разморожено: {thawed}", messages.SUCCESS)


@admin.register(models.ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = ("company", "kind", "prefix", "created_at", "revoked_at")
    list_filter = ("kind",)
    list_select_related = ("company",)
    exclude = ("sha256",)


@admin.register(models.ConnectToken)
class ConnectTokenAdmin(ReadOnly):
    list_display = ("company", "created_at", "expires_at", "revoked_at")
    list_select_related = ("company",)
    exclude = ("sha256", "jti")


class AttemptInline(admin.TabularInline):
    model = models.CallbackAttempt
    extra = 0
    can_delete = False
    ordering = ("-pk",)
    readonly_fields = ("created_at", "status_code", "answer", "took_ms")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.CallbackDelivery)
class CallbackDeliveryAdmin(ReadOnly):
    list_display = ("company", "install_generation", "status", "attempts", "due_at", "sent_at")
    list_filter = ("status",)
    list_select_related = ("company",)
    exclude = ("api_key_encrypted",)
    inlines = (AttemptInline,)
    actions = ("repeat_now",)

    @admin.action(description="Повторить сейчас", permissions=["view"])
    def repeat_now(self, request: HttpRequest, queryset: QuerySet[models.CallbackDelivery]) -> None:
        repeated = sum(callback.repeat_now(delivery.pk) for delivery in queryset)
        self.message_user(request, f"Поставлено в очередь: {repeated}", messages.SUCCESS)


@admin.register(models.WebhookEvent)
class WebhookEventAdmin(ReadOnly):
    list_display = ("company", "resource", "resource_id", "event", "status", "note", "received_at")
    list_filter = ("status", "resource")
    list_select_related = ("company",)


@admin.register(models.SyncRun)
class SyncRunAdmin(ReadOnly):
    list_display = (
        "company",
        "status",
        "step",
        "done",
        "total",
        "created_at",
        "finished_at",
        "error",
    )
    list_filter = ("status",)
    list_select_related = ("company",)


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
    search_fields = ("title",)


@admin.register(models.Staff)
class StaffAdmin(ReadOnly):
    list_display = ("name", "company", "specialization", "is_bookable", "deleted_at")
    list_select_related = ("company",)
    search_fields = ("name",)


@admin.register(models.Client)
class ClientAdmin(ReadOnly):
    list_display = ("name", "phone", "company", "created_at")
    list_select_related = ("company",)
    search_fields = ("phone", "name")


@admin.register(models.Booking)
class BookingAdmin(ReadOnly):
    list_display = ("record_id", "company", "start", "client_name", "made_by_us", "is_deleted")
    list_filter = ("made_by_us", "is_deleted")
    list_select_related = ("company",)
    search_fields = ("=record_id", "client_phone")


@admin.register(models.BookingAttempt)
class BookingAttemptAdmin(ReadOnly):
    list_display = ("key", "company", "kind", "status", "record_id", "created_at", "finished_at")
    list_filter = ("status", "kind")
    list_select_related = ("company",)
