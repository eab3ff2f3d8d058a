"""What was said to clients unasked, and why not, for staff."""

from django.contrib import admin
from django.db.models import Avg, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from aiadmin.core import phones
from marketplace.admin_base import ReadOnly
from marketplace.models import Staff
from whatsapp.models import Outreach, Review, SalonDigest
from whatsapp.services import outreach_send


@admin.register(Outreach)
class OutreachAdmin(ReadOnly):
    list_display = (
        "due_at",
        "company",
        "kind",
        "visit",
        "client",
        "status",
        "why",
        "delivered",
        "answer",
    )
    list_filter = ("kind", "status", "answer", "reason")
    search_fields = ("company__title", "booking__client_phone", "booking__client_name")
    list_select_related = ("company", "booking", "message")
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-pk")

    @admin.display(description="визит", ordering="visit_at")
    def visit(self, row: Outreach) -> str:
        return f"{row.visit_at.astimezone(row.company.zone):%d.%m %H:%M}"

    @admin.display(description="клиент")
    def client(self, row: Outreach) -> str:
        booking = row.booking
        phone = phones.pretty(booking.client_phone) if booking.client_phone else ""
        return f"{booking.client_name} {phone}".strip()

    @admin.display(description="почему нет")
    def why(self, row: Outreach) -> str:
        return outreach_send.IN_WORDS.get(row.reason, row.reason)

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
    list_filter = ("rating", "company")
    search_fields = ("company__title", "outreach__booking__client_phone", "comment")
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
    list_select_related = ("company",)
    date_hierarchy = "day"
    ordering = ("-day", "-pk")
