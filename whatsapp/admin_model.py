"""What the language model cost each salon, by days, for staff."""

from django.contrib import admin

from marketplace.admin_base import SALON, ReadOnly
from whatsapp.models import ModelDay
from whatsapp.services import llm_budget


@admin.register(ModelDay)
class ModelDayAdmin(ReadOnly):
    list_display = ("day", "company", "calls", "failed", "tokens", "money", "answered_in")
    search_fields = SALON
    list_select_related = ("company",)
    date_hierarchy = "day"
    ordering = ("-day", "-cost", "-tokens")

    @admin.display(description="стоимость", ordering="cost")
    def money(self, row: ModelDay) -> str:
        return f"{row.cost / llm_budget.MICRO:.2f}" if row.cost else "цены не заданы"

    @admin.display(description="ответ в среднем", ordering="took_ms")
    def answered_in(self, row: ModelDay) -> str:
        return f"{row.took_ms / row.calls / 1000:.1f} с" if row.calls else ""
