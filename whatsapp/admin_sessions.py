"""Staff's pages of sessions and of what the bridge told: restart, log out, a proxy, the inbox."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest

from aiadmin.core import phones
from marketplace.admin_base import SALON, ReadOnly, filled, worded, worded_filter
from marketplace.staff_words import reason
from whatsapp import gateway, selectors, staff_words
from whatsapp.models import BridgeEvent, NumberPace, Session
from whatsapp.services import bridge_rows, inbox, session_control


class _WithHealth(ChangeList):
    """A page of sessions, their numbers' health read for all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = selectors.number_health(session.pk for session in self.result_list)
        for session in self.result_list:
            session.health = found[session.pk]


MANY = 20
_PROXY = "Нужен адрес вида http://логин:пароль@адрес:порт или socks5://логин:пароль@адрес:порт"


class ProxyForm(forms.ModelForm):
    """A way out of the session's own. Write-only: it may hold a password, so it is never shown again."""

    proxy = forms.CharField(
        label="новый прокси",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        validators=(RegexValidator(r"^(http|socks5)://[^\s/]+/?$", _PROXY),),
        help_text=f"{_PROXY}; сохранённый не показывается",
    )
    without_proxy = forms.BooleanField(label="убрать свой прокси", required=False)

    class Meta:
        model = Session
        fields = ()


_kind = worded("kind", "что", staff_words.bridge_event)


@admin.register(Session)
class SessionAdmin(ReadOnly):
    list_display = ("company", "state", "why", "number", "health", "down_since", "updated_at")
    list_filter = ("state",)
    search_fields = (*SALON, "phone")
    list_select_related = ("company",)
    form = ProxyForm
    readonly_fields = (
        "company",
        "state",
        "why",
        "number",
        "down_since",
        "updated_at",
        "way_out",
    )
    fields = (*readonly_fields, "proxy", "without_proxy")
    actions = ("restart", "log_out")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Whoever may change sessions may give one a proxy; every other field is read-only all the same.
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        """Only the bridge is told: the row follows its events and is not saved here."""
        url, without = form.cleaned_data["proxy"], form.cleaned_data["without_proxy"]
        if not url and not without:
            return
        match gateway.set_proxy(obj.pk, url or None):
            case gateway.Done():
                messages.success(request, "Сессия переподключится через секунду")
            case gateway.Refused():
                messages.error(request, "Мост не принял этот адрес прокси")
            case _:
                messages.error(request, "Мост сейчас не отвечает: прокси не изменён, повторите")

    @admin.display(description="выход в интернет")
    def way_out(self, session: Session) -> str:
        return "через свой прокси" if bridge_rows.has_own_proxy(session.pk) else "общий"

    @admin.display(description="причина", ordering="reason")
    def why(self, session: Session) -> str:
        return reason(session.reason) or "—"

    @admin.display(description="номер")
    def number(self, session: Session) -> str:
        return phones.pretty(session.phone) if session.phone else ""

    @admin.display(description="здоровье номера")
    def health(self, session: Session) -> str:
        found: selectors.NumberHealth = session.health  # type: ignore[attr-defined]  # _WithHealth
        return "; ".join(found.worries) or "в порядке"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _WithHealth

    @admin.action(description="Переподключить", permissions=["operate"])
    def restart(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._order(request, queryset, session_control.restart, "Переподключаются")

    @admin.action(description="Отвязать телефон: понадобится новый QR-код", permissions=["operate"])
    def log_out(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._order(request, queryset, session_control.log_out, "Отвязаны")

    def _order(
        self,
        request: HttpRequest,
        queryset: QuerySet[Session],
        order: Callable[[int], bool],
        done: str,
    ) -> None:
        """One bridge call each: twenty at a time are enough for a page."""
        found = {pk: order(pk) for pk in queryset.values_list("pk", flat=True)[:MANY]}
        if count := sum(found.values()):
            messages.success(request, f"{done}: {count}")
        if left := [str(pk) for pk, good in found.items() if not good]:
            messages.error(request, f"Мост не ответил для салонов № {', '.join(left)}")


@admin.register(NumberPace)
class NumberPaceAdmin(ReadOnly):
    """The pause after a refusal is shown; only the daily budget is a person's to set."""

    list_display = ("company", "first_contacts_per_day", "stopped_until", "refusals")
    search_fields = SALON
    list_select_related = ("company",)
    fields = ("company", "first_contacts_per_day", "stopped_until", "refused_at", "refusals")
    readonly_fields = ("company", "stopped_until", "refused_at", "refusals")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: NumberPace, form: Any, change: bool) -> None:
        # The other columns move meanwhile.
        obj.save(update_fields=["first_contacts_per_day"])


@admin.register(BridgeEvent)
class BridgeEventAdmin(ReadOnly):
    """Those that were put aside can be handled once more. What clients wrote is not shown here."""

    list_display = (
        "id",
        "created_at",
        "session_id",
        _kind,
        "message_id",
        "processed_at",
        "attempts",
        "error",
    )
    list_filter = (
        ("error", filled("отложенные", "остальные")),
        worded_filter("kind", "что", staff_words.BRIDGE_EVENTS),
    )
    in_words = MappingProxyType({"kind": _kind})
    search_fields = ("=session_id", "=message_id")
    ordering = ("-id",)
    actions = ("replay",)

    @admin.action(description="Обработать отложенные снова", permissions=["operate"])
    def replay(self, request: HttpRequest, queryset: QuerySet[BridgeEvent]) -> None:
        again = inbox.replay(list(queryset.values_list("pk", flat=True)[:1000]))
        messages.success(request, f"Снова в очереди: {again}")
