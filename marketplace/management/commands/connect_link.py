"""manage.py connect_link COMPANY: a link to the connect page, valid for 24 hours."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from aiadmin.core.commands import ExampleCommand
from marketplace.management.which import add_company, company_of
from marketplace.models import IntegrationStatus
from marketplace.services import registration


class Command(ExampleCommand):
    help = "Prints a fresh link to a company's connect page (24 hours)."
    examples = ("manage.py connect_link 15", "manage.py connect_link --salon 123456")

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_company(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        company = company_of(options)
        if company.integration_status == IntegrationStatus.UNINSTALLED:
            raise CommandError(
                "Uninstalled in YCLIENTS. Register it again: "
                f"manage.py register_company {company.external_company_id}."
            )
        link = registration.connect_link(company)
        self.tell(options, {"company_id": company.pk, "connect_url": link}, [link])
