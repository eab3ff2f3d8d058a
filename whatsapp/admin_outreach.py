"""What was said to clients unasked, and why not, for staff."""

from django.contrib import admin

from aiadmin.core import phones
from marketplace.admin_base import ReadOnly
from whatsapp.models import Outreach
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
