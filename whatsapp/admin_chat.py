"""A chat as staff see it: what was said, understood and done; taking over, writing, giving back."""

import json
from types import MappingProxyType
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from aiadmin.core import clock
from aiadmin.core.errors import AppError
from marketplace.admin_base import SALON, ReadOnly, filled, worded, worded_filter
from whatsapp import admin_media, selectors, staff_words
from whatsapp.admin_takeover import ChatAdmin
from whatsapp.models import Conversation, Message
from whatsapp.models.message import Direction
from whatsapp.services import media, staff_writing, takeover
from whatsapp.services.bridge_rows import MediaRow


@admin.register(Conversation)
class ConversationAdmin(ChatAdmin):
    list_display = (
        "who",
        "company",
        "needs_person_since",
        "needs_person_reason",
        "bot_paused_until",
    )
    list_filter = (
        ("needs_person_since", filled("ждут", "не ждут")),
        ("bot_paused_until", filled("молчал или молчит", "не молчал")),
    )
    search_fields = ("phone", "name", "push_name", *SALON)
    list_select_related = ("company",)
    ordering = ("-pk",)
    actions = (*ChatAdmin.actions, "mute", "unmute")
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

    def get_urls(self) -> list[Any]:
        names = {"take-over": self.take_over, "give-back": self.give_back, "write": self.write}
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"whatsapp_conversation_{name.replace('-', '_')}",
            )
            for name, view in names.items()
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="переписка")
    def talk(self, conversation: Conversation) -> SafeString:
        """A chat: the client at the left, the salon at the right, what was understood beside."""
        rows = selectors.last_messages(conversation.company, conversation.pk)
        files = media.files_of(conversation.company, rows)
        body = format_html_join("", _LINE, (_cells(row, files.get(row.pk)) for row in rows))
        return format_html('<table class="chat">{}</table>', body)

    @admin.display(description="состояние диалога")
    def pretty_state(self, conversation: Conversation) -> SafeString:
        return format_html(
            "<details><summary>показать</summary>{}</details>", _json(conversation.state)
        )

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any | None = None,
    ) -> HttpResponse:
        paused = obj.bot_paused_until if obj else None
        context["may_write"] = self.has_operate_permission(request)
        context["is_paused"] = paused is not None and paused > clock.now()
        context["longest"] = staff_writing.LONGEST
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- what a person does ------------------------------------------------------------------------

    def take_over(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        chat = self._chat(request, pk)
        takeover.pause_by_staff(chat.pk)
        self.audit(request, [chat], "Взял чат себе")
        messages.success(request, "Помощник молчит, отвечаете вы")
        return _back(chat)

    def give_back(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        chat = self._chat(request, pk)
        takeover.resume(chat.pk)
        self.audit(request, [chat], "Вернул чат помощнику")
        messages.success(request, "Помощник снова отвечает")
        return _back(chat)

    def write(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        chat = self._chat(request, pk)
        try:
            staff_writing.write(chat.pk, request.POST.get("text", ""))
        except AppError as error:
            messages.error(request, error.message)
            return _back(chat)
        self.audit(request, [chat], "Написал от имени салона")
        return _back(chat)

    def _chat(self, request: HttpRequest, pk: int) -> Conversation:
        if request.method != "POST" or not self.has_operate_permission(request):
            raise PermissionDenied
        return get_object_or_404(Conversation.objects.select_related("company"), pk=pk)

    @admin.action(description="Никогда не отвечать", permissions=["operate"])
    def mute(self, request: HttpRequest, chosen: QuerySet[Conversation]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.mute(pk, on=True)
        messages.success(request, "Помощник больше не отвечает в выбранных чатах")

    @admin.action(description="Снова можно отвечать", permissions=["operate"])
    def unmute(self, request: HttpRequest, chosen: QuerySet[Conversation]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.mute(pk, on=False)
        messages.success(request, "Помощник может отвечать в выбранных чатах")


_kind = worded("kind", "вид", staff_words.kind)
_error = worded("error", "ошибка", staff_words.error)
_story_line = worded("frame", "понято и сделано", staff_words.story)


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = (
        "at",
        "company",
        "conversation",
        "direction",
        "author",
        "status",
        _kind,
        _error,
    )
    list_filter = (
        "direction",
        "author",
        "status",
        "purpose",
        worded_filter("kind", "вид", staff_words.KINDS),
    )
    in_words = MappingProxyType({"kind": _kind, "error": _error, "frame": _story_line})
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


def _back(chat: Conversation) -> HttpResponse:
    return redirect(reverse("admin:whatsapp_conversation_change", args=[chat.pk]))


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
    if row.transcribed:
        note += " · расшифровано с голоса"
    if row.error:
        note += f" · {staff_words.error(row.error)}"
    shown = admin_media.cell(row, file)
    text = row.text or ("" if shown else f"[{staff_words.kind(row.kind)}]")
    return side, shown, text, note, _story(row.frame) if row.frame else ""


def _story(frame: Any) -> SafeString:
    """What was decided and done in one line, all that was understood behind it."""
    line = staff_words.story(frame if isinstance(frame, dict) else {}) or "подробно"
    return format_html("<details><summary>{}</summary>{}</details>", line, _json(frame))


def _json(value: Any) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, indent=1) if value else "—"
    return format_html('<pre class="chat-json">{}</pre>', text)
