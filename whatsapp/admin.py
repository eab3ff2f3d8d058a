"""Staff's view of sessions and chats: it shows; what changes goes through services."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aiadmin.core import phones
from marketplace.admin_base import ReadOnly
from whatsapp import admin_media, gateway, selectors
from whatsapp.admin_outreach import OutreachAdmin
from whatsapp.admin_preferences import SalonPhoneAdmin, SalonSettingsAdmin
from whatsapp.models import Conversation, Message, NumberPace, Session
from whatsapp.models.message import Direction
from whatsapp.services import bridge_rows, media, pacing, takeover
from whatsapp.services.bridge_rows import MediaRow

__all__ = ["OutreachAdmin", "SalonPhoneAdmin", "SalonSettingsAdmin"]


class _WithHealth(ChangeList):
    """A page of sessions, their numbers' health read for all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = selectors.number_health(session.pk for session in self.result_list)
        for session in self.result_list:
            session.health = found[session.pk]


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


@admin.register(Session)
class SessionAdmin(ReadOnly):
    list_display = ("company", "state", "reason", "number", "health", "down_since", "updated_at")
    list_filter = ("state",)
    search_fields = ("company__title", "phone")
    list_select_related = ("company",)
    form = ProxyForm
    readonly_fields = (
        "company",
        "state",
        "reason",
        "number",
        "down_since",
        "updated_at",
        "way_out",
    )
    fields = (*readonly_fields, "proxy", "without_proxy")

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

    @admin.display(description="номер")
    def number(self, session: Session) -> str:
        return phones.pretty(session.phone) if session.phone else ""

    @admin.display(description="здоровье номера")
    def health(self, session: Session) -> str:
        found: selectors.NumberHealth = session.health  # type: ignore[attr-defined]  # _WithHealth
        return "; ".join(found.worries) or "в порядке"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _WithHealth


@admin.register(NumberPace)
class NumberPaceAdmin(ReadOnly):
    """The pause after a refusal is shown; only the daily budget is a person's to set."""

    list_display = ("company", "first_contacts_per_day", "stopped_until", "refusals")
    list_select_related = ("company",)
    fields = ("company", "first_contacts_per_day", "stopped_until", "refused_at", "refusals")
    readonly_fields = ("company", "stopped_until", "refused_at", "refusals")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: NumberPace, form: Any, change: bool) -> None:
        # The other columns move meanwhile.
        obj.save(update_fields=["first_contacts_per_day"])


@admin.register(Conversation)
class ConversationAdmin(ReadOnly):
    list_display = (
        "company",
        "who",
        "needs_person_since",
        "needs_person_reason",
        "bot_paused_until",
    )
    list_filter = (("needs_person_since", admin.EmptyFieldListFilter), "company")
    search_fields = ("phone", "name", "push_name", "company__title")
    list_select_related = ("company",)
    actions = ("pause_assistant", "resume_assistant", "mute", "unmute")
    fields = (
        "company",
        "who",
        "talk",
        "needs_person_reason",
        "bot_paused_until",
        "muted_at",
        "pretty_state",
    )
    readonly_fields = fields

    class Media:
        # No inline styles: the pages' policy forbids them.
        css = {"all": ("whatsapp/chat.css",)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Whoever may change chats may use the two actions; every field is read-only all the same.
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    @admin.display(description="клиент")
    def who(self, conversation: Conversation) -> str:
        name = conversation.name or conversation.push_name
        phone = phones.pretty(conversation.phone) if conversation.phone else conversation.chat
        return f"{name} {phone}".strip()

    @admin.display(description="переписка")
    def talk(self, conversation: Conversation) -> SafeString:
        """A chat: the client at the left, the salon at the right, what was understood beside."""
        rows = selectors.last_messages(conversation.company, conversation.pk)
        files = media.files_of(conversation.company, rows)
        body = format_html_join("", _LINE, (_cells(row, files.get(row.pk)) for row in rows))
        return format_html('<table class="chat">{}</table>', body)

    @admin.display(description="состояние диалога")
    def pretty_state(self, conversation: Conversation) -> SafeString:
        return _json(conversation.state)

    @admin.action(description="Отвечает человек: помощник молчит")
    def pause_assistant(self, request: HttpRequest, chosen: QuerySet[Conversation]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.pause_by_staff(pk)
        messages.success(request, "Помощник молчит в выбранных чатах")

    @admin.action(description="Вернуть помощника")
    def resume_assistant(self, request: HttpRequest, chosen: QuerySet[Conversation]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.resume(pk)
        messages.success(request, "Помощник снова отвечает в выбранных чатах")

    @admin.action(description="Никогда не отвечать")
    def mute(self, request: HttpRequest, chosen: QuerySet[Conversation]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.mute(pk, on=True)
        messages.success(request, "Помощник больше не отвечает в выбранных чатах")

    @admin.action(description="Снова можно отвечать")
    def unmute(self, request: HttpRequest, chosen: QuerySet[Conversation]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.mute(pk, on=False)
        messages.success(request, "Помощник может отвечать в выбранных чатах")


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = (
        "at",
        "company",
        "conversation",
        "direction",
        "author",
        "status",
        "kind",
        "error",
    )
    list_filter = ("direction", "author", "status", "purpose", "kind")
    search_fields = ("wa_id",)
    list_select_related = ("company", "conversation")
    date_hierarchy = "at"
    show_full_result_count = False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/file/", view, name="whatsapp_message_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file of a message, for staff who may see messages."""
        message = get_object_or_404(Message, pk=pk)
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        return admin_media.serve(request, message)


_LINE = (
    '<tr><td class="chat-line {}"><div>{}{}<small>{}</small></div></td>'
    '<td class="chat-story">{}</td></tr>'
)


def _cells(row: Message, file: MediaRow | None) -> tuple[Any, ...]:
    side = "chat-out" if row.direction == Direction.OUT else "chat-in"
    local = row.at.astimezone(row.company.zone)
    note = f"{local:%d.%m %H:%M} · {row.get_author_display()} · {row.get_status_display()}"
    if row.payload.get("deleted"):
        note += " · удалено автором"
    elif "edited" in row.payload:
        note += f" · исправлено: {row.payload['edited']}"
    if row.error:
        note += f" · {pacing.IN_WORDS.get(row.error, row.error)}"
    shown = admin_media.cell(row, file)
    text = row.text or ("" if shown else f"[{row.kind}]")
    return side, shown, text, note, _json(row.frame) if row.frame else ""


def _json(value: Any) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, indent=1) if value else "—"
    return format_html('<pre class="chat-json">{}</pre>', text)
