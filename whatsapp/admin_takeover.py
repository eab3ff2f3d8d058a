"""What both lists of chats share for staff: what a client is called, and taking a chat over."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from aiadmin.core import phones
from marketplace.admin_base import ReadOnly
from whatsapp.models import Conversation
from whatsapp.services import takeover


class ChatAdmin(ReadOnly):
    """Rows are chats."""

    actions: tuple[str, ...] = ("pause_assistant", "resume_assistant")

    @admin.display(description="клиент")
    def who(self, chat: Conversation) -> str:
        phone = phones.pretty(chat.phone) if chat.phone else chat.chat
        return f"{chat.name or chat.push_name} {phone}".strip()

    @admin.action(description="Взять себе: помощник молчит", permissions=["operate"])
    def pause_assistant(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.pause_by_staff(pk)
        messages.success(request, "Помощник молчит в выбранных чатах, отвечаете вы")

    @admin.action(description="Вернуть помощнику", permissions=["operate"])
    def resume_assistant(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            takeover.resume(pk)
        messages.success(request, "Помощник снова отвечает в выбранных чатах")
