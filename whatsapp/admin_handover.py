"""Clients who wait for a person, the worst first."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.admin_base import SALON
from whatsapp.admin_takeover import ChatAdmin
from whatsapp.assistant.frame import Topic
from whatsapp.models import HandOver
from whatsapp.services import handover

# What may harm a person or a visit, then what angers, then what waits.
_HARM: tuple[tuple[str, tuple[Topic, ...]], ...] = (
    ("здоровье", (Topic.MEDICAL,)),
    ("запись под вопросом", (Topic.UNKNOWN_OUTCOME, Topic.LATE)),
    ("недовольство", (Topic.COMPLAINT, Topic.RUDE, Topic.MONEY)),
    ("журнал недоступен", (Topic.SYSTEM_DOWN, Topic.REFUSED)),
    ("просят человека", (Topic.ASKED, Topic.CALL)),
)
_REST = "вопрос"


@admin.register(HandOver)
class HandOverAdmin(ChatAdmin):
    list_display = ("harm", "who", "needs_person_reason", "waits_since", "company")
    list_display_links = ("who",)
    search_fields = ("phone", "name", *SALON)
    list_select_related = ("company",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[HandOver]:
        cases = [
            When(needs_person_reason__startswith=handover.reason(topic, ""), then=Value(place))
            for place, (_, topics) in enumerate(_HARM)
            for topic in topics
        ]
        rank = Case(*cases, default=Value(len(_HARM)), output_field=IntegerField())
        rows = HandOver.objects.exclude(needs_person_since=None).annotate(rank=rank)
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("rank", "needs_person_since")

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """The chat itself is where it is answered."""
        return redirect(reverse("admin:whatsapp_conversation_change", args=[object_id]))

    @admin.display(description="чем грозит")
    def harm(self, row: HandOver) -> SafeString:
        place: int = row.rank  # type: ignore[attr-defined]  # annotated by get_queryset
        label = _HARM[place][0] if place < len(_HARM) else _REST
        return format_html('<span class="harm harm-{}">{}</span>', place, label)

    @admin.display(description="ждёт с, время салона")
    def waits_since(self, row: HandOver) -> str:
        """The salon's own time."""
        since = row.needs_person_since
        return f"{since.astimezone(row.company.zone):%d.%m %H:%M}" if since else ""

    class Media:
        css = {"all": ("whatsapp/chat.css",)}
