"""manage.py companies: every company in one line, and the totals."""

from typing import Any

from aiadmin.core import phones
from aiadmin.core.commands import ExampleCommand, table
from marketplace import selectors
from marketplace.models import Company

_HEAD = ("id", "salon", "status", "whatsapp", "number", "connected", "title")


class Command(ExampleCommand):
    help = "Lists companies: id, salon, status, WhatsApp, masked number, connected since, title."
    examples = ("manage.py companies", "manage.py companies --json")

    def handle(self, *args: Any, **options: Any) -> None:
        companies = list(Company.objects.order_by("pk"))
        figures = selectors.stats()
        rows = [
            {"salon_id": row.external_company_id, "title": row.title, **selectors.status(row)}
            for row in companies
        ]
        sums = (
            f"total {figures['total']}, connected {figures['connected']}, "
            f"pending {figures['pending']}, disconnected {figures['disconnected']}"
        )
        lines = [*table(_HEAD, [_cells(company) for company in companies]), sums]
        self.tell(options, {"companies": rows, "stats": figures}, lines)


def _cells(company: Company) -> tuple[object, ...]:
    return (
        company.pk,
        company.external_company_id or "",
        company.integration_status or "",
        "on" if company.whatsapp_connected else "off",
        phones.mask(company.whatsapp_phone) if company.whatsapp_phone else "",
        selectors.iso(company.connected_at) or "",
        company.title or "",
    )
