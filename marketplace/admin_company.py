"""The staff's page of a company: register one, hand out a link, change a person's switches."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from aiadmin.core import phones
from aiadmin.core.errors import AppError
from marketplace import models, selectors_funnel, staff_words
from marketplace.admin_base import ReadOnly, worded
from marketplace.models.company import INT32_MAX
from marketplace.services import activation, approvals, callback, keys, registration, sync, trouble
from marketplace.services.access import AdminProof


class RegisterForm(forms.ModelForm):
    """What the API's `register` takes; the service creates the salon's company or returns it."""

    salon_id = forms.IntegerField(label="Номер салона в YCLIENTS", min_value=1, max_value=INT32_MAX)
    phone = forms.CharField(label="Телефон салона", required=False, max_length=40)
    email = forms.EmailField(label="Почта владельца", required=False, max_length=100)

    class Meta:
        model = models.Company
        fields = ("phone", "email")

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"]
        try:
            return phones.normalize(text) if text else ""
        except ValueError as error:
            raise ValidationError("Некорректный формат телефона") from error


_refusal = worded("yclients_trouble", "отказ YCLIENTS", staff_words.refusal)
_reason = worded("status_reason", "причина", staff_words.reason)


class Refusal(admin.SimpleListFilter):
    title = "отказ YCLIENTS"
    parameter_name = "refused"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> tuple[tuple[str, str], ...]:
        codes = (trouble.LICENCE, trouble.UNAUTHORIZED)
        return (
            *((code, staff_words.refusal(code)) for code in codes),
            (trouble.FORBIDDEN, "нет права"),
        )

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[models.Company]
    ) -> QuerySet[models.Company]:
        code = self.value()
        return queryset.filter(yclients_trouble__startswith=code) if code else queryset


_CHAPTERS: tuple[tuple[str | None, dict[str, Any]], ...] = (
    (None, {"fields": ("way", "integration_status", _reason, "frozen_by_staff")}),
    (
        "Что можно менять",
        {
            "fields": (
                *("ai_enabled", "whatsapp_enabled", "sync_enabled", "takeover_minutes"),
                *("phone", "email"),
            )
        },
    ),
    (
        "WhatsApp",
        {
            "fields": (
                *("whatsapp_connected", "whatsapp_phone", "whatsapp_connected_at"),
                "connected_at",
            )
        },
    ),
    (
        "YCLIENTS",
        {
            "fields": (
                *("external_company_id", _refusal, "yclients_trouble_at", "polled_at"),
                *("changes_read_to", "schedule_read_at", "nightly_on", "catalog_synced_at"),
            )
        },
    ),
    (
        "Салон",
        {
            "fields": (
                *("our_number", "title", "address", "timezone", "install_generation"),
                *("owner_user_id", "created_at", "updated_at"),
            )
        },
    ),
)


@admin.register(models.Company)
class CompanyAdmin(ReadOnly):
    """Only a person's switches can be changed; the rest is written by registration and activation."""

    list_display = (
        "external_company_id",
        "title",
        "integration_status",
        "whatsapp_connected",
        "whatsapp_phone",
        "catalog_synced_at",
        _refusal,
    )
    list_filter = (
        "integration_status",
        "whatsapp_connected",
        "ai_enabled",
        "sync_enabled",
        Refusal,
    )
    search_fields = ("title", "=external_company_id", "whatsapp_phone", "email")
    ordering = ("-id",)
    search_help_text = "Название, номер в YCLIENTS, номер WhatsApp или почта"
    actions = ("connect_link", "sync_now", "resend_callback", "freeze", "unfreeze", "rotate_key")
    exclude = ("user_token_encrypted",)

    class Media:
        css = {"all": ("staff/day.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):  # type: ignore[no-untyped-def]
        if obj is None:
            return RegisterForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": ("salon_id", "phone", "email")}),) if obj is None else _CHAPTERS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = [name for _, chapter in _CHAPTERS for name in chapter["fields"]]
        return [] if obj is None else [name for name in shown if name not in activation.SETTINGS]

    @admin.display(description="номер у нас")
    def our_number(self, company: models.Company) -> int:
        return company.pk

    @admin.display(description="путь до первого ответа")
    def way(self, company: models.Company) -> str:
        found = selectors_funnel.ways([company])[company.pk]
        return render_to_string("admin/way_steps.html", {"way": found})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Only what the person changed: a whole row saved back would undo what happened meanwhile."""
        if not change:
            data = form.cleaned_data
            obj.registered = registration.register(
                salon_id=data["salon_id"],
                phone=data["phone"],
                email=data["email"],
                proof=AdminProof(),
            )
            # The log entry of the admin names the row that the service made or found.
            obj.pk = obj.registered.company.pk
            return
        names = set(form.changed_data) & activation.SETTINGS
        if names:
            activation.change_settings(obj.pk, {name: form.cleaned_data[name] for name in names})

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The key is shown on this answer alone: a message would carry it through a cookie."""
        done: registration.Registration = obj.registered
        return self._handed_out(
            request,
            [(done.company, f"{settings.PUBLIC_URL}{done.connect_url}")],
            api_key=done.api_key,
            created=done.created,
        )

    @admin.action(description="Выдать ссылку на подключение", permissions=["change"])
    def connect_link(
        self, request: HttpRequest, queryset: QuerySet[models.Company]
    ) -> HttpResponse:
        usable = queryset.exclude(integration_status=models.IntegrationStatus.UNINSTALLED)
        links = [(company, registration.connect_link(company)) for company in usable[:20]]
        return self._handed_out(request, links)

    def _handed_out(
        self, request: HttpRequest, links: list[tuple[models.Company, str]], **more: object
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Подключение салона",
            "opts": self.opts,
            "links": links,
            **more,
        }
        response = TemplateResponse(request, "admin/marketplace/company/links.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Перенести данные из YCLIENTS сейчас", permissions=["change"])
    def sync_now(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        for company in queryset:
            sync.request_sync(company.pk)
        self.message_user(request, "Перенос поставлен в очередь", messages.SUCCESS)

    @admin.action(description="Отправить callback в YCLIENTS снова", permissions=["change"])
    def resend_callback(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        latest = models.CallbackDelivery.objects.filter(
            company__in=queryset, install_generation=F("company__install_generation")
        )
        sent = sum(callback.repeat_now(delivery.pk) for delivery in latest)
        self.message_user(request, f"Поставлено в очередь: {sent}", messages.SUCCESS)

    @admin.action(description="Новый ключ API: прежний перестанет работать", permissions=["change"])
    def rotate_key(
        self, request: HttpRequest, queryset: QuerySet[models.Company]
    ) -> HttpResponse | None:
        company = queryset.first()
        if company is None or queryset.count() != 1:
            self.message_user(request, "Выберите один салон", messages.ERROR)
            return None
        issued = keys.rotate(company, models.ApiKey.Kind.OWNER)
        return self._handed_out(request, [], api_key=issued.plain, rotated=company)

    @admin.action(description="Заморозить: помощник молчит", permissions=["change"])
    def freeze(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        frozen = sum(
            activation.mark_frozen(pk, reason="staff", by_staff=True) for pk in _ids(queryset)
        )
        self.message_user(request, f"Заморожено: {frozen}", messages.SUCCESS)

    @admin.action(
        description="Разморозить: приложение в YCLIENTS снова активно", permissions=["change"]
    )
    def unfreeze(self, request: HttpRequest, queryset: QuerySet[models.Company]) -> None:
        thawed = sum(activation.mark_unfrozen(company.pk) for company in queryset)
        self.message_user(request, f"Разморожено: {thawed}", messages.SUCCESS)


def _ids(queryset: QuerySet[models.Company]) -> list[int]:
    return list(queryset.values_list("pk", flat=True))


@admin.register(models.AccessRequest)
class AccessRequestAdmin(ReadOnly):
    """Who may connect a salon although YCLIENTS's data do not prove it."""

    list_display = (
        "salon_id",
        "salon_name",
        "user_name",
        "user_email",
        "user_id",
        "status",
        "created_at",
        "decided_by",
    )
    list_filter = ("status",)
    search_fields = ("=salon_id", "user_name", "user_email", "=user_id")
    ordering = ("-id",)
    actions = ("approve", "refuse")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("marketplace.change_accessrequest"))

    @admin.action(description="Разрешить", permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[models.AccessRequest]) -> None:
        decided = 0
        for item in queryset:
            try:
                decided += approvals.decide(item.pk, approve=True, by=str(request.user))
            except AppError as error:
                self.message_user(request, f"{item}: {error.message}", messages.ERROR)
        if decided:
            self.message_user(request, f"Разрешено: {decided}", messages.SUCCESS)

    @admin.action(description="Отказать или отозвать", permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[models.AccessRequest]) -> None:
        by = str(request.user)
        refused = sum(
            approvals.decide(item.pk, approve=False, by=by) or approvals.withdraw(item.pk, by=by)
            for item in queryset
        )
        self.message_user(request, f"Отказано: {refused}", messages.SUCCESS)
