"""What was said to clients unasked, and why not, for staff."""

from datetime import date
from types import MappingProxyType
from typing import Any

from django.contrib import admin
from django.db.models import Avg, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from aiadmin.core import phones
from marketplace.admin_base import SALON, ReadOnly, worded, worded_filter
from marketplace.models import Staff
from whatsapp.models import Outreach, Review, SalonDigest, WaitingEntry, WaitingOffer
from whatsapp.services import outreach_send, outreach_words

_why = worded("reason", "почему нет", lambda code: outreach_send.IN_WORDS.get(code, code))


@admin.register(Outreach)
class OutreachAdmin(ReadOnly):
    list_display = (
        "due_at",
        "company",
        "kind",
        "visit",
        "client",
        "status",
        _why,
        "delivered",
        "answer",
    )
    list_filter = (
        "kind",
        "status",
        "answer",
        worded_filter("reason", "почему нет", outreach_send.IN_WORDS),
    )
    in_words = MappingProxyType({"reason": _why})
    search_fields = (*SALON, "booking__client_phone", "booking__client_name")
    list_select_related = ("company", "booking", "message")
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-pk")

    @admin.display(description="визит, время салона", ordering="visit_at")
    def visit(self, row: Outreach) -> str:
        return f"{row.visit_at.astimezone(row.company.zone):%d.%m %H:%M}"

    @admin.display(description="клиент")
    def client(self, row: Outreach) -> str:
        booking = row.booking
        phone = phones.pretty(booking.client_phone) if booking.client_phone else ""
        return f"{booking.client_name} {phone}".strip()

    @admin.display(description="сообщение")
    def delivered(self, row: Outreach) -> str:
        return row.message.get_status_display() if row.message else "—"


@admin.register(Review)
class ReviewAdmin(ReadOnly):
    """Every rating beside its master's average."""

    list_display = (
        "created_at",
        "company",
        "rating",
        "master",
        "average",
        "client",
        "text",
        "comment",
    )
    list_filter = ("rating",)
    search_fields = (*SALON, "outreach__booking__client_phone", "comment")
    list_select_related = ("company", "outreach__booking")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        same = Review.objects.filter(
            company=OuterRef("company"), staff_yclients_id=OuterRef("staff_yclients_id")
        )
        average = same.order_by().values("staff_yclients_id").annotate(mean=Avg("rating"))
        masters = Staff.objects.filter(
            company=OuterRef("company"), yclients_id=OuterRef("staff_yclients_id")
        )
        rows: QuerySet[Review] = super().get_queryset(request)
        return rows.annotate(
            mean=Subquery(average.values("mean")), who=Subquery(masters.values("name")[:1])
        )

    @admin.display(description="мастер", ordering="who")
    def master(self, row: Review) -> str:
        return str(getattr(row, "who", None) or "—")

    @admin.display(description="средняя мастера", ordering="mean")
    def average(self, row: Review) -> str:
        mean = getattr(row, "mean", None)
        return f"{mean:.1f}".replace(".", ",") if mean is not None else "—"

    @admin.display(description="клиент")
    def client(self, row: Review) -> str:
        booking = row.outreach.booking
        phone = phones.pretty(booking.client_phone) if booking.client_phone else ""
        return f"{booking.client_name} {phone}".strip()


@admin.register(SalonDigest)
class SalonDigestAdmin(ReadOnly):
    list_display = ("day", "company", "sent_at", "attempts")
    search_fields = SALON
    list_select_related = ("company",)
    date_hierarchy = "day"
    ordering = ("-day", "-pk")


class _Offers(admin.TabularInline):
    """The times that were offered, newest first."""

    model = WaitingOffer
    fields = readonly_fields = ("created_at", "time", "master", "status", "expires_at")
    ordering = ("-pk",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="время салона")
    def time(self, row: WaitingOffer) -> str:
        return f"{row.start.astimezone(row.company.zone):%d.%m %H:%M}"

    @admin.display(description="мастер")
    def master(self, row: WaitingOffer) -> str:
        return outreach_words.master(row.company, row.staff_yclients_id) or "—"


@admin.register(WaitingEntry)
class WaitingEntryAdmin(ReadOnly):
    """Who waits for what; in one salon the older places are served first."""

    list_display = (
        *("created_at", "company", "client", "what", "whom", "when", "moved_from", "status"),
        "until",
    )
    list_filter = ("status",)
    fields = (
        "company",
        "client",
        "what",
        "whom",
        "guest",
        "when",
        "status",
        "until",
        "created_at",
        "ended_at",
    )
    search_fields = (*SALON, "conversation__phone", "conversation__name")
    list_select_related = ("company", "conversation")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    inlines = (_Offers,)

    @admin.display(description="клиент")
    def client(self, row: WaitingEntry) -> str:
        chat = row.conversation
        phone = phones.pretty(chat.phone) if chat.phone else ""
        return f"{chat.name or chat.push_name} {phone}".strip()

    @admin.display(description="когда")
    def when(self, row: WaitingEntry) -> str:
        days = [date.fromisoformat(day) for day in row.days]
        told = f"{days[0]:%d.%m}" if len(days) == 1 else f"{days[0]:%d.%m}–{days[-1]:%d.%m}"
        hours = (
            row.earliest and f"с {row.earliest:%H:%M}",
            row.latest and f"до {row.latest:%H:%M}",
        )
        if row.earliest and row.earliest == row.latest:
            hours = (f"в {row.earliest:%H:%M}", None)
        return " ".join(part for part in (told, *hours) if part)
