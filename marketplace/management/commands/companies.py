"""manage.py companies: every company in one line, and the totals."""

from typing import Any

from django.core.management.base import BaseCommand

from aiadmin.core import phones
from marketplace import selectors
from marketplace.models import Company

_ROW = "{:>6}  {:>10}  {:<12}  {:<9}  {:<10}  {:<20}  {}"


class Command(BaseCommand):
    help = "Lists companies: id, salon, status, WhatsApp, masked number, connected since, title."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            _ROW.format("id", "salon", "status", "whatsapp", "number", "connected", "title")
        )
        for company in Company.objects.order_by("pk").iterator():
            self.stdout.write(
                _ROW.format(
                    company.pk,
                    company.external_company_id or "",
                    company.integration_status or "",
                    "on" if company.whatsapp_connected else "off",
                    phones.mask(company.whatsapp_phone) if company.whatsapp_phone else "",
                    selectors.iso(company.connected_at) or "",
                    company.title or "",
                )
            )
        figures = selectors.stats()
        self.stdout.write(
            f"total {figures['total']}, connected {figures['connected']}, "
            f"pending {figures['pending']}, disconnected {figures['disconnected']}"
        )
